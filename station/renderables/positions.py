"""Positions with profit and loss of the day; average, mark, protective stop and share of the limit where there is room.

Money is in the settlement currency of its line.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rich.style import Style

from core.vocabulary import Limit
from station.renderables.details import Field
from station.renderables.paint import Paint
from station.renderables.table import MARGIN, Column, as_muted
from station.views.instrument import InstrumentView
from station.views.numbers import fitting_money, money_text, signed_money
from station.views.orders import PositionView
from station.views.risk import ProtectionView, RiskView

NEAR = 0.75
"""From this share of its limit on a position is marked."""
E8 = 100_000_000


class PositionLine(NamedTuple):
    instrument: InstrumentView
    position: PositionView
    protection: ProtectionView | None = None
    limit_share: float | None = None
    """Of MAX_POSITION_NOTIONAL; None: it has none, or the limit is of another currency"""

    @property
    def notional_e8(self) -> int:
        """At the mark, in the settlement currency."""
        return abs(self.instrument.notional_e8(self.position.mark_ticks, self.position.position_lots))

    @property
    def stop_ticks(self) -> int:
        """0: nothing protects it."""
        return 0 if self.protection is None else self.protection.trail_ticks or self.protection.stop_ticks


def position_lines(
    positions: Sequence[tuple[InstrumentView, PositionView]], risk: RiskView, *, base_currency: str
) -> list[PositionLine]:
    """`base_currency`: that of the limits; empty: not known."""
    guarded: Mapping[int, ProtectionView] = {one.instrument_id: one for one in risk.protections}
    most = next((one.most for one in risk.limits if one.limit is Limit.MAX_POSITION_NOTIONAL), 0.0)
    lines = []
    for instrument, position in positions:
        line = PositionLine(instrument, position, guarded.get(position.instrument_id))
        if most > 0 and position.position_lots and instrument.settlement == base_currency:
            line = line._replace(limit_share=line.notional_e8 / E8 / most)
        lines.append(line)
    return lines


def _held(line: PositionLine, width: int) -> str:
    lots = line.position.position_lots
    text = line.instrument.short(lots)
    return f"+{text}" if lots > 0 else text if lots else "flat"


def _average(line: PositionLine, width: int) -> str:
    return line.instrument.price(round(line.position.average_ticks)) if line.position.position_lots else ""


def _mark(line: PositionLine, width: int) -> str:
    return line.instrument.price(line.position.mark_ticks) if line.position.mark_ticks else ""


def _stop(line: PositionLine, width: int) -> str:
    """A trailing one has an arrow; a position without any says so."""
    if not line.position.position_lots:
        return ""
    if not line.stop_ticks:
        return "none !"
    arrow = "↑" if line.protection is not None and line.protection.trail_ticks else ""
    return f"{arrow}{line.instrument.price(line.stop_ticks)}"


def _share(line: PositionLine, width: int) -> str:
    if line.limit_share is None:
        return ""
    percent = min(999, int(line.limit_share * 100))
    return f"{percent}%{'!' if line.limit_share >= NEAR else ' '}"


def _share_style(line: PositionLine, paint: Paint) -> Style:
    return paint.warning_bold if (line.limit_share or 0.0) >= NEAR else paint.muted


def _stop_style(line: PositionLine, paint: Paint) -> Style:
    return paint.own_held if line.stop_ticks else paint.warning_bold


POSITION_COLUMNS: tuple[Column[PositionLine], ...] = (
    MARGIN,
    Column("symbol", lambda line, width: line.instrument.symbol_in(width), 13, most=24, is_left=True,
           is_symbol=True, sort=lambda line: line.instrument.symbol),
    Column("held", _held, 8, most=12, sort=lambda line: line.notional_e8,
           style=lambda line, paint: paint.sign(line.position.position_lots)),
    Column("average", _average, 10, worth=1, style=as_muted),
    Column("mark", _mark, 10, worth=1, style=as_muted),
    Column("stop", _stop, 10, worth=3, style=_stop_style),
    Column("limit", _share, 6, worth=4, style=_share_style, sort=lambda line: line.limit_share),
    Column("realised", lambda line, width: fitting_money(line.position.realised_e8, width), 10, worth=2,
           style=lambda line, paint: paint.sign(line.position.realised_e8),
           sort=lambda line: line.position.realised_e8),
    Column("open", lambda line, width: fitting_money(line.position.unrealised_e8, width), 10, worth=2,
           style=lambda line, paint: paint.sign(line.position.unrealised_e8),
           sort=lambda line: line.position.unrealised_e8),
    Column("P/L", lambda line, width: fitting_money(line.position.profit_e8, width), 9, most=11,
           style=lambda line, paint: paint.sign(line.position.profit_e8), sort=lambda line: line.position.profit_e8),
)  # fmt: skip


def position_fields(line: PositionLine) -> list[Field]:
    instrument, position, guard = line.instrument, line.position, line.protection
    base, money = instrument.base, instrument.settlement

    def price(ticks: int) -> str:
        return instrument.price(ticks) if ticks else ""

    def size(lots: int) -> str:
        return f"{instrument.short(lots)} {base}" if lots else ""

    return [
        ("instrument", instrument.symbol),
        ("held", f"{_held(line, 0)} {base}" if position.position_lots else "flat"),
        ("worth", f"{money_text(line.notional_e8)} {money}" if position.position_lots else ""),
        ("average", instrument.price_between(position.average_ticks) if position.position_lots else ""),
        ("mark", price(position.mark_ticks)),
        ("open", f"{signed_money(position.unrealised_e8)} {money}"),
        ("realised today", f"{signed_money(position.realised_e8)} {money}"),
        ("fees today", f"{money_text(position.fees_e8)} {money}"),
        ("P/L today", f"{signed_money(position.profit_e8)} {money}"),
        ("fills today", str(position.fills)),
        ("working to buy", size(position.working_buy_lots)),
        ("working to sell", size(position.working_sell_lots)),
        ("stop", price(line.stop_ticks)),
        ("trailing", ("yes" if guard.trail_ticks else "no") if guard is not None else ""),
        ("targets", " ".join(filter(None, map(price, (guard.first_target_ticks, guard.second_target_ticks))))
                    if guard is not None else ""),
        ("share of limit", f"{line.limit_share * 100:.1f} %" if line.limit_share is not None else ""),
    ]  # fmt: skip
