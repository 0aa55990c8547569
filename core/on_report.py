"""What a venue, or the core's own paper venue, told of an order."""

import numpy as np

from core.breaking import count_execution, watch
from core.counted import count_exposure
from core.held import work_held
from core.insuring import withdraw
from core.orders.reports import REFUSED, apply_report
from core.records.decisions import Decisions
from core.risk.breaker import is_count_reached
from core.stage import stage
from core.state import State
from core.targets import pursue
from core.venue_delays import time_acknowledgement
from core.vocabulary import Report


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
        time_acknowledgement(state, event)
    is_at_a_loss = count_exposure(state, event["account_id"], event["instrument_id"])
    if state.blotter.own[event["instrument_id"]]["watched_orders"] > 0:
        work_held(state, decisions, event)
    # Behind it: what was held may have been the last order that a target waits for.
    pursue(state, decisions, event["instrument_id"], event)
    if event["detail"] == Report.FILLED:
        withdraw(state, decisions, event["instrument_id"], event)
        if is_at_a_loss or is_count_reached(state.risk):
            watch(state, decisions, event)
