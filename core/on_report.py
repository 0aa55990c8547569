"""What a venue, or the core's own paper venue, told of an order."""

import numpy as np

from core.breaking import count_execution, watch
from core.held import work_held
from core.intents import count_exposure
from core.kernel import kernel
from core.orders.blotter import find
from core.orders.reports import REFUSED, apply_report
from core.records.decisions import Decisions
from core.stage import stage
from core.state import State
from core.targets import pursue
from core.vocabulary import Report

LONGEST_ACK_NS = 10_000_000_000


@stage
def on_report(state: State, decisions: Decisions, event: np.void) -> None:
    """One EXECUTION_REPORT: order, position, exposure, and the next step of a position target."""
    state.core[0]["reports"] += 1
    slot = apply_report(state.blotter, state.positions, decisions, event, state.instruments)
    if slot == REFUSED:
        return
    if event["detail"] == Report.FILLED:
        state.core[0]["fills"] += 1
        count_execution(state, slot, event)
    elif event["detail"] == Report.ACCEPTED:
        _time_acknowledgement(state, event)
    count_exposure(state, event["account_id"], event["instrument_id"])
    pursue(state, decisions, event["instrument_id"], event)
    if state.blotter.own[event["instrument_id"]]["watched_orders"] > 0:
        work_held(state, decisions, event)
    if event["detail"] == Report.FILLED:
        watch(state, decisions, event)


@kernel
def _time_acknowledgement(state: State, event: np.void) -> None:
    """How long this venue takes to acknowledge an order: routing counts it as a burden."""
    source_id, slot = event["source_id"], find(state.blotter, event["client_id"])
    if slot < 0 or not (source_id >= 0 and source_id < state.gateways.shape[0]):
        return
    order, gateway = state.blotter.orders[slot], state.gateways[source_id]
    if order["order_type"] != order["asked_type"]:
        return  # it was held for a while
    took_ns = event["now_ns"] - order["created_ns"]
    if took_ns > 0 and took_ns < LONGEST_ACK_NS:
        before_ns = gateway["ack_ns"] if gateway["ack_ns"] > 0 else took_ns
        gateway["ack_ns"] = before_ns + ((took_ns - before_ns) >> 3)
