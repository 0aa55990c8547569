"""What stands in an order's record when it is new: what its intent says, and nothing yet of what became of it."""

import numpy as np

from core.kernel import kernel
from core.orders.terms import take_terms


@kernel
def write_order(order: np.void, client_id: int, intent: np.void, now_ns: int) -> None:
    """Over whatever the slot held before."""
    order["client_id"] = client_id
    order["venue_order_id"] = 0
    order["price_ticks"] = intent["price_ticks"]
    order["quantity_lots"] = intent["quantity_lots"]
    order["filled_lots"] = 0
    order["filled_notional_high"] = 0
    order["filled_notional_low"] = 0
    order["replace_price_ticks"] = 0
    order["replace_quantity_lots"] = 0
    order["replace_trigger_ticks"] = 0
    order["created_ns"] = now_ns
    order["updated_ns"] = now_ns
    order["valid_until_ns"] = intent["valid_until_ns"]
    order["queue_ahead_lots"] = -1
    order["fees_e8"] = 0
    order["instrument_id"] = intent["instrument_id"]
    order["group_id"] = intent["group_id"]
    order["strategy_id"] = intent["strategy_id"]
    order["account_id"] = intent["account_id"]
    order["source_id"] = intent["source_id"]
    order["flags"] = intent["flags"]
    order["side"] = intent["side"]
    order["order_type"] = intent["order_type"]
    order["time_in_force"] = intent["time_in_force"]
    order["status"] = 0
    order["status_before"] = 0
    order["origin"] = intent["origin"]
    order["reason"] = 0
    order["seat"] = -1
    order["cancel_asked_ns"] = 0
    take_terms(order, intent)
    order["phase"] = 0
    order["is_watched"] = 0
    order["next_ns"] = 0
    order["sent_lots"] = 0
    order["volume_lots"] = 0
    order["slices"] = 0
    order["asked_lots"] = intent["quantity_lots"]
    order["whole_lots"] = 0
    order["released_lots"] = 0
    order["taken_lots"] = 0
