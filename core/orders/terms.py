"""What is asked of an order beyond side, price and size; and who works it: the venue, or the core.

    asked                    goes to the venue as             what the core does
    LIMIT MARKET             itself                           nothing; as a leg that WAITS, holds it for the entry
    STOP, TRAILING_STOP,     MARKET, immediate or cancel      holds it until the trigger
    MARKET_IF_TOUCHED
    STOP_LIMIT,              LIMIT                            holds it until the trigger
    LIMIT_IF_TOUCHED
    ICEBERG                  LIMIT, one part after another    holds the whole, shows a part
    TWAP VWAP                LIMIT, immediate or cancel       holds the whole, sends slices
    PEGGED                   LIMIT, replaced                  keeps its price at the best, or the mid
    MARKET_TO_LIMIT          LIMIT at the far touch           nothing
    GTD                      GTC                              cancels it at its end

A type whose bit stands in INSTRUMENT.native_types goes to the venue as it is. `order_type` of an ORDER is what the
venue has or will get; `asked_type` what was asked.

Terms travel in fields of an EVENT that such a record does not use otherwise: see records/event.py. An order that is
held is open and counts no working lots: when it goes out it is reviewed like every other, so no limit is passed by
what is held.
"""

import numpy as np

from core.kernel import kernel
from core.money import LARGEST_STEPS
from core.vocabulary import EventFlag, OrderType, Origin, Phase, TimeInForce

WAITS = int(EventFlag.WAITS)
ONE_CANCELS = int(EventFlag.ONE_CANCELS)
IN_BPS = int(EventFlag.IN_BPS)
TO_MID = int(EventFlag.TO_MID)
LARGEST_BPS = 5_000
LARGEST_PPM = 1_000_000
LONGEST_NS = 366 * 86_400_000_000_000
MICROSECONDS = 1_000


@kernel
def take_terms(order: np.void, event: np.void) -> None:
    """Into an order, from the record that asked for it; `event["order_type"]` is the type as it was asked."""
    asked = event["order_type"]
    order["asked_type"] = asked
    order["offset"] = event["amount"]
    order["display_lots"] = event["filled_lots"]
    order["ends_ns"] = event["venue_ns"]
    order["trigger_ticks"] = 0
    order["activation_ticks"] = 0
    order["starts_ns"] = 0
    order["parent_id"] = 0
    if asked == OrderType.TWAP or asked == OrderType.VWAP:
        order["starts_ns"] = event["execution_id"]
    elif asked == OrderType.TRAILING_STOP:
        order["activation_ticks"] = event["execution_id"]
    else:
        order["trigger_ticks"] = event["execution_id"]
    if asked == OrderType.LIMIT or asked == OrderType.MARKET:
        order["parent_id"] = event["amount"]
        order["offset"] = 0


@kernel
def no_terms(order: np.void) -> None:
    """Of an order that somebody else placed: the record that tells of it uses the same fields for other things."""
    order["asked_type"] = order["order_type"]
    order["parent_id"] = 0
    order["offset"] = 0
    order["display_lots"] = 0
    order["ends_ns"] = 0
    order["trigger_ticks"] = 0


@kernel
def give_terms(record: np.void, order: np.void) -> None:
    """The other way; only `take_terms` reads them, and `restore` the phase and where a trailing stop stands."""
    asked = order["asked_type"]
    record["order_type"] = asked
    record["amount"] = order["offset"]
    record["filled_lots"] = order["display_lots"]
    record["venue_ns"] = order["ends_ns"]
    if asked == OrderType.TWAP or asked == OrderType.VWAP:
        record["execution_id"] = order["starts_ns"]
    elif asked == OrderType.TRAILING_STOP:
        record["execution_id"] = order["activation_ticks"]
        record["sequence"] = order["trigger_ticks"]
    else:
        record["execution_id"] = order["trigger_ticks"]
    if asked == OrderType.LIMIT or asked == OrderType.MARKET:
        record["amount"] = order["parent_id"]
    record["reason"] = order["phase"]


@kernel
def is_slicer(asked: int) -> bool:
    """Worked in children, each an order of its own."""
    return asked == OrderType.ICEBERG or asked == OrderType.TWAP or asked == OrderType.VWAP


@kernel
def has_trigger(asked: int) -> bool:
    return asked >= OrderType.STOP and asked <= OrderType.TRAILING_STOP


@kernel
def has_fixed_trigger(asked: int) -> bool:
    """One that stands where somebody put it: a trailing stop moves its own."""
    return asked >= OrderType.STOP and asked <= OrderType.LIMIT_IF_TOUCHED


@kernel
def is_stop(asked: int) -> bool:
    """Triggered against us, to be out; the others in our favour."""
    return asked == OrderType.STOP or asked == OrderType.STOP_LIMIT or asked == OrderType.TRAILING_STOP


@kernel
def has_limit_price(asked: int) -> bool:
    """Does its price mean the worst at which it may trade? 0 is none where a market order goes out."""
    return asked == OrderType.LIMIT or asked == OrderType.STOP_LIMIT or asked == OrderType.LIMIT_IF_TOUCHED


@kernel
def is_native(asked: int, native_types: int) -> bool:
    """Does the venue take this type itself?"""
    if asked == OrderType.LIMIT or asked == OrderType.MARKET:
        return True
    return asked > 0 and asked < 31 and (int(native_types) >> int(asked)) & 1 == 1


@kernel
def knows_reduce_only(native_types: int) -> bool:
    """Does the venue itself keep an order from opening a position? Bit 0, which is no type's."""
    return int(native_types) & 1 == 1


@kernel
def is_insurance(order: np.void) -> bool:
    """The core's own stop at the venue, behind what the core does itself (insuring.py): it only ever closes."""
    return order["origin"] == Origin.PROTECTION and order["asked_type"] == OrderType.STOP


@kernel
def first_phase(asked: int, flags: int, native_types: int) -> int:
    """Where an order begins."""
    if flags & WAITS != 0:
        return Phase.WAITING.value
    if is_native(asked, native_types) or asked == OrderType.MARKET_TO_LIMIT:
        return Phase.NONE.value
    if is_slicer(asked):
        return Phase.WORKING.value
    if asked == OrderType.PEGGED:
        return Phase.FOLLOWING.value
    return Phase.WATCHING.value


@kernel
def is_held(phase: int) -> bool:
    """Is nothing of it at the venue, under its own name?"""
    return phase != Phase.NONE and phase != Phase.FOLLOWING


@kernel
def is_watched(order: np.void) -> bool:
    """Has the core to look at it again while it is open? Decided when it is placed, and for good."""
    if is_insurance(order):
        return False
    return bool(
        order["phase"] != Phase.NONE
        or order["group_id"] != 0
        or order["ends_ns"] != 0
        or (order["asked_type"] != OrderType.LIMIT and order["asked_type"] != OrderType.MARKET)
    )


@kernel
def go_as(intent: np.void, asked: int) -> None:
    """Order type and time in force that leave the house."""
    if asked == OrderType.STOP or asked == OrderType.MARKET_IF_TOUCHED or asked == OrderType.TRAILING_STOP:
        intent["order_type"] = OrderType.MARKET
        intent["time_in_force"] = TimeInForce.IOC
        intent["price_ticks"] = 0
        return
    if asked != OrderType.MARKET:
        intent["order_type"] = OrderType.LIMIT
    if intent["time_in_force"] == TimeInForce.GTD:
        intent["time_in_force"] = TimeInForce.GTC


@kernel
def are_terms_possible(intent: np.void, now_ns: int) -> bool:
    """States what is allowed; `intent["order_type"]` is the type as it was asked."""
    asked, ends_ns, flags = intent["order_type"], intent["venue_ns"], int(intent["flags"])
    if not (asked >= OrderType.LIMIT and asked <= OrderType.PEGGED):
        return False
    if not (ends_ns == 0 or (now_ns < ends_ns and ends_ns <= now_ns + LONGEST_NS)):
        return False
    if (intent["time_in_force"] == TimeInForce.GTD) != (ends_ns != 0) and not is_slicer(asked):
        return False
    if flags & WAITS != 0 and (is_slicer(asked) or asked == OrderType.PEGGED or asked == OrderType.MARKET_TO_LIMIT):
        return False
    if asked == OrderType.LIMIT or asked == OrderType.MARKET or asked == OrderType.MARKET_TO_LIMIT:
        return True
    if asked == OrderType.TRAILING_STOP:
        return _is_offset(intent, 1) and intent["execution_id"] >= 0 and intent["execution_id"] <= LARGEST_STEPS
    if asked == OrderType.PEGGED:
        return _is_offset(intent, 0)
    if asked == OrderType.ICEBERG:
        return bool(intent["filled_lots"] >= 1 and intent["filled_lots"] <= intent["quantity_lots"])
    if is_slicer(asked):
        return _are_times_possible(intent, now_ns)
    return bool(intent["execution_id"] >= 1 and intent["execution_id"] <= LARGEST_STEPS)


@kernel
def _is_offset(intent: np.void, least: int) -> bool:
    largest = LARGEST_BPS if intent["flags"] & IN_BPS != 0 else LARGEST_STEPS
    return bool(least <= intent["amount"] and intent["amount"] <= largest)


@kernel
def _are_times_possible(intent: np.void, now_ns: int) -> bool:
    """TWAP, VWAP: start 0 (now) or ahead, an end behind it, a participation of 0 (no cap) to all."""
    starts_ns, ends_ns = intent["execution_id"], intent["venue_ns"]
    if not (0 <= starts_ns and starts_ns <= now_ns + LONGEST_NS):
        return False
    if not (ends_ns >= max(starts_ns, now_ns) + MICROSECONDS):
        return False
    if not (0 <= intent["filled_lots"] and intent["filled_lots"] <= intent["quantity_lots"]):
        return False
    return bool(0 <= intent["amount"] and intent["amount"] <= LARGEST_PPM)
