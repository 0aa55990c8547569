"""A queue from one process to one other: single producer, single consumer, no locks, refusal when full.

Each side keeps a RING row of its own, in private memory: the addresses of the shared parts, its own cursor, and a copy
of the other side's cursor that is read again only when the copy says full or empty. So the shared lines move between
the two CPUs once a lap and not once a message.

    shared, in the producer's file     produced  one line     slots  capacity * record bytes
    shared, in the consumer's file     consumed  one line     parked one line (1: asleep, ring the bell)

    producer                                consumer
    index = producer_slot(ring)             for index in ...consumer_ready(ring):
    if index < 0: refused                       slots[consumer_slot(ring)] ...
    slots[index] = record                       consumer_advance(ring)
    producer_publish(ring)                  consumer_release(ring)

Capacity is a power of two. Processes without numba use the same memory through memory/numpy_ring.py.
"""

import numpy as np

from core.kernel import kernel
from core.memory.atomics import fence, load_acquire, ring_bell, store_release
from core.memory.rows import RING

__all__ = [
    "RING",
    "consumer_advance",
    "consumer_ready",
    "consumer_release",
    "consumer_slot",
    "producer_publish",
    "producer_slot",
    "producer_wake",
]


@kernel
def producer_slot(ring: np.void) -> int:
    """Producer only. The index of the slot to fill, or -1 when the ring is full."""
    if ring["own"] - ring["other"] == ring["capacity"]:
        ring["other"] = load_acquire(ring["consumed_address"])  # the shared line is read only when it must be
        if ring["own"] - ring["other"] == ring["capacity"]:
            return -1
    return ring["own"] & (ring["capacity"] - 1)


@kernel
def producer_publish(ring: np.void) -> None:
    """Producer only. The filled slot becomes visible."""
    ring["own"] += 1
    store_release(ring["produced_address"], ring["own"])


@kernel
def producer_wake(ring: np.void, one: np.ndarray) -> None:
    """Producer only, after publishing. Wakes a consumer that sleeps; `one` is int64[1] holding 1."""
    if ring["bell"] >= 0:
        fence()  # the consumer stores `parked`, then looks at `produced`: one of us must see the other
        if load_acquire(ring["parked_address"]) == 1:
            ring_bell(ring["bell"], one)


@kernel
def consumer_ready(ring: np.void) -> int:
    """Consumer only. How many records can be read now."""
    if ring["own"] == ring["other"]:
        ring["other"] = load_acquire(ring["produced_address"])
    return ring["other"] - ring["own"]


@kernel
def consumer_slot(ring: np.void) -> int:
    """Consumer only. The index of the oldest record that was not advanced over."""
    return ring["own"] & (ring["capacity"] - 1)


@kernel
def consumer_advance(ring: np.void) -> None:
    """Consumer only. Goes to the next record; the slot stays ours until consumer_release."""
    ring["own"] += 1


@kernel
def consumer_release(ring: np.void) -> None:
    """Consumer only. Gives all slots that were advanced over back to the producer."""
    store_release(ring["consumed_address"], ring["own"])
