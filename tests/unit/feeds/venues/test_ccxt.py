"""Other exchanges through ccxt's own clients, against local doubles of three that have no connector here."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

import pytest

from core.clock import wall_offset_ns
from core.memory.files import Memory, create_files
from core.memory.layout import Capacities
from core.memory.numpy_ring import Consumer
from core.vocabulary import EventKind, FeedState, Side
from feeds.config import VenueConfig
from feeds.decode import DecodeBuffers
from feeds.errors import VenueError
from feeds.instruments import write_table
from feeds.listing import fetch_instruments
from feeds.market_process import make_market
from feeds.publisher import Publisher
from feeds.venues.catalogue import venue
from tests.deadline import until
from tests.unit.feeds.venues.ccxt_doubles import Bitopro, Double, Poloniex, Upbit
from tests.venue_bench import RingBook, rows

pytest.importorskip("ccxt", reason="ccxt is in the extra `ccxt`")

GROUP = "others"
ROLES = frozenset({"desk", "core", f"core.{GROUP}", f"market.{GROUP}"})
DOUBLES = [Upbit, Poloniex, Bitopro]
Trade = tuple[Decimal, Decimal, int]


class Bench:
    """A market side that is connected to a double, and what a core would read of its ring."""

    def __init__(self, double: Double) -> None:
        self.config = VenueConfig(
            name=f"ccxt:{double.name}",
            rest_url=double.rest_url,
            ws_url=double.ws_url,
            instruments=(double.symbol,),
            reconnect_first_ms=5,
            reconnect_most_ms=20,
        )
        self.book = RingBook()
        self.trades: list[Trade] = []
        self.states: list[int] = []

    async def start(self) -> None:
        (self.instrument,) = await asyncio.to_thread(fetch_instruments, self.config)
        memory = Memory(create_files("bench", (GROUP,), Capacities(market=1 << 12)), ROLES)
        write_table(memory.table("instruments"), memory.lines("instrument_count")[0], [(0, self.instrument)])
        publisher = Publisher(memory, GROUP)
        buffers = DecodeBuffers(publisher, memory.histograms(f"market.{GROUP}"), wall_offset_ns())
        self.market = make_market(memory, publisher, buffers, self.config, 0)
        self.ring = Consumer(memory.ring(f"market.{GROUP}"))

    def take(self) -> None:
        records = self.ring.peek()
        for row in rows(records):
            if row.kind == EventKind.TRADE:
                price = row.price_ticks * self.instrument.tick
                self.trades.append((price, row.quantity_lots * self.instrument.lot, row.side))
            elif row.kind in (EventKind.BOOK_LEVEL, EventKind.FEED_STATE):
                self.book.take(row)
                if row.kind == EventKind.FEED_STATE:
                    self.states.append(row.detail)
        self.ring.release(len(records))

    def side(self, side: Side) -> dict[Decimal, Decimal]:
        self.take()
        levels = self.book.sides[int(side)]
        return {ticks * self.instrument.tick: lots * self.instrument.lot for ticks, lots in levels.items()}


@asynccontextmanager
async def running(kind: type[Double]) -> AsyncIterator[tuple[Double, Bench]]:
    async with kind() as double:
        bench = Bench(double)
        await bench.start()
        task = asyncio.create_task(bench.market.run())
        try:
            await until(lambda: double.has_asked(*double.wants))
            yield double, bench
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize("kind", DOUBLES)
async def test_books_and_trades_of_any_exchange_reach_the_ring(kind: type[Double]) -> None:
    async with running(kind) as (double, bench):
        await double.tell(double.book([("100.25", "1.5"), ("99.1", "2")], [("100.75", "0.125"), ("101", "3")], 1))
        await until(lambda: bench.side(Side.BUY) == {Decimal("100.25"): Decimal("1.5"), Decimal("99.1"): Decimal(2)})
        assert bench.side(Side.SELL) == {Decimal("100.75"): Decimal("0.125"), Decimal(101): Decimal(3)}
        await double.tell(double.trade(1, "100.75", "0.000001", "buy"))
        await until(lambda: bool(bench.side(Side.BUY)) and len(bench.trades) == 1)
        await double.tell(double.trade(2, "100.25", "2.5", "sell"))
        await until(lambda: bool(bench.side(Side.BUY)) and len(bench.trades) == 2)
        assert bench.trades == [
            (Decimal("100.75"), Decimal("0.000001"), Side.BUY),
            (Decimal("100.25"), Decimal("2.5"), Side.SELL),
        ]
        assert bench.market.status["state"] == FeedState.LIVE
        assert bench.market.status["bad_frames"] == 0


@pytest.mark.parametrize("kind", DOUBLES)
async def test_after_a_hang_up_the_book_is_gapped_until_the_next_one(kind: type[Double]) -> None:
    async with running(kind) as (double, bench):
        await double.tell(double.book([("100", "1")], [("101", "1")], 1))
        await until(lambda: bool(bench.side(Side.BUY)))
        await double.hang_up()
        await until(lambda: bool(bench.side(Side.BUY)) and FeedState.GAPPED in bench.states)
        await until(lambda: double.has_asked(*double.wants))
        await double.tell(double.book([("90", "1")], [("91", "1")], 1))
        await until(lambda: bench.side(Side.BUY) == {Decimal(90): Decimal(1)})
        assert bench.book.is_live


async def test_changes_that_the_library_counts_are_shown_as_whole_books() -> None:
    async with running(Poloniex) as (double, bench):
        await double.tell(double.book([("100", "1"), ("99", "2")], [("101", "1")], 1))
        await double.tell(double.book([("100", "0")], [("101", "2.5")], 2))
        await until(lambda: bench.side(Side.BUY) == {Decimal(99): Decimal(2)})
        assert bench.side(Side.SELL) == {Decimal(101): Decimal("2.5")}


async def test_the_list_has_the_steps_of_the_exchange() -> None:
    async with Poloniex() as double:
        bench = Bench(double)
        await bench.start()
        found = bench.instrument
        assert (found.symbol, found.venue_symbol) == ("BTC-USDT.ccxt:poloniex", "BTC/USDT")
        assert (found.tick, found.lot) == (Decimal("0.01"), Decimal("0.000001"))
        assert (found.min_quantity, found.min_notional) == (Decimal("0.000001"), Decimal(1))


async def test_an_exchange_that_the_library_does_not_know_is_a_sentence() -> None:
    with pytest.raises(VenueError, match="must stream"):
        await asyncio.to_thread(fetch_instruments, VenueConfig(name="ccxt:nobody"))


def test_any_exchange_has_a_line_in_the_catalogue() -> None:
    about = venue("ccxt:bitget")
    assert (about.dialect, about.title, about.rest_url) == ("ccxt:bitget", "bitget, by ccxt", "")
