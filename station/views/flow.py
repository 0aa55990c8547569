"""What happened in the market, as it is shown: bars, volume at price, what became of levels, depth over time, tape.

All of it is kept by the onlooker (core/flow), which follows the tape beside the core. Before it has seen anything,
or when it is not there, every view is empty; `FlowStateView` says why. Times are wall clock in nanoseconds.
"""

import math
from typing import NamedTuple

import msgspec

from core.vocabulary import Side
from station.views.book import BookView

HEAT_PERIODS_NS = (250_000_000, 2_000_000_000, 15_000_000_000)
"""Of `Source.heat`, by its number."""
HEAT_ROWS = 256
CODES_PER_DOUBLING = 8
LARGEST_CODE = 255


class FlowStateView(msgspec.Struct, frozen=True, kw_only=True):
    """Is the history alive and whole?"""

    is_alive: bool = False
    """It beat within the last two seconds. False: what is shown has grown old, or is not there yet."""
    missed: int = 0
    """Records of the tape that were overwritten before they were read."""
    since_wall_ns: int = 0
    """The first record that was read; 0: none."""


class Candle(NamedTuple):
    start_wall_ns: int
    open_ticks: int
    high_ticks: int
    low_ticks: int
    close_ticks: int
    volume_lots: int
    """0: nothing traded, all prices are the last close"""
    buy_lots: int
    """of volume_lots, where the taker bought"""
    trades: int
    value: float
    """sum of ticks * lots; value / volume_lots is the average price"""


class CandlesView(msgspec.Struct, frozen=True, kw_only=True):
    """Bars of one time frame, oldest first; the last one is still open."""

    instrument_id: int
    frame: int = 0
    """core.bars Frame, 0 … 8: 1 s 5 s 15 s 1 m 5 m 15 m 1 h 4 h 1 d"""
    period_ns: int = 0
    candles: tuple[Candle, ...] = ()
    since_wall_ns: int = 0
    """What is older was told by the venue, or comes from recordings."""
    missed: int = 0
    """Records of the tape that these bars may lack."""


class PriceVolume(NamedTuple):
    price_ticks: int
    """the lowest of the row's prices"""
    buy_lots: int
    sell_lots: int


class ProfileView(msgspec.Struct, frozen=True, kw_only=True):
    """Volume at price of the session: since the desk's rollover (UTC midnight unless set), or its start if later."""

    instrument_id: int
    ticks_per_row: int = 1
    """Prices that one row holds together: 1 until the session's range grows beyond 2,048 ticks, then 2, 4, …"""
    rows: tuple[PriceVolume, ...] = ()
    """Where something traded, highest price first."""
    total_lots: int = 0
    point_of_control_ticks: int = 0
    """Row with most volume; 0: nothing traded. The lowest of them when there are several."""
    value_area_low_ticks: int = 0
    """The rows around the point of control that hold 70 % of the volume; the lowest price."""
    value_area_high_ticks: int = 0
    vwap_ticks: float = 0.0
    high_ticks: int = 0
    low_ticks: int = 0
    open_ticks: int = 0
    since_wall_ns: int = 0


class LevelFlow(NamedTuple):
    """One price, over the last `window_ns`. Lots."""

    price_ticks: int
    consumed_bid_lots: int = 0
    """Went from the bid because somebody sold into it."""
    pulled_bid_lots: int = 0
    """Went because its owner took it away."""
    stacked_bid_lots: int = 0
    """Came."""
    consumed_ask_lots: int = 0
    pulled_ask_lots: int = 0
    stacked_ask_lots: int = 0
    bought_lots: int = 0
    """Traded here by takers who bought."""
    sold_lots: int = 0
    last_trade_wall_ns: int = 0
    """0: none that is remembered"""
    last_change_wall_ns: int = 0
    """Anything of the above"""


class LevelFlowView(msgspec.Struct, frozen=True, kw_only=True):
    """What became of levels. The rule that tells consumed from pulled, and its limits: docs/order-flow.md."""

    instrument_id: int
    window_ns: int = 10_000_000_000
    levels: dict[int, LevelFlow] = {}
    """By price, highest first; only prices where something happened."""


class LargeOrder(NamedTuple):
    price_ticks: int
    side: Side
    lots: int
    times_usual: float
    """against the median of the levels that are shown"""


class Iceberg(NamedTuple):
    """A level at which more traded than it ever showed, while it was refilled."""

    price_ticks: int
    side: Side
    """of the resting order"""
    traded_lots: int
    refills: int
    shown_lots: int
    """the most that it ever showed"""


class HintsView(msgspec.Struct, frozen=True, kw_only=True):
    instrument_id: int
    large: tuple[LargeOrder, ...] = ()
    """Largest first."""
    icebergs: tuple[Iceberg, ...] = ()


class HeatColumn(NamedTuple):
    """The book at the end of one period, and what traded in it."""

    start_wall_ns: int
    bid_ticks: int
    """best at the end; 0: none"""
    ask_ticks: int
    low_ticks: int
    """lowest price of row 0"""
    codes: bytes
    """a size per row, lowest price first: see `lots_of`; empty in a gap"""
    trades: tuple[tuple[int, int], ...]
    """(row, lots bought minus lots sold) for rows where something traded"""
    is_gap: bool
    """The book was not whole, or nobody looked."""


class HeatView(msgspec.Struct, frozen=True, kw_only=True):
    """Depth over time, oldest column first. Times between columns that do not follow on were not seen."""

    instrument_id: int
    period_ns: int = HEAT_PERIODS_NS[0]
    ticks_per_row: int = 1
    columns: tuple[HeatColumn, ...] = ()


class Print(NamedTuple):
    """What one aggressor did, as far as can be told: consecutive trades of one side at one moment."""

    wall_ns: int
    price_from_ticks: int
    """of its first trade"""
    price_to_ticks: int
    """of its last one"""
    lots: int
    side: Side
    """the taker's"""
    fills: int


class PrintsView(msgspec.Struct, frozen=True, kw_only=True):
    instrument_id: int
    prints: tuple[Print, ...] = ()
    """Newest first."""
    per_second: float = 0.0
    """Trades, over the last five seconds."""
    lots_per_second: float = 0.0


class MarkOut(NamedTuple):
    """What one of our fills was worth later: against the mid, positive is good for us. 1e-8 of settlement currency."""

    wall_ns: int
    instrument_id: int
    side: Side
    price_ticks: int
    lots: int
    is_maker: bool
    after_1s_e8: int | None
    """None: not due yet, or the book was not LIVE then"""
    after_10s_e8: int | None
    after_60s_e8: int | None
    notional_e8: int = 0
    """what was traded, in the same currency; 0: unknown"""


class MarkOutsView(msgspec.Struct, frozen=True, kw_only=True):
    fills: tuple[MarkOut, ...] = ()
    """Newest first."""
    mean_1s_bps: float | None = None
    """Of these fills, each counted alike; None: none was due."""
    mean_10s_bps: float | None = None
    mean_60s_bps: float | None = None


class EquityPoint(NamedTuple):
    wall_ns: int
    equity_e8: int
    """realised + unrealised - fees, as the core values it"""
    drawdown_e8: int
    """below the highest equity so far; 0 or more"""


class EquityView(msgspec.Struct, frozen=True, kw_only=True):
    """The course of the equity: a point a second for an hour, or a point a minute for a day. Oldest first."""

    period_ns: int = 1_000_000_000
    points: tuple[EquityPoint, ...] = ()


def lots_of(code: int) -> int:
    """The smallest size that a code of HeatColumn stands for: code = 1 + floor(8 log2(lots)), at most 255; 0: nothing.

    A step is 9 % more; 255 is everything from 3.6 billion lots on.
    """
    return math.ceil(2 ** ((code - 1) / CODES_PER_DOUBLING) - 1e-9) if code > 0 else 0


def cost_to_move(book: BookView, side: Side, ticks: int) -> int | None:
    """Lots that a taker of `side` must trade before the best price has moved by so many ticks against him.

    A buyer moves the ask; what nobody shows costs nothing. None: there is no such side, or the levels that are known
    end before.
    """
    levels = book.asks if side is Side.BUY else book.bids
    if not levels:
        return None
    until_ticks = levels[0][0] + side * ticks
    if (levels[-1][0] - until_ticks) * side < -1:
        return None
    return sum(lots for price_ticks, lots in levels if (until_ticks - price_ticks) * side > 0)
