"""The exchange's market data on its way into the desk's ring: snapshots, deltas, trades, and a word on each feed.

A book begins with a snapshot: at the start, when the core asks, and after a loss. Everything between is deltas, in
whole frames. One FEED_STATUS row for each venue.
"""

import numpy as np

from core.clock import monotonic_ns
from core.histogram.numpy_tally import Tally
from core.memory.files import Memory
from core.memory.numpy_ring import Consumer
from core.records.market import MARKET_EVENT
from core.vocabulary import FeedState, Hop
from feeds.publisher import Publisher
from feeds.simulator.depth import snapshot_events
from feeds.simulator.live import LiveExchange

SAMPLES_PER_FRAME = 4
"""Of which the age goes into the histogram: thousands a second would cost more than the exchange itself."""
RECORD_BYTES = MARKET_EVENT.itemsize


class MarketFeed:
    """The role market.<group>. `instrument_ids`: the station's id of each book, -1 where it has none."""

    def __init__(self, memory: Memory, group: str, live: LiveExchange, instrument_ids: list[int]) -> None:
        self._live = live
        self._publisher = Publisher(memory, group)
        self._requests = Consumer(memory.ring(f"feed_requests.{group}"))
        self._ids = np.array(instrument_ids, np.int32)
        self._is_complete = bool((self._ids >= 0).all())
        self._book_of = {instrument_id: book for book, instrument_id in enumerate(instrument_ids) if instrument_id >= 0}
        self._age = Tally(memory.histograms(f"market.{group}")[Hop.VENUE_TO_FEED])
        self._losses_answered = 0
        venues = [row.venue for row in live.exchange.instruments]
        names = list(dict.fromkeys(venues))
        self._rows = [self._publisher.feed_row(index, name) for index, name in enumerate(names)]
        self._row_of_book = np.array([names.index(venue) for venue in venues])

    def start(self, message: str) -> None:
        """Say where the books stand, then follow."""
        for row in self._rows:
            row["state"] = FeedState.SYNCING
            row["message"] = message.encode()[:104]
        self._publisher.publish_state(FeedState.SYNCING)
        self._live.on_market.append(self.publish)
        for book in self._book_of.values():
            self._snapshot(book)
        self._publisher.publish_state(FeedState.LIVE)
        for row in self._rows:
            row["state"] = FeedState.LIVE

    def answer_requests(self) -> None:
        """The core asks for snapshots, of one instrument or of all (-1). Called on the bell and by each beat."""
        while True:
            wanted = self._requests.peek()
            if len(wanted):
                self._live.pump()  # what the exchange did until now goes first
                books: set[int] = set()
                for instrument_id in wanted["instrument_id"]:
                    known = self._book_of.get(int(instrument_id))
                    books.update(self._book_of.values() if instrument_id < 0 else () if known is None else (known,))
                for book in sorted(books):
                    self._snapshot(book)
                self._requests.release(len(wanted))
            if self._requests.is_empty_after_parking():
                break
        if self._publisher.tell_loss():
            self._answer_loss()

    def publish(self, market: np.ndarray) -> None:
        """What the exchange told, renumbered for the station."""
        events = market.copy()
        books = market["instrument_id"]
        events["instrument_id"] = self._ids[books]
        if not self._is_complete:
            events = events[events["instrument_id"] >= 0]
            if not len(events):
                return
        received_ns = monotonic_ns()
        events["received_ns"] = received_ns
        if self._publisher.publish(events):
            self._count(books, market["venue_ns"], received_ns)
        self._answer_loss()

    def stop(self) -> None:
        for row in self._rows:
            row["state"] = FeedState.DOWN
        self._publisher.publish_state(FeedState.DOWN)

    def _count(self, books: np.ndarray, venue_ns: np.ndarray, received_ns: int) -> None:
        ages_ns = received_ns + self._live.wall_offset_ns - venue_ns[:: max(1, len(venue_ns) // SAMPLES_PER_FRAME)]
        for age_ns in ages_ns:
            self._age.add(int(age_ns))
        counts = np.bincount(self._row_of_book[books], minlength=len(self._rows))
        for row, count in zip(self._rows, counts.tolist(), strict=True):
            if count:
                row["events"] += count
                row["frames"] += 1
                row["bytes"] += count * RECORD_BYTES
                row["last_received_ns"] = received_ns
                row["last_venue_age_ns"] = int(ages_ns[-1])

    def _snapshot(self, book: int) -> None:
        events = snapshot_events(self._live.exchange.state, book)
        events["instrument_id"] = self._ids[book]
        events["received_ns"] = monotonic_ns()
        if self._publisher.publish(events):
            row = self._rows[self._row_of_book[book]]
            row["resyncs"] += 1
            row["events"] += len(events)

    def _answer_loss(self) -> None:
        """Once the loss is told, all books begin anew. Not before: a full ring would lose the snapshots too."""
        if self._publisher.losses == self._losses_answered:
            return
        self._losses_answered = self._publisher.losses
        for row in self._rows:
            row["gaps"] += 1
            row["dropped"] = self._publisher.dropped
        for book in self._book_of.values():
            self._snapshot(book)
