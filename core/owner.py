"""What the core wishes in the name of an order's owner, and how often it may."""

import numpy as np

from core.kernel import kernel
from core.records.decisions import clear_event
from core.state import State
from core.vocabulary import DenyReason, EventKind

AGAIN_NS = 250_000_000
"""After a denial."""
LOOK_NS = 100_000_000
"""Between two slices, two moves of a peg, two records of a trailing stop."""


@kernel
def owners_intent(state: State, order: np.void, event: np.void) -> np.void:
    """The scratch intent, filled as if the order's owner wished something of it now."""
    intent = state.intent[0]
    clear_event(intent)
    intent["kind"] = EventKind.COMMAND
    intent["now_ns"] = event["now_ns"]
    intent["received_ns"] = event["now_ns"]
    intent["valid_until_ns"] = event["now_ns"] + state.core[0]["command_valid_ns"]
    intent["source_id"] = order["seat"]
    intent["origin"] = order["origin"]
    intent["strategy_id"] = order["strategy_id"]
    intent["account_id"] = order["account_id"]
    intent["instrument_id"] = order["instrument_id"]
    intent["client_id"] = order["client_id"]
    intent["group_id"] = order["group_id"]
    intent["side"] = order["side"]
    intent["order_type"] = order["asked_type"]
    intent["time_in_force"] = order["time_in_force"]
    intent["flags"] = order["flags"]
    intent["price_ticks"] = order["price_ticks"]
    intent["quantity_lots"] = order["quantity_lots"]
    return intent


@kernel
def passes(reason: int) -> bool:
    """Is it a reason that is gone in a moment?"""
    return bool(
        reason == DenyReason.GATEWAY_BUSY
        or reason == DenyReason.GATEWAY_DOWN
        or reason == DenyReason.BOOK_NOT_LIVE
        or reason == DenyReason.ORDER_RATE
        or reason == DenyReason.MESSAGE_RATE
        or reason == DenyReason.SELF_CROSS
    )
