"""One connection of a venue and the books that it carries: what is sent on it, and how fast."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Generic

from core.clock import monotonic_ns
from feeds.connection import Connection, ConnectionSettings, Pacer
from feeds.errors import NotSent
from feeds.market_books import B

if TYPE_CHECKING:
    from feeds.market import Market


class Socket(Generic[B]):
    """One connection and the books that it carries."""

    def __init__(
        self,
        market: "Market[B]",
        books: list[B],
        pacer: Pacer,
        *,
        is_side: bool = False,
    ) -> None:
        config = market.config
        self.market, self.books, self.is_side = market, books, is_side
        """`is_side`: it carries what is told beside the books, at an address of its own."""
        self.by_symbol = {book.symbol: book for book in books}
        self.data_ns = 0
        """When a frame last came; pongs do not count."""
        settings = ConnectionSettings(
            url=market.stream_url(books),
            stale_after_ms=config.stale_after_ms,
            first_ms=config.reconnect_first_ms,
            most_ms=config.reconnect_most_ms,
            forbidden_s=market.forbidden_s,
        )
        self.connection = Connection(
            settings,
            on_frame=self._on_frame,
            on_open=self._opened,
            on_close=self._closed,
            pacer=pacer,
            address=self._address,
            backoff=market.new_backoff(),
        )
        self._turn = Pacer(1.0 / market.messages_a_second, at_once=market.messages_at_once)
        self._sending: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        await self.connection.run()

    def send(self, texts: Sequence[str]) -> asyncio.Task[None]:
        """As `say`, meanwhile."""
        task = asyncio.get_running_loop().create_task(self.say(texts))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)
        return task

    def reopen(self) -> None:
        """Close it; it opens again by itself."""
        task = asyncio.get_running_loop().create_task(self.connection.close())
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def say(self, texts: Sequence[str]) -> None:
        """In order, no faster than the venue allows; what does not leave is asked for again by who waits for it."""
        for text in texts:
            await self._turn.wait()
            try:
                await self.connection.send(text)
            except NotSent:
                return

    async def _address(self) -> str:
        return await self.market.address(self)

    async def _opened(self) -> None:
        self.data_ns = monotonic_ns()
        await self.market.opened(self)

    def _closed(self, why: str) -> None:
        for task in self._sending - {asyncio.current_task()}:
            task.cancel()
        self.market.closed(self, why)

    def _on_frame(self, frame: bytes, received_ns: int) -> None:
        self.data_ns = received_ns
        self.market.receive(frame, received_ns, self)
