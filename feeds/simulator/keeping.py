"""How the exchange survives its process: a snapshot of everything, and behind it every arrival since.

    state-00000007.bin        the whole exchange at one virtual time
    arrivals-00000007.log     what arrived after it (core/memory/journal.py), written before it is worked on

A snapshot begins a new pair and ends the one before the last; the last but one is kept, in case the last is damaged.
Snapshots lie at most `snapshot_every_s` of *virtual* time apart, and the exchange does not go past that time before the
next is written: so a recovery that replays as far has seen everything that anybody was ever told.

Coming back, the exchange catches up with the present as if it had never been away: resting orders may have traded.
After a longer absence the market was closed for the rest of it.
"""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import numpy as np

from core.clock import NS_PER_SECOND
from core.errors import StationError
from core.memory.journal import Journal, JournalDamaged, read_journal
from feeds.instruments import Instrument
from feeds.simulator.crowd import CYCLE_NS
from feeds.simulator.exchange import Exchange
from feeds.simulator.saved_state import SavedStateDamaged, load, save
from feeds.simulator.settings import SimulatorSettings

KEPT = 2


class ExchangeInUse(StationError):
    cure: ClassVar[str] = "Stop the other desk, or give this one a state folder of its own."
    exit_code: ClassVar[int] = 75

    def __init__(self, *, folder: Path) -> None:
        super().__init__(f"another process runs the simulated exchange of this folder: folder={str(folder)!r}")


class Keeper:
    """One folder of one exchange. The exchange is made here: new, or as it was."""

    def __init__(
        self,
        instruments: list[Instrument],
        settings: SimulatorSettings,
        *,
        now_ns: int,
        beat: Callable[[], None] = lambda: None,
    ) -> None:
        """`beat` is called at least once for each virtual second that is made up for.

        Raises OSError when the folder cannot be written, ExchangeInUse when another process keeps it."""
        self.settings, self._beat = settings, beat
        self.message = ""
        """What a person should know of the recovery, or of the disk; empty: nothing."""
        self.was_recovered = False
        self.missed_ns = 0
        """Virtual time for which the market was closed, because nobody was there."""
        self._folder = Path(settings.journal_folder)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._lock = _sole_user(self._folder)
        self._number = 0
        self._journal: Journal | None = None
        self.exchange = self._recover(instruments, now_ns)
        self.snapshot()

    @property
    def snapshot_due_ns(self) -> int:
        """Virtual time that must not be passed before `snapshot`."""
        return self._snapshot_due_ns

    def record(self, arrival: np.ndarray) -> None:
        """EVENT[1], before it is submitted. Raises OSError: it must not be."""
        if self._journal is None:
            raise OSError(f"the journal is not open: {self.message}")
        self._journal.append(arrival)

    def snapshot(self) -> None:
        """Save everything, begin a new journal. A disk that refuses is said to, and tried again a little later."""
        number = self._number + 1
        self._snapshot_due_ns = self.exchange.now_ns + self.settings.snapshot_every_s * NS_PER_SECOND
        try:
            _write_whole(_state_path(self._folder, number), save(self.exchange, seed=self.settings.seed, number=number))
            journal = Journal(
                _arrivals_path(self._folder, number), durable="power" if self.settings.durable == "power" else "process"
            )
        except (OSError, JournalDamaged) as error:
            self.message = f"the exchange could not save itself: {error}"
            self._snapshot_due_ns = self.exchange.now_ns + NS_PER_SECOND
            return
        if self._journal is not None:
            self._journal.close()
        self._journal, self._number = journal, number
        self._remove_old()

    def close(self) -> None:
        self.snapshot()
        if self._journal is not None:
            self._journal.close()
            self._journal = None
        os.close(self._lock)

    def _recover(self, instruments: list[Instrument], now_ns: int) -> Exchange:
        numbers = sorted(_numbers(self._folder), reverse=True)
        self._number = numbers[0] if numbers else 0
        for number in numbers:
            try:
                exchange = self._read(instruments, number, self._number, now_ns)
            except (SavedStateDamaged, JournalDamaged) as error:
                self.message = str(error)
                continue
            self.was_recovered = True
            self._catch_up(exchange, now_ns)
            exchange.set_character(self.settings)
            return exchange
        if numbers:
            self._put_aside()
        exchange = Exchange(instruments, self.settings, start_ns=now_ns)
        exchange.open_market()
        return exchange

    def _read(self, instruments: list[Instrument], number: int, last: int, now_ns: int) -> Exchange:
        data = _state_path(self._folder, number).read_bytes()
        exchange = Exchange(instruments, self.settings, start_ns=now_ns)
        load(exchange, data, seed=self.settings.seed)
        for later in range(number, last + 1):
            for arrival in read_journal(_arrivals_path(self._folder, later)):
                if int(arrival["sequence"]) >= exchange.arrivals_submitted:
                    exchange.submit(arrival)
        return exchange

    def _catch_up(self, exchange: Exchange, now_ns: int) -> None:
        told_until_ns = exchange.now_ns + self.settings.snapshot_every_s * NS_PER_SECOND
        self._advance_unheard(exchange, min(now_ns, told_until_ns))
        if now_ns - exchange.now_ns > self.settings.longest_catch_up_s * NS_PER_SECOND:
            self.missed_ns = now_ns - exchange.now_ns
            exchange.jump(now_ns)
        self._advance_unheard(exchange, now_ns)

    def _advance_unheard(self, exchange: Exchange, until_ns: int) -> None:
        """Whoever missed a report asks for open orders and fills; the market begins with a snapshot."""
        while True:
            exchange.advance(min(until_ns, exchange.now_ns + NS_PER_SECOND))
            exchange.take_market()
            exchange.take_reports()
            self._beat()
            if until_ns - exchange.now_ns < CYCLE_NS:
                return

    def _remove_old(self) -> None:
        for number in _numbers(self._folder):
            if number <= self._number - KEPT:
                _state_path(self._folder, number).unlink(missing_ok=True)
                _arrivals_path(self._folder, number).unlink(missing_ok=True)

    def _put_aside(self) -> None:
        """What cannot be read is kept for whoever wants to look; the exchange begins anew."""
        aside = self._folder / f"unreadable-{self._number}"
        aside.mkdir(exist_ok=True)
        for number in _numbers(self._folder):
            for path in (_state_path(self._folder, number), _arrivals_path(self._folder, number)):
                if path.exists():
                    path.rename(aside / path.name)


def _sole_user(folder: Path) -> int:
    """A lock that ends with our process, however it ends."""
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise ExchangeInUse(folder=folder) from None
    return descriptor


def _numbers(folder: Path) -> list[int]:
    return [int(path.stem.partition("-")[2]) for path in folder.glob("state-*.bin")]


def _state_path(folder: Path, number: int) -> Path:
    return folder / f"state-{number:08d}.bin"


def _arrivals_path(folder: Path, number: int) -> Path:
    return folder / f"arrivals-{number:08d}.log"


def _write_whole(path: Path, data: bytes) -> None:
    """All or nothing under that name."""
    unfinished = path.with_suffix(".new")
    unfinished.write_bytes(data)
    unfinished.replace(path)
