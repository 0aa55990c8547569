"""Books and trades of any exchange, through ccxt's own clients: they connect, ping, subscribe, count and check.

Every book that the library tells is published as a whole one. Its levels are floats; their shortest text is what the
venue wrote, and goes through the same kernel as the frames of all other venues. When the library says that something
went wrong, the book is gapped until it tells the next one.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import numpy as np
from msgspec import Raw

from core.clock import monotonic_ns
from core.memory.files import address_of
from core.vocabulary import FeedState
from feeds.decode import SNAPSHOT
from feeds.errors import BadFrame, VenueError
from feeds.market import SIGN_OF_LIFE_S, Market
from feeds.market_books import NS_PER_MS, Book
from feeds.shapes import Role, row_shape
from feeds.venues.ccxt.client import open_exchange

LEVELS = row_shape(Role.PRICE, Role.QUANTITY)
TRADES = row_shape(Role.PRICE, Role.QUANTITY, Role.SIDE, Role.TIME_MS, Role.ID)
_LEVELS, _TRADES = address_of(LEVELS), address_of(TRADES)
USUAL_LEVELS = 50
"""A side: a whole book each time is long enough as it is."""
TRADES_KNOWN = 1_024
"""Of those that a new subscription may tell again."""


class CcxtBook(Book):
    def __init__(self, symbol: str, instrument_id: int, decoder: np.ndarray) -> None:
        super().__init__(symbol, instrument_id, decoder)
        self._trades: dict[str, None] = {}

    def is_new(self, trade_id: str) -> bool:
        """And known from now on; a trade without an id always is."""
        if trade_id in self._trades:
            return False
        if trade_id:
            self._trades[trade_id] = None
        if len(self._trades) > TRADES_KNOWN:
            del self._trades[next(iter(self._trades))]  # the oldest
        return True


class CcxtMarket(Market[CcxtBook]):
    def make_book(self, symbol: str, instrument_id: int, decoder: np.ndarray) -> CcxtBook:
        return CcxtBook(symbol, instrument_id, decoder)

    async def run(self) -> None:
        """Until cancelled."""
        self._say(FeedState.CONNECTING, "")
        exchange = await self._open()
        try:
            async with asyncio.TaskGroup() as tasks:
                for book in self.books.values():
                    tasks.create_task(self._follow(book, exchange.watch_order_book, self._on_book, self._begin_again))
                    tasks.create_task(self._follow(book, exchange.watch_trades, self._on_trades, lambda book: None))
                tasks.create_task(self._show_life())
        finally:
            await exchange.close()
            self._say(FeedState.DOWN, "stopped")

    async def _open(self) -> Any:
        """The client, when it knows the exchange's markets; it is tried for ever."""
        backoff = self.new_backoff()
        while True:
            try:
                exchange = open_exchange(self.config, streams=True)
            except VenueError as error:
                self._say(FeedState.DOWN, str(error))
                await asyncio.sleep(backoff.next_s())
                continue
            try:
                await exchange.load_markets()
            except Exception as error:  # of whatever kind: it is the library's
                self._say(FeedState.DOWN, f"the markets cannot be had: {error}")
                await exchange.close()
                await asyncio.sleep(backoff.next_s())
            else:
                self._say(FeedState.SYNCING, "")
                return exchange

    async def _follow(
        self,
        book: CcxtBook,
        watch: Callable[[str], Awaitable[Any]],
        take: Callable[[CcxtBook, Any, int], None],
        lose: Callable[[CcxtBook], None],
    ) -> None:
        """One channel of one book: wait for the next news, publish it, and try again after a fault."""
        backoff = self.new_backoff()
        while True:
            try:
                news = await watch(book.symbol)
            except Exception as error:  # of whatever kind: it is the library's, and the channel is lost
                self.status["message"] = f"{book.symbol}: {type(error).__name__}: {error}".encode()[:104]
                self.status["reconnects"] += 1
                lose(book)
                await asyncio.sleep(backoff.next_s())
                continue
            self.frames += 1
            self._received_ns = monotonic_ns()
            try:
                take(book, news, self._received_ns)
            except (BadFrame, KeyError, TypeError, ValueError, msgspec.EncodeError) as error:
                self.status["bad_frames"] += 1
                self.status["message"] = f"a frame was refused: {error}".encode()[:104]
                lose(book)
            else:
                backoff.reset()

    def _on_book(self, book: CcxtBook, news: Any, received_ns: int) -> None:
        most = self.config.depth or USUAL_LEVELS
        bids, asks = (_text([level[:2] for level in news[side][:most]]) for side in ("bids", "asks"))
        venue_ns = int(news["timestamp"] or 0) * NS_PER_MS
        self.publish(book, _LEVELS, bids, asks, SNAPSHOT, received_ns, venue_ns, 0)
        self.live(book)

    def _on_trades(self, book: CcxtBook, news: Any, received_ns: int) -> None:
        rows = [
            [trade["price"], trade["amount"], trade["side"], trade["timestamp"] or 0, trade["id"] or ""]
            for trade in news
            if trade["side"] and book.is_new(str(trade["id"] or ""))
        ]
        if rows:
            self.publish_trades(book, _TRADES, _text(rows), received_ns)

    def _sync(self, book: CcxtBook, *, is_subscribed: bool, asking: asyncio.Task[None] | None = None) -> None:
        """The next book is a whole one: nothing is to be asked for."""

    async def _show_life(self) -> None:
        while True:
            await asyncio.sleep(SIGN_OF_LIFE_S)
            self.publisher.tell_loss()
            self.status["off_step"] = sum(int(book.decoder["off_step"][0]) for book in self.books.values())
            alive = [book.instrument_id for book in self.books.values() if book.is_live]
            self.publisher.publish_states(FeedState.LIVE, alive)


def _text(rows: list[list[Any]]) -> Raw:
    """JSON; a float as its shortest text."""
    return Raw(msgspec.json.encode(rows))
