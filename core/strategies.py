"""Strategies on a book: what each sees, and what becomes of what it wants.

A slot runs when strategies are enabled, the slot is, and its instrument's book is LIVE at the end of a frame. Its
wishes go the way of every order (intents.py); its cancels are never refused.
"""

import numpy as np

from core.intents import submit, submit_replace
from core.kernel import kernel
from core.orders.blotter import find, working_lots
from core.orders.positions import ACCOUNT, TOTAL, find_row
from core.orders.requests import cancel
from core.records.decisions import Decisions, clear_event
from core.state import State
from core.strategy.slots import EMPTY, call_strategy
from core.strategy.slots import set_parameter as set_slot_parameter
from core.vocabulary import DenyReason, EventKind, Origin, Request

ALL = -1


@kernel
def run_strategies(state: State, decisions: Decisions, book_slot: int, event: np.void) -> None:
    """Every enabled slot of this book's instrument."""
    if state.core[0]["strategies_enabled"] == 0 or state.risk.state[0]["is_halted"] != 0:
        return
    instrument_id = state.books.heads[book_slot]["instrument_id"]
    for slot in range(state.slots.current.shape[0]):
        index = state.slots.current[slot]
        if index == EMPTY or state.slots.is_enabled[slot] != 1:
            continue
        if state.slots.records[index]["instrument_id"] != instrument_id:
            continue
        _look(state, book_slot, slot, event)
        wanted = call_strategy(state.slots, slot)
        for number in range(wanted):
            _want(state, decisions, slot, number, instrument_id, event)


@kernel
def _look(state: State, book_slot: int, slot: int, event: np.void) -> None:
    """Fill the view that the slot is called with."""
    view = state.slots.views[0]
    head = state.books.heads[book_slot]
    values = state.signals.values[book_slot]
    view["now_ns"] = event["now_ns"]
    view["instrument_id"] = head["instrument_id"]
    view["book_state"] = head["state"]
    view["best_bid_ticks"] = head["best_bid_ticks"]
    view["best_bid_lots"] = head["best_bid_lots"]
    view["best_ask_ticks"] = head["best_ask_ticks"]
    view["best_ask_lots"] = head["best_ask_lots"]
    view["last_trade_ticks"] = head["last_trade_ticks"]
    view["last_trade_lots"] = head["last_trade_lots"]
    view["last_trade_side"] = head["last_trade_side"]
    view["trades"] = head["trades"]
    view["imbalance"] = values["imbalance"]
    view["weighted_mid"] = values["weighted_mid"]
    view["micro_price"] = values["micro_price"]
    view["trade_flow"] = values["trade_flow"]
    view["volatility"] = values["volatility"]
    view["rsi"] = values["rsi"]
    view["macd"] = values["macd"]
    view["macd_signal"] = values["macd_signal"]
    view["is_warm"] = values["is_warm"]
    view["is_timer"] = 0
    view["min_lots"] = state.instruments[head["instrument_id"]]["min_lots"]
    _look_at_position(state, slot, head["instrument_id"], view)
    _look_at_orders(state, slot, head["instrument_id"], view)


@kernel
def _look_at_position(state: State, slot: int, instrument_id: int, view: np.void) -> None:
    view["position_lots"] = 0
    view["account_lots"] = 0
    view["working_buy_lots"] = 0
    view["working_sell_lots"] = 0
    if state.positions.first_rows[instrument_id] < 0:
        return
    row = find_row(state.positions, ACCOUNT, instrument_id, TOTAL)
    if row >= 0:
        view["account_lots"] = state.positions.rows[row]["position_lots"]
    row = find_row(state.positions, ACCOUNT, instrument_id, slot)
    if row >= 0:
        position = state.positions.rows[row]
        view["position_lots"] = position["position_lots"]
        view["working_buy_lots"] = position["working_buy_lots"]
        view["working_sell_lots"] = position["working_sell_lots"]


@kernel
def _look_at_orders(state: State, slot: int, instrument_id: int, view: np.void) -> None:
    """Its best open order of each side."""
    view["own_bid_id"] = 0
    view["own_bid_ticks"] = 0
    view["own_bid_lots"] = 0
    view["own_bid_status"] = 0
    view["own_ask_id"] = 0
    view["own_ask_ticks"] = 0
    view["own_ask_lots"] = 0
    view["own_ask_status"] = 0
    view["own_orders"] = 0
    if state.blotter.own[instrument_id]["open_orders"] == 0:
        return
    for place in range(state.blotter.counts[0]["open_orders"]):
        order = state.blotter.orders[state.blotter.open_slots[place]]
        if order["instrument_id"] != instrument_id or order["strategy_id"] != slot:
            continue
        view["own_orders"] += 1
        if order["side"] > 0:
            if view["own_bid_id"] == 0 or order["price_ticks"] > view["own_bid_ticks"]:
                view["own_bid_id"] = order["client_id"]
                view["own_bid_ticks"] = order["price_ticks"]
                view["own_bid_lots"] = working_lots(order)
                view["own_bid_status"] = order["status"]
        elif view["own_ask_id"] == 0 or order["price_ticks"] < view["own_ask_ticks"]:
            view["own_ask_id"] = order["client_id"]
            view["own_ask_ticks"] = order["price_ticks"]
            view["own_ask_lots"] = working_lots(order)
            view["own_ask_status"] = order["status"]


@kernel
def _want(state: State, decisions: Decisions, slot: int, number: int, instrument_id: int, event: np.void) -> None:
    """One wish: an order of its own account and name, whatever it wrote elsewhere."""
    wish = state.slots.intents[number]
    intent = state.intent[0]
    clear_event(intent)
    intent["account_id"] = ACCOUNT
    intent["kind"] = EventKind.ORDER_REQUEST
    intent["detail"] = wish["request"]
    intent["now_ns"] = event["now_ns"]
    intent["received_ns"] = event["received_ns"]
    intent["strategy_id"] = slot
    intent["origin"] = Origin.STRATEGY
    intent["instrument_id"] = instrument_id
    intent["client_id"] = wish["client_id"]
    intent["side"] = wish["side"]
    intent["order_type"] = wish["order_type"]
    intent["time_in_force"] = wish["time_in_force"]
    intent["flags"] = wish["flags"]
    intent["price_ticks"] = wish["price_ticks"]
    intent["quantity_lots"] = wish["quantity_lots"]
    intent["valid_until_ns"] = event["now_ns"] + state.core[0]["command_valid_ns"]
    reason = 0
    if wish["request"] == Request.NEW:
        reason = -1 - submit(state, decisions, intent)
    elif wish["request"] == Request.CANCEL or wish["request"] == Request.REPLACE:
        reason = _change(state, decisions, slot, intent)
    if reason > 0:
        state.slots.tallies[slot]["denied"] += 1


@kernel
def _change(state: State, decisions: Decisions, slot: int, intent: np.void) -> int:
    """Cancel or replace, of its own orders only."""
    place = find(state.blotter, intent["client_id"])
    if place < 0 or state.blotter.orders[place]["strategy_id"] != slot:
        return DenyReason.UNKNOWN_ORDER
    if intent["detail"] == Request.REPLACE:
        return submit_replace(state, decisions, intent, place)
    return cancel(state.blotter, decisions, place, intent)


@kernel
def enable_strategies(state: State, slot: int, is_on: int) -> int:
    """The desk's switch (slot -1: and all filled slots), or one slot. A DenyReason."""
    if is_on == 1 and state.risk.state[0]["is_halted"] != 0:
        return DenyReason.HALTED
    if slot == ALL:
        state.core[0]["strategies_enabled"] = 1 if is_on == 1 else 0
        for each in range(state.slots.current.shape[0]):
            state.slots.is_enabled[each] = 1 if is_on == 1 and state.slots.current[each] != EMPTY else 0
        return 0
    if not (slot >= 0 and slot < state.slots.current.shape[0]) or state.slots.current[slot] == EMPTY:
        return DenyReason.UNKNOWN_ORDER
    state.slots.is_enabled[slot] = 1 if is_on == 1 else 0
    if is_on == 1:
        state.core[0]["strategies_enabled"] = 1
    return 0


@kernel
def set_parameter(state: State, slot: int, index: int, bits: int) -> int:
    """`bits` are those of a float64. A DenyReason."""
    state.word[0] = bits
    if set_slot_parameter(state.slots, slot, index, state.word_as_float[0]):
        return 0
    return DenyReason.BAD_QUANTITY
