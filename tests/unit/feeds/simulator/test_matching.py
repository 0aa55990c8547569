"""What the matching engine does with one order."""

import pytest

from core.vocabulary import InstrumentState, OrderStatus, Reject, Report, Side, TimeInForce
from feeds.simulator.matching import notional_e8, share_of
from tests.matching_engine import CROWD, FIRST_TICKS, Engine, best_prices, limit, market, set_state

pytestmark = pytest.mark.usefixtures("simulator_kernels")

ASK, BID = FIRST_TICKS + 65, FIRST_TICKS + 63
BUY, SELL = Side.BUY, Side.SELL


@pytest.fixture
def engine() -> Engine:
    """The crowd offers 10 lots at ASK and 10 behind it, and bids 10 at BID."""
    engine = Engine()
    engine.enter(limit(CROWD, 1, SELL, ASK, 10))
    engine.enter(limit(CROWD, 2, SELL, ASK + 1, 10))
    engine.enter(limit(CROWD, 3, BUY, BID, 10))
    engine.said_market.clear()
    return engine


def reports(engine: Engine) -> list[tuple[object, ...]]:
    """Report, status, reason."""
    return [said[3:6] for said in engine.said_reports]


def test_a_limit_order_rests_and_shows_the_levels_total(engine: Engine) -> None:
    engine.enter(limit(1, 10, BUY, BID, 5))
    assert engine.said_market == [("level", BUY, BID, 15)]
    assert reports(engine) == [(Report.ACCEPTED, OrderStatus.NEW, Reject.NONE)]


def test_the_oldest_order_at_a_price_trades_first(engine: Engine) -> None:
    engine.enter(limit(1, 10, SELL, ASK, 4))
    engine.enter(limit(2, 11, BUY, ASK, 12))
    assert [said[2:4] for said in engine.said_reports if said[3] is Report.FILLED] == [
        (11, Report.FILLED), (10, Report.FILLED), (11, Report.FILLED),
    ]  # fmt: skip
    assert engine.queue(SELL, ASK) == [(10, 2)]


def test_a_trade_happens_at_the_resting_price_and_trades_come_before_their_level(engine: Engine) -> None:
    engine.enter(limit(1, 10, BUY, ASK + 5, 15))
    assert engine.said_market == [
        ("trade", BUY, ASK, 10), ("level", SELL, ASK, 0), ("trade", BUY, ASK + 1, 5), ("level", SELL, ASK + 1, 5),
    ]  # fmt: skip


def test_a_market_order_takes_what_there_is_and_the_rest_expires(engine: Engine) -> None:
    engine.enter(market(1, 10, BUY, 50))
    assert reports(engine)[-1] == (Report.EXPIRED, OrderStatus.EXPIRED, Reject.NONE)
    assert engine.said_reports[-1][8] == 20
    assert best_prices(engine.state)[1] < 0


def test_immediate_or_cancel_never_rests(engine: Engine) -> None:
    engine.enter(limit(1, 10, BUY, ASK, 15, time_in_force=TimeInForce.IOC))
    assert [report for report, _, _ in reports(engine)] == [Report.ACCEPTED, Report.FILLED, Report.EXPIRED]
    assert engine.queue(BUY, ASK) == []


def test_fill_or_kill_is_all_or_nothing(engine: Engine) -> None:
    assert engine.enter(limit(1, 10, BUY, ASK, 11, time_in_force=TimeInForce.FOK)) is Reject.NOT_FILLABLE
    assert engine.said_market == []
    assert engine.enter(limit(1, 11, BUY, ASK + 1, 20, time_in_force=TimeInForce.FOK)) is Reject.NONE
    assert reports(engine)[-1] == (Report.FILLED, OrderStatus.FILLED, Reject.NONE)


def test_a_post_only_order_that_would_take_is_refused(engine: Engine) -> None:
    assert engine.enter(limit(1, 10, BUY, ASK, 5, post_only=True)) is Reject.WOULD_TAKE
    assert engine.enter(limit(1, 11, BUY, ASK - 1, 5, post_only=True)) is Reject.NONE


def test_an_order_does_not_trade_with_its_own_account(engine: Engine) -> None:
    engine.enter(limit(1, 10, SELL, ASK, 5))
    engine.enter(limit(1, 11, BUY, ASK, 20))
    assert reports(engine)[-1] == (Report.EXPIRED, OrderStatus.EXPIRED, Reject.SELF_TRADE)
    assert engine.said_reports[-1][8] == 10  # the crowd's ten came first
    assert engine.queue(SELL, ASK) == [(10, 5)]


def test_less_at_the_same_price_keeps_its_place_and_more_does_not(engine: Engine) -> None:
    engine.enter(limit(1, 10, BUY, BID, 8))
    engine.enter(limit(2, 11, BUY, BID, 8))
    engine.replace(10, BID, 5)
    assert engine.queue(BUY, BID) == [(3, 10), (10, 5), (11, 8)]
    engine.replace(10, BID, 6)
    assert engine.queue(BUY, BID) == [(3, 10), (11, 8), (10, 6)]


def test_a_replaced_order_may_trade_at_once(engine: Engine) -> None:
    engine.enter(limit(1, 10, BUY, BID, 8))
    engine.replace(10, ASK, 8)
    assert [report for report, _, _ in reports(engine)] == [Report.ACCEPTED, Report.REPLACED, Report.FILLED]


def test_a_refused_replacement_leaves_the_order_as_it_was(engine: Engine) -> None:
    engine.enter(limit(1, 10, BUY, BID, 8, post_only=True))
    assert engine.replace(10, ASK, 8) is Reject.WOULD_TAKE
    assert engine.queue(BUY, BID) == [(3, 10), (10, 8)]
    assert reports(engine)[-1] == (Report.REPLACE_REJECTED, OrderStatus.NEW, Reject.WOULD_TAKE)


def test_a_suspended_instrument_takes_cancels_only(engine: Engine) -> None:
    engine.enter(limit(1, 10, BUY, BID, 8))
    set_state(engine, InstrumentState.SUSPENDED)
    assert engine.enter(limit(1, 11, BUY, BID, 8)) is Reject.MARKET_CLOSED
    engine.cancel(10)
    assert reports(engine)[-1] == (Report.CANCELED, OrderStatus.CANCELED, Reject.NONE)


def test_a_post_only_instrument_refuses_what_would_trade(engine: Engine) -> None:
    set_state(engine, InstrumentState.POST_ONLY)
    assert engine.enter(market(1, 10, BUY, 1)) is Reject.WOULD_TAKE
    assert engine.enter(limit(1, 11, BUY, BID, 1)) is Reject.NONE


@pytest.mark.parametrize("price", [FIRST_TICKS - 1, FIRST_TICKS + 128, -(2**63), 2**63 - 1])
def test_a_price_outside_the_window_is_refused(engine: Engine, price: int) -> None:
    assert engine.enter(limit(1, 10, BUY, price, 1)) is Reject.BAD_PRICE


@pytest.mark.parametrize("lots", [0, -1, 51, -(2**63), 2**63 - 1])
def test_a_quantity_outside_the_limits_is_refused(engine: Engine, lots: int) -> None:
    assert engine.enter(limit(1, 10, BUY, BID, lots)) is Reject.BAD_QUANTITY


def test_both_sides_of_a_trade_pay_their_fee_and_move_their_position(engine: Engine) -> None:
    engine.enter(limit(1, 10, SELL, ASK - 1, 10))
    engine.enter(limit(2, 11, BUY, ASK - 1, 10))
    maker, taker = engine.state.accounts[1, 0], engine.state.accounts[2, 0]
    notional = (ASK - 1) * 10 * 500_000  # half a cent in 1e-8, for each tick and lot
    assert (maker["position_lots"], maker["notional_e8"], maker["fees_e8"]) == (-10, -notional, notional // 10_000)
    assert (taker["position_lots"], taker["notional_e8"], taker["fees_e8"]) == (10, notional, notional // 2_500)


@pytest.mark.parametrize(
    ("value", "ppm", "share"),
    [(10_000, 100, 1), (4_999, 100, 0), (5_000, 100, 1), (5_000, -100, -1), (2**62, 1_000, 4_611_686_018_427_388)],
)
def test_a_fee_is_rounded_half_away_from_zero(value: int, ppm: int, share: int) -> None:
    assert share_of(value, ppm) == share


def test_a_notional_is_rounded_half_away_from_zero() -> None:
    book = Engine().state.books[0]
    book["value_numerator"], book["value_denominator"] = 1, 2
    assert [notional_e8(book, ticks, 1) for ticks in (1, 2, 3)] == [1, 1, 2]
