"""A venue that did not answer when the desk started comes in while it runs; until then nothing of it is there."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

import numpy as np

from core.clock import NS_PER_SECOND
from core.memory.files import Memory, create_files
from core.memory.layout import Capacities
from core.risk.limits import RiskLimits, make_limits
from core.vocabulary import Mode
from feeds import market_process
from feeds.child import instruments_of
from feeds.config import VenueConfig
from feeds.errors import VenueError
from feeds.instruments import Instrument, known_rows, write_table
from feeds.market_process import serve_when_there
from station.config import DeskSetup, ServedVenue
from station.desk.absent import FIRST_S, MOST_S, AbsentVenues, reserve, there
from station.desk.packing import packed
from station.desk.trading_table import expected
from station.errors import UnknownName
from station.link.instruments import InstrumentTable
from tests.deadline import eventually

GROUPS = ("sim", "feeds1")


def _one(symbol: str, venue: str = "kraken") -> Instrument:
    base, quote = symbol.split("-")
    return Instrument(
        symbol=f"{symbol}.{venue}", venue_symbol=f"{base}/{quote}", venue=venue, base=base, quote=quote,
        settlement=quote, tick=Decimal("0.1"), lot=Decimal("0.1"),
    )  # fmt: skip


BTC, ETH = _one("BTC-USD"), _one("ETH-USD")


def _setup() -> DeskSetup:
    served = (
        ServedVenue(venue=VenueConfig(name="sim"), group="sim"),
        ServedVenue(
            venue=VenueConfig(name="kraken", instruments=("BTC/USD", "ETH/USD")), group="feeds1", fault="refused"
        ),
    )
    return DeskSetup(name="t", mode=Mode.PAPER, venues=served)


def _memory() -> Memory:
    memory = Memory(create_files("absent", GROUPS, Capacities()), frozenset({"desk"}))
    write_table(memory.table("instruments"), memory.lines("instrument_count")[0], [(0, _one("BTC-USD", "alpha"))])
    reserve(memory, _setup(), expected(_setup()))
    return memory


def _absent(memory: Memory, ask: Callable[[ServedVenue], list[Instrument]]) -> tuple[AbsentVenues, list[str]]:
    said: list[str] = []
    return AbsentVenues(_setup(), memory, say=said.append, ask=ask), said


def test_rows_wait_for_it_and_nobody_sees_them() -> None:
    memory = _memory()
    assert int(memory.lines("instrument_count")[0, 0]) == 3
    assert len(known_rows(memory)) == 1
    assert InstrumentTable(memory).symbols == ["BTC-USD.alpha"]
    assert instruments_of(memory, 1, "kraken") == {}
    assert memory.table("instruments")["pair_id"][:3].tolist() == [0, 1, 2], "no order is routed to them"
    limits, _ = make_limits(memory.table("instruments"), RiskLimits())
    assert [int(row["max_order_lots"]) for row in limits[1:3]] == [0, 0], "and the core allows nothing on them"


def test_its_instruments_come_in_behind_the_others() -> None:
    memory = _memory()
    absent, said = _absent(memory, lambda served: [BTC, ETH])
    came: list[str] = []
    absent.tick(1)

    def comes() -> bool:
        came.extend(absent.tick(1 + int(FIRST_S * NS_PER_SECOND)))
        return bool(came)

    eventually(comes)
    assert came == ["kraken"]
    assert InstrumentTable(memory).symbols == ["BTC-USD.alpha", "BTC-USD.kraken", "ETH-USD.kraken"]
    rows = instruments_of(memory, 1, "kraken")
    assert [(number, int(row["book_slot"])) for number, row in rows.items()] == [(1, 1), (2, 2)]
    assert memory.table("instruments")["pair_id"][:3].tolist() == [0, 0, 2]
    assert "2 of 2 instruments come in" in said[0]
    assert not any(served.fault for served in there(_setup(), came).venues)
    assert absent.tick(10**15) == [], "it is not asked again"


def test_it_is_asked_ever_more_rarely_and_never_given_up() -> None:
    asked_ns: list[int] = []
    now_ns = 1

    def refuse(served: ServedVenue) -> list[Instrument]:
        asked_ns.append(now_ns)
        raise VenueError("refused")

    absent, _ = _absent(_memory(), refuse)
    while len(asked_ns) < 12:
        before = len(asked_ns)
        assert absent.tick(now_ns) == []
        waiting = absent._waiting["kraken"]
        eventually(lambda waiting=waiting: waiting.answer is None or waiting.answer.done())
        if len(asked_ns) == before:
            now_ns += NS_PER_SECOND
    apart_s = np.diff(asked_ns) / NS_PER_SECOND
    assert asked_ns[0] >= FIRST_S * NS_PER_SECOND
    assert apart_s[0] >= FIRST_S
    assert MOST_S / 2 <= apart_s[-1] <= MOST_S + 2


def test_a_list_without_what_was_asked_for_ends_it() -> None:
    def lacks(served: ServedVenue) -> list[Instrument]:
        raise UnknownName(what="instrument at kraken", name="DOGE", near=[])

    memory = _memory()
    absent, said = _absent(memory, lacks)
    absent.tick(1)

    def is_told() -> bool:
        absent.tick(10 * NS_PER_SECOND)
        return bool(said)

    eventually(is_told)
    assert "is not asked again" in said[0]
    assert len(known_rows(memory)) == 1


def test_absent_venues_are_of_one_group() -> None:
    names = ("a", "b", "c", "d", "e", "f")
    venues = tuple(ServedVenue(venue=VenueConfig(name=name), fault="refused" if name in "be" else "") for name in names)
    setup = packed(DeskSetup(name="t", mode=Mode.PAPER, venues=venues), dict.fromkeys("acdf", 3), cpus=6)
    assert len({served.group for served in setup.venues if served.fault}) == 1
    assert len({served.group for served in setup.venues}) > 1


async def test_its_market_process_begins_when_all_of_them_are_there(monkeypatch: Any) -> None:
    monkeypatch.setattr(market_process, "LOOK_EVERY_S", 0.001)
    memory, begun = _memory(), asyncio.Event()

    class Connector:
        async def run(self) -> None:
            begun.set()

    markets: list[Any] = []
    made = lambda: Connector()  # noqa: E731
    task = asyncio.create_task(serve_when_there(memory, 1, "kraken", made, markets))  # type: ignore[arg-type]
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.shield(task), 0.05)
    assert not begun.is_set()
    absent, _ = _absent(memory, lambda served: [BTC, ETH])
    absent.tick(1)
    eventually(lambda: absent.tick(10 * NS_PER_SECOND))
    await asyncio.wait_for(task, 5.0)
    assert begun.is_set()
    assert len(markets) == 1
