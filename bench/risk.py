"""How long one risk review takes, all checks, inside a compiled loop.

A thousand different limit orders go round; the clock advances so that the order rate never runs dry. A figure is the
mean of one run over all reviews; p50, p99 and min are over runs. Waiting policy: none, the loop does nothing else.
"""

import statistics
import time
from typing import Any

import numpy as np

from core.kernel import kernel
from core.orders.blotter import NO_ASK, NO_BID
from core.records.event import EVENT
from core.records.instrument import INSTRUMENT
from core.risk.limits import Risk, make_risk
from core.risk.review import review
from core.risk.rows import SITUATION
from core.vocabulary import BookState, EventFlag, OrderType, Origin, TimeInForce
from tests.generous import generous_limits

REVIEWS = 1_000_000
RUNS = 25
MID_TICKS = 6_000_000
SEED = 20_26
CASES = ("approved, all checks", "approved, reduces the position", "denied by the last check", "denied: halted")


def instruments() -> np.ndarray:
    rows = np.zeros(16, INSTRUMENT)
    rows["symbol"], rows["settlement"] = b"BTC-USD.alpha", b"USD"
    rows["value_numerator"], rows["value_denominator"] = 10, 1
    rows["min_lots"], rows["max_lots"] = 1, 1 << 40
    return rows


def orders(count: int = 1_024) -> np.ndarray:
    """Passive and marketable limit orders of both sides, from keys and strategies."""
    generator = np.random.default_rng(SEED)
    intents = np.zeros(count, EVENT)
    intents["instrument_id"] = generator.integers(0, 16, count)
    intents["side"] = generator.choice((-1, 1), count)
    intents["price_ticks"] = MID_TICKS + generator.integers(-50, 51, count)
    intents["quantity_lots"] = generator.integers(1, 2_000, count)
    intents["order_type"], intents["time_in_force"] = OrderType.LIMIT, TimeInForce.GTC
    intents["origin"] = generator.choice((Origin.KEY, Origin.STRATEGY), count)
    intents["strategy_id"] = -1
    return intents


@kernel
def review_all(intents: np.ndarray, situations: np.ndarray, risk: Risk, step_ns: int, count: int) -> int:
    approved = 0
    for i in range(count):
        now_ns = 1_000_000_000 + i * step_ns
        intent = intents[i & 1_023]
        intent["received_ns"] = now_ns
        intent["valid_until_ns"] = now_ns + 500_000_000
        if review(intent, situations[i & 15], risk, now_ns) == 0:
            approved += 1
    return approved


def rows() -> list[dict[str, Any]]:
    return [_row(case) for case in CASES]


def _row(case: str) -> dict[str, Any]:
    risk = make_risk(
        instruments(),
        generous_limits(max_order_notional=1e9, max_position_notional=1e9, fat_finger_own=1_000_000, duplicate_ms=1),
    )
    risk.sizes["own_count"] = risk.sizes["market_count"] = 1_000
    risk.sizes["own"] = risk.sizes["market"] = 1 << 55
    risk.state["is_halted"] = 1 if case == CASES[3] else 0
    intents, situations = orders(), np.zeros(16, SITUATION)
    situations["best_bid_ticks"], situations["best_ask_ticks"] = MID_TICKS - 1, MID_TICKS + 1
    situations["weighted_mid"], situations["book_state"] = float(MID_TICKS), BookState.LIVE
    situations["own_best_bid_ticks"], situations["own_best_ask_ticks"] = NO_BID, NO_ASK
    situations["position_row"] = -1
    step_ns = 10_000_000
    if case == CASES[1]:
        situations["position_lots"] = 100_000
        intents["side"], intents["flags"] = -1, EventFlag.REDUCE_ONLY
    if case == CASES[2]:
        step_ns = 0
        risk.buckets["filled_ns"][-1] = 10_000_000_000
    means = []
    for run in range(RUNS + 1):
        if case != CASES[2]:
            risk.buckets["filled_ns"] = 0
        started = time.perf_counter_ns()
        approved = review_all(intents, situations, risk, step_ns, REVIEWS)
        if run:
            means.append((time.perf_counter_ns() - started) / REVIEWS)
        if approved != (REVIEWS if case in CASES[:2] else 0):
            raise RuntimeError(f"the reviews must answer as the case says: {case=}, {approved=}")
    means.sort()
    return {
        "bench": "risk",
        "what": f"review of one order: {case}",
        "unit": "ns",
        "subject": "station",
        "p50": statistics.median(means),
        "p99": means[int(len(means) * 0.99)],
        "min": means[0],
        "runs": len(means),
    }
