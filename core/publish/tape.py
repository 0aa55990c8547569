"""The tape and the journal: what the core saw and decided, in order, for those who only read.

The tape is for the recorder and for replay: when nobody drains it in time, records are dropped and counted, and the
first record after space returns is a LOSS. The journal is for a restarted core: it is never dropped; the loop stops
taking orders and reports before it could be full.
"""

import numpy as np

from core.kernel import kernel
from core.memory.atomics import events_at, load_acquire
from core.memory.ring import producer_publish, producer_slot
from core.records.decisions import clear_event
from core.vocabulary import EventKind

# Words of a tape's counts, int64[3].
NEXT_SEQUENCE = 0
DROPPED = 1
DROPPED_TOLD = 2
COUNTS = 3


@kernel
def put_on_tape(tape: np.void, counts: np.ndarray, record: np.void) -> None:
    """Number a record and append it. A hole in the numbers is a loss, and a LOSS record says how large it was.

    The number is written where the record went: a record that was written to just before it is copied is copied late.
    """
    index = producer_slot(tape)
    if index >= 0 and counts[DROPPED] != counts[DROPPED_TOLD]:
        _tell_loss(tape, index, counts, record["now_ns"])
        index = producer_slot(tape)
    sequence = counts[NEXT_SEQUENCE]
    counts[NEXT_SEQUENCE] = sequence + 1
    if index < 0:
        counts[DROPPED] += 1
        return
    slots = events_at(tape["slots_address"], tape["capacity"])
    slots[index] = record
    slots[index]["tape_sequence"] = sequence
    producer_publish(tape)


@kernel
def _tell_loss(tape: np.void, index: int, counts: np.ndarray, now_ns: int) -> None:
    """In the place that came free, with the next number."""
    slot = events_at(tape["slots_address"], tape["capacity"])[index]
    clear_event(slot)
    slot["kind"] = EventKind.LOSS
    slot["tape_sequence"] = counts[NEXT_SEQUENCE]
    slot["now_ns"] = now_ns
    slot["reference_id"] = counts[DROPPED] - counts[DROPPED_TOLD]
    counts[NEXT_SEQUENCE] += 1
    counts[DROPPED_TOLD] = counts[DROPPED]
    producer_publish(tape)


@kernel
def put_in_journal(journal: np.void, record: np.void) -> bool:
    """False when it is full: the caller must have seen to it before."""
    index = producer_slot(journal)
    if index < 0:
        return False
    slots = events_at(journal["slots_address"], journal["capacity"])
    slots[index] = record
    producer_publish(journal)
    return True


@kernel
def ring_room(ring: np.void) -> int:
    """Producer only. How many records fit, by a fresh look at the consumer's cursor."""
    ring["other"] = load_acquire(ring["consumed_address"])
    return ring["capacity"] - (ring["own"] - ring["other"])
