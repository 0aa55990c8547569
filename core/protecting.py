"""Protective stops at work: after each frame of a LIVE book, the instrument's position is held to what may be kept.

It acts as a person who flattens does (targets.py): own orders of the instrument are cancelled, then immediate-or-cancel
orders that only reduce go out until the position is small enough. What is denied or comes to nothing is tried again.
What a venue can hold of it stands there as well, a little behind: insuring.py.
"""

import numpy as np

from core.cancelling import cancel_all
from core.insuring import can_insure, insure
from core.kernel import kernel
from core.orders.positions import ACCOUNT, TOTAL, break_even_ticks, find_row
from core.records.decisions import Decisions, next_decision
from core.risk.stops import follow
from core.state import State
from core.targets import WANTED_NS, pursue
from core.vocabulary import EventKind, Origin

TRY_AGAIN_NS = 250_000_000
NO_SEAT = -1


@kernel
def protect(state: State, decisions: Decisions, instrument_id: int, event: np.void) -> None:
    protection = state.risk.protections[instrument_id]
    row = find_row(state.positions, ACCOUNT, instrument_id, TOTAL)
    if row < 0:
        return
    position = state.positions.rows[row]
    lots = int(position["position_lots"])
    if lots == 0 and protection["side"] == 0 and protection["venue_stop_id"] == 0:
        return
    limits = state.risk.limits[instrument_id]
    protection["is_on"] = limits["is_protected"]
    average = break_even_ticks(position, state.instruments[instrument_id])
    state.risk.protections_dirty[instrument_id] = 1
    if follow(protection, lots, average, int(position["mark_ticks"]), int(limits["min_lots"]), state.risk.settings[0]):
        _tell(state, decisions, instrument_id, event)
    if protection["wanted_lots"] != lots:
        _reduce(state, decisions, instrument_id, event)
    if protection["venue_stop_id"] != 0 or can_insure(state.instruments[instrument_id]["native_types"]):
        insure(state, decisions, instrument_id, lots, event)


@kernel
def _reduce(state: State, decisions: Decisions, instrument_id: int, event: np.void) -> None:
    """Want what may be kept, unless the desk is halted or somebody closes the position already."""
    protection = state.risk.protections[instrument_id]
    target = state.targets[instrument_id]
    if state.risk.state[0]["is_halted"] != 0 or event["now_ns"] < protection["next_ns"]:
        return
    if target["is_wanted"] != 0 and abs(target["position_lots"]) <= abs(protection["wanted_lots"]):
        return
    protection["next_ns"] = event["now_ns"] + TRY_AGAIN_NS
    target["is_wanted"] = 1
    target["position_lots"] = protection["wanted_lots"]
    target["until_ns"] = event["now_ns"] + WANTED_NS
    target["seat"] = NO_SEAT
    target["origin"] = Origin.PROTECTION
    cancel_all(state, decisions, event, instrument_id, 0)
    pursue(state, decisions, instrument_id, event)


@kernel
def _tell(state: State, decisions: Decisions, instrument_id: int, event: np.void) -> None:
    """PROTECTION: what a restart must know of it."""
    protection = state.risk.protections[instrument_id]
    protection["told_ticks"] = protection["best_ticks"]
    record = decisions.records[next_decision(decisions, EventKind.PROTECTION, event)]
    record["instrument_id"] = instrument_id
    record["side"] = protection["side"]
    record["price_ticks"] = protection["best_ticks"]
    record["quantity_lots"] = protection["wanted_lots"]
    record["filled_lots"] = protection["lots"]
    record["detail"] = protection["targets_hit"]
    record["status"] = protection["is_closing"]
