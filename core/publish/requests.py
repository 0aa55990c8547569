"""Decisions leave the core: onto the tape, into the journal, and, if they are requests, into their group's ring.

The journal comes first and names the place in the ring: a core that dies between the two finds, when it starts again,
a request whose place was never published, and knows that it was not sent.
"""

import numpy as np

from core.kernel import kernel
from core.memory.atomics import events_at
from core.memory.ring import producer_publish, producer_slot, producer_wake
from core.publish.tape import put_in_journal, put_on_tape
from core.records.decisions import Decisions
from core.vocabulary import EventKind, Request


@kernel
def publish_decisions(
    decisions: Decisions,
    tape: np.void,
    counts: np.ndarray,
    journal: np.void,
    requests: np.ndarray,
    cancels: np.ndarray,
    feed_requests: np.ndarray,
    one: np.ndarray,
) -> int:
    """Carry out everything that one event led to; returns how many requests went out.

    requests, cancels, feed_requests: RING[groups]. -1 when a request did not fit: the caller halts the desk, and the
    order process cancels everything by itself. A feed request that does not fit is asked again by the core.
    """
    sent = 0
    for index in range(decisions.used[0]):
        record = decisions.records[index]
        if record["kind"] == EventKind.ORDER_REQUEST:
            group = record["source_id"]
            # PAPER_SOURCE: the core's own fill model has it already. HOLD: nobody but our successor is to know.
            if group >= requests.shape[0] or record["detail"] == Request.HOLD:
                put_on_tape(tape, counts, record)
                put_in_journal(journal, record)
                continue
            if record["detail"] == Request.CANCEL:
                ring = cancels[group]
            else:
                ring = requests[group]
            record["sequence"] = ring["own"]
            put_on_tape(tape, counts, record)
            put_in_journal(journal, record)
            if not _put_in_ring(ring, record, one):
                sent = -1
            elif sent >= 0:
                sent += 1
        elif record["kind"] == EventKind.FEED_REQUEST:
            put_on_tape(tape, counts, record)
            _put_in_ring(feed_requests[record["source_id"]], record, one)
        else:
            put_on_tape(tape, counts, record)
            if record["kind"] == EventKind.EXECUTION_REPORT or record["kind"] >= EventKind.BREAKER:
                put_in_journal(journal, record)
    return sent


@kernel
def _put_in_ring(ring: np.void, record: np.void, one: np.ndarray) -> bool:
    slot = producer_slot(ring)
    if slot < 0:
        return False
    slots = events_at(ring["slots_address"], ring["capacity"])
    slots[slot] = record
    producer_publish(ring)
    producer_wake(ring, one)
    return True
