"""A group of orders is placed as one: every leg is reviewed before the first is taken, and none is taken alone.

A seat tells its legs one after the other, all but the last with the flag MORE; they wait here until the last one has
come. Legs that WAIT for the entry stand before it in the blotter, so that an entry is never filled without its stop.
"""

import numpy as np

from core.intents import deny, submit_review, submit_reviewed
from core.kernel import kernel
from core.orders.blotter import find
from core.orders.requests import cancel
from core.records.decisions import Decisions
from core.review_group import begin_review_group, count_reviewed, end_review_group
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
    denied, reason = _review_all(state, decisions, seat, legs)
    if reason != 0:
        for leg in range(legs):
            deny(state, decisions, state.staged[seat, leg], reason if leg == denied else DenyReason.GROUP.value)
        return -1 - reason
    counts = state.blotter.counts[0]
    group_id = (int(counts["epoch"]) % 64 << COUNTER_BITS) | (int(counts["next_counter"]) % (1 << COUNTER_BITS))
    slot = -1
    for turn in range(2):
        for leg in range(legs):
            intent = state.staged[seat, leg]
            # Those that wait stand in the blotter before their entry can fill.
            if (intent["flags"] & WAITS != 0) != (turn == 0):
                continue
            intent["group_id"] = group_id
            intent["client_id"] = 0
            slot = submit_reviewed(state, decisions, intent)
            if slot < 0:  # no room in the blotter: what was taken goes back
                _take_back(state, decisions, seat, legs, leg)
                return slot
            intent["client_id"] = state.blotter.orders[slot]["client_id"]
    return slot


@kernel
def _review_all(state: State, decisions: Decisions, seat: int, legs: int) -> tuple[int, int]:
    """The leg that is denied and why; every leg is seen with those before it counted, the entry as if it had filled."""
    waiting = 0
    for leg in range(legs):
        waiting += 1 if state.staged[seat, leg]["flags"] & WAITS != 0 else 0
    denied, reason = -1, 0
    begin_review_group(state)
    for turn in range(2):
        for leg in range(legs):
            if reason != 0 or (state.staged[seat, leg]["flags"] & WAITS != 0) != (turn == 1):
                continue
            state.intent[0] = state.staged[seat, leg]
            intent = state.intent[0]
            reason = submit_review(state, decisions, intent)
            if reason == 0 and turn == 0 and not count_reviewed(state, intent, waiting > 0):
                reason = DenyReason.GROUP.value
            if reason != 0:
                denied = leg
    end_review_group(state, reason == 0)
    return denied, reason


@kernel
def _take_back(state: State, decisions: Decisions, seat: int, legs: int, denied: int) -> None:
    """One leg could not be taken: those that were are cancelled, the others denied with it."""
    for leg in range(legs):
        intent = state.staged[seat, leg]
        if leg == denied:
            continue
        slot = find(state.blotter, intent["client_id"])
        if slot >= 0:
            cancel(state.blotter, decisions, slot, intent)
        else:
            deny(state, decisions, intent, DenyReason.GROUP)
