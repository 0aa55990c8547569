"""All seven together: warm-up, untrusted books, and what a frame, a trade and a bar change."""

import math

import numpy as np
import pytest

from core.bars.series import close_due, make_bars
from core.bars.series import on_trade as bars_on_trade
from core.book.apply import apply_level
from core.book.integrity import mark_gapped, review_frame
from core.book.ladder import Books, make_books, set_level
from core.signals import volatility as volatility_module
from core.signals.imbalance import LEVELS
from core.signals.trade_flow import FADE_NS, WARM_TRADES
from core.signals.update import Signals, make_signals, on_bar, on_frame, on_trade
from core.signals.volatility import MEMORY_S, SAMPLE_NS, WANDER, WARM_SAMPLES, sample_mid
from core.vocabulary import Side, SignalName
from tests.market_events import level, snapshot
from tests.reference import signals_twin

SECOND_NS = 1_000_000_000
BIDS = {99: 10, 98: 20, 96: 5, 95: 5, 90: 10, 89: 1_000}
ASKS = {101: 30, 102: 10, 104: 5, 105: 5, 110: 20, 111: 2_000}
FLOATS = ("imbalance", "weighted_mid", "micro_price", "trade_flow", "volatility", "rsi", "macd", "macd_signal")


@pytest.fixture
def books() -> Books:
    made = make_books(1, window_ticks=64, far_levels=64)
    for event in snapshot(BIDS, ASKS):
        apply_level(made, 0, event)
    review_frame(made, 0, 0)
    return made


@pytest.fixture
def signals() -> Signals:
    return make_signals(1)


def is_warm(signals: Signals, name: SignalName) -> bool:
    return bool(signals.values[0]["is_warm"] & (1 << name))


def test_everything_is_nan_and_cold_at_first(signals: Signals) -> None:
    assert signals.values[0]["is_warm"] == 0
    assert all(math.isnan(signals.values[0][name]) for name in FLOATS)


def test_a_frame_of_a_live_book_gives_imbalance_and_weighted_mid(signals: Signals, books: Books) -> None:
    on_frame(signals, books, 0, 5)
    values = signals.values[0]
    assert values["imbalance"] == (50 - 70) / (50 + 70)
    assert values["weighted_mid"] == (99 * 30 + 101 * 10) / 40
    assert values["updated_ns"] == 5
    assert is_warm(signals, SignalName.IMBALANCE)
    assert is_warm(signals, SignalName.WEIGHTED_MID)
    assert not is_warm(signals, SignalName.MICRO_PRICE)


@pytest.mark.parametrize("levels", [0, 1, 4, 5, 6, 12])
def test_the_imbalance_takes_five_levels_wherever_they_lie(signals: Signals, levels: int) -> None:
    books = make_books(1, window_ticks=64, far_levels=64)
    # Forty ticks apart: the second level still lies in the window, the later ones in the far table.
    bids = {100_000 - 40 * i: 3 + i for i in range(levels)}
    asks = {100_001 + i: 50 + i for i in range(7)}
    for event in snapshot(bids, asks):
        apply_level(books, 0, event)
    review_frame(books, 0, 0)
    on_frame(signals, books, 0, 1)
    expected = signals_twin.imbalance(sorted(bids.items(), reverse=True), sorted(asks.items()), LEVELS)
    assert signals.values[0]["imbalance"] == pytest.approx(expected if levels else math.nan, nan_ok=True)


def test_a_book_that_is_not_live_has_no_signals_of_its_own(signals: Signals, books: Books) -> None:
    for i in range(WARM_TRADES):
        on_trade(signals, 0, 100, 5, Side.BUY, i)
    on_frame(signals, books, 0, 5)
    mark_gapped(books, 0)
    on_frame(signals, books, 0, 6)
    values = signals.values[0]
    assert all(math.isnan(values[name]) for name in ("imbalance", "weighted_mid", "micro_price", "volatility"))
    assert values["is_warm"] == 1 << SignalName.TRADE_FLOW
    assert values["trade_flow"] == 1.0


def test_trade_flow_equals_the_sum_over_all_trades(signals: Signals) -> None:
    generator = np.random.default_rng(1)
    trades: list[tuple[int, int, int]] = []
    now_ns = 0
    for i in range(60):
        now_ns += int(generator.integers(0, 5 * SECOND_NS))
        trades.append((now_ns, int(generator.integers(1, 90)), int(generator.choice((-1, 0, 1)))))
        on_trade(signals, 0, 100, trades[-1][1], trades[-1][2], now_ns)
        flow = float(signals.values[0]["trade_flow"])
        assert is_warm(signals, SignalName.TRADE_FLOW) == (i + 1 >= WARM_TRADES)
        if i + 1 >= WARM_TRADES:
            assert flow == pytest.approx(signals_twin.trade_flow(trades, FADE_NS), rel=1e-9)
        else:
            assert math.isnan(flow)


def test_volatility_equals_the_weighted_mean_of_squared_returns() -> None:
    generator = np.random.default_rng(2)
    wander = np.zeros(1, WANDER)
    now_ns, mid_halves, samples = 50 * SECOND_NS, 200_000, []
    for i in range(WARM_SAMPLES + 50):
        sample_mid(wander[0], mid_halves, now_ns)
        samples.append((now_ns / 1e9, float(mid_halves)))
        sample_mid(wander[0], mid_halves * 2, now_ns + SAMPLE_NS - 1)  # too early to count
        assert math.isnan(volatility_module.volatility(wander[0])) == (i < WARM_SAMPLES)
        now_ns += SAMPLE_NS + int(generator.integers(0, 3 * SECOND_NS))
        mid_halves += int(generator.integers(-20, 21))
    assert volatility_module.volatility(wander[0]) == pytest.approx(
        signals_twin.volatility(samples, MEMORY_S), rel=1e-9
    )


def test_volatility_of_a_random_walk_is_its_step_per_square_root_of_a_second() -> None:
    generator = np.random.default_rng(3)
    wander = np.zeros(1, WANDER)
    log_mid, step, now_ns = math.log(1e9), 1e-5, SECOND_NS
    for _ in range(4_000):
        wait_s = float(generator.uniform(0.1, 2.0))
        now_ns += int(wait_s * 1e9)
        log_mid += step * math.sqrt(wait_s) * float(generator.standard_normal())
        sample_mid(wander[0], round(math.exp(log_mid)), now_ns)
    assert volatility_module.volatility(wander[0]) == pytest.approx(step, rel=0.35)


def test_a_jump_over_a_gap_is_no_volatility(signals: Signals, books: Books) -> None:
    for i in range(WARM_SAMPLES + 2):
        on_frame(signals, books, 0, i * SECOND_NS)
    assert signals.values[0]["volatility"] == 0.0
    mark_gapped(books, 0)
    on_frame(signals, books, 0, 100 * SECOND_NS)
    for event in snapshot({999: 5}, {1001: 5}):
        apply_level(books, 0, event)
    review_frame(books, 0, 0)
    for second in (101, 102):
        on_frame(signals, books, 0, second * SECOND_NS)
    assert signals.values[0]["volatility"] == 0.0


def test_bars_that_closed_between_two_calls_are_all_taken(signals: Signals) -> None:
    bars = make_bars(1)
    closes = []
    for second in range(60):
        price = 100 + (second * 7) % 13
        bars_on_trade(bars, 0, price, 1, Side.BUY, second * SECOND_NS)
        closes.append(float(price))
        if second % 5 == 4:
            on_bar(signals, bars, 0, close_due(bars, 0, second * SECOND_NS))
    closed = closes[:59]
    line, signal = signals_twin.macd(closed, 12, 26, 9)
    values = signals.values[0]
    assert values["rsi"] == pytest.approx(signals_twin.rsi(closed, 14)[-1])
    assert values["macd"] == pytest.approx(line[-1])
    assert values["macd_signal"] == pytest.approx(signal[-1])
    assert is_warm(signals, SignalName.RSI)
    assert is_warm(signals, SignalName.MACD)


def test_other_frames_than_seconds_do_not_touch_the_indicators(signals: Signals) -> None:
    bars = make_bars(1)
    bars_on_trade(bars, 0, 100, 1, Side.BUY, 0)
    on_bar(signals, bars, 0, 0b1110)
    assert signals.averages[0]["closes"] == 0


def test_a_crossed_book_with_absurd_size_does_not_overflow(signals: Signals) -> None:
    books = make_books(1, window_ticks=64, far_levels=64)
    for event in snapshot({2**52 - 1: 2**52}, {2**52: 2**52}):
        apply_level(books, 0, event)
    for i in range(1, 5):
        set_level(books, 0, 1, 2**52 - 1 - i, 2**52)
    review_frame(books, 0, 0)
    on_frame(signals, books, 0, 1)
    assert signals.values[0]["imbalance"] == pytest.approx(4 / 6)
    assert 2**52 - 1 <= signals.values[0]["weighted_mid"] <= 2**52
    apply_level(books, 0, level(Side.BUY, 2**52, 5))
    review_frame(books, 0, 2)
    on_frame(signals, books, 0, 2)
    assert math.isnan(signals.values[0]["imbalance"])
