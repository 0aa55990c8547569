"""A tape fed back to `step`: the same decisions, bit for bit, or the first one that differs.

    verdict = replay(load(checkpoint_path), events)     # EVENT[n] of one core start, in order

The tape holds what the core saw and, behind each event, what it decided. The former is stepped over again from the
checkpoint of the session; the latter is compared word by word with what comes out. Not compared are the numbers that
the loop gave when it wrote a decision down: its place on the tape, and of a request its place in its ring.

Equality is promised for the same sources, versions and CPU model (`kernel_hash` of the SESSION record).
"""

from dataclasses import dataclass

import numpy as np

from core.checkpoint import Checkpoint, pour
from core.installed import install_strategies
from core.kernel import kernel
from core.records.decisions import Decisions, make_decisions
from core.records.event import EVENT
from core.state import PAPER_SOURCE, State, make_state
from core.step import link_step, step
from core.vocabulary import EventKind

WORDS = EVENT.itemsize // 8
TAPE_SEQUENCE_WORD = 0
SEQUENCE_WORD = 4

EQUAL = -1
MISSING = 1
"""The tape holds a decision that the replay did not make."""
EXTRA = 2
"""The replay made a decision that the tape does not hold."""
OTHER = 3
"""Both decided, and differ."""
HOLE = 4
"""A record is missing on the tape: behind a loss nothing can be compared."""


@dataclass(frozen=True)
class Verdict:
    """What a replay found."""

    inputs: int
    decisions: int
    differs_at: int
    """Index of the first record that differs; EQUAL when none does."""
    how: int
    """MISSING, EXTRA, OTHER or HOLE; 0 when equal"""
    made: np.ndarray
    """EVENT[m]: what the replay decided there"""

    @property
    def is_equal(self) -> bool:
        return self.differs_at == EQUAL


def state_of(checkpoint: Checkpoint) -> State:
    """The core as it was when its session began, with its strategies in their slots."""
    table = checkpoint.instruments
    count = int(np.count_nonzero(table["symbol"] != b""))
    origin = checkpoint.origin
    state = make_state(table, count, origin.settings, capacities=origin.sizes)
    lasting = tuple(name for name in checkpoint.arrays if not name.startswith("slots."))
    pour(checkpoint, state, only=lasting)
    install_strategies(state, origin.settings)
    return state


def replay(checkpoint: Checkpoint, events: np.ndarray) -> Verdict:
    """Step over EVENT[n] from the session's first record on."""
    link_step()
    state = state_of(checkpoint)
    decisions = make_decisions(2 * len(state.blotter.orders) + 256)
    events = np.ascontiguousarray(events)
    result = np.zeros(4, np.int64)
    _replay(state, decisions, events, words_of(events), words_of(decisions.records), result)
    differs_at, how, inputs, decided = (int(number) for number in result)
    made = decisions.records[: decisions.used[0]].copy()
    return Verdict(inputs=inputs, decisions=decided, differs_at=differs_at, how=how, made=made)


def words_of(events: np.ndarray) -> np.ndarray:
    """EVENT[n] as int64[n, 16]."""
    return events.view(np.int64).reshape(len(events), WORDS)


@kernel
def is_decision(event: np.void) -> bool:
    """Made by the core: not stepped over again."""
    if event["kind"] == EventKind.EXECUTION_REPORT:
        return bool(event["source_id"] == PAPER_SOURCE)
    return bool(event["kind"] >= EventKind.ORDER_REQUEST)


@kernel
def _replay(
    state: State,
    decisions: Decisions,
    events: np.ndarray,
    words: np.ndarray,
    made_words: np.ndarray,
    result: np.ndarray,
) -> None:
    """result: where it differs, how, inputs, decisions."""
    compared = 0
    decisions.used[0] = 0
    result[0] = EQUAL
    for index in range(events.shape[0]):
        event = events[index]
        if index > 0 and event["tape_sequence"] != events[index - 1]["tape_sequence"] + 1:
            result[0] = index
            result[1] = HOLE
            return
        if is_decision(event):
            if compared == decisions.used[0]:
                result[0] = index
                result[1] = MISSING
                return
            if not _same(words[index], made_words[compared], event["kind"]):
                result[0] = index
                result[1] = OTHER
                return
            compared += 1
            result[3] += 1
            continue
        if compared != decisions.used[0]:
            result[0] = index
            result[1] = EXTRA
            return
        compared = 0
        decisions.used[0] = 0
        result[2] += 1
        step(state, decisions, event)


@kernel
def _same(told: np.ndarray, made: np.ndarray, kind: int) -> bool:
    for word in range(told.shape[0]):
        if word == TAPE_SEQUENCE_WORD or (word == SEQUENCE_WORD and kind == EventKind.ORDER_REQUEST):
            continue
        if told[word] != made[word]:
            return False
    return True
