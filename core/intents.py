"""From a wish to a request: situation, review, order, or the reason why not. Commands and strategies are the same here.

An intent is an EVENT with an order's fields. What risk approves becomes an order and an ORDER_REQUEST decision; what it
denies becomes a DENIED decision with its reason. Cancels are not intents: they are never reviewed.
"""

import numpy as np

from core.book.slippage import judge, walk
from core.counted import count_exposure, mark_when_new
from core.kernel import kernel
from core.money import LARGEST_STEPS
from core.orders.blotter import working_lots
from core.orders.positions import TOTAL, find_row
from core.orders.requests import can_replace, emit_hold, hold, place, release, replace
from core.orders.terms import (
    are_terms_possible,
    first_phase,
    go_as,
    has_fixed_trigger,
    has_trigger,
    is_held,
    is_insurance,
    is_native,
    is_slicer,
    take_terms,
)
from core.orders.triggers import is_through, pegged_ticks, taking_ticks
from core.records.decisions import Decisions, next_decision
from core.risk.group import see_legs
from core.risk.review import review
from core.risk.trades import decided
from core.stage import stage
from core.state import State
from core.vocabulary import (
    BookState,
    DenyReason,
    EventFlag,
    EventKind,
    InstrumentState,
    Mode,
    OrderType,
    Phase,
    TimeInForce,
)

WAITS = int(EventFlag.WAITS)

PLACE, REPLACE, RELEASE, REVIEW, PLACE_REVIEWED = 0, 1, 2, 3, 4
"""What is wished of an order, in CORE.wish."""


@kernel
def submit(state: State, decisions: Decisions, intent: np.void) -> int:
    """A new order; its slot, or minus the DenyReason minus 1, so that a slot is never taken for a reason."""
    state.core[0]["wish"] = PLACE
    decide(state, decisions, intent)
    return state.core[0]["answer"]


@kernel
def submit_review(state: State, decisions: Decisions, intent: np.void) -> int:
    """May this order go out? A DenyReason; the intent is afterwards what would leave the house."""
    state.core[0]["wish"] = REVIEW
    decide(state, decisions, intent)
    return state.core[0]["answer"]


@kernel
def submit_reviewed(state: State, decisions: Decisions, intent: np.void) -> int:
    """A new order that its group's review has let pass; its slot, or minus the DenyReason minus 1."""
    state.core[0]["wish"] = PLACE_REVIEWED
    decide(state, decisions, intent)
    return state.core[0]["answer"]


@kernel
def submit_release(state: State, decisions: Decisions, intent: np.void, slot: int) -> int:
    """A held order is to go out now; a DenyReason."""
    state.core[0]["wish"] = RELEASE
    state.core[0]["wished_slot"] = slot
    decide(state, decisions, intent)
    return state.core[0]["answer"]


@kernel
def submit_replace(state: State, decisions: Decisions, intent: np.void, slot: int) -> int:
    """New price and total size of an open order, reviewed as if the old one were gone; a DenyReason."""
    if not (slot >= 0 and slot < state.blotter.orders.shape[0]):
        deny(state, decisions, intent, DenyReason.UNKNOWN_ORDER)
        return DenyReason.UNKNOWN_ORDER
    state.core[0]["wish"] = REPLACE
    state.core[0]["wished_slot"] = slot
    decide(state, decisions, intent)
    return state.core[0]["answer"]


@stage
def decide(state: State, decisions: Decisions, intent: np.void) -> None:
    """Review, and order or denial. `wish` and `wished_slot` say what of which order, `answer` what came of it."""
    core = state.core[0]
    core["is_held"] = 0
    core["is_part"] = 1 if core["wish"] == RELEASE else 0
    if core["wish"] == PLACE or core["wish"] == PLACE_REVIEWED:
        core["answer"] = _place(state, decisions, intent, core["wish"] == PLACE_REVIEWED)
    elif core["wish"] == REVIEW:
        core["answer"] = _prepare(state, intent)
        if core["answer"] == 0:
            core["answer"] = review_intent(state, intent, -1)
    elif core["wish"] == RELEASE:
        core["answer"] = _release(state, decisions, intent, core["wished_slot"])
    else:
        core["answer"] = _replace(state, decisions, intent, core["wished_slot"])


@kernel
def _place(state: State, decisions: Decisions, intent: np.void, is_reviewed: bool) -> int:
    """The slot, or minus the DenyReason minus 1. The seat is the intent's source; -1: a strategy."""
    asked, asked_time, limit_ticks = intent["order_type"], intent["time_in_force"], intent["price_ticks"]
    reason = _prepare(state, intent)
    if reason == 0 and not is_reviewed:
        reason = review_intent(state, intent, -1)
    slot = -1
    if reason == 0:
        slot = _open(state, decisions, intent, asked, asked_time, limit_ticks)
        if slot < 0:
            reason = DenyReason.BLOTTER_FULL
    if reason != 0:
        intent["order_type"], intent["time_in_force"] = asked, asked_time
        deny(state, decisions, intent, reason)
        return -1 - reason
    if state.core[0]["is_held"] == 0:  # what triggers later, here or at its venue, has not slipped until then
        decided(state.risk, slot, state.blotter.orders[slot]["client_id"], intent["side"], state.situation[0])
    mark_when_new(state, intent["instrument_id"])
    count_exposure(state, intent["account_id"], intent["instrument_id"])
    return slot


@kernel
def _prepare(state: State, intent: np.void) -> int:
    """What would leave the house in place of what was asked, into the intent; a DenyReason."""
    instrument_id, asked, flags = intent["instrument_id"], int(intent["order_type"]), int(intent["flags"])
    if not (instrument_id >= 0 and instrument_id < state.instrument_count[0]):
        return DenyReason.UNKNOWN_INSTRUMENT
    is_plain = asked <= OrderType.MARKET and intent["time_in_force"] != TimeInForce.GTD
    if is_plain and flags & WAITS == 0:
        state.core[0]["is_part"] = 1 if intent["amount"] != 0 else 0  # the order that it is a slice of
        return 0
    if not are_terms_possible(intent, intent["now_ns"]):
        return DenyReason.BAD_TRIGGER
    instrument = state.instruments[instrument_id]
    head = state.books.heads[instrument["book_slot"]]
    side, bid, ask = int(intent["side"]), int(head["best_bid_ticks"]), int(head["best_ask_ticks"])
    phase = first_phase(asked, flags, instrument["native_types"])
    # What is not to trade now is not measured against the market of now; it will be when it goes out.
    state.core[0]["is_held"] = 1 if is_held(phase) or has_trigger(asked) else 0
    is_watching = phase == Phase.WATCHING or (has_trigger(asked) and phase == Phase.NONE)
    if is_watching and intent["execution_id"] > 0 and asked != OrderType.TRAILING_STOP:
        if is_through(asked, side, int(intent["execution_id"]), bid, ask):
            return DenyReason.BAD_TRIGGER
    if asked == OrderType.PEGGED and phase == Phase.FOLLOWING:
        scratch = state.scratch_order[0]
        intent["execution_id"] = intent["price_ticks"]  # its limit
        take_terms(scratch, intent)
        scratch["side"], scratch["flags"] = side, flags
        intent["price_ticks"] = pegged_ticks(scratch, bid, ask)
    elif is_slicer(asked) and intent["price_ticks"] == 0:
        intent["price_ticks"] = taking_ticks(asked, side, 0, bid, ask)  # for the review; its slices have their own
    elif asked == OrderType.MARKET_TO_LIMIT and not is_native(asked, instrument["native_types"]):
        intent["price_ticks"] = taking_ticks(asked, side, 0, bid, ask)
    go_as(intent, asked)
    return 0


@kernel
def _open(state: State, decisions: Decisions, intent: np.void, asked: int, asked_time: int, limit_ticks: int) -> int:
    """An order in the blotter: on its way to the venue, or held. Its slot, or -1."""
    instrument = state.instruments[intent["instrument_id"]]
    phase = first_phase(asked, int(intent["flags"]), instrument["native_types"])
    source_id, seat = instrument["source_id"], intent["source_id"]
    if is_held(phase):
        intent["order_type"], intent["time_in_force"], intent["price_ticks"] = asked, asked_time, limit_ticks
        return hold(state.blotter, decisions, intent, source_id, seat, phase)
    if is_native(asked, instrument["native_types"]):
        intent["order_type"] = asked
    state.core[0]["requests"] += 1
    slot = place(state.blotter, state.positions, decisions, intent, source_id, seat, phase)
    if slot >= 0 and intent["order_type"] != asked:
        intent["order_type"] = asked
        take_terms(state.blotter.orders[slot], intent)
        if phase == Phase.FOLLOWING:
            emit_hold(state.blotter, decisions, slot, intent)
    return slot


@kernel
def _release(state: State, decisions: Decisions, intent: np.void, slot: int) -> int:
    """A held order, reviewed as if it were new; a DenyReason."""
    go_as(intent, intent["order_type"])
    reason = review_intent(state, intent, -1)
    if reason != 0:
        deny(state, decisions, intent, reason)
        return reason
    state.core[0]["requests"] += 1
    release(state.blotter, state.positions, decisions, slot, intent)
    decided(state.risk, slot, state.blotter.orders[slot]["client_id"], intent["side"], state.situation[0])
    mark_when_new(state, intent["instrument_id"])
    count_exposure(state, intent["account_id"], intent["instrument_id"])
    return 0


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
        reason = _aim(state, intent, order)
        if reason == 0:
            reason = review_intent(state, intent, slot)
        intent["order_type"], intent["time_in_force"] = order["order_type"], order["time_in_force"]
    if reason == 0:
        reason = replace(state.blotter, state.positions, decisions, slot, intent)
    if reason != 0:
        deny(state, decisions, intent, reason)
        return reason
    state.core[0]["requests"] += 1
    count_exposure(state, intent["account_id"], intent["instrument_id"])
    return 0


@kernel
def _aim(state: State, intent: np.void, order: np.void) -> int:
    """A stop or touch at its venue is reviewed as what it becomes; a new trigger is one ahead. A DenyReason."""
    kind, moved_to = int(order["order_type"]), int(intent["execution_id"])
    if not has_trigger(kind):
        return 0
    state.core[0]["is_held"] = 1
    go_as(intent, kind)
    if not has_fixed_trigger(kind) or moved_to == 0 or moved_to == order["trigger_ticks"]:
        intent["execution_id"] = order["trigger_ticks"]
        return 0
    head = state.books.heads[state.instruments[order["instrument_id"]]["book_slot"]]
    bid, ask = int(head["best_bid_ticks"]), int(head["best_ask_ticks"])
    if not (1 <= moved_to and moved_to <= LARGEST_STEPS) or is_through(kind, int(order["side"]), moved_to, bid, ask):
        return DenyReason.BAD_TRIGGER
    return 0


@kernel
def deny(state: State, decisions: Decisions, cause: np.void, reason: int) -> None:
    """Write down what was refused, by whom it was wished and why."""
    state.core[0]["denied"] += 1
    state.risk.denials[reason] += 1
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
def review_intent(state: State, intent: np.void, replaced_slot: int) -> int:
    """A DenyReason: everything that is asked before an order leaves."""
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
    state.situation[0]["is_held"] = state.core[0]["is_held"]
    state.situation[0]["slippage_ppm"] = _slippage_ppm(state, intent)
    return review(intent, state.situation[0], state.risk, intent["now_ns"])


@kernel
def _slippage_ppm(state: State, intent: np.void) -> int:
    """What an order that takes now would pay against the mid; 0 of one that rests, or is not to trade now."""
    situation, side, lots = state.situation[0], int(intent["side"]), int(intent["quantity_lots"])
    slot = int(state.instruments[intent["instrument_id"]]["book_slot"])
    if situation["is_held"] != 0 or situation["book_state"] != BookState.LIVE or not (side == 1 or side == -1):
        return 0
    limit = int(intent["price_ticks"]) if intent["order_type"] == OrderType.LIMIT else 0
    touch = int(situation["best_ask_ticks"]) if side > 0 else int(situation["best_bid_ticks"])
    if not (lots >= 1 and lots <= LARGEST_STEPS) or (limit != 0 and limit * side < touch * side):
        return 0
    head, found = state.books.heads[slot], state.walk[0]
    walk(state.books, slot, side, lots, limit, found)
    mid = 0.5 * (float(head["best_bid_ticks"]) + float(head["best_ask_ticks"]))
    judge(found, side, mid, float(state.signals.values[slot]["volatility"]), int(head["day_volume_lots"]))
    return int(found["cost_ppm"])


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
    counts = state.blotter.counts[0]
    situation["open_orders"] = counts["open_orders"] - counts["insurances"]
    situation["is_replace"] = 0
    situation["is_part"] = state.core[0]["is_part"]
    if replaced_slot >= 0:
        _take_out(state, situation, replaced_slot)
    if state.risk.group[0]["legs"] > 0:
        see_legs(state.risk, situation, intent)


@kernel
def _take_out(state: State, situation: np.void, slot: int) -> None:
    """The order that is replaced no longer counts; it stays among the own prices of its own side, which is no bar."""
    order = state.blotter.orders[slot]
    rest_lots = working_lots(order)
    if order["side"] > 0:
        situation["working_buy_lots"] -= rest_lots
    else:
        situation["working_sell_lots"] -= rest_lots
    situation["open_orders"] -= 0 if is_insurance(order) else 1
    situation["is_replace"] = 1
