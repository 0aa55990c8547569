"""PAPER mode: the core's own fill model answers where a venue would.

Requests go to the model instead of a ring, and its reports come back through the same stage as a venue's. They are
consequences of what the core saw, so on the tape they stand among the decisions, from PAPER_SOURCE; a replay makes
them again.
"""

import numpy as np

from core.fills.paper import next_due_ns, paper_due, paper_on_book, paper_on_trade, paper_request
from core.kernel import kernel
from core.on_report import on_report
from core.orders.timers import NEVER, arm, disarm
from core.records.decisions import Decisions, next_decision
from core.stage import stage
from core.state import PAPER_SOURCE, PAPER_TIMER, State
from core.vocabulary import EventFlag, EventKind, Request

LAST_IN_FRAME = int(EventFlag.LAST_IN_FRAME)


@stage
def serve_paper(state: State, decisions: Decisions, event: np.void) -> None:
    """After the event had its effect: what it means for resting orders, what is new, what is due."""
    now_ns = event["now_ns"]
    if event["kind"] == EventKind.TRADE:
        paper_on_trade(state.paper, state.instruments, event, now_ns)
    elif event["kind"] == EventKind.BOOK_LEVEL and event["flags"] & LAST_IN_FRAME:
        paper_on_book(state.paper, state.books, state.instruments, event["instrument_id"], now_ns)
    taken = _send(state, decisions, 0, now_ns)
    state.paper_reports.used[0] = 0
    paper_due(state.paper, state.books, state.instruments, now_ns, state.paper_reports)
    for index in range(state.paper_reports.used[0]):
        report = state.paper_reports.records[index]
        report["source_id"] = PAPER_SOURCE
        decisions.records[next_decision(decisions, EventKind.EXECUTION_REPORT, event)] = report
        on_report(state, decisions, report)
    _send(state, decisions, taken, now_ns)
    due_ns = next_due_ns(state.paper)
    if due_ns >= NEVER:
        due_ns = NEVER
    if due_ns != state.timers.due_ns[PAPER_TIMER]:
        disarm(state.timers, PAPER_TIMER)
        arm(state.timers, PAPER_TIMER, due_ns)


@kernel
def _send(state: State, decisions: Decisions, first: int, now_ns: int) -> int:
    """Requests among the decisions from `first` on set out for the model; how many decisions there are now."""
    for index in range(first, decisions.used[0]):
        record = decisions.records[index]
        if record["kind"] == EventKind.ORDER_REQUEST and record["detail"] != Request.HOLD:
            record["source_id"] = PAPER_SOURCE
            paper_request(state.paper, record, now_ns)
    return decisions.used[0]
