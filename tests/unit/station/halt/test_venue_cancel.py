"""The cancel loop in the kill command's own process, against a venue that speaks Binance's protocol."""

import asyncio
import json
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from core.clock import wall_offset_ns
from core.memory.files import Descriptor, Memory
from core.vocabulary import Mode, Side
from feeds.config import VenueConfig
from feeds.instruments import Instrument, write_table
from feeds.kill_report import Reporter
from feeds.venues.binance.orders import BinanceOrders
from station.config import DeskSetup, ServedVenue
from station.desk.registry import Registry
from station.halt.venue_cancel import cancel_at_venue
from tests.doubles.binance import BinanceDouble
from tests.unit.feeds.gateway_bench import order

KEYS = BinanceDouble.keys
BTC = Instrument(
    symbol="BTC-USDT.binance", venue_symbol="BTCUSDT", venue="binance", base="BTC", quote="USDT", settlement="USDT",
    tick=Decimal("0.01"), lot=Decimal("0.00001"),
)  # fmt: skip


@pytest.fixture
def memory(memory_of_desk: Descriptor) -> Memory:
    memory = Memory(memory_of_desk, frozenset({"desk"}))
    write_table(memory.table("instruments"), memory.lines("instrument_count")[0], [(0, BTC)])
    return memory


@pytest.fixture
async def double(memory: Memory) -> AsyncIterator[BinanceDouble]:
    double = BinanceDouble(memory.table("instruments")[0])
    yield double
    await double.stop()


async def registry_for(double: BinanceDouble, folder: Path, mode: Mode = Mode.LIVE) -> tuple[Registry, VenueConfig]:
    host = await double.start()
    keys = folder / "keys.toml"
    keys.write_text(f'key = "{KEYS.key}"\nsecret = "{KEYS.secret}"\n')
    keys.chmod(0o600)
    venue = VenueConfig(
        name="sim2",  # the name of the venue's group does not matter, its protocol does
        dialect="binance",
        rest_url=f"http://{host}",
        ws_url=f"ws://{host}",
        ws_api_url="",
        credentials_file=str(keys),
        mode="live",
        account="mine",
        request_timeout_ms=2_000,
    )
    setup = DeskSetup(name="main", mode=mode, venues=(ServedVenue(venue=venue, group="sim2", live_account="mine"),))
    return Registry("main", "1", 0, 0, 0, {}, json.loads(msgspec.json.encode(setup)), []), venue


async def test_it_cancels_everything_and_closes_the_position(
    tmp_path: Path, memory: Memory, double: BinanceDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry, venue = await registry_for(double, tmp_path)
    monkeypatch.setattr("station.halt.venue_cancel._rows", lambda served, memory: {0: memory.table("instruments")[0]})
    trader = BinanceOrders(venue, KEYS, {0: memory.table("instruments")[0]}, wall_offset_ns=wall_offset_ns())
    await trader.start(lambda report: None)
    for client_id in (0x100000001, 0x100000002):
        await trader.place(order(client_id, price_ticks=6_000_000, quantity_lots=10)[0])
    double.venue.fill(double.venue.by_client(0x100000001), 4)
    await trader.close()
    said: list[str] = []
    pen = Reporter(tmp_path, "station kill")

    is_clear = await asyncio.to_thread(
        cancel_at_venue,
        registry,
        memory,
        flatten=True,
        within_s=10,
        say=said.append,
        pen=pen,
    )

    assert is_clear, said
    assert await double.venue.open_orders() == []
    assert sum(row.position_lots for row in await double.venue.positions()) == 0
    assert double.venue.orders[-1].side == Side.SELL
    assert any("2 cancelled from here" in text for text in said)


async def test_a_venue_that_cannot_be_reached_is_said_and_not_proven(
    tmp_path: Path, memory: Memory, double: BinanceDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry, _ = await registry_for(double, tmp_path)
    monkeypatch.setattr("station.halt.venue_cancel._rows", lambda served, memory: {0: memory.table("instruments")[0]})
    await double.stop()
    said: list[str] = []
    pen = Reporter(tmp_path, "station kill")

    is_clear = await asyncio.to_thread(
        cancel_at_venue,
        registry,
        memory,
        flatten=False,
        within_s=5,
        say=said.append,
        pen=pen,
    )

    assert not is_clear
    assert any("could not be asked" in text for text in said)


async def test_in_paper_mode_no_order_is_at_a_venue(tmp_path: Path, memory: Memory, double: BinanceDouble) -> None:
    registry, _ = await registry_for(double, tmp_path, Mode.PAPER)

    assert cancel_at_venue(registry, memory, flatten=False, within_s=1, say=print, pen=Reporter(tmp_path, ""))
    assert double.requests == []
