"""What went out lately, and what is usual: token buckets, averages of sizes, the last orders of each seat.

An average is kept as a whole number, WEIGHT times its value, and moves by a WEIGHTth of the difference.
"""

import numpy as np

from core.kernel import kernel
from core.risk.limits import DESK, SENT_KEPT, Risk

WEIGHT = 64
LARGEST_SIZE = 1 << 55
"""What is larger counts as this, so that no average wraps."""
OWN_KNOWN = 10
MARKET_KNOWN = 100
"""So many sizes must have been seen before an order is measured against them."""
LARGEST_FACTOR = 1_000_000
CLOCK_LIMIT_NS = 1 << 61
"""73 years of a monotonic clock: what is beyond is no time."""
LONGEST_NS = 3_600_000_000_000


@kernel
def has_room(bucket: np.void, now_ns: int) -> bool:
    """Token bucket as one time: it is empty again at `filled_ns`, and may run one second ahead of now."""
    period_ns = bucket["period_ns"]
    filled_ns = bucket["filled_ns"]
    if not (period_ns > 0 and period_ns <= bucket["burst_ns"] and bucket["burst_ns"] <= LONGEST_NS):
        return False
    if not (filled_ns >= 0 and filled_ns <= CLOCK_LIMIT_NS):
        return False
    return bool(max(filled_ns, now_ns) + period_ns <= now_ns + bucket["burst_ns"])


@kernel
def take(bucket: np.void, now_ns: int) -> None:
    bucket["filled_ns"] = max(int(bucket["filled_ns"]), now_ns) + int(bucket["period_ns"])


@kernel
def charge_cancel(risk: Risk, group: int, now_ns: int) -> None:
    """A cancel is never refused, and is a message: its venue's bucket takes it, up to the brim."""
    if not (group >= 0 and group < DESK):
        return
    bucket = risk.buckets[group]
    if bucket["period_ns"] > 0:
        filled_ns = max(int(bucket["filled_ns"]), now_ns) + int(bucket["period_ns"])
        bucket["filled_ns"] = min(filled_ns, now_ns + int(bucket["burst_ns"]))


@kernel
def is_usual(size: int, average: int, factor: int) -> bool:
    """Not more than `factor` times the average."""
    if not (1 <= factor and factor <= LARGEST_FACTOR and average >= 0):
        return False
    return bool(float(min(size, LARGEST_SIZE)) * WEIGHT <= float(average) * float(factor))


@kernel
def learned(average: int, size: int, count: int) -> int:
    """The average after one more size."""
    size = min(max(size, 0), LARGEST_SIZE)
    return size * WEIGHT if count == 0 else average + size - average // WEIGHT


@kernel
def saw_trade(risk: Risk, instrument_id: int, lots: int) -> None:
    """One trade of the market."""
    usual = risk.sizes[instrument_id]
    usual["market"] = learned(int(usual["market"]), lots, usual["market_count"])
    usual["market_count"] += 1


@kernel
def remember_size(usual: np.void, size: int) -> None:
    """One approved order of ours."""
    usual["own"] = learned(int(usual["own"]), size, usual["own_count"])
    usual["own_count"] += 1


@kernel
def is_pressed(risk: Risk, seat: int, received_ns: int, now_ns: int) -> bool:
    """A seat's own wish. Strategies have none; what the core works itself it wishes in the moment that it sends."""
    return seat >= 0 and seat < risk.sent_next.shape[0] and received_ns < now_ns


@kernel
def was_just_sent(risk: Risk, intent: np.void, now_ns: int) -> bool:
    """The same instrument, side, price and size from the same seat, within the time that a key may bounce."""
    seat = int(intent["source_id"])
    within_ns = risk.settings[0]["duplicate_ms"]
    if not (within_ns >= 0 and within_ns <= LONGEST_NS):
        return True
    if not is_pressed(risk, seat, intent["received_ns"], now_ns):
        return False
    for place in range(SENT_KEPT):
        sent = risk.sent[seat * SENT_KEPT + place]
        if sent["now_ns"] == 0 or now_ns - sent["now_ns"] >= within_ns:
            continue
        if sent["instrument_id"] != intent["instrument_id"] or sent["side"] != intent["side"]:
            continue
        if sent["price_ticks"] == intent["price_ticks"] and sent["quantity_lots"] == intent["quantity_lots"]:
            return True
    return False


@kernel
def remember_sent(risk: Risk, intent: np.void, now_ns: int) -> None:
    seat = int(intent["source_id"])
    if not is_pressed(risk, seat, intent["received_ns"], now_ns):
        return
    sent = risk.sent[seat * SENT_KEPT + risk.sent_next[seat] % SENT_KEPT]
    risk.sent_next[seat] += 1
    sent["now_ns"] = now_ns
    sent["instrument_id"] = intent["instrument_id"]
    sent["side"] = intent["side"]
    sent["price_ticks"] = intent["price_ticks"]
    sent["quantity_lots"] = intent["quantity_lots"]
