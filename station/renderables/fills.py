"""Our fills of today: fee, maker or taker, and the price 1, 10 and 60 s later, in basis points: plus is good for us."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rich.style import Style

from core.vocabulary import Side
from station.renderables.details import Field
from station.renderables.paint import Paint
from station.renderables.row import right
from station.renderables.table import MARGIN, Column, as_muted
from station.views.day import FillView
from station.views.flow import MarkOut
from station.views.instrument import NO_INSTRUMENT, InstrumentView
from station.views.numbers import DASH, clock_in, clock_text, fitting_money, money_text, signed_money

COUNTER_MASK = (1 << 32) - 1
FEE_PLACES = 4
BASIS_POINTS = 10_000
HORIZONS = (("after_1s_e8", "1 s"), ("after_10s_e8", "10 s"), ("after_60s_e8", "60 s"))


class FillLine(NamedTuple):
    instrument: InstrumentView
    fill: FillView
    mark_out: MarkOut | None = None

    @property
    def value_e8(self) -> int:
        """Traded, in the settlement currency."""
        return abs(self.instrument.notional_e8(self.fill.price_ticks, self.fill.lots))

    def bps(self, which: str) -> float | None:
        """`which`: after_1s_e8 …; None: not due, not measured, or nothing to measure by."""
        after: int | None = getattr(self.mark_out, which, None)
        return None if after is None or not self.value_e8 else BASIS_POINTS * after / self.value_e8


def fill_lines(
    fills: Sequence[FillView],
    mark_outs: Sequence[MarkOut],
    by_symbol: Mapping[str, InstrumentView],
    by_id: Mapping[int, InstrumentView],
) -> list[FillLine]:
    """Newest first. A fill that is not stored yet is known by what it is measured by, and has no fee."""
    measured: dict[tuple[int, ...], list[MarkOut]] = {}
    for one in mark_outs:
        measured.setdefault(_key(one.wall_ns, one.instrument_id, one.side, one.price_ticks, one.lots), []).append(one)
    lines = []
    for fill in fills:
        instrument = by_symbol.get(fill.symbol, NO_INSTRUMENT)
        key = _key(fill.wall_ns, instrument.instrument_id, fill.side, fill.price_ticks, fill.lots)
        found = measured.get(key)
        lines.append(FillLine(instrument, fill, found.pop() if found else None))
    stored_until_ns = fills[0].wall_ns if fills else 0
    for one in mark_outs:
        left = measured[_key(one.wall_ns, one.instrument_id, one.side, one.price_ticks, one.lots)]
        if left and one.wall_ns >= stored_until_ns:
            left.remove(one)
            lines.append(_not_stored_yet(one, by_id.get(one.instrument_id, NO_INSTRUMENT)))
    return sorted(lines, key=lambda line: -line.fill.wall_ns)


def _key(wall_ns: int, instrument_id: int, side: int, price_ticks: int, lots: int) -> tuple[int, ...]:
    return wall_ns, instrument_id, int(side), price_ticks, lots


def _not_stored_yet(one: MarkOut, instrument: InstrumentView) -> FillLine:
    fill = FillView(
        wall_ns=one.wall_ns, symbol=instrument.symbol, side=one.side, price_ticks=one.price_ticks, lots=one.lots,
        fee_e8=None, is_maker=one.is_maker, client_id=0, execution_id=0, strategy_id=-1, origin=0,
    )  # fmt: skip
    return FillLine(instrument, fill, one)


def _bps(which: str, title: str) -> Column[FillLine]:
    def text(line: FillLine, width: int) -> str:
        bps = line.bps(which)
        return DASH if bps is None else f"{bps:+.2f}"

    return Column(
        title, text, 7, worth=2,
        style=lambda line, paint: paint.sign(line.bps(which) or 0.0), sort=lambda line: line.bps(which),
    )  # fmt: skip


def _side_style(line: FillLine, paint: Paint) -> Style:
    return paint.up if line.fill.side > 0 else paint.down


FILL_COLUMNS: tuple[Column[FillLine], ...] = (
    MARGIN,
    Column("time", lambda line, width: clock_in(line.fill.wall_ns, width), 8, most=12, least=5,
           is_left=True, style=as_muted, sort=lambda line: line.fill.wall_ns),
    Column("", lambda line, width: "B" if line.fill.side > 0 else "S", 1, style=_side_style),
    Column("symbol", lambda line, width: line.instrument.symbol_in(width), 11, most=24, is_left=True,
           is_symbol=True, sort=lambda line: line.fill.symbol),
    Column("size", lambda line, width: line.instrument.short(line.fill.lots), 7, most=10,
           sort=lambda line: line.value_e8),
    Column("price", lambda line, width: line.instrument.price(line.fill.price_ticks), 10, style=_side_style),
    Column("value", lambda line, width: fitting_money(line.value_e8, width).removeprefix("+"), 11, worth=4,
           style=as_muted, sort=lambda line: line.value_e8),
    Column("fee", lambda line, width: DASH if line.fill.fee_e8 is None else money_text(line.fill.fee_e8, FEE_PLACES),
           10, worth=1, style=as_muted, sort=lambda line: line.fill.fee_e8),
    Column("as", lambda line, width: "maker" if line.fill.is_maker else "taker", 5, worth=3, is_left=True,
           style=as_muted, sort=lambda line: line.fill.is_maker),
    *(_bps(which, title) for which, title in HORIZONS),
    Column("by", lambda line, width: _by(line.fill), 10, worth=5, is_left=True, style=as_muted,
           sort=lambda line: _by(line.fill)),
)  # fmt: skip


def means_text(lines: Sequence[FillLine]) -> str:
    """What the price did after these fills on the average, each counted alike; columns do not move."""
    said = []
    for which, title in HORIZONS:
        known = [bps for line in lines if (bps := line.bps(which)) is not None]
        said.append(f"{title} {right(f'{sum(known) / len(known):+.2f}' if known else DASH, 7)}")
    return f"after {'  '.join(said)} bps"


def _by(fill: FillView) -> str:
    return f"strategy {fill.strategy_id}" if fill.strategy_id >= 0 else "person"


def fill_fields(line: FillLine) -> list[Field]:
    instrument, fill, money = line.instrument, line.fill, line.instrument.settlement
    side = "bought" if fill.side is Side.BUY else "sold"

    def after(which: str) -> str:
        amount: int | None = getattr(line.mark_out, which, None)
        bps = line.bps(which)
        return "" if amount is None or bps is None else f"{signed_money(amount)} {money}, {bps:+.2f} bps"

    return [
        ("time", clock_text(fill.wall_ns, milliseconds=True)),
        ("instrument", instrument.symbol),
        (side, f"{instrument.short(fill.lots)} {instrument.base}"),
        ("at", f"{instrument.price(fill.price_ticks)} {instrument.quote}"),
        ("worth", f"{money_text(line.value_e8)} {money}"),
        ("fee", f"{money_text(fill.fee_e8, 6)} {money}" if fill.fee_e8 is not None else ""),
        ("as", "maker: it rested" if fill.is_maker else "taker: it took"),
        ("after 1 s", after("after_1s_e8")),
        ("after 10 s", after("after_10s_e8")),
        ("after 60 s", after("after_60s_e8")),
        ("order", f"#{fill.client_id & COUNTER_MASK}" if fill.client_id else ""),
        ("execution", str(fill.execution_id) if fill.execution_id else ""),
        ("by", _by(fill)),
    ]
