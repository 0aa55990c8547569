"""Is an instrument open for trading? What the venue says, told to the core when it changes, and once after each start.

    list       its list of instruments, read again every LISTED_EVERY_S by a short process: some lists have megabytes
    stream     venues that say it in their frames: dYdX, BitMEX, Deribit, Kraken Futures
    sessions   markets that close: Alpaca's clock

What a list and a stream say is one word, the last one; a session that is over closes whatever they say.
"""

import asyncio
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import msgspec

from core.vocabulary import InstrumentState
from feeds.config import VenueConfig

if TYPE_CHECKING:
    from feeds.market_words import MarketWords

LISTED_EVERY_S = 600.0
ANSWER_WITHIN_S = 60.0
READER = (sys.executable, "-P", "-m", "feeds.listing")


class TradingStates:
    """Of one market."""

    def __init__(self, market: "MarketWords[Any]") -> None:
        self._market = market
        self._listed: dict[str, InstrumentState] = {}
        self._closed: set[str] = set()
        """Whose session is over"""
        self._told: dict[str, InstrumentState] = {}

    def tell(self, symbol: str, state: InstrumentState) -> None:
        """By list or stream. Of a symbol that is not served: nothing."""
        self._listed[symbol] = state
        self._tell_changes([symbol])

    def tell_session(self, symbols: list[str], *, is_open: bool) -> None:
        if is_open:
            self._closed.difference_update(symbols)
        else:
            self._closed.update(symbols)
        self._tell_changes(symbols)

    async def watch(self) -> None:
        """The list again and again; an answer that does not come is no fault of the books."""
        while True:
            await asyncio.sleep(LISTED_EVERY_S)
            for symbol, state in (await read_states(self._market.config)).items():
                self.tell(symbol, state)

    def _tell_changes(self, symbols: list[str]) -> None:
        for symbol in symbols:
            book = self._market.books.get(symbol)
            state = self._listed.get(symbol, InstrumentState.OPEN)
            if symbol in self._closed:
                state = InstrumentState.CLOSED
            if book is not None and self._told.get(symbol) is not state:
                self._told[symbol] = state
                self._market.publish_instrument_state(book, state)


async def read_states(config: VenueConfig) -> dict[str, InstrumentState]:
    """Of all that the venue lists, read by another process; empty when it could not be had."""
    # It finds our packages where we found them.
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    pipe, nothing = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    reader = await asyncio.create_subprocess_exec(*READER, stdin=pipe, stdout=pipe, stderr=nothing, env=environment)
    try:
        async with asyncio.timeout(ANSWER_WITHIN_S):
            said, _ = await reader.communicate(msgspec.json.encode(config))
        return msgspec.json.decode(said, type=dict[str, InstrumentState])
    except (TimeoutError, OSError, msgspec.DecodeError):
        return {}
    finally:
        if reader.returncode is None:
            with suppress(ProcessLookupError):
                reader.kill()
            await reader.wait()
