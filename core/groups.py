"""A group of orders is placed as one: every leg is reviewed before the first is taken, and none is taken alone.

A seat tells its legs one after the other, all but the last with the flag MORE; they wait here until the last one has
come. Legs that WAIT for the entry stand before it in the blotter, so that an entry is never filled without its stop.
"""

import numpy as np

from core.intents import deny, submit
from core.kernel import kernel
from core.orders.blotter import find
from core.orders.requests import cancel
from core.records.decisions import Decisions
from core.state import GROUP_LEGS, State
from core.vocabulary import DenyReason, EventFlag

MORE = int(EventFlag.MORE)
WAITS = int(EventFlag.WAITS)
KEPT_NS = 1_000_000_000
"""Legs whose last one has not come for so long are forgotten."""
COUNTER_BITS = 24


@kernel
def stage_leg(state: State, intent: np.void, seat: int) -> int:
    """Keep a leg until its group is complete; a DenyReason."""
    legs = int(state.staged_legs[seat])
    if legs > 0 and intent["now_ns"] - state.staged[seat, 0]["now_ns"] > KEPT_NS:
        legs = 0
    if legs >= GROUP_LEGS:
        state.staged_legs[seat] = 0
        return DenyReason.GROUP
    state.staged[seat, legs] = intent
    state.staged[seat, legs]["flags"] &= ~MORE
    state.staged_legs[seat] = legs + 1
    return 0


@kernel
def forget_legs(state: State, seat: int) -> None:
    state.staged_legs[seat] = 0


@kernel
def place_group(state: State, decisions: Decisions, seat: int) -> int:
    """All legs that a seat has told, or none; the slot of the last, or minus the DenyReason minus 1."""
    legs = int(state.staged_legs[seat])
    state.staged_legs[seat] = 0
    counts = state.blotter.counts[0]
    group_id = (int(counts["epoch"]) % 64 << COUNTER_BITS) | (int(counts["next_counter"]) % (1 << COUNTER_BITS))
    placed, slot = 0, -1
    for waits in range(2):
        for leg in range(legs):
            intent = state.staged[seat, leg]
            if (intent["flags"] & WAITS != 0) != (waits == 0):
                continue
            intent["group_id"] = group_id
            intent["client_id"] = 0
            slot = submit(state, decisions, intent)
            if slot < 0:
                _take_back(state, decisions, seat, legs, leg)
                return slot
            intent["client_id"] = state.blotter.orders[slot]["client_id"]
            placed += 1
    return slot


@kernel
def _take_back(state: State, decisions: Decisions, seat: int, legs: int, denied: int) -> None:
    """One leg was denied: those that were taken are cancelled, those that were not are denied with it."""
    for leg in range(legs):
        intent = state.staged[seat, leg]
        if leg == denied:
            continue
        slot = find(state.blotter, intent["client_id"])
        if slot >= 0:
            cancel(state.blotter, decisions, slot, intent)
        else:
            deny(state, decisions, intent, DenyReason.GROUP)
