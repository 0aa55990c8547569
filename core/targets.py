"""Positions that are to become flat, or to turn round: a wish that lasts until it is met, refused, or five seconds old.

First the instrument's own orders are cancelled; when none is open any more, one immediate-or-cancel market order goes
for the difference, and again after each answer. So an own order is never traded against, and a partial fill is not the
end of it. A position that is to turn round is closed first, by orders that only reduce and that no limit on what we
want denies; then the other side is opened, in orders that are small enough.
"""

import numpy as np

from core.intents import fill_situation, submit
from core.kernel import kernel
from core.orders.positions import ACCOUNT, held_lots
from core.records.decisions import Decisions, clear_event
from core.risk.checks import is_notional_within, reach_ticks, valuation_ticks
from core.state import State
from core.vocabulary import DenyReason, EventFlag, EventKind, OrderType, TimeInForce

REDUCE_ONLY = int(EventFlag.REDUCE_ONLY)
WANTED_NS = 5_000_000_000


@kernel
def want_flat(state: State, decisions: Decisions, event: np.void, seat: int) -> int:
    """Close the position of an instrument, or of all (-1); a DenyReason."""
    wanted = 0
    if event["instrument_id"] >= 0:
        wanted += _want(state, event, event["instrument_id"], seat, False)
    else:
        for instrument_id in range(state.instrument_count[0]):
            wanted += _want(state, event, instrument_id, seat, False)
    pursue_all(state, decisions, event)
    return 0 if wanted > 0 else DenyReason.NOTHING_TO_DO


@kernel
def want_reverse(state: State, decisions: Decisions, event: np.void, seat: int) -> int:
    """As much on the other side; a DenyReason."""
    wanted = _want(state, event, event["instrument_id"], seat, True)
    pursue_all(state, decisions, event)
    return 0 if wanted > 0 else DenyReason.NOTHING_TO_DO


@kernel
def pursue_all(state: State, decisions: Decisions, cause: np.void) -> None:
    for instrument_id in range(state.instrument_count[0]):
        if state.targets[instrument_id]["is_wanted"] != 0:
            pursue(state, decisions, instrument_id, cause)


@kernel
def pursue(state: State, decisions: Decisions, instrument_id: int, cause: np.void) -> None:
    """One step towards a target, when nothing of ours is open in the instrument. Time is over also while it is."""
    target = state.targets[instrument_id]
    if target["is_wanted"] == 0:
        return
    if cause["now_ns"] > target["until_ns"]:
        target["is_wanted"] = 0
        return
    if state.blotter.own[instrument_id]["open_orders"] > 0:
        return
    position_lots = held_lots(state.positions, ACCOUNT, instrument_id)
    missing_lots = target["position_lots"] - position_lots
    if missing_lots == 0:
        target["is_wanted"] = 0
        return
    intent = state.intent[0]
    clear_event(intent)
    intent["kind"] = EventKind.COMMAND
    intent["now_ns"] = cause["now_ns"]
    intent["received_ns"] = cause["now_ns"]
    intent["source_id"] = target["seat"]
    intent["instrument_id"] = instrument_id
    intent["account_id"] = ACCOUNT
    intent["origin"] = target["origin"]
    intent["order_type"] = OrderType.MARKET
    intent["time_in_force"] = TimeInForce.IOC
    intent["valid_until_ns"] = cause["now_ns"] + state.core[0]["command_valid_ns"]
    side = 1 if missing_lots > 0 else -1
    intent["side"] = side
    intent["quantity_lots"] = min(abs(missing_lots), state.risk.limits[instrument_id]["max_order_lots"])
    if side * position_lots < 0:
        intent["flags"] = REDUCE_ONLY
        intent["quantity_lots"] = min(intent["quantity_lots"], abs(position_lots))
    else:
        _make_small_enough(state, intent)
    if submit(state, decisions, intent) < 0:
        target["is_wanted"] = 0


@kernel
def _make_small_enough(state: State, intent: np.void) -> None:
    """Halve it until the largest order allows it: what is left follows, and is an order too."""
    limits = state.risk.limits[intent["instrument_id"]]
    fill_situation(state, intent, -1)
    ticks = valuation_ticks(reach_ticks(intent, state.situation[0]), state.situation[0], limits)
    lots = int(intent["quantity_lots"])
    while lots // 2 >= max(1, limits["min_lots"]):
        if is_notional_within(ticks, lots, limits, limits["max_order_notional_e8"]):
            break
        lots //= 2
    intent["quantity_lots"] = lots


@kernel
def _want(state: State, event: np.void, instrument_id: int, seat: int, is_reverse: bool) -> int:
    position_lots = held_lots(state.positions, ACCOUNT, instrument_id)
    if position_lots == 0:
        return 0
    target = state.targets[instrument_id]
    target["is_wanted"] = 1
    target["position_lots"] = -position_lots if is_reverse else 0
    target["until_ns"] = event["now_ns"] + WANTED_NS
    target["seat"] = seat
    target["origin"] = event["origin"]
    return 1
