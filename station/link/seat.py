"""A seat: the right to command a desk. One of sixteen, held by a kernel file lock, so it is free when its holder dies.

The holder is the only writer of the seat's memory file: its ring of commands, its heartbeat, its halt line.
"""

import contextlib
import fcntl
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from core.clock import monotonic_ns
from core.memory import numpy_cell
from core.memory.control import SEATS
from core.memory.files import Memory
from core.memory.layout import seat_role
from core.memory.numpy_ring import Producer
from core.records.event import EVENT
from core.vocabulary import Command, EventKind
from station import paths
from station.errors import CommandsFull, NoSeat
from station.link.attach import Attachment


@dataclass(frozen=True)
class Holder:
    """Who sits there."""

    client: str
    pid: int
    where: str = ""
    """From which machine or terminal"""
    asks_s: float = 0.0
    """When he asked for the trading lease, by the wall's clock; 0: he does not."""

    def __str__(self) -> str:
        return f"{self.client} (pid {self.pid})"


class Seat:
    """Taken with `take_seat`, left with `leave` or by dying."""

    def __init__(self, attachment: Attachment, number: int, lock: int, holder: Holder) -> None:
        self.number = number
        self._lock = lock
        self._holder = holder
        _write(lock, holder)
        self.memory: Memory = attachment.memory_for(seat_role(number))
        self._ring = Producer(self.memory.ring(f"commands.{number:02d}"))
        self._beat = self.memory.heartbeat(seat_role(number))
        self.beat()

    def beat(self) -> None:
        """At least every second: a client that is silent for 30 s loses the trading lease."""
        self._beat[0] = monotonic_ns()

    def ask_for_lease(self, asks_s: float) -> None:
        """Whoever reads the seats sees it; 0: no longer."""
        self._holder = replace(self._holder, asks_s=asks_s)
        _write(self._lock, self._holder)

    def send(self, command: np.ndarray) -> int:
        """EVENT[1]. Returns its sequence, by which the core answers. Raises CommandsFull: nothing was sent."""
        sequence = self._ring.produced + 1
        command["kind"], command["source_id"], command["sequence"] = EventKind.COMMAND, self.number, sequence
        if not command["received_ns"][0]:
            command["received_ns"] = monotonic_ns()
        if not self._ring.publish(command[0]):
            raise CommandsFull(seat=self.number)
        return sequence

    def send_all(self, commands: np.ndarray) -> int:
        """EVENT[n], visible to the core together or not at all. The last one's sequence. Raises CommandsFull."""
        if self._ring.room < len(commands):
            raise CommandsFull(seat=self.number)
        sequence = self._ring.produced
        commands["kind"], commands["source_id"] = EventKind.COMMAND, self.number
        commands["sequence"] = np.arange(sequence + 1, sequence + 1 + len(commands))
        self._ring.publish_batch(commands)
        return sequence + len(commands)

    def leave(self) -> None:
        """A beat of 0 says that nobody sits here: a lease ends at once."""
        if self._lock < 0:
            return
        self._beat[0] = 0
        os.close(self._lock)
        self._lock = -1
        self.memory.close()

    def __enter__(self) -> "Seat":
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()


def take_seat(attachment: Attachment, client: str) -> Seat:
    """A free seat; that of a dead holder of the lease first, so that its lease ends with it. Raises NoSeat."""
    folder = paths.desk_folder(attachment.desk).seats
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    health = numpy_cell.read(attachment.memory.cells("health"), 0)
    leaseholder = int(health["lease_seat"]) if health is not None else -1
    order = sorted(range(SEATS), key=lambda number: number != leaseholder)
    for number in order:
        lock = _try_lock(_lock_file(folder, number))
        if lock is not None:
            seat = Seat(attachment, number, lock, Holder(client, os.getpid(), whereabouts(os.environ)))
            if number == leaseholder and health is not None:
                seat.send(plain_command(Command.RELEASE_LEASE, reference_id=int(health["lease_generation"])))
            return seat
    raise NoSeat(desk=attachment.desk, seats=SEATS)


def holders(desk: str) -> dict[int, Holder]:
    """Who sits where, by seat."""
    found = ((number, holder_of(desk, number)) for number in range(SEATS))
    return {number: holder for number, holder in found if holder is not None}


def holder_of(desk: str, seat: int) -> Holder | None:
    """Who sits there; None: nobody, or nobody any more."""
    path = _lock_file(paths.desk_folder(desk).seats, seat)
    if _is_held(path):
        with contextlib.suppress(OSError, ValueError, TypeError):
            return Holder(**json.loads(path.read_bytes()))
    return None


def whereabouts(environment: Mapping[str, str]) -> str:
    """The machine that somebody came from by SSH, else his terminal; empty for a program without one."""
    if remote := environment.get("SSH_CONNECTION", "").partition(" ")[0]:
        return remote
    with contextlib.suppress(OSError):
        return os.ttyname(0).removeprefix("/dev/")
    return ""


def plain_command(
    command: Command,
    *,
    instrument_id: int = -1,
    reference_id: int = 0,
    strategy_id: int = -1,
    amount: int = 0,
) -> np.ndarray:
    """EVENT[1] with the fields that most commands need; an order's are filled in by link/commands.py."""
    event = np.zeros(1, EVENT)
    event["detail"] = command
    event["instrument_id"], event["strategy_id"] = instrument_id, strategy_id
    event["reference_id"], event["amount"] = reference_id, amount
    return event


def _lock_file(folder: Path, number: int) -> Path:
    return folder / f"{number:02d}.lock"


def _write(lock: int, holder: Holder) -> None:
    told = json.dumps(asdict(holder)).encode()
    os.pwrite(lock, told, 0)
    os.ftruncate(lock, len(told))


def _try_lock(path: Path) -> int | None:
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


def _is_held(path: Path) -> bool:
    """Asked with a shared lock that is given back at once."""
    try:
        lock = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False
