"""Pegged orders: where the market has gone, and whether the order is to go after it."""

import numpy as np

from core.book.depth import lots_at, next_price
from core.intents import submit_replace
from core.kernel import kernel
from core.orders.requests import can_replace
from core.orders.triggers import pegged_ticks
from core.owner import LOOK_NS, owners_intent
from core.records.decisions import Decisions
from core.state import State
from core.vocabulary import BookState, OrderType


@kernel
def follow_market(state: State, decisions: Decisions, slot: int, event: np.void) -> None:
    """Move a pegged order; its own size is not the market that it follows."""
    order = state.blotter.orders[slot]
    book_slot = state.instruments[order["instrument_id"]]["book_slot"]
    if event["now_ns"] < order["next_ns"] or not (book_slot >= 0):
        return
    head = state.books.heads[book_slot]
    if head["state"] != BookState.LIVE or can_replace(state.blotter, slot) != 0:
        return
    bid, ask = int(head["best_bid_ticks"]), int(head["best_ask_ticks"])
    side, price, rest = (
        int(order["side"]),
        int(order["price_ticks"]),
        int(order["quantity_lots"]) - int(order["filled_lots"]),
    )
    if (bid if side > 0 else ask) == price and lots_at(state.books, book_slot, side, price) <= rest:
        behind = next_price(state.books, book_slot, side, price)
        if behind != 0:
            bid, ask = (behind, ask) if side > 0 else (bid, behind)
    wanted = pegged_ticks(order, bid, ask)
    if wanted == price or wanted == 0:
        return
    order["next_ns"] = event["now_ns"] + LOOK_NS
    intent = owners_intent(state, order, event)
    intent["order_type"] = OrderType.LIMIT
    intent["price_ticks"] = wanted
    submit_replace(state, decisions, intent, slot)
