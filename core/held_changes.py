"""What a person changes of orders that the core works: terms, a pause, and stops to the price that costs nothing."""

import numpy as np

from core.intents import submit_replace
from core.kernel import kernel
from core.orders.positions import ACCOUNT, TOTAL, break_even_ticks, find_row, held_lots
from core.orders.requests import cancel_slices, emit_hold
from core.orders.terms import has_fixed_trigger, has_limit_price, has_trigger, is_insurance, is_slicer, is_stop
from core.orders.transitions import is_open
from core.orders.triggers import is_through
from core.owner import owners_intent
from core.records.decisions import Decisions
from core.state import State
from core.vocabulary import (
    DenyReason,
    OrderStatus,
    OrderType,
    Phase,
)


@kernel
def amend_held(state: State, decisions: Decisions, slot: int, event: np.void) -> int:
    """New trigger, price, size or offset (0: as it is) of an order that is held; a DenyReason."""
    order = state.blotter.orders[slot]
    if order["phase"] == Phase.TRIGGERED or order["status"] == OrderStatus.PENDING_CANCEL:
        return DenyReason.ORDER_NOT_OPEN
    lots, largest = int(event["quantity_lots"]), state.risk.limits[order["instrument_id"]]["max_order_lots"]
    if lots != 0 and not (lots >= order["sent_lots"] and lots > order["filled_lots"] and lots <= largest):
        return DenyReason.BAD_QUANTITY
    if event["execution_id"] < 0 or event["price_ticks"] < 0 or event["amount"] < 0:
        return DenyReason.BAD_TRIGGER
    if event["execution_id"] != 0 and has_trigger(order["asked_type"]):
        order["trigger_ticks"] = event["execution_id"]
    if event["price_ticks"] != 0 and (has_limit_price(order["asked_type"]) or is_slicer(order["asked_type"])):
        order["price_ticks"] = event["price_ticks"]
    if event["amount"] != 0:
        order["offset"] = event["amount"]
    if lots != 0:
        order["quantity_lots"] = lots
        order["asked_lots"] = lots
    order["updated_ns"] = event["now_ns"]
    emit_hold(state.blotter, decisions, slot, event)
    return 0


@kernel
def pause(state: State, decisions: Decisions, slot: int, is_on: int, event: np.void) -> int:
    """Stop or go on sending slices; what an iceberg shows is taken back. A DenyReason."""
    if slot < 0:
        return DenyReason.UNKNOWN_ORDER
    order = state.blotter.orders[slot]
    wanted = Phase.PAUSED.value if is_on == 1 else Phase.WORKING.value
    if not is_open(order["status"]) or not is_slicer(order["asked_type"]):
        return DenyReason.ORDER_NOT_OPEN
    if order["phase"] == wanted:
        return DenyReason.NOTHING_TO_DO
    order["phase"] = wanted
    emit_hold(state.blotter, decisions, slot, event)
    if is_on == 1:
        cancel_slices(state.blotter, decisions, order["client_id"], event)
    return 0


@kernel
def break_even(state: State, decisions: Decisions, event: np.void) -> int:
    """Every stop that closes the position of an instrument, held or at its venue, to the price that costs nothing."""
    instrument_id = int(event["instrument_id"])
    if not (instrument_id >= 0 and instrument_id < state.instrument_count[0]):
        return DenyReason.UNKNOWN_INSTRUMENT
    held = held_lots(state.positions, ACCOUNT, instrument_id)
    if held == 0:
        return DenyReason.NOTHING_TO_DO
    row = find_row(state.positions, ACCOUNT, instrument_id, TOTAL)
    ticks = break_even_ticks(state.positions.rows[row], state.instruments[instrument_id])
    head = state.books.heads[state.instruments[instrument_id]["book_slot"]]
    side = -1 if held > 0 else 1
    if is_through(OrderType.STOP.value, side, ticks, int(head["best_bid_ticks"]), int(head["best_ask_ticks"])):
        return DenyReason.BAD_TRIGGER
    moved = 0
    for place in range(state.blotter.counts[0]["open_orders"]):
        slot = state.blotter.open_slots[place]
        order = state.blotter.orders[slot]
        if order["instrument_id"] != instrument_id or order["side"] != side or not is_stop(order["asked_type"]):
            continue
        if order["phase"] == Phase.WATCHING or order["phase"] == Phase.WAITING:
            order["trigger_ticks"] = ticks
            emit_hold(state.blotter, decisions, slot, event)
            moved += 1
        elif has_fixed_trigger(order["order_type"]) and not is_insurance(order):
            intent = owners_intent(state, order, event)
            intent["execution_id"] = ticks
            moved += 1 if submit_replace(state, decisions, intent, slot) == 0 else 0
    return 0 if moved > 0 else DenyReason.NOTHING_TO_DO
