"""Venues whose list of instruments could not be had when the desk started: asked again for as long as it runs.

Rows without a name wait for their instruments at the end of the shared table (trading_table.py); the core has known
these rows since it began, and allows nothing on them. When the list is there the rows get their names, by which the
market process knows that it may begin (feeds/market_process.py). So market data comes at once; orders on these
instruments are allowed from the next start of the core.

Each venue is asked after 5 s, then after twice as long each time, up to five minutes, a random part of it less, so that
a venue that comes back is not met by everyone at once. A list that lacks an instrument that was asked for ends it.
"""

import random
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import msgspec
import numpy as np

from core.clock import NS_PER_SECOND
from core.errors import StationError
from core.memory.files import Memory
from feeds.instruments import Instrument, as_row, write_row
from station.config import DeskSetup, ServedVenue
from station.desk.trading_table import served_instruments
from station.errors import UnknownName

FIRST_S, MOST_S = 5.0, 300.0
ASKED_AT_ONCE = 4


@dataclass
class _Asked:
    served: ServedVenue
    wait_s: float = FIRST_S
    next_ns: int = 0
    answer: Future[list[Instrument]] | None = None


class AbsentVenues:
    """Of one desk; its main thread calls `tick`, what waits for venues are other threads."""

    def __init__(
        self,
        setup: DeskSetup,
        memory: Memory,
        *,
        say: Callable[[str], None],
        ask: Callable[[ServedVenue], list[Instrument]] = served_instruments,
    ) -> None:
        self._waiting = {served.name: _Asked(served) for served in setup.venues if served.fault}
        self._memory, self._say, self._ask = memory, say, ask
        self._threads = ThreadPoolExecutor(ASKED_AT_ONCE, thread_name_prefix="absent")

    def tick(self, now_ns: int) -> list[str]:
        """Those that are there now: their instruments have been written."""
        return [name for name, asked in list(self._waiting.items()) if self._is_there(name, asked, now_ns)]

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _is_there(self, name: str, asked: _Asked, now_ns: int) -> bool:
        if asked.next_ns == 0:
            asked.next_ns = now_ns + int(asked.wait_s * NS_PER_SECOND)
        if asked.answer is None and now_ns >= asked.next_ns:
            asked.answer = self._threads.submit(self._ask, asked.served)
        if asked.answer is None or not asked.answer.done():
            return False
        answer, asked.answer = asked.answer, None
        try:
            found = answer.result()
        except UnknownName as mistake:
            self._give_up(name, str(mistake))
            return False
        except StationError:
            asked.wait_s = min(2 * asked.wait_s, MOST_S)
            asked.next_ns = now_ns + int(asked.wait_s * random.uniform(0.5, 1.0) * NS_PER_SECOND)
            return False
        del self._waiting[name]
        written = fill(self._memory, asked.served.group, found)
        self._say(f"{name} is there: {written} of {len(found)} instruments come in")
        return written > 0

    def _give_up(self, name: str, why: str) -> None:
        del self._waiting[name]
        self._say(f"{name} is not asked again: {why}")


def reserve(memory: Memory, setup: DeskSetup, wanted: dict[str, int]) -> None:
    """Rows without a name behind all others, as far as the table reaches. `wanted`: by absent venue, so many."""
    table, count_line = memory.table("instruments"), memory.lines("instrument_count")[0]
    for served in setup.venues:
        for _ in range(min(wanted.get(served.name, 0), len(table) - int(count_line[0]))):
            row = table[int(count_line[0])]
            row["source_id"] = memory.descriptor.groups.index(served.group)
            row["book_slot"] = row["bar_slot"] = row["pair_id"] = int(count_line[0])  # of no pair but its own
            row["value_denominator"] = 1
            count_line[0] += 1


def fill(memory: Memory, group: str, instruments: list[Instrument]) -> int:
    """Into the first rows that have no name yet; how many there was room for."""
    table = memory.table("instruments")[: int(memory.lines("instrument_count")[0, 0])]
    source_id = memory.descriptor.groups.index(group)
    free = np.flatnonzero((table["symbol"] == b"") & (table["source_id"] == source_id))
    for number, one in zip(free.tolist(), instruments, strict=False):
        watched = msgspec.structs.replace(one, native_types=())  # no order process: one that trades is never absent
        write_row(table, number, as_row(watched, source_id=source_id, book_slot=number, bar_slot=number)[0])
    return min(len(free), len(instruments))


def there(setup: DeskSetup, names: list[str]) -> DeskSetup:
    """Without the faults of those."""
    venues = tuple(msgspec.structs.replace(one, fault="") if one.name in names else one for one in setup.venues)
    return msgspec.structs.replace(setup, venues=venues)
