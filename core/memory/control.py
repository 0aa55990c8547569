"""The first 4 KiB of the desk's file: who lives, and who has said halt. Standard library only.

This page never changes its layout, so that `station kill`, `status` and `down` of any version work on a desk of any
other. It is the one page that more than one process writes: 64 lines of 64 bytes, each with one writer.

    line  0         magic, layout of the page, desk's pid and start, wall clock minus monotonic clock
    lines 1 … 36    halt lines: value, when, flatten, why. 1 … 16 seats 0 … 15, 17 the CLI, 18 the desk, 19 the core,
                    20 the recorder, 21 … 28 market processes, 29 … 36 order processes, by group
    lines 37 … 63   process table, written by the desk: name, pid, start time, state, restarts

Halting is changing one's own line to a new value. The core publishes the values that it has acknowledged (by re-arm);
the desk is halted while any line differs from its acknowledged value. Nobody can erase what another one wrote.
"""

import mmap
import struct
from dataclasses import dataclass

PAGE_BYTES = 4096
LINE_BYTES = 64
MAGIC = b"STATION\x01"
PAGE_LAYOUT = 1

FIRST_HALT_LINE = 1
HALT_LINES = 36
SEATS = 16
GROUPS = 8
CLI_LINE = 16  # index among the halt lines, from 0; seats are 0 … 15
DESK_LINE = 17
CORE_LINE = 18
RECORDER_LINE = 19
FIRST_MARKET_LINE = 20
FIRST_ORDER_LINE = 28
FIRST_PROCESS_LINE = 37
PROCESS_LINES = 27
LINE_NAMES = (
    *(f"seat {seat}" for seat in range(SEATS)),
    "command line",
    "desk",
    "core",
    "recorder",
    *(f"market process {group}" for group in range(GROUPS)),
    *(f"order process {group}" for group in range(GROUPS)),
)
"""Of the halt lines, in their order: who has said halt."""

FLATTEN = 1
"""Of a halt line: positions are to be closed too."""
BY_PERSON = 2
"""Of a halt line that is not a seat's or the command line's: somebody wants it so, it is no fault."""

_HEADER = struct.Struct(
    "<8sqqqqq16s"
)  # magic, page layout, desk pid, desk start ticks, started ns, wall offset ns, name
_HALT = struct.Struct("<qqb47s")  # value, monotonic ns, FLATTEN | BY_PERSON, reason (UTF-8, cut)
_VALUE = struct.Struct("<q")
_PROCESS = struct.Struct("<24sqqqqq")  # name, pid, start ticks, state, restarts, state since ns


@dataclass(frozen=True)
class Header:
    desk_pid: int
    desk_start_ticks: int
    started_ns: int
    wall_offset_ns: int
    """Wall clock minus monotonic clock: one clock for all processes is MONOTONIC plus this."""
    name: str


@dataclass(frozen=True)
class HaltLine:
    value: int
    at_ns: int
    flatten: bool
    reason: str
    by_person: bool = False


@dataclass(frozen=True)
class ProcessLine:
    name: str
    pid: int
    start_ticks: int
    """Field 22 of /proc/<pid>/stat: with the pid it names a process for ever."""
    state: int
    restarts: int
    since_ns: int


def halt_offset(line: int) -> int:
    """Where halt line `line` (0 … 35) begins in the page."""
    if not 0 <= line < HALT_LINES:
        raise ValueError(f"a halt line lies between 0 and {HALT_LINES - 1}: {line=}")
    return (FIRST_HALT_LINE + line) * LINE_BYTES


def write_header(page: mmap.mmap, header: Header) -> None:
    packed = _HEADER.pack(
        MAGIC,
        PAGE_LAYOUT,
        header.desk_pid,
        header.desk_start_ticks,
        header.started_ns,
        header.wall_offset_ns,
        header.name.encode()[:16],
    )
    page[: _HEADER.size] = packed


def read_header(page: mmap.mmap) -> Header | None:
    """None when this is not a desk's page."""
    magic, layout, pid, ticks, started_ns, offset_ns, name = _HEADER.unpack_from(page, 0)
    if magic != MAGIC or layout != PAGE_LAYOUT:
        return None
    return Header(pid, ticks, started_ns, offset_ns, name.rstrip(b"\0").decode(errors="replace"))


def write_halt(
    page: mmap.mmap, line: int, *, at_ns: int, reason: str, flatten: bool = False, by_person: bool = False
) -> int:
    """Halt: give line `line` a new value. The value is stored last, so that who sees it sees the reason too.

    Returns the new value.
    """
    offset = halt_offset(line)
    value: int = _VALUE.unpack_from(page, offset)[0] + 1
    text = reason.encode()[:47]
    asked = FLATTEN * flatten | BY_PERSON * by_person
    page[offset + 8 : offset + LINE_BYTES] = struct.pack("<qb47s", at_ns, asked, text)
    # One aligned 8-byte store: memcpy of eight bytes into a mapping is a single move.
    page[offset : offset + 8] = _VALUE.pack(value)
    return value


def read_halt(page: mmap.mmap, line: int) -> HaltLine:
    value, at_ns, asked, text = _HALT.unpack_from(page, halt_offset(line))
    reason = text.rstrip(b"\0").decode(errors="replace")
    return HaltLine(value, at_ns, bool(asked & FLATTEN), reason, bool(asked & BY_PERSON))


def halt_sum(page: mmap.mmap) -> int:
    """Every line only ever grows, so this one number names a state of all of them."""
    return sum(_VALUE.unpack_from(page, halt_offset(line))[0] for line in range(HALT_LINES))


def write_process(page: mmap.mmap, row: int, process: ProcessLine) -> None:
    """Desk only."""
    if not 0 <= row < PROCESS_LINES:
        raise ValueError(f"a process row lies between 0 and {PROCESS_LINES - 1}: {row=}")
    offset = (FIRST_PROCESS_LINE + row) * LINE_BYTES
    page[offset : offset + _PROCESS.size] = _PROCESS.pack(
        process.name.encode()[:24],
        process.pid,
        process.start_ticks,
        process.state,
        process.restarts,
        process.since_ns,
    )


def read_processes(page: mmap.mmap) -> list[ProcessLine]:
    """The rows that hold a process."""
    rows = []
    for row in range(PROCESS_LINES):
        name, pid, ticks, state, restarts, since_ns = _PROCESS.unpack_from(
            page, (FIRST_PROCESS_LINE + row) * LINE_BYTES
        )
        if state:
            rows.append(ProcessLine(name.rstrip(b"\0").decode(errors="replace"), pid, ticks, state, restarts, since_ns))
    return rows
