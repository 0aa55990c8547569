"""What happened at each row of a ladder: trades, what was eaten, pulled and stacked, session volume and marks, hints.

Made of the flow's views (views/flow.py) for one grouping of prices, as the rows of a ladder are: a bid stands at or
below its price, an ask at or above.
"""

from core.vocabulary import Side
from station.views.book import BookView
from station.views.flow import HintsView, LevelFlowView, ProfileView
from station.views.instrument import InstrumentView
from station.views.ladder import FRESH, OLD, RECENT, LadderFlow, RowFlow, SessionRows, ask_row, bid_row
from station.views.orders import PositionView

FRESH_NS = 1_500_000_000
RECENT_NS = 5_000_000_000
LARGE, ICEBERG = "■", "≈"
TOUCHING_LEVELS = 10
"""Of each side, that imbalance counts"""
OPEN_MARK, LOW_MARK, HIGH_MARK, VWAP_MARK = "O", "L", "H", "V"


def ladder_flow(
    levels: LevelFlowView, hints: HintsView, session: SessionRows, *, group_ticks: int, wall_ns: int
) -> LadderFlow:
    return LadderFlow(
        rows=_rows(levels, group_ticks, wall_ns),
        bid_hints=_hints(hints, Side.BUY, group_ticks),
        ask_hints=_hints(hints, Side.SELL, group_ticks),
        session=session,
    )


def session_rows(profile: ProfileView, group_ticks: int) -> SessionRows:
    if not profile.rows:
        return SessionRows()
    volume = _volume(profile, group_ticks)
    return SessionRows(
        volume=volume,
        most_volume=max(volume.values()),
        control_row=profile.point_of_control_ticks // group_ticks,
        value_rows=(profile.value_area_low_ticks // group_ticks, profile.value_area_high_ticks // group_ticks),
        marks=_marks(profile, group_ticks),
    )


def _rows(levels: LevelFlowView, group: int, wall_ns: int) -> dict[int, RowFlow]:
    found: dict[int, RowFlow] = {}
    for ticks, level in levels.levels.items():
        age, changed = _age(wall_ns - level.last_trade_wall_ns), _age(wall_ns - level.last_change_wall_ns)
        low, high = bid_row(ticks, group), ask_row(ticks, group)
        on_bid = RowFlow(
            sold=level.sold_lots,
            age=age if level.sold_lots else OLD,
            changed=changed,
            eaten_bid=level.consumed_bid_lots,
            pulled_bid=level.pulled_bid_lots,
            stacked_bid=level.stacked_bid_lots,
        )
        on_ask = RowFlow(
            bought=level.bought_lots,
            age=age if level.bought_lots else OLD,
            changed=changed,
            eaten_ask=level.consumed_ask_lots,
            pulled_ask=level.pulled_ask_lots,
            stacked_ask=level.stacked_ask_lots,
        )
        for row, part in ((low, on_bid), (high, on_ask)):
            before = found.get(row)
            found[row] = part if before is None else _together(before, part)
    return found


def _together(one: RowFlow, other: RowFlow) -> RowFlow:
    summed = RowFlow(*(a + b for a, b in zip(one, other, strict=True)))
    return summed._replace(age=max(one.age, other.age), changed=max(one.changed, other.changed))


def _age(age_ns: int) -> int:
    return FRESH if age_ns < FRESH_NS else RECENT if age_ns < RECENT_NS else OLD


def _volume(profile: ProfileView, group: int) -> dict[int, int]:
    found: dict[int, int] = {}
    # A row of the profile that is coarser than the ladder's is spread over those that it covers.
    spread = max(1, profile.ticks_per_row // group)
    for ticks, buy, sell in profile.rows:
        for step in range(spread):
            row = (ticks + step * group) // group
            found[row] = found.get(row, 0) + (buy + sell) // spread
    return found


def _marks(profile: ProfileView, group: int) -> dict[int, str]:
    """Where several meet, that which says more stands last and wins."""
    return {
        profile.open_ticks // group: OPEN_MARK,
        profile.low_ticks // group: LOW_MARK,
        profile.high_ticks // group: HIGH_MARK,
        round(profile.vwap_ticks / group): VWAP_MARK,
    }


def _hints(hints: HintsView, side: Side, group: int) -> dict[int, str]:
    row_of = bid_row if side is Side.BUY else ask_row
    large = {row_of(one.price_ticks, group): LARGE for one in hints.large if one.side is side}
    return large | {row_of(one.price_ticks, group): ICEBERG for one in hints.icebergs if one.side is side}


def imbalance_percent(book: BookView) -> int | None:
    """How much of what stands nearest on both sides is bid; None: a side is empty."""
    bid = sum(lots for _, lots in book.bids[:TOUCHING_LEVELS])
    ask = sum(lots for _, lots in book.asks[:TOUCHING_LEVELS])
    return round(100 * bid / (bid + ask)) if bid and ask else None


def profit_e8(instrument: InstrumentView, position: PositionView, ticks: int) -> int:
    """Of a position, if it were closed at this price: 1e-8 of the settlement currency, without fees."""
    lots, average = position.position_lots, position.average_ticks
    if instrument.is_inverse:
        per_lot = instrument.value_numerator / instrument.value_denominator
        return round(lots * per_lot * (1 / average - 1 / ticks)) if average > 0 and ticks > 0 else 0
    return round((ticks - average) * lots * instrument.value_numerator / instrument.value_denominator)
