"""A book that is lost begins again: which one, how its snapshot comes, and when it may be trusted.

It is GAPPED first, so that nothing trades on it, and its next record is SNAPSHOT_BEGIN: no level of before survives.
"""

import asyncio
from contextlib import suppress

from core.clock import monotonic_ns
from core.vocabulary import FeedState
from feeds.errors import ChecksumWrong, FeedError, SequenceGap
from feeds.market_books import NS_PER_MS, B
from feeds.market_socket import Socket
from feeds.market_words import NOT_ITS_WORDS, MarketWords, SnapshotsBy

MESSAGES_A_BOOK = 2
"""To give one up and ask for it again"""
MOST_ASKING_S = 5.0
QUIET_S = 600.0
"""An instrument of which only quotes are taken may have none for so long."""
REFUSED = b"the venue refused"
"""Its own words say more than that nothing came."""


class Recovery(MarketWords[B]):
    """The part of a market that gives books up and gets them back."""

    def on_loss(self, fault: SequenceGap | ChecksumWrong, socket: Socket[B]) -> None:
        """What a loss rule found: the book that it names begins again, or all of this socket."""
        self.status["gaps"] += 1
        self.status["message"] = str(fault).encode()[:104]
        self._lose(self._named(fault.symbol, socket), socket)

    async def renew(self, book: B) -> None:
        """A fresh snapshot for a book that is live and stays so; if none comes, it begins again."""
        socket = self._socket_of[book.symbol]
        again = [*self.unsubscribe_book(book), *self.subscribe_book(book)]
        if not again:
            socket.reopen()
            return
        book.came.clear()
        book.forget()
        await socket.say(again)
        with suppress(TimeoutError):
            async with asyncio.timeout(self.snapshot_within_s):
                await book.came.wait()
        if book.is_live and not book.came.is_set():
            self._begin_again(book)

    async def _renew_books(self) -> None:
        """One after the other."""
        while True:
            for book in list(self.books.values()):
                await asyncio.sleep(self.renew_every_s / len(self.books))
                if book.is_live:
                    await self.renew(book)

    def live(self, book: B) -> None:
        """A snapshot is in, and what was buffered behind it: the book may be trusted."""
        book.came.set()
        if not book.is_live:
            book.is_live = True
            book.live_ns = monotonic_ns()
            self._untrusted_ns += book.live_ns - book.lost_ns if book.lost_ns else 0
            book.lost_ns = 0
            self.publisher.publish_state(FeedState.LIVE, instrument_id=book.instrument_id)
            if all(other.is_live for other in self.books.values()):
                self.status["state"] = FeedState.LIVE
                self.status["message"] = b""  # what is over is told by the counts

    def book_of(self, symbol: str) -> B:
        """Raises KeyError: counted as a bad frame."""
        return self.books[symbol]

    def _named(self, symbol: str, socket: Socket[B]) -> list[B]:
        return [self.books[symbol]] if symbol in self.books else socket.books

    def _on_bad_frame(self, frame: bytes, error: Exception, socket: Socket[B]) -> None:
        self.status["bad_frames"] += 1
        self.status["message"] = f"a frame was refused: {error}".encode()[:104]
        if not self.takes_quotes_only and any(word in frame for word in self.beside):
            return
        text = frame[:4096].decode(errors="replace")
        symbol = next((symbol for symbol in socket.by_symbol if f'"{symbol}"' in text), "")
        self._lose(self._named(symbol, socket), socket)

    def _lose(self, books: list[B], socket: Socket[B]) -> None:
        """They begin again; with a new socket, if asking for each of them took too long at the venue's pace."""
        soon = self.messages_at_once + MOST_ASKING_S * self.messages_a_second
        if self.snapshots_by is SnapshotsBy.REST or len(books) * MESSAGES_A_BOOK < soon:
            for book in books:
                self._begin_again(book, has_missed=True)
        elif any(book.is_live for book in books):
            for book in books:
                self._give_up(book)
            socket.reopen()

    def _begin_again(self, book: B, *, has_missed: bool = False) -> None:
        """The book is not to be trusted until a new snapshot. `has_missed`: some of its stream, just now."""
        if not book.is_live and book.syncing is not None and not book.syncing.done():
            book.came.set()  # and was not what it should have been
            if has_missed and self.snapshots_by is SnapshotsBy.REST:
                # The snapshot that is on its way may be older than what was missed, and not every venue numbers.
                self._forget(book)
                self._sync(book, is_subscribed=False)
            return
        self._give_up(book)
        self._sync(book, is_subscribed=False)

    def _give_up(self, book: B) -> None:
        if book.is_live and monotonic_ns() - book.live_ns > self.config.reconnect_most_ms * NS_PER_MS:
            book.backoff.reset()
        self._forget(book)
        self.publisher.publish_state(FeedState.GAPPED, instrument_id=book.instrument_id)
        self.status["resyncs"] += 1
        self.status["state"] = FeedState.SYNCING

    def _forget(self, book: B) -> None:
        if book.is_live:
            book.lost_ns = monotonic_ns()
        book.is_live = False
        book.came.clear()
        book.buffer.clear()
        book.touch.clear()
        book.forget()

    def _sync(self, book: B, *, is_subscribed: bool, asking: asyncio.Task[None] | None = None) -> None:
        """`is_subscribed`: it was just asked for, by `asking`; not again."""
        if book.syncing is not None:
            book.syncing.cancel()
        is_rest = self.snapshots_by is SnapshotsBy.REST
        work = self._fetch(book, is_subscribed) if is_rest else self._await(book, is_subscribed, asking)
        book.syncing = asyncio.get_running_loop().create_task(work)

    async def _fetch(self, book: B, is_subscribed: bool) -> None:
        """Snapshots over REST until one fits."""
        if not is_subscribed:
            await asyncio.sleep(book.backoff.next_s())
        while True:
            try:
                if self.acknowledges:
                    await self._is_subscribed(book)
                async with self._snapshot_gate:
                    await self._snapshot_turn.wait()
                    if await self.fetch_snapshot(book):
                        while book.buffer:
                            self.apply(book, *book.buffer.popleft())
                        self.live(book)
                        return
            except (FeedError, *NOT_ITS_WORDS) as error:
                self.status["gaps"] += isinstance(error, SequenceGap)
                if not self.status["message"].startswith(REFUSED):
                    self.status["message"] = f"no snapshot of {book.symbol}: {error}".encode()[:104]
                book.forget()
            await asyncio.sleep(book.backoff.next_s())

    async def _is_subscribed(self, book: B) -> None:
        try:
            async with asyncio.timeout(self.snapshot_within_s):
                await book.subscribed.wait()
        except TimeoutError:
            await self._socket_of[book.symbol].say(self.subscribe_book(book))
            raise FeedError("the subscription is not acknowledged, asked again") from None

    async def _await(self, book: B, is_subscribed: bool, asking: asyncio.Task[None] | None) -> None:
        """A snapshot by the stream; subscribe again until it comes."""
        socket = self._socket_of[book.symbol]
        if asking is not None:
            await asyncio.wait({asking})
        while not (is_subscribed and await self._comes(book)):
            is_subscribed = True
            await asyncio.sleep(book.backoff.next_s())
            book.forget()
            book.came.clear()
            again = [*self.unsubscribe_book(book), *self.subscribe_book(book)]
            if not again:
                socket.reopen()
                return
            await socket.say(again)

    async def _comes(self, book: B) -> bool:
        """A snapshot, in time and as it should be."""
        with suppress(TimeoutError):
            # Not wait_for: up to Python 3.11 it swallows the end of this task when the snapshot came just before.
            async with asyncio.timeout(QUIET_S if self.takes_quotes_only else self.snapshot_within_s):
                await book.came.wait()
        if not (book.is_live or self.status["message"].startswith(REFUSED)):
            self.status["message"] = f"no snapshot of {book.symbol} came, asked again".encode()[:104]
        return book.is_live

    def _stop_syncing(self, books: list[B]) -> None:
        for book in books:
            if book.syncing is not None:
                book.syncing.cancel()
