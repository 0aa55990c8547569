"""The stop of a position that rests at its venue: it closes the position when nobody here can.

It stands `venue_stop_behind_pct` behind the level at which the core itself closes (risk/stops.py): while we live we
come first, and take it away before we close. Where it is: at venues that take STOP and know REDUCE_ONLY, so that a
stop that rests neither binds a balance nor opens the other side (INSTRUMENT.native_types).

One order for each position, of Origin.PROTECTION; what there should be is compared with what is, after every frame of
a LIVE book. It follows level and size at most once a second, and counts nowhere as an order of a person: no limit is
used up by it, no closing order is refused because of it. While the desk is halted nothing is asked: what stands stays,
unless somebody means the halt (feeds/standing_down.py).
"""

import numpy as np

from core.intents import submit, submit_replace
from core.kernel import kernel
from core.money import LARGEST_STEPS, ticks_from_float
from core.orders.blotter import find
from core.orders.positions import ACCOUNT, TOTAL, held_lots
from core.orders.requests import can_replace, cancel
from core.orders.terms import is_native, knows_reduce_only
from core.orders.transitions import is_open
from core.owner import owners_intent, passes
from core.records.decisions import Decisions, clear_event
from core.state import State
from core.vocabulary import EventFlag, EventKind, OrderStatus, OrderType, Origin, TimeInForce

REDUCE_ONLY = int(EventFlag.REDUCE_ONLY)
STOP = int(OrderType.STOP)
NO_SEAT = -1
PPM = 1_000_000.0
EVERY_NS = 1_000_000_000
REFUSED_NS = 10_000_000_000
"""It is not asked for again so soon after it was denied here or refused there."""
MOVED_BY = 1_000
"""The stop follows when its level has moved by more than this part of itself."""


@kernel
def insure(state: State, decisions: Decisions, instrument_id: int, position_lots: int, event: np.void) -> None:
    """One step from the stop that is at the venue towards the one that should be."""
    protection = state.risk.protections[instrument_id]
    slot = _slot_of(state, protection, event)
    protection["venue_stop_ticks"] = _shown_ticks(state.blotter.orders[slot]) if slot >= 0 else 0
    if state.risk.state[0]["is_halted"] != 0:
        return
    lots, trigger_ticks = _wanted(state, instrument_id, position_lots)
    if slot >= 0 and (lots == 0 or not _closes(state, slot, position_lots)):
        _cancel(state, decisions, slot, event)
        return
    if lots == 0:
        return
    until_ns = int(protection["venue_next_ns"])
    # Far ahead is a clock of before the machine was started anew.
    if event["now_ns"] < until_ns and until_ns <= event["now_ns"] + REFUSED_NS:
        return
    if slot < 0:
        _place(state, decisions, instrument_id, lots, trigger_ticks, event)
    else:
        _follow(state, decisions, slot, lots, trigger_ticks, event)


@kernel
def withdraw(state: State, decisions: Decisions, instrument_id: int, event: np.void) -> None:
    """After an execution: a position that is closed, or has turned round, has that stop no longer, frame or not."""
    protection = state.risk.protections[instrument_id]
    slot = find(state.blotter, protection["venue_stop_id"])
    if slot >= 0 and not _closes(state, slot, held_lots(state.positions, ACCOUNT, instrument_id)):
        _cancel(state, decisions, slot, event)


@kernel
def can_insure(native_types: int) -> bool:
    return is_native(STOP, native_types) and knows_reduce_only(native_types)


@kernel
def _slot_of(state: State, protection: np.void, event: np.void) -> int:
    """Of our stop, while it may still trade; -1: there is none. One that has ended is forgotten."""
    if protection["venue_stop_id"] == 0:
        return -1
    slot = find(state.blotter, protection["venue_stop_id"])
    if slot >= 0 and is_open(state.blotter.orders[slot]["status"]):
        return slot
    was_refused = slot >= 0 and state.blotter.orders[slot]["status"] == OrderStatus.REJECTED
    protection["venue_stop_id"] = 0
    protection["venue_next_ns"] = event["now_ns"] + (REFUSED_NS if was_refused else EVERY_NS)
    return -1


@kernel
def _closes(state: State, slot: int, position_lots: int) -> bool:
    return bool(int(state.blotter.orders[slot]["side"]) * position_lots < 0)


@kernel
def _shown_ticks(order: np.void) -> int:
    """Where it triggers; 0 until the venue has taken it."""
    if order["status"] == OrderStatus.PENDING_NEW or order["status"] == OrderStatus.UNKNOWN:
        return 0
    return int(order["trigger_ticks"])


@kernel
def _wanted(state: State, instrument_id: int, position_lots: int) -> tuple[int, int]:
    """Lots and trigger of the stop that should be there; 0: none, as while somebody closes the position."""
    protection, limits = state.risk.protections[instrument_id], state.risk.limits[instrument_id]
    side = int(protection["side"])
    if side == 0 or protection["is_closing"] != 0 or state.targets[instrument_id]["is_wanted"] != 0:
        return 0, 0
    if not can_insure(state.instruments[instrument_id]["native_types"]):
        return 0, 0
    level, trail = int(protection["stop_ticks"]), int(protection["trail_ticks"])
    if trail != 0 and (trail - level) * side > 0:
        level = trail
    behind = float(abs(level)) * (state.risk.settings[0]["venue_stop_behind_pct"] / PPM)
    trigger = ticks_from_float(float(level) - side * behind, side)
    lots = min(abs(position_lots), int(limits["max_order_lots"]))
    if not (1 <= trigger and trigger <= LARGEST_STEPS and lots >= max(1, int(limits["min_lots"]))):
        return 0, 0
    return lots, trigger


@kernel
def _cancel(state: State, decisions: Decisions, slot: int, event: np.void) -> None:
    """Once: whoever wants everything cancelled asks again."""
    if state.blotter.orders[slot]["status"] != OrderStatus.PENDING_CANCEL:
        cancel(state.blotter, decisions, slot, event)


@kernel
def _place(
    state: State, decisions: Decisions, instrument_id: int, lots: int, trigger_ticks: int, event: np.void
) -> None:
    protection, now_ns = state.risk.protections[instrument_id], event["now_ns"]
    intent = state.intent[0]
    clear_event(intent)
    intent["kind"] = EventKind.COMMAND
    intent["now_ns"] = now_ns
    intent["received_ns"] = now_ns
    intent["valid_until_ns"] = now_ns + state.core[0]["command_valid_ns"]
    intent["source_id"] = NO_SEAT
    intent["strategy_id"] = TOTAL
    intent["instrument_id"] = instrument_id
    intent["account_id"] = ACCOUNT
    intent["origin"] = Origin.PROTECTION
    intent["order_type"] = STOP
    intent["time_in_force"] = TimeInForce.GTC
    intent["flags"] = REDUCE_ONLY
    intent["side"] = -int(protection["side"])
    intent["quantity_lots"] = lots
    intent["execution_id"] = trigger_ticks
    slot = submit(state, decisions, intent)
    if slot >= 0:
        protection["venue_stop_id"] = state.blotter.orders[slot]["client_id"]
    protection["venue_next_ns"] = now_ns + (EVERY_NS if slot >= 0 or passes(-1 - slot) else REFUSED_NS)


@kernel
def _follow(state: State, decisions: Decisions, slot: int, lots: int, trigger_ticks: int, event: np.void) -> None:
    """Another size at once, another trigger when it is worth a message."""
    order, now_ns = state.blotter.orders[slot], event["now_ns"]
    size_lots = int(order["filled_lots"]) + lots
    moved_ticks = abs(trigger_ticks - int(order["trigger_ticks"]))
    if order["quantity_lots"] == size_lots and not moved_ticks * MOVED_BY > trigger_ticks:
        return
    if can_replace(state.blotter, slot) != 0:
        return
    protection = state.risk.protections[order["instrument_id"]]
    protection["venue_next_ns"] = now_ns + REFUSED_NS
    if order["reason"] != 0:  # the venue refused the last change: not again at once
        order["reason"] = 0
        return
    intent = owners_intent(state, order, event)
    intent["quantity_lots"] = size_lots
    intent["execution_id"] = trigger_ticks
    reason = submit_replace(state, decisions, intent, slot)
    if reason == 0 or passes(reason):
        protection["venue_next_ns"] = now_ns + EVERY_NS
