"""What can go wrong around a desk, and what to do about it. Each class has its exit code and its cure."""

from typing import ClassVar

from core.errors import StationError
from station.exit_codes import ExitCode


class NoDesk(StationError):
    cure: ClassVar[str] = "Start one with `station up`."
    exit_code: ClassVar[int] = ExitCode.NO_DESK

    def __init__(self, *, desk: str) -> None:
        super().__init__(f"no desk of that name runs: {desk=}")
        self.desk = desk


class SeveralDesks(StationError):
    cure: ClassVar[str] = "Say which one with --desk NAME."
    exit_code: ClassVar[int] = ExitCode.USAGE

    def __init__(self, *, desks: list[str]) -> None:
        super().__init__(f"several desks run: {', '.join(desks)}")
        self.desks = desks


class DeskRuns(StationError):
    cure: ClassVar[str] = "Attach with `station`, stop it with `station down`, or give the new one a --desk NAME."
    exit_code: ClassVar[int] = ExitCode.DESK_RUNS

    def __init__(self, *, desk: str, pid: int) -> None:
        super().__init__(f"a desk of that name runs already: {desk=}, {pid=}")
        self.desk, self.pid = desk, pid


class StartFailed(StationError):
    cure: ClassVar[str] = "Repair what it says and start again; `station doctor` looks for known causes."
    exit_code: ClassVar[int] = ExitCode.START_FAILED

    def __init__(self, *, process: str, said: str, log: str) -> None:
        super().__init__(f"the desk could not start, its process {process!r} said: {said or 'nothing'}\n  log: {log}")
        self.process, self.said, self.log = process, said, log


class NoSeat(StationError):
    cure: ClassVar[str] = "Close a screen or wait for a command to end; `station status` lists the seats."
    exit_code: ClassVar[int] = ExitCode.NO_SEAT

    def __init__(self, *, desk: str, seats: int) -> None:
        super().__init__(f"all seats are taken: {desk=}, {seats=}")


class LeaseHeld(StationError):
    cure: ClassVar[str] = 'Trade there, or move the lease with `station take --reason "…"`.'
    exit_code: ClassVar[int] = ExitCode.LEASE_HELD

    def __init__(self, *, holder: str, seat: int) -> None:
        super().__init__(f"another client holds the trading lease: {holder=}, {seat=}")
        self.holder, self.seat = holder, seat


class StillHalted(StationError):
    cure: ClassVar[str] = "Remove the file, then re-arm."
    exit_code: ClassVar[int] = ExitCode.DENIED

    def __init__(self, *, desk: str, file: str) -> None:
        super().__init__(f"the desk stays halted while this file is there: {desk=}, {file=}")


class NoAnswer(StationError):
    cure: ClassVar[str] = "Look at `station status` and `station orders` before you try again: it may have been done."
    exit_code: ClassVar[int] = ExitCode.NO_ANSWER

    def __init__(self, *, what: str, waited_s: float) -> None:
        super().__init__(f"no answer in time, the outcome is not known: {what=}, {waited_s=}")


class CommandsFull(StationError):
    cure: ClassVar[str] = "The core takes no commands: look at `station status`; `station kill` works all the same."
    exit_code: ClassVar[int] = ExitCode.NO_ANSWER

    def __init__(self, *, seat: int) -> None:
        super().__init__(f"the command ring of the seat is full, nothing was sent: {seat=}")


class Denied(StationError):
    cure: ClassVar[str] = (
        "`station status` shows what is halted and who may trade; `station limits` shows them, risk.toml holds them."
    )
    exit_code: ClassVar[int] = ExitCode.DENIED

    def __init__(self, *, what: str, reason: str) -> None:
        super().__init__(f"the desk refused: {what=}, {reason=}")
        self.reason = reason


class UnknownName(StationError):
    cure: ClassVar[str] = "`station instruments` and `station orders` list what there is."
    exit_code: ClassVar[int] = ExitCode.UNKNOWN_NAME

    def __init__(self, *, what: str, name: str, near: list[str] | None = None) -> None:
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        super().__init__(f"there is no such {what}: {name!r}{hint}")


class BadArgument(StationError):
    cure: ClassVar[str] = "`--help` behind the command shows examples."
    exit_code: ClassVar[int] = ExitCode.USAGE
