"""What happened, row by row: nothing is lost by grouping, and money is what a position is worth."""

from hypothesis import given
from hypothesis import strategies as st

from core.vocabulary import Side
from station.views.book import BookView
from station.views.flow import HintsView, Iceberg, LargeOrder, LevelFlow, LevelFlowView, PriceVolume, ProfileView
from station.views.instrument import InstrumentView
from station.views.ladder import FRESH, OLD, RECENT, ask_row, bid_row
from station.views.ladder_flow import ICEBERG, LARGE, imbalance_percent, ladder_flow, profit_e8, session_rows
from station.views.orders import PositionView
from tests.market_views import instruments

NOW_NS = 1_000_000_000_000
GROUPS = st.sampled_from([1, 2, 5, 10, 50])
LOTS = st.integers(0, 10**6)
LEVELS = st.dictionaries(st.integers(1, 300), st.tuples(*[LOTS] * 8), max_size=40)


def level_flow(levels: dict[int, tuple[int, ...]], traded_ns: int = 0) -> LevelFlowView:
    made = {ticks: LevelFlow(ticks, *lots, last_trade_wall_ns=traded_ns) for ticks, lots in levels.items()}
    return LevelFlowView(instrument_id=0, levels=made)


@given(LEVELS, GROUPS)
def test_rows_hold_what_their_prices_hold(levels: dict[int, tuple[int, ...]], group: int) -> None:
    view = level_flow(levels)
    rows = ladder_flow(
        view, HintsView(instrument_id=0), session_rows(ProfileView(instrument_id=0), group),
        group_ticks=group, wall_ns=NOW_NS,
    ).rows  # fmt: skip
    for row in range(302):
        on_bid = [one for one in view.levels.values() if bid_row(one.price_ticks, group) == row]
        on_ask = [one for one in view.levels.values() if ask_row(one.price_ticks, group) == row]
        found = rows.get(row)
        wanted = (
            sum(one.bought_lots for one in on_ask), sum(one.sold_lots for one in on_bid),
            sum(one.consumed_bid_lots for one in on_bid), sum(one.pulled_ask_lots for one in on_ask),
            sum(one.stacked_bid_lots for one in on_bid), sum(one.consumed_ask_lots for one in on_ask),
        )  # fmt: skip
        told = (0,) * 6
        if found is not None:
            told = (
                found.bought, found.sold, found.eaten_bid, found.pulled_ask, found.stacked_bid, found.eaten_ask,
            )  # fmt: skip
        assert told == wanted


@given(st.dictionaries(st.integers(1, 500), st.tuples(LOTS, LOTS), min_size=1, max_size=60), GROUPS)
def test_the_volume_of_the_session_is_all_there(traded: dict[int, tuple[int, int]], group: int) -> None:
    rows = tuple(PriceVolume(ticks, *lots) for ticks, lots in sorted(traded.items(), reverse=True))
    session = session_rows(ProfileView(instrument_id=0, rows=rows), group)
    assert sum(session.volume.values()) == sum(buy + sell for _, buy, sell in rows)
    assert session.most_volume == max(session.volume.values())


def test_a_trade_fades_in_two_steps() -> None:
    ages, hints = [], HintsView(instrument_id=0)
    session = session_rows(ProfileView(instrument_id=0), 1)
    for age_s in (1, 3, 8):
        view = level_flow({100: (0, 0, 0, 0, 0, 0, 5, 0)}, NOW_NS - age_s * 10**9)
        flow = ladder_flow(view, hints, session, group_ticks=1, wall_ns=NOW_NS)
        ages.append(flow.rows[100].age)
    assert ages == [FRESH, RECENT, OLD]


def test_a_hint_stands_at_its_side_and_an_iceberg_says_more_than_a_large_order() -> None:
    hints = HintsView(
        instrument_id=0,
        large=(LargeOrder(103, Side.SELL, 900, 9.0), LargeOrder(97, Side.BUY, 900, 9.0)),
        icebergs=(Iceberg(97, Side.BUY, 4_000, 6, 500),),
    )
    session = session_rows(ProfileView(instrument_id=0), 5)
    flow = ladder_flow(level_flow({}), hints, session, group_ticks=5, wall_ns=NOW_NS)
    assert flow.ask_hints == {21: LARGE}
    assert flow.bid_hints == {19: ICEBERG}


@given(st.integers(-(10**6), 10**6), st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_profit_is_the_difference_of_two_values(lots: int, average: int, ticks: int) -> None:
    instrument = instruments()[0]
    position = PositionView(instrument_id=0, position_lots=lots, average_ticks=float(average))
    wanted = instrument.notional_e8(ticks, lots) - instrument.notional_e8(average, lots)
    assert abs(profit_e8(instrument, position, ticks) - wanted) <= 1


def test_an_inverse_contract_gains_what_its_coins_are_worth_less() -> None:
    inverse = InstrumentView(
        instrument_id=0, symbol="XBT-USD.x", venue="x", settlement="XBT", tick_mantissa=1, tick_exponent=0,
        lot_mantissa=1, lot_exponent=0, value_numerator=10**8, is_inverse=True,
    )  # fmt: skip
    position = PositionView(instrument_id=0, position_lots=100, average_ticks=50_000.0)
    assert profit_e8(inverse, position, 100_000) == round(100 * 10**8 * (1 / 50_000 - 1 / 100_000))


def test_imbalance_is_the_share_of_the_bid_and_absent_where_a_side_is() -> None:
    assert imbalance_percent(BookView(instrument_id=0, bids=((10, 30),), asks=((11, 10),))) == 75
    assert imbalance_percent(BookView(instrument_id=0, bids=((10, 30),))) is None
