"""What is told of an order when something happened to it: how it stands now, and each execution that was applied."""

import numpy as np

from core.kernel import kernel
from core.orders.blotter import Blotter, identify
from core.records.decisions import Decisions, next_decision
from core.vocabulary import EventKind, Origin


@kernel
def emit_update(blotter: Blotter, decisions: Decisions, slot: int, cause: np.void) -> None:
    """ORDER_UPDATE: the order as it is now."""
    order = blotter.orders[slot]
    record = decisions.records[next_decision(decisions, EventKind.ORDER_UPDATE, cause)]
    identify(record, order)
    record["price_ticks"] = order["price_ticks"]
    record["quantity_lots"] = order["quantity_lots"]
    record["status"] = order["status"]
    record["reason"] = order["reason"]
    record["detail"] = cause["detail"]


@kernel
def emit_fill(decisions: Decisions, event: np.void, blotter: Blotter, slot: int, account_id: int) -> None:
    """FILL: one execution that was applied."""
    record = decisions.records[next_decision(decisions, EventKind.FILL, event)]
    if slot >= 0:
        identify(record, blotter.orders[slot])
    else:
        record["client_id"] = event["client_id"]
        record["reference_id"] = event["reference_id"]
        record["origin"] = Origin.EXTERNAL
        record["account_id"] = account_id
        record["source_id"] = event["source_id"]
        record["instrument_id"] = event["instrument_id"]
        record["side"] = event["side"]
    record["venue_ns"] = event["venue_ns"]
    record["price_ticks"] = event["price_ticks"]
    record["quantity_lots"] = event["quantity_lots"]
    record["filled_lots"] = event["filled_lots"]
    record["execution_id"] = event["execution_id"]
    record["amount"] = event["amount"]
    record["flags"] = event["flags"]
