"""The core as a function with state: one event in, decisions out. No clock, no allocation, no exception, no Python.

This file is the order of the stages. What each kind of event does stands in on_market, on_command, on_report and
on_control; `core/loop.py` calls `step` with what it polled, a replay with what the tape holds: both get the same
decisions, bit for bit.
"""

import numpy as np

from core.cancelling import count_cancels
from core.held import work_held
from core.intents import decide
from core.kernel import kernel
from core.on_command import on_command
from core.on_control import on_control
from core.on_market import on_market
from core.on_report import on_report
from core.on_restore import on_restore
from core.paper import serve_paper
from core.records.decisions import Decisions
from core.stage import link, stage
from core.state import State
from core.vocabulary import EventKind, Mode


@stage
def step(state: State, decisions: Decisions, event: np.void) -> None:
    """Take one event; its `now_ns` is the time. `decisions` was emptied by the caller."""
    kind = event["kind"]
    if kind < EventKind.EXECUTION_REPORT or kind == EventKind.LOSS:
        on_market(state, decisions, event)
    elif kind == EventKind.EXECUTION_REPORT:
        on_report(state, decisions, event)
    elif kind == EventKind.COMMAND:
        on_command(state, decisions, event)
    else:
        on_control(state, decisions, event)
    if state.core[0]["mode"] == Mode.PAPER:
        serve_paper(state, decisions, event)
    if decisions.used[0] > 0:
        count_cancels(state, decisions, event["now_ns"])


def link_step() -> None:
    """Before `step` is called, or a kernel that calls it is loaded: compile what is not in the cache, and link."""
    link(decide, work_held, on_report, on_market, on_command, on_control, on_restore, serve_paper, step)


@kernel
def step_once(state: State, decisions: Decisions, events: np.ndarray, index: int) -> int:
    """Step over one record of EVENT[n], from Python: for replays and tests. How many decisions it led to."""
    decisions.used[0] = 0
    step(state, decisions, events[index])
    return decisions.used[0]
