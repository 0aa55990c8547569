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
from feeds.rates import Rates
from feeds.simulator.depth import snapshot_events
from feeds.simulator.live import LiveExchange

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
        self._told = np.zeros(len(instrument_ids), np.int64)
        self._frames = self._received_ns = self._age_ns = 0
        venues = [row.venue for row in live.exchange.instruments]
        names = list(dict.fromkeys(venues))
        self._rows = [self._publisher.feed_row(index, name) for index, name in enumerate(names)]
        self._rates = [Rates() for _ in names]
        self._row_of_book = np.array([names.index(venue) for venue in venues])

    def start(self, message: str) -> None:
        """Say where the books stand, then follow."""
        for row in self._rows:
            row["state"] = FeedState.SYNCING
            row["message"] = message.encode()[:104]
        self._publisher.publish_state(FeedState.SYNCING)
        self._live.on_market = self.publish
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
        self._publisher.tell_loss()
        if self._publisher.losses != self._losses_answered:
            self._answer_loss()

    def publish(self, market: np.ndarray) -> None:
        """What the exchange told, renumbered for the station. The array is ours."""
        books = market["instrument_id"]
        self._told += np.bincount(books, minlength=len(self._told))
        self._frames += 1
        market["instrument_id"] = self._ids[books]
        if not self._is_complete:
            market = market[market["instrument_id"] >= 0]
            if not len(market):
                return
        received_ns = monotonic_ns()
        market["received_ns"] = received_ns
        if self._publisher.publish(market):
            # One age a frame, of its middle: thousands a second would cost more than the exchange itself.
            self._age_ns = received_ns + self._live.wall_offset_ns - int(market["venue_ns"][len(market) // 2])
            self._age.add(self._age_ns)
            self._received_ns = received_ns
        if self._publisher.losses != self._losses_answered:
            self._answer_loss()

    def update_status(self) -> None:
        """Called by each beat."""
        now_ns = monotonic_ns()
        for index, row in enumerate(self._rows):
            events = int(self._told[self._row_of_book == index].sum())
            row["events"], row["frames"], row["bytes"] = events, self._frames, events * RECORD_BYTES
            row["last_received_ns"], row["last_venue_age_ns"] = self._received_ns, self._age_ns
            row["dropped"] = self._publisher.dropped
            self._rates[index].tell(row, now_ns)

    def stop(self) -> None:
        for row in self._rows:
            row["state"] = FeedState.DOWN
        self._publisher.publish_state(FeedState.DOWN)

    def _snapshot(self, book: int) -> None:
        events = snapshot_events(self._live.exchange.state, book)
        events["instrument_id"] = self._ids[book]
        events["received_ns"] = monotonic_ns()
        if self._publisher.publish(events):
            self._rows[self._row_of_book[book]]["resyncs"] += 1
            self._told[book] += len(events)

    def _answer_loss(self) -> None:
        """Once the loss is told, all books begin anew. Not before: a full ring would lose the snapshots too."""
        self._losses_answered = self._publisher.losses
        for row in self._rows:
            row["gaps"] += 1
        for book in self._book_of.values():
            self._snapshot(book)
