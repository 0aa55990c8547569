"""From a wish to a request: situation, review, order, or the reason why not. Commands and strategies are the same here.

An intent is an EVENT with an order's fields. What risk approves becomes an order and an ORDER_REQUEST decision; what it
denies becomes a DENIED decision with its reason. Cancels are not intents: they are never reviewed.
"""

import numpy as np

from core.kernel import kernel
from core.orders.positions import TOTAL, find_row
from core.orders.requests import can_replace, place, replace
from core.records.decisions import Decisions, next_decision
from core.risk.breaker import position_changed
from core.risk.review import review
from core.stage import stage
from core.state import State
from core.vocabulary import BookState, DenyReason, EventKind, InstrumentState, Mode

NEW_ORDER = -1


@kernel
def submit(state: State, decisions: Decisions, intent: np.void) -> int:
    """A new order; its slot, or minus the DenyReason minus 1, so that a slot is never taken for a reason."""
    state.core[0]["replaced_slot"] = NEW_ORDER
    decide(state, decisions, intent)
    return state.core[0]["answer"]


@kernel
def submit_replace(state: State, decisions: Decisions, intent: np.void, slot: int) -> int:
    """New price and total size of an open order, reviewed as if the old one were gone; a DenyReason."""
    if not (slot >= 0 and slot < state.blotter.orders.shape[0]):
        deny(state, decisions, intent, DenyReason.UNKNOWN_ORDER)
        return DenyReason.UNKNOWN_ORDER
    state.core[0]["replaced_slot"] = slot
    decide(state, decisions, intent)
    return state.core[0]["answer"]


@stage
def decide(state: State, decisions: Decisions, intent: np.void) -> None:
    """Review, and order or denial. `replaced_slot` says which order it changes, `answer` what came of it."""
    core = state.core[0]
    if core["replaced_slot"] == NEW_ORDER:
        core["answer"] = _place(state, decisions, intent)
    else:
        core["answer"] = _replace(state, decisions, intent, core["replaced_slot"])


@kernel
def _place(state: State, decisions: Decisions, intent: np.void) -> int:
    """The slot, or minus the DenyReason minus 1. The seat is the intent's source; -1: a strategy."""
    reason = _review(state, intent, -1)
    slot = -1
    if reason == 0:
        source_id = state.instruments[intent["instrument_id"]]["source_id"]
        slot = place(state.blotter, state.positions, decisions, intent, source_id, intent["source_id"])
        if slot < 0:
            reason = DenyReason.BLOTTER_FULL
    if reason != 0:
        deny(state, decisions, intent, reason)
        return -1 - reason
    state.core[0]["requests"] += 1
    count_exposure(state, intent["account_id"], intent["instrument_id"])
    return slot


@kernel
def _replace(state: State, decisions: Decisions, intent: np.void, slot: int) -> int:
    """A DenyReason."""
    reason = can_replace(state.blotter, slot)
    if reason == 0:
        order = state.blotter.orders[slot]
        intent["instrument_id"] = order["instrument_id"]
        intent["account_id"] = order["account_id"]
        intent["side"] = order["side"]
        intent["order_type"] = order["order_type"]
        intent["time_in_force"] = order["time_in_force"]
        intent["flags"] = order["flags"]
        if intent["price_ticks"] == 0:
            intent["price_ticks"] = order["price_ticks"]
        if intent["quantity_lots"] == 0:
            intent["quantity_lots"] = order["quantity_lots"]
        reason = _review(state, intent, slot)
    if reason == 0:
        reason = replace(state.blotter, state.positions, decisions, slot, intent)
    if reason != 0:
        deny(state, decisions, intent, reason)
        return reason
    state.core[0]["requests"] += 1
    count_exposure(state, intent["account_id"], intent["instrument_id"])
    return 0


@kernel
def deny(state: State, decisions: Decisions, cause: np.void, reason: int) -> None:
    """Write down what was refused, by whom it was wished and why."""
    state.core[0]["denied"] += 1
    state.core[0]["last_deny_reason"] = reason
    record = decisions.records[next_decision(decisions, EventKind.DENIED, cause)]
    record["reason"] = reason
    record["detail"] = cause["detail"]
    record["instrument_id"] = cause["instrument_id"]
    record["source_id"] = cause["source_id"]
    record["strategy_id"] = cause["strategy_id"]
    record["account_id"] = cause["account_id"]
    record["group_id"] = cause["group_id"]
    record["client_id"] = cause["client_id"]
    record["side"] = cause["side"]
    record["order_type"] = cause["order_type"]
    record["time_in_force"] = cause["time_in_force"]
    record["flags"] = cause["flags"]
    record["price_ticks"] = cause["price_ticks"]
    record["quantity_lots"] = cause["quantity_lots"]
    record["origin"] = cause["origin"]


@kernel
def count_exposure(state: State, account_id: int, instrument_id: int) -> None:
    """A position or its working lots changed: risk's sums follow."""
    row = find_row(state.positions, account_id, instrument_id, TOTAL)
    if row >= 0:
        position_changed(state.risk, row, state.positions.rows[row])


@kernel
def _review(state: State, intent: np.void, replaced_slot: int) -> int:
    instrument_id = intent["instrument_id"]
    if not (instrument_id >= 0 and instrument_id < state.instrument_count[0]):
        return DenyReason.UNKNOWN_INSTRUMENT
    if state.core[0]["mode"] != Mode.PAPER:
        source_id = state.instruments[instrument_id]["source_id"]
        if not (source_id >= 0 and source_id < state.gateways.shape[0]):
            return DenyReason.GATEWAY_DOWN
        gateway = state.gateways[source_id]
        if gateway["is_down"] != 0:
            return DenyReason.GATEWAY_DOWN
        if gateway["is_full"] != 0:
            return DenyReason.GATEWAY_BUSY
    if state.core[0]["journal_full"] != 0:
        return DenyReason.GATEWAY_BUSY
    fill_situation(state, intent, replaced_slot)
    return review(intent, state.situation[0], state.risk, intent["now_ns"])


@kernel
def fill_situation(state: State, intent: np.void, replaced_slot: int) -> None:
    """What an intent is judged in, into `state.situation`; as if the order that it replaces (-1: none) were gone."""
    instrument_id = intent["instrument_id"]
    instrument = state.instruments[instrument_id]
    situation = state.situation[0]
    situation["instrument_state"] = instrument["state"]
    slot = instrument["book_slot"]
    if slot >= 0 and slot < state.books.heads.shape[0]:
        head = state.books.heads[slot]
        situation["book_state"] = head["state"]
        situation["best_bid_ticks"] = head["best_bid_ticks"]
        situation["best_ask_ticks"] = head["best_ask_ticks"]
        situation["weighted_mid"] = state.signals.values[slot]["weighted_mid"]
    else:
        situation["book_state"] = BookState.SYNCING
        situation["instrument_state"] = InstrumentState.CLOSED
    row = find_row(state.positions, intent["account_id"], instrument_id, TOTAL)
    situation["position_row"] = row
    situation["position_lots"] = 0
    situation["working_buy_lots"] = 0
    situation["working_sell_lots"] = 0
    if row >= 0:
        position = state.positions.rows[row]
        situation["position_lots"] = position["position_lots"]
        situation["working_buy_lots"] = position["working_buy_lots"]
        situation["working_sell_lots"] = position["working_sell_lots"]
    own = state.blotter.own[instrument_id]
    situation["own_best_bid_ticks"] = own["best_bid_ticks"]
    situation["own_best_ask_ticks"] = own["best_ask_ticks"]
    situation["open_orders"] = state.blotter.counts[0]["open_orders"]
    situation["is_replace"] = 0
    if replaced_slot >= 0:
        _take_out(state, situation, replaced_slot)


@kernel
def _take_out(state: State, situation: np.void, slot: int) -> None:
    """The order that is replaced no longer counts; it stays among the own prices of its own side, which is no bar."""
    order = state.blotter.orders[slot]
    rest_lots = order["quantity_lots"] - order["filled_lots"]
    if order["side"] > 0:
        situation["working_buy_lots"] -= rest_lots
    else:
        situation["working_sell_lots"] -= rest_lots
    situation["open_orders"] -= 1
    situation["is_replace"] = 1
