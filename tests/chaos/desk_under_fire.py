"""One desk in a folder of its own, with a trader at a seat, and ways to hurt them."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from core.clock import monotonic_ns
from core.memory.control import read_processes
from core.memory.journal import read_journal
from core.orders.terms import is_insurance
from core.records.event import EVENT
from core.vocabulary import OPEN_STATUSES, BookState, OrderStatus, Origin, ProcessState
from station import paths
from station.cli.recordings import ask
from station.errors import CommandsFull, NoAnswer
from station.link.attach import Attachment, attach, living_registry
from station.link.commands import CommandLink, open_commands
from station.link.halt import halt, halt_state
from station.link.listing import filled_cells
from tests.chaos.books_of_account import Books, Fill, as_recorded
from tests.chaos.grounds import Ground, SimulatedGround
from tests.generous import generous_toml
from tests.station_cli import ROOT

DESK = "main"
LIMITS = generous_toml(
    command_valid_ms=2000,
    max_position_notional=40e6,
    max_gross_notional=1e9,
    max_sector_notional=1e9,
    max_portfolio_notional=1e9,
    trade_loss=1e9,
    daily_loss=10e6,
    orders_per_second=2000,
    protection=True,
    max_open_orders=200,
)
ROWS = 5_000
BEATS_WITHIN_NS = 500_000_000


class TooLate(AssertionError):
    """Something did not come about in time."""


def until(
    is_so: Callable[[], object], what: Callable[[], object] | str, *, within_s: float, every_s: float = 0.005
) -> None:
    """Raises TooLate."""
    give_up = time.monotonic() + within_s
    while not is_so():
        if time.monotonic() > give_up:
            raise TooLate(f"not within {within_s} s: {what if isinstance(what, str) else what()}")
        time.sleep(every_s)


class DeskUnderFire:
    """Started by `start`; `end` leaves no process behind."""

    def __init__(self, home: Path, *, seed: int, ground: type[Ground] = SimulatedGround) -> None:
        (home / "config").mkdir(exist_ok=True)
        (home / "config" / "risk.toml").write_text(LIMITS)
        self.ground = ground(home, seed=seed)
        self.station = self.ground.station
        self._reports = np.zeros(0, EVENT)
        self._recorded: list[Fill] = []
        self._requested: set[int] = set()
        self._killed: set[int] = set()
        self._last_fill = self._last_request = (0, -1)

    def start(self) -> None:
        said = self.ground.start()
        assert said.code == 0, said
        self.attachment: Attachment = attach(DESK)
        self.memory = self.attachment.memory
        self.link: CommandLink = open_commands(self.attachment, client="chaos judge", origin=Origin.API)
        self.folder = paths.desk_folder(DESK)
        self.venue = self.ground.ledger(self.folder.root, self.attachment.header.wall_offset_ns)
        self.hire()

    def end(self) -> None:
        with contextlib.suppress(AttributeError):
            self.trader.kill()
            self.trader.wait()
        self.ground.end()

    # The trader.

    def hire(self) -> None:
        """A new trader, when the last one died."""
        self.trader = subprocess.Popen(
            [
                sys.executable, "-P", "-m", "tests.chaos.client", "--desk", DESK,
                "--instruments", ",".join(map(str, self.ground.instruments)),
            ],
            env=self.station.environment,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )  # fmt: skip
        assert self._hear() == "ready"

    def go(self, seed: int, *, with_strategies: bool) -> None:
        self._tell(f"go {seed} {int(with_strategies)}")

    def stop(self) -> int:
        """How many commands the trader sent; -1: it died."""
        if self.trader.poll() is not None:
            assert self.trader.returncode == -signal.SIGKILL, "the trader died by itself"
            self.hire()
            return -1
        self._tell("stop")
        return int(self._hear().partition(" ")[2])

    def _tell(self, line: str) -> None:
        assert self.trader.stdin is not None
        self.trader.stdin.write(line + "\n")
        self.trader.stdin.flush()

    def _hear(self) -> str:
        assert self.trader.stdout is not None
        return self.trader.stdout.readline().strip()

    # Blows.

    def pid_of(self, victim: str) -> int:
        if victim == "client":
            return self.trader.pid
        if (pid := self.ground.pid_of(victim)) is not None:
            return pid
        registry = living_registry(DESK)
        assert registry is not None
        if victim == "desk":
            return registry.desk_pid if registry.desk_lives else 0
        return next((row.pid for row in registry.processes if row.name == victim and row.lives), 0)

    def strike(self, victim: str, number: signal.Signals) -> int:
        """The pid that was struck; 0: it was down already."""
        pid = self.pid_of(victim)
        if pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        if number is signal.SIGKILL:
            self._killed.add(pid)
            if victim == "client":
                self.trader.wait()
            self.ground.after_kill(victim)
        return pid

    def press_kill(self, *, flatten: bool) -> None:
        halt(self.attachment, line=self.link.seat.number, reason="chaos presses the kill switch", flatten=flatten)

    # Coming to rest.

    def recover(self, *, within_s: float) -> None:
        """All processes beat, the desk is armed again, all books are LIVE."""
        until(self._is_whole, self._what_is_not_whole, within_s=within_s)

    def settle(self, *, within_s: float) -> None:
        """Strategies off: a trader who died left them on, and they move orders. Then nothing on its way or UNKNOWN."""
        until(self._are_strategies_off, "strategies off", within_s=within_s)
        until(lambda: not self._unsettled(), lambda: f"orders did not settle: {self._unsettled()}", within_s=within_s)

    def _are_strategies_off(self) -> bool:
        self._is_armed()
        with contextlib.suppress(NoAnswer, CommandsFull):
            self.link.wait(self.link.enable_strategies(False), what="strategies off", within_s=0.3)
        health = self.link.health()
        return health is not None and not health["strategies_enabled"]

    def clear(self, *, within_s: float) -> None:
        """No open orders, here and there."""
        until(
            self._is_clear,
            lambda: f"orders stay open: {self._unsettled(OPEN_STATUSES)}",
            within_s=within_s,
            every_s=0.02,
        )

    def _is_whole(self) -> bool:
        self.link.seat.beat()
        registry = living_registry(DESK)
        if registry is None or not registry.desk_lives:
            with contextlib.suppress(Exception):  # it is said again when this goes on too long
                attach(DESK).close()
            return False
        # A heartbeat is fresh for a while after its process died: who was killed must have a successor.
        successors = {row.name for row in registry.processes if row.lives and row.pid not in self._killed}
        if not self.ground.processes <= successors or registry.desk_pid in self._killed:
            return False
        if self._what_is_silent() or not self._is_armed():
            return False
        return not self._books_not_live()

    def _what_is_not_whole(self) -> str:
        return (
            f"silent: {self._what_is_silent()}, halted: {halt_state(self.memory)}, "
            f"books not LIVE: {self._books_not_live()}, health: {self.link.health()}"
        )

    def _what_is_silent(self) -> list[str]:
        now_ns = monotonic_ns()
        silent = [role for role in self.ground.roles if now_ns - int(self.memory.heartbeat(role)[0]) > BEATS_WITHIN_NS]
        down = [row.name for row in read_processes(self.memory.control) if row.state != ProcessState.RUNNING]
        return silent + down

    def _is_armed(self) -> bool:
        seen = halt_state(self.memory)
        health = self.link.health()
        if not seen.is_halted and health is not None and not health["is_halted"]:
            return True
        with contextlib.suppress(NoAnswer, CommandsFull):
            if health is not None and int(health["lease_seat"]) not in (-1, self.link.seat.number):
                self.link.wait(self.link.take_lease(), what="the lease", within_s=0.3)
            self.link.wait(self.link.rearm(seen.halt_sum), what="re-arm", within_s=0.3)
            self.link.wait(self.link.release_lease(), what="release", within_s=0.3)
        return False

    def _books_not_live(self) -> list[int]:
        count = int(self.memory.lines("instrument_count")[0, 0])
        states = self.memory.cells("books").values["state"][:count]
        return [int(number) for number in np.flatnonzero(states != BookState.LIVE)]

    def orders(self) -> list[np.void]:
        return list(filled_cells(self.memory.cells("orders"), "client_id"))

    def _unsettled(self, states: frozenset[OrderStatus] | None = None) -> list[str]:
        wanted = states or OPEN_STATUSES - {OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED}
        self.link.seat.beat()
        return [
            f"{row['client_id']} {OrderStatus(int(row['status'])).name}"
            for row in self.orders()
            if OrderStatus(int(row["status"])) in wanted and not (states and is_insurance(row))
        ]

    def _insurances(self) -> list[np.void]:
        """Stops that the core keeps at the exchange while a position stands: cancelled, they are there again."""
        return [row for row in self.orders() if is_insurance(row) and OrderStatus(int(row["status"])) in OPEN_STATUSES]

    def _is_clear(self) -> bool:
        self._is_armed()
        with contextlib.suppress(NoAnswer, CommandsFull):
            self.link.wait(self.link.enable_strategies(False), what="strategies off", within_s=0.3)
            self.link.wait(self.link.cancel_all(), what="cancel all", within_s=0.3)
        health = self.link.health()
        if health is None or health["unknown_orders"] or health["open_orders"] != len(self._insurances()):
            return False
        return (
            not self._unsettled(OPEN_STATUSES) and not self.memory.table(f"gateway.{self.ground.group}")[0]["unknown"]
        )

    # What the books say.

    def books(self, *, with_recording: bool = True) -> Books:
        self.venue.look()
        cells = self.memory.cells("positions")
        totals = [row for row in filled_cells(cells, "updated_ns") if row["strategy_id"] == -1]
        return Books(
            venue=self.venue,
            reports=self._all_reports(),
            orders=self.orders(),
            positions={int(row["instrument_id"]): row for row in totals},
            instruments=self.memory.table("instruments").copy(),
            recorded=self._read_recording() if with_recording else None,
            requested=self._requested,
        )

    def _all_reports(self) -> np.ndarray:
        """The log is shortened when it is long; what was read of it stays in our books."""
        log = read_journal(self.folder.root / self.ground.group / "reports.log")
        last = self._reports["sequence"][-1] if len(self._reports) else 0
        self._reports = np.concatenate([self._reports, log[log["sequence"] > last]])
        return self._reports

    def _read_recording(self) -> list[Fill] | None:
        names, rows = ask(DESK, "select coalesce(sum(lost), 0) as lost from sessions")
        if rows[0][0]:
            return None
        for names, row in self._new_rows("fills", self._last_fill):
            self._recorded.append(as_recorded(row, names))
            self._last_fill = (row[names.index("session")], row[names.index("tape_sequence")])  # type: ignore[assignment]
        for names, row in self._new_rows("order_requests", self._last_request):
            if row[names.index("request")] == "NEW":
                self._requested.add(int(row[names.index("client_id")]))  # type: ignore[call-overload]
            self._last_request = (row[names.index("session")], row[names.index("tape_sequence")])  # type: ignore[assignment]
        return self._recorded

    def _new_rows(self, view: str, last: tuple[int, int]) -> list[tuple[list[str], list[object]]]:
        text = f"select * exclude (time_utc) from {view} where (session, tape_sequence) > {last} limit {ROWS}"
        names, rows = ask(DESK, text)
        return [(names, row) for row in rows]


@contextlib.contextmanager
def under_fire(home: Path, *, seed: int, ground: type[Ground] = SimulatedGround) -> Iterator[DeskUnderFire]:
    """A desk that runs and is armed; its home is this process's too while it does."""
    before = os.environ.get("STATION_HOME")
    os.environ["STATION_HOME"] = str(home)
    desk = DeskUnderFire(home, seed=seed, ground=ground)
    try:
        desk.start()
        desk.recover(within_s=120)
        yield desk
    finally:
        desk.end()
        if before is None:
            del os.environ["STATION_HOME"]
        else:
            os.environ["STATION_HOME"] = before
