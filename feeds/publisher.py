"""How market events get into the ring: numbered without holes, whole frames or nothing, every loss told.

A batch that does not fit is dropped as a whole, because half a frame is a crossed book. The first record after space
has returned is LOSS with the number of records that did not fit (`reference_id`); the core marks the books of this
group gapped and asks for new snapshots. Lost records take no sequence numbers: the ring has none missing.

One row of FEED_STATUS for each venue that the group serves.
"""

import numpy as np

from core.clock import monotonic_ns
from core.memory.files import Memory
from core.memory.numpy_ring import Producer
from core.records.market import MARKET_EVENT
from core.vocabulary import EventKind, FeedState


class Publisher:
    """The writing side of market.<group>. One process, one thread."""

    def __init__(self, memory: Memory, group: str) -> None:
        self.source_id = memory.descriptor.groups.index(group)
        self.dropped = 0
        """Records that did not fit, ever."""
        self.losses = 0
        """LOSS records written: after each, every book of the group needs a snapshot."""
        self._producer = Producer(memory.ring(f"market.{group}"))
        self._status = memory.table(f"feeds.{group}")
        self._untold = 0
        # Every record that was ever written took one number, so that a restarted process goes on without a hole.
        self._sequence = self._producer.produced

    @property
    def is_gapped(self) -> bool:
        """True while a loss was not told yet: the ring is still full."""
        return self._untold > 0

    def feed_row(self, index: int, venue: str) -> np.void:
        """The FEED_STATUS row of one venue of the group, named and DOWN; written in place by its feed."""
        row: np.void = self._status[index]
        row["venue"] = venue.encode()
        row["state"] = FeedState.DOWN
        return row

    def publish(self, records: np.ndarray) -> bool:
        """Number MARKET_EVENT[n] and make all of them visible together. False: no room, all dropped and counted."""
        if self._untold and not self.tell_loss(also=len(records)):
            self._drop(len(records))
            return False
        if self._producer.room < len(records):
            self._drop(len(records))
            return False
        records["sequence"] = np.arange(self._sequence, self._sequence + len(records))
        records["source_id"] = self.source_id
        self._sequence += self._producer.publish_batch(records)
        return True

    def tell_loss(self, *, also: int = 0) -> bool:
        """Write the LOSS record when there is room for it (and for `also` more). Called by publish and by each beat."""
        if not self._untold:
            return True
        if self._producer.room < 1 + also:
            return False
        loss = self._record(EventKind.LOSS, received_ns=monotonic_ns())
        loss["reference_id"] = self._untold
        self._untold = 0
        self.losses += 1
        self._sequence += self._producer.publish_batch(loss)
        return True

    def publish_state(self, state: FeedState, *, instrument_id: int = -1, received_ns: int = 0) -> bool:
        """FEED_STATE of one instrument, or of the whole feed."""
        record = self._record(EventKind.FEED_STATE, received_ns=received_ns or monotonic_ns())
        record["detail"] = state
        record["instrument_id"] = instrument_id
        return self.publish(record)

    def _drop(self, count: int) -> None:
        self._untold += count
        self.dropped += count
        self._status[0]["dropped"] = self.dropped

    def _record(self, kind: EventKind, *, received_ns: int) -> np.ndarray:
        record = np.zeros(1, MARKET_EVENT)
        record["kind"], record["source_id"], record["instrument_id"] = kind, self.source_id, -1
        record["sequence"], record["received_ns"] = self._sequence, received_ns
        return record
