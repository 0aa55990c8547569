"""The best bid and offer of each asset over all venues: which venue, how far apart, and marked where they cross."""

from rich.style import Style

from station.renderables.details import Field
from station.renderables.paint import Paint
from station.renderables.table import MARGIN, Column, as_muted
from station.views.consolidated import Best, Consolidated
from station.views.instrument import shortened
from station.views.numbers import DASH


def _asset(asset: Consolidated, width: int) -> str:
    return asset.name if len(asset.name) <= width else shortened(asset.name, width)


def _points(asset: Consolidated, width: int) -> str:
    """At most seven characters while it is below ten thousand, as a spread is."""
    bps = asset.spread_bps
    if bps is None:
        return DASH
    return f"{bps:.2f}" if abs(bps) < 1_000 else f"{bps:.0f}"


def _venue(best: Best | None) -> str:
    return DASH if best is None else best.instrument.venue


def _price(best: Best | None) -> str:
    return DASH if best is None else best.text


def _is_whole(asset: Consolidated) -> bool:
    return asset.bid is not None and asset.ask is not None


def _bid_style(asset: Consolidated, paint: Paint) -> Style:
    return paint.bid if _is_whole(asset) else paint.muted


def _ask_style(asset: Consolidated, paint: Paint) -> Style:
    return paint.ask if _is_whole(asset) else paint.muted


def _cross_style(asset: Consolidated, paint: Paint) -> Style:
    return paint.muted if not _is_whole(asset) else paint.warning_bold if asset.cross_bps > 0 else paint.text


QUOTE_COLUMNS: tuple[Column[Consolidated], ...] = (
    MARGIN,
    Column("asset", _asset, 11, most=20, is_left=True, is_symbol=True, style=_cross_style,
           sort=lambda asset: asset.name),
    Column("bid at", lambda asset, width: _venue(asset.bid), 7, most=15, is_left=True, least=6, style=_bid_style),
    Column("ask at", lambda asset, width: _venue(asset.ask), 7, most=15, is_left=True, least=6, style=_ask_style),
    Column("bps", _points, 7, style=_cross_style, sort=lambda asset: asset.spread_bps),
    Column("bid", lambda asset, width: _price(asset.bid), 10, worth=1, style=_bid_style),
    Column("ask", lambda asset, width: _price(asset.ask), 10, worth=1, style=_ask_style),
    Column("live", lambda asset, width: f"{asset.live}/{asset.listed}", 5, worth=2, style=as_muted,
           sort=lambda asset: asset.live),
)  # fmt: skip


def quote_fields(asset: Consolidated) -> list[Field]:
    return [
        ("asset", asset.name),
        ("best bid", f"{_price(asset.bid)} at {_venue(asset.bid)}" if asset.bid is not None else ""),
        ("best ask", f"{_price(asset.ask)} at {_venue(asset.ask)}" if asset.ask is not None else ""),
        ("between them", f"{asset.spread_bps:.4f} bps" if asset.spread_bps is not None else ""),
        ("they cross by", f"{asset.cross_bps:.4f} bps" if asset.cross_bps > 0 else ""),
        ("live books", f"{asset.live} of {asset.listed} venues"),
    ]
