"""Which books may be believed: told on the tape when it changes, and repaired by a snapshot when only that helps."""

import numpy as np

from core.book.integrity import distrust
from core.kernel import kernel
from core.records.decisions import Decisions, next_decision
from core.state import State
from core.vocabulary import BookState, EventKind, FeedRequest


@kernel
def distrust_group(state: State, decisions: Decisions, event: np.void) -> None:
    """Events of a group were lost, or its process is gone: none of its books is true any more."""
    for slot in range(min(state.books.heads.shape[0], state.instrument_count[0])):
        head = state.books.heads[slot]
        if state.instruments[head["instrument_id"]]["source_id"] == event["source_id"]:
            before = head["state"]
            distrust(state.books, slot)
            tell_book_state(state, decisions, slot, before, event)


@kernel
def tell_book_state(state: State, decisions: Decisions, slot: int, before: int, event: np.void) -> None:
    """A book's state changed: say so on the tape, and ask for a snapshot when only that can repair it."""
    head = state.books.heads[slot]
    if head["state"] == before:
        return
    record = decisions.records[next_decision(decisions, EventKind.BOOK_STATE, event)]
    record["instrument_id"] = head["instrument_id"]
    record["detail"] = head["state"]
    record["status"] = before
    if head["state"] == BookState.GAPPED:
        ask_resync(state, decisions, slot, event)


@kernel
def ask_resync(state: State, decisions: Decisions, slot: int, event: np.void) -> None:
    head = state.books.heads[slot]
    record = decisions.records[next_decision(decisions, EventKind.FEED_REQUEST, event)]
    record["detail"] = FeedRequest.RESYNC
    record["instrument_id"] = head["instrument_id"]
    record["source_id"] = state.instruments[head["instrument_id"]]["source_id"]
