"""The breaker: each cause at its warning and at its limit, what ends a warning, and how it is armed again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.risk.breaker import (
    advance,
    arm_again,
    feeds_are,
    frame_came,
    is_count_reached,
    level_of,
    look,
    read_causes,
)
from core.risk.exposure import begin_day, end_day, position_changed
from core.risk.limits import Risk
from core.risk.trades import decided, first_execution, slipped, traded
from core.vocabulary import BreakerCause, BreakerState, DenyReason, EventFlag, Report, Side
from tests.orders_world import ASK, BID, BTC, NOW_NS, Desk, report, risk, situation
from tests.unit.core.risk.test_exposure import position

NORMAL, WARNING, TRIGGERED = BreakerState.NORMAL, BreakerState.WARNING, BreakerState.TRIGGERED
MINUTE_NS = 60_000_000_000
WHY = 4_711
MONEY = 100_000_000


def desk_with(**limits: float) -> Risk:
    return risk(cool_down_minutes=60.0, warning_seconds=60.0, **limits)


def state_of(desk: Risk, now_ns: int = NOW_NS) -> tuple[BreakerState, BreakerCause]:
    look(desk, now_ns)
    return BreakerState(int(desk.breaker[0]["state"])), BreakerCause(int(desk.breaker[0]["cause"]))


def lose(desk: Risk, amount_e8: int) -> None:
    position_changed(desk, 0, position(BTC, realised_e8=-amount_e8))


@given(
    losses=st.integers(0, 4),
    trades=st.integers(0, 4),
    slips=st.integers(0, 5),
    slip_sum=st.integers(0, 30),
    warning=st.integers(0, 5),
    trigger=st.integers(0, 5),
)
def test_a_count_that_is_reached_is_known_without_a_look_at_every_cause(
    losses: int, trades: int, slips: int, slip_sum: int, warning: int, trigger: int
) -> None:
    desk = desk_with(max_losses=3, max_trades=3, slippage_fills=4)
    settings = desk.settings[0]
    settings["slippage_warning_bps"], settings["slippage_trigger_bps"] = warning, trigger
    breaker = desk.breaker[0]
    breaker["losses"], breaker["trades"], breaker["slips"], breaker["slip_sum"] = losses, trades, slips, slip_sum
    read_causes(desk)
    counted = (BreakerCause.LOSING_STREAK, BreakerCause.TRADE_COUNT, BreakerCause.SLIPPAGE)
    levels = [level_of(desk.readings[cause]) for cause in counted if cause != BreakerCause.SLIPPAGE or slips >= 4]
    assert is_count_reached(desk) == any(levels)


def test_the_loss_of_the_day_warns_and_then_opens() -> None:
    desk = desk_with(daily_loss=100.0, daily_loss_warning_pct=80.0)
    for lost, state in ((79, NORMAL), (80, WARNING), (99, WARNING), (100, TRIGGERED)):
        lose(desk, lost * MONEY)
        assert state_of(desk)[0] == state, lost
    assert state_of(desk)[1] == BreakerCause.DAILY_LOSS


def test_a_drawdown_from_the_peak_warns_and_then_opens() -> None:
    desk = desk_with(equity={"USD": 1_000.0}, reduce_drawdown_pct=10.0, halt_drawdown_pct=15.0)
    position_changed(desk, 0, position(BTC, realised_e8=1_000 * MONEY))
    for earned, state in ((1_000, NORMAL), (801, NORMAL), (800, WARNING), (701, WARNING), (700, TRIGGERED)):
        looks = position_changed(desk, 0, position(BTC, realised_e8=earned * MONEY))
        assert state_of(desk)[0] == state, earned
        assert looks == (state != NORMAL)
    assert desk.breaker[0]["cause"] == BreakerCause.DRAWDOWN
    assert desk.breaker[0]["value"] == desk.breaker[0]["limit"] == 150_000


@pytest.mark.parametrize(
    ("field", "limits", "cause", "warns", "opens"),
    [
        ("losses", {"max_losses": 5}, BreakerCause.LOSING_STREAK, None, 5),
        ("trades", {"max_trades": 50}, BreakerCause.TRADE_COUNT, 50, None),
        (
            "late_frames",
            {"latency_warning_frames": 3, "latency_trigger_frames": 9},
            BreakerCause.LATENCY,
            3,
            9,
        ),
        ("gaps", {"gaps_warning": 3, "gaps_trigger": 9}, BreakerCause.GAPS, 3, 9),
        (
            "dead_books_ppm",
            {"feeds_warning_pct": 50.0, "feeds_trigger_pct": 90.0},
            BreakerCause.FEEDS,
            500_000,
            900_000,
        ),
    ],
)
def test_each_count_warns_and_opens_at_its_own_limit(
    field: str, limits: dict[str, float], cause: BreakerCause, warns: int | None, opens: int | None
) -> None:
    for level, expected in ((warns, WARNING), (opens, TRIGGERED)):
        if level is None:
            continue
        desk = desk_with(**limits)
        desk.breaker[field] = level - 1
        assert state_of(desk)[0] < expected
        desk.breaker[field] = level
        assert state_of(desk) == (expected, cause)
        assert desk.breaker[0]["value"] == desk.breaker[0]["limit"] == level


def test_slippage_is_the_average_of_the_last_fills_that_took() -> None:
    desk = desk_with(slippage_warning_bps=10.0, slippage_trigger_bps=30.0, slippage_fills=2)
    decided(desk, 1, 77, Side.BUY, situation(best_ask_ticks=10_000))

    def fill(ticks: int, flags: int = 0, client_id: int = 77) -> BreakerState:
        slipped(desk, 1, client_id, report(Report.FILLED, 77, price_ticks=ticks, quantity_lots=1, flags=flags))
        return state_of(desk)[0]

    assert fill(10_100) == NORMAL  # one fill is no average
    desk.breaker["slips"] = desk.breaker["slip_sum"] = 0
    desk.breaker["slip_ppm"] = 0
    assert fill(10_019) == NORMAL
    assert fill(10_000) == NORMAL  # 19 and 0
    assert fill(10_020, EventFlag.MAKER) == NORMAL
    assert fill(10_020, client_id=78) == NORMAL
    assert fill(10_020) == WARNING  # 0 and 20: ten basis points
    assert fill(9_000) == WARNING  # better is no less than none
    assert desk.breaker[0]["slip_sum"] == 2_000
    assert fill(10_060) == TRIGGERED


def test_a_sale_slips_downwards() -> None:
    desk = desk_with(slippage_fills=1)
    decided(desk, 0, 5, Side.SELL, situation(best_bid_ticks=10_000))
    slipped(desk, 0, 5, report(Report.FILLED, 5, side=Side.SELL, price_ticks=9_990, quantity_lots=1))
    assert desk.breaker[0]["slip_ppm"][0] == 1_000


def test_a_warning_ends_when_its_cause_was_away_for_a_while() -> None:
    desk = desk_with(max_trades=5)
    desk.breaker["trades"] = 5
    assert state_of(desk)[0] == WARNING
    assert state_of(desk, NOW_NS + MINUTE_NS)[0] == WARNING
    desk.breaker["trades"] = 0
    assert state_of(desk, NOW_NS + 2 * MINUTE_NS - 1)[0] == WARNING
    assert state_of(desk, NOW_NS + 2 * MINUTE_NS) == (NORMAL, BreakerCause.NONE)


def test_it_stays_open_until_the_cool_down_is_over_and_somebody_says_why() -> None:
    desk = desk_with(max_losses=5)
    assert arm_again(desk, WHY, NOW_NS) == DenyReason.NOTHING_TO_DO
    desk.breaker["losses"] = 5
    assert state_of(desk)[0] == TRIGGERED
    later = NOW_NS + 60 * MINUTE_NS
    assert arm_again(desk, WHY, later - 1) == DenyReason.COOL_DOWN
    assert arm_again(desk, 0, later) == DenyReason.NO_REASON
    desk.breaker["losses"] = 0
    assert state_of(desk, later)[0] == TRIGGERED  # by itself it never closes
    desk.breaker["losses"] = 5
    assert arm_again(desk, WHY, later) == DenyReason.NONE
    assert desk.breaker[0]["losses"] == 0
    assert state_of(desk, later)[0] == NORMAL


def test_the_loss_of_the_day_is_not_forgiven_before_the_next_day() -> None:
    desk = desk_with(daily_loss=100.0)
    lose(desk, 100 * MONEY)
    assert state_of(desk)[0] == TRIGGERED
    lose(desk, 0)
    later = NOW_NS + 61 * MINUTE_NS
    assert arm_again(desk, WHY, later) == DenyReason.DAILY_LOSS
    end_day(desk)
    begin_day(desk)
    assert arm_again(desk, WHY, later) == DenyReason.NONE
    assert state_of(desk, later)[0] == NORMAL


def test_a_drawdown_is_forgiven_the_peak_is_what_is_left() -> None:
    desk = desk_with(equity={"USD": 1_000.0}, reduce_drawdown_pct=10.0, halt_drawdown_pct=15.0)
    lose(desk, 200 * MONEY)
    assert state_of(desk)[0] == TRIGGERED
    assert arm_again(desk, WHY, NOW_NS + 60 * MINUTE_NS) == DenyReason.NONE
    assert desk.equity[0]["peak_e8"] == 800 * MONEY
    assert state_of(desk)[0] == NORMAL


def test_nothing_left_is_a_drawdown_of_all() -> None:
    desk = desk_with(equity={"USD": 1_000.0}, daily_loss=50_000.0)
    lose(desk, 2_000 * MONEY)
    assert state_of(desk) == (TRIGGERED, BreakerCause.DRAWDOWN)


def test_frames_are_late_in_a_row_or_not_at_all() -> None:
    desk = desk_with(latency_ms=250)
    desk.breaker["is_running"], desk.breaker["session_ns"] = 1, NOW_NS
    late = NOW_NS + 250_000_001
    frame_came(desk, NOW_NS, late)
    frame_came(desk, NOW_NS, late)
    assert desk.breaker[0]["late_frames"] == 2
    frame_came(desk, NOW_NS - 1, late)  # it lay in the ring before the session
    assert desk.breaker[0]["late_frames"] == 2
    frame_came(desk, NOW_NS, NOW_NS + 250_000_000)
    assert desk.breaker[0]["late_frames"] == 0


def test_gaps_are_counted_by_the_minute_and_books_by_their_share() -> None:
    desk = desk_with()
    desk.breaker["minute_ns"] = NOW_NS
    feeds_are(desk, live=3, known=4, gaps=7, now_ns=NOW_NS + 1)
    assert (desk.breaker[0]["dead_books_ppm"], desk.breaker[0]["gaps"]) == (250_000, 7)
    feeds_are(desk, live=4, known=4, gaps=9, now_ns=NOW_NS + MINUTE_NS)
    assert (desk.breaker[0]["dead_books_ppm"], desk.breaker[0]["gaps"]) == (0, 0)
    feeds_are(desk, live=0, known=0, gaps=10, now_ns=NOW_NS + MINUTE_NS)
    assert (desk.breaker[0]["dead_books_ppm"], desk.breaker[0]["gaps"]) == (0, 1)


def test_trades_end_when_a_position_is_closed_or_turns_round() -> None:
    desk = risk()

    def after(lots: int, realised: int, fees: int = 0) -> int:
        traded(desk, 0, position(BTC, position_lots=lots, realised_e8=realised, fees_e8=fees))
        return int(desk.breaker[0]["losses"])

    assert after(10, 0, 5) == 0
    assert after(4, -20, 7) == 0  # smaller is not closed
    assert after(0, -50, 9) == 1
    assert after(-3, -50, 9) == 1
    assert after(2, -49, 11) == 2  # it earned one and paid two
    assert after(0, -40, 11) == 0  # a trade that earned ends the row
    assert after(5, -40, 12) == 0
    assert after(0, -40, 12) == 1  # the fee alone is a loss


def test_an_order_that_traded_counts_once() -> None:
    trader = Desk()
    client_id = trader.place(quantity_lots=10)
    trader.tell(Report.FILLED, client_id, price_ticks=BID, quantity_lots=4, filled_lots=4)
    assert first_execution(trader.order(client_id), BID, 4)
    trader.tell(Report.FILLED, client_id, price_ticks=BID, quantity_lots=4, filled_lots=8)
    assert not first_execution(trader.order(client_id), BID, 4)


def test_a_new_day_keeps_the_equity_and_forgets_the_counts() -> None:
    desk = risk(equity={"USD": 1_000.0})
    position_changed(desk, 0, position(BTC, realised_e8=50 * MONEY, unrealised_e8=7 * MONEY))
    desk.breaker["trades"] = 9
    end_day(desk)
    position_changed(desk, 0, position(BTC, unrealised_e8=7 * MONEY))
    begin_day(desk)
    assert desk.equity[0]["start_e8"] + desk.currencies[0]["profit_e8"] == 1_057 * MONEY
    assert desk.equity[0]["peak_e8"] == 1_057 * MONEY
    assert desk.breaker[0]["trades"] == 0


def test_a_value_that_is_none_opens_it() -> None:
    desk = desk_with(max_losses=5)
    desk.breaker["losses"] = (1 << 63) - 1
    assert state_of(desk)[0] == TRIGGERED
    reading = desk.readings[BreakerCause.LOSING_STREAK]
    assert not advance(desk.breaker[0], reading, 3, int(TRIGGERED), NOW_NS, 0, 0)
    assert ASK > BID
