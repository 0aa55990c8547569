"""How market events get into the ring: numbered without holes, whole frames or nothing, every loss told.

A frame that does not fit is dropped as a whole, because half a frame is a crossed book. The first record after space
has returned is LOSS with the number of records that did not fit (`reference_id`); the core marks the books of this
group gapped and asks for new snapshots. Lost records take no sequence numbers: the ring has none missing.

One row of FEED_STATUS for each venue that the group serves.
"""

import numpy as np

from core.clock import monotonic_ns
from core.kernel import kernel
from core.memory.atomics import load_acquire, market_events_at, store_release
from core.memory.files import Memory, address_of, producer_row
from core.memory.ring import producer_wake
from core.records.market import MARKET_EVENT
from core.vocabulary import EventKind, FeedState

PUBLISHER = np.dtype(
    [
        ("sequence", np.int64),  # of the next record
        ("untold", np.int64),  # records lost since the last LOSS record
        ("dropped", np.int64),  # ever
        ("losses", np.int64),  # LOSS records written
        ("source_id", np.int64),
    ]
)
LOSS = int(EventKind.LOSS)


class Publisher:
    """The writing side of market.<group>. One process, one thread."""

    def __init__(self, memory: Memory, group: str) -> None:
        self.source_id = memory.descriptor.groups.index(group)
        self.ring = producer_row(memory.ring(f"market.{group}"))
        """RING[1], for kernels that publish by themselves."""
        self.state = np.zeros(1, PUBLISHER)
        """PUBLISHER[1], likewise."""
        self.one = np.ones(1, np.int64)
        self._status = memory.table(f"feeds.{group}")
        # Every record that was ever written took one number, so that a restarted process goes on without a hole.
        self.state["sequence"], self.state["source_id"] = self.ring["own"], self.source_id

    @property
    def dropped(self) -> int:
        """Records that did not fit, ever."""
        return int(self.state["dropped"][0])

    @property
    def losses(self) -> int:
        """LOSS records written: after each, every book of the group needs a snapshot."""
        return int(self.state["losses"][0])

    @property
    def is_gapped(self) -> bool:
        """True while a loss was not told yet: the ring is still full."""
        return bool(self.state["untold"][0] > 0)

    def feed_row(self, index: int, venue: str) -> np.void:
        """The FEED_STATUS row of one venue of the group, named and DOWN; written in place by its feed."""
        row: np.void = self._status[index]
        row["venue"] = venue.encode()
        row["state"] = FeedState.DOWN
        return row

    def publish(self, records: np.ndarray) -> bool:
        """Number MARKET_EVENT[n] and make all of them visible together. False: no room, all dropped and counted."""
        fits = publish_records(self.ring[0], self.state[0], records, len(records), monotonic_ns())
        producer_wake(self.ring[0], self.one)
        if not fits:
            self._status[0]["dropped"] = self.dropped
        return fits

    def tell_loss(self) -> bool:
        """Write the LOSS record when there is room for it; each beat does. False: the ring is still full."""
        return not self.is_gapped or self.publish(np.zeros(0, MARKET_EVENT))

    def publish_state(self, state: FeedState, *, instrument_id: int = -1, received_ns: int = 0) -> bool:
        """FEED_STATE of one instrument; -1: of all that the group serves."""
        return self.publish_states(state, [instrument_id], received_ns=received_ns)

    def publish_states(self, state: FeedState, instrument_ids: list[int], *, received_ns: int = 0) -> bool:
        """FEED_STATE of some instruments."""
        records = np.zeros(len(instrument_ids), MARKET_EVENT)
        records["kind"], records["detail"], records["instrument_id"] = EventKind.FEED_STATE, state, instrument_ids
        records["received_ns"] = received_ns or monotonic_ns()
        return self.publish(records)

    def address(self) -> int:
        """Where the RING row lies."""
        return address_of(self.ring)


@kernel
def publish_records(ring: np.void, publisher: np.void, records: np.ndarray, count: int, now_ns: int) -> bool:
    """Number the first `count` records and make them visible together, behind a LOSS record if one is due."""
    told = 1 if publisher["untold"] > 0 else 0
    if ring["capacity"] - (ring["own"] - ring["other"]) < count + told:
        ring["other"] = load_acquire(ring["consumed_address"])  # the shared line is read only when it must be
        if ring["capacity"] - (ring["own"] - ring["other"]) < count + told:
            publisher["untold"] += count
            publisher["dropped"] += count
            return False
    slots = market_events_at(ring["slots_address"], ring["capacity"])
    mask = ring["capacity"] - 1
    if told == 1:
        _write_loss(slots[ring["own"] & mask], publisher, now_ns)
        ring["own"] += 1
    source_id = publisher["source_id"]
    sequence = publisher["sequence"]
    for index in range(count):
        record = records[index]
        record["sequence"] = sequence + index
        record["source_id"] = source_id
        slots[(ring["own"] + index) & mask] = record
    publisher["sequence"] = sequence + count
    ring["own"] += count
    store_release(ring["produced_address"], ring["own"])
    return True


@kernel
def _write_loss(slot: np.void, publisher: np.void, now_ns: int) -> None:
    slot["sequence"] = publisher["sequence"]
    slot["received_ns"] = now_ns
    slot["venue_ns"] = 0
    slot["price_ticks"] = 0
    slot["quantity_lots"] = 0
    slot["reference_id"] = publisher["untold"]
    slot["instrument_id"] = -1
    slot["source_id"] = publisher["source_id"]
    slot["flags"] = 0
    slot["kind"] = LOSS
    slot["side"] = 0
    slot["detail"] = 0
    publisher["sequence"] += 1
    publisher["untold"] = 0
    publisher["losses"] += 1
