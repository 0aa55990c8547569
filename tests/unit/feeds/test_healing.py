"""Connectors against their venues' hand-made frames over real sockets, with every fault: the book is true again.

The frames are few and go out as fast as they are taken; what is compared at the end is the whole book of each symbol,
level by level, with the slow reference of the same recording. A fault that a venue without sequence and checksum
cannot show is not tried on it: nobody can see what is missing there.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

import pytest

from core.vocabulary import EventKind, Side
from feeds.config import VenueConfig
from feeds.frames import FrameServer
from feeds.playback.answers import Answers
from feeds.playback.faults import Faults
from feeds.recording import Recording
from feeds.venues.catalogue import FOLDERS, Venue, venue
from feeds.warmup import warm_up
from tests.deadline import until
from tests.faults.world import VENUES as FAULTY
from tests.recorded import golden_venues, recorded
from tests.reference.venue_books.ladder import Book
from tests.reference.venue_books.walk import walk
from tests.unit.feeds.market_bench import MarketBench
from tests.venue_bench import RingBook, rows

UNLISTED = ("kraken-v1",)
"""Recorded without the venue's list; tests/faults has every fault of it."""
OTHERS = [name for name in golden_venues() if name in FOLDERS and name not in UNLISTED and recorded(name).symbols]
VENUES = [name for name in OTHERS if name not in FAULTY]
"""Those that tests/faults leaves to us; it has more faults."""
NUMBERED = [name for name in VENUES if name not in ("alpaca", "bitmex", "bitstamp", "dydx", "gemini", "hyperliquid")]
"""Whose books show at the next frame that one was lost. dYdX waits a while: there messages overtake each other."""
FETCHED = [name for name in OTHERS if not recorded(name).dialect.tells_books]
SUMMED = {"bitfinex": 1, "kraken": 2, "okx": 4}
"""With checksums: place of a frame that has one"""

Levels = dict[Side, dict[int, int]]


class Healing:
    """One connector, the server of frames that it is connected to, and the books that its records make."""

    def __init__(self, recording: Recording, server: FrameServer) -> None:
        self.server = server
        about = venue(recording.venue)
        self.config = VenueConfig(
            name=recording.venue,
            rest_url=server.rest_url,
            ws_url=server.ws_url + urlsplit(about.ws_url).path,
            instruments=recording.symbols,
            reconnect_first_ms=5,
            reconnect_most_ms=20,
        )
        self.bench = MarketBench(_lists(recording, about), self.config)
        self._books: dict[int, RingBook] = defaultdict(RingBook)
        self._expected = self._levels(recording)

    def _levels(self, recording: Recording) -> dict[int, Levels]:
        walked = walk(recording)
        for _ in walked:
            pass
        slow = {symbol: book for books in walked.by_conn.values() for symbol, book in books.books.items()}
        return {
            index: _in_steps(
                slow[row["venue_symbol"].decode()],
                Decimal(int(row["tick_mantissa"])).scaleb(int(row["tick_exponent"])),
                Decimal(int(row["lot_mantissa"])).scaleb(int(row["lot_exponent"])),
            )
            for index, row in enumerate(self.bench.table)
        }

    def is_true(self) -> bool:
        """Every book is live and equal to the reference at the end of the recording."""
        for row in rows(self.bench.take()):
            if row.kind in (EventKind.BOOK_LEVEL, EventKind.FEED_STATE):
                self._books[row.instrument_id].take(row)
        return self.server.ended.is_set() and all(
            self._books[index].is_live and self._books[index].sides == sides for index, sides in self._expected.items()
        )

    async def heals(self) -> None:
        await until(self.is_true, within_s=20)

    def counted(self, name: str) -> int:
        return int(self.bench.market.status[name])


def _lists(recording: Recording, about: Venue) -> list[str]:
    answers, found = Answers(recording), []
    for request in about.listing_requests:
        url = urlsplit(request.path)
        found.append(answers.find(url.path, dict(parse_qsl(url.query)), request.body, about.ws_url))
    return [body for body in found if body is not None]


def _in_steps(book: Book, tick: Decimal, lot: Decimal) -> Levels:
    return {
        side: {int(Decimal(price) / tick): int(Decimal(size) // lot) for price, size in levels.items()}
        for side, levels in ((Side.BUY, book.bids), (Side.SELL, book.asks))
    }


@asynccontextmanager
async def _connected(name: str, faults: Faults | None = None) -> AsyncIterator[Healing]:
    warm_up()
    recording = recorded(name)
    async with FrameServer(recording, speed=0, at_end="hold", faults=faults) as server:
        healing = Healing(recording, server)
        market = healing.bench.market  # patience and politeness are for the real venue
        market.snapshot_within_s, market.messages_a_second, market.connects_a_second = 0.4, 500.0, 500.0
        running = asyncio.create_task(healing.bench.market.run())
        try:
            yield healing
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


@pytest.mark.parametrize("name", OTHERS)
async def test_without_a_fault_the_book_is_true_and_nothing_begins_again(name: str) -> None:
    async with _connected(name) as healing:
        await healing.heals()
        assert (healing.counted("gaps"), healing.counted("bad_frames")) == (0, 0)


@pytest.mark.parametrize("name", NUMBERED)
async def test_a_lost_frame_is_seen_and_healed(name: str) -> None:
    async with _connected(name, Faults(drop=(2,))) as healing:
        await healing.heals()


@pytest.mark.parametrize("name", [name for name in NUMBERED if name != "coinbase"])
async def test_frames_in_the_wrong_order_are_healed(name: str) -> None:
    async with _connected(name, Faults(swap=(2,))) as healing:
        await healing.heals()


@pytest.mark.parametrize("name", VENUES)
async def test_a_frame_said_twice_and_one_that_is_late_change_nothing(name: str) -> None:
    async with _connected(name, Faults(double=(2,), delay=(3,), delay_ms=50)) as healing:
        await healing.heals()


@pytest.mark.parametrize("name", VENUES)
@pytest.mark.parametrize("faults", [Faults(truncate=(2,)), Faults(spoil=(2,))], ids=["truncated", "rubbish"])
async def test_a_frame_that_cannot_be_read_is_counted_and_healed(name: str, faults: Faults) -> None:
    async with _connected(name, faults) as healing:
        await healing.heals()
        assert healing.counted("bad_frames") == 1


@pytest.mark.parametrize("name", VENUES)
async def test_a_hang_up_is_healed_in_every_phase(name: str) -> None:
    """At once, before the first book, and in the middle."""
    async with _connected(name, Faults(hang_up=(0, 3), hang_up_at_open=1)) as healing:
        await healing.heals()
        assert healing.server.connections >= 4


@pytest.mark.parametrize("name", SUMMED)
async def test_a_wrong_checksum_is_a_gap(name: str) -> None:
    async with _connected(name, Faults(wrong_checksum=(SUMMED[name],))) as healing:
        await healing.heals()
        assert healing.counted("gaps") == 1


@pytest.mark.parametrize("name", FETCHED)
async def test_a_snapshot_older_than_every_frame_is_fetched_again(name: str) -> None:
    async with _connected(name, Faults(old_snapshots=1)) as healing:
        await healing.heals()


@pytest.mark.parametrize("name", ["binance", "kraken"])
async def test_a_frame_of_fifty_megabytes_is_not_taken(name: str) -> None:
    async with _connected(name, Faults(huge=(2,))) as healing:
        await healing.heals()
        assert healing.server.connections == 2


async def test_a_venue_whose_answers_fail_is_asked_again_when_it_says() -> None:
    faults = Faults(http=("429", "500", "rubbish"), http_path="/depth", retry_after_s=1)
    async with _connected("gateio", Faults(http=("429",), http_path="/order_book", retry_after_s=1)) as healing:
        await healing.heals()
        first_ns, second_ns = (at_ns for at_ns, _ in healing.server.requests)
        assert second_ns - first_ns > 900_000_000
    async with _connected("binance", faults) as healing:
        await healing.heals()
