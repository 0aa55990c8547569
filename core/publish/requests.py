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
    one: np.ndarray,
) -> int:
    """Carry out everything that one event led to; returns how many requests went out.

    requests, cancels: RING[groups]. -1 when a cancel did not fit: the caller halts the desk, and the order process
    cancels everything by itself.
    """
    sent = 0
    for index in range(decisions.used[0]):
        record = decisions.records[index]
        if record["kind"] == EventKind.ORDER_REQUEST:
            group = record["source_id"]
            if record["detail"] == Request.CANCEL:
                ring = cancels[group]
            else:
                ring = requests[group]
            slot = producer_slot(ring)
            if slot < 0:
                sent = -1
                continue
            record["sequence"] = ring["own"]
            put_on_tape(tape, counts, record)
            put_in_journal(journal, record)
            slots = events_at(ring["slots_address"], ring["capacity"])
            slots[slot] = record
            producer_publish(ring)
            producer_wake(ring, one)
            if sent >= 0:
                sent += 1
        else:
            put_on_tape(tape, counts, record)
    return sent
