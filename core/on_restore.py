"""One record of a predecessor's journal, applied again when a core starts."""

import numpy as np

from core.breaking import restore_breaker, restore_limit
from core.counted import turn_day
from core.kernel import kernel
from core.on_report import on_report
from core.orders.requests import doubt, restore
from core.orders.terms import is_insurance
from core.records.decisions import Decisions
from core.risk.stops import remember
from core.stage import stage
from core.state import State
from core.vocabulary import EventKind


@stage
def on_restore(state: State, decisions: Decisions, event: np.void) -> None:
    """A request, a report, a new day; SESSION: the journal is at its end, what waits for an answer is UNKNOWN."""
    kind = event["kind"]
    if kind == EventKind.ORDER_REQUEST:
        slot = restore(state.blotter, state.positions, event)
        if slot >= 0 and is_insurance(state.blotter.orders[slot]):
            instrument_id = int(state.blotter.orders[slot]["instrument_id"])
            state.risk.protections[instrument_id]["venue_stop_id"] = event["client_id"]
    elif kind == EventKind.EXECUTION_REPORT:
        on_report(state, decisions, event)
    elif kind == EventKind.ROLLOVER:
        turn_day(state)
    elif kind == EventKind.BREAKER:
        restore_breaker(state, event)
    elif kind == EventKind.LIMIT_SET:
        restore_limit(state, event)
    elif kind == EventKind.PROTECTION:
        if event["instrument_id"] >= 0 and event["instrument_id"] < state.risk.protections.shape[0]:
            remember(state.risk.protections[event["instrument_id"]], event)
    elif kind == EventKind.SESSION:
        doubt(state.blotter, event["now_ns"])


@kernel
def restore_range(state: State, decisions: Decisions, events: np.ndarray, first: int, end: int) -> None:
    """Records first … end - 1 of EVENT[n]. What they would decide is dropped: it was decided long ago."""
    for index in range(first, end):
        decisions.used[0] = 0
        on_restore(state, decisions, events[index])
