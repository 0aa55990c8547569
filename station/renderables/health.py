"""The desk: processes, feeds, order sides, recorder, rings, disk. What is well says little, what is ill says why."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from rich.style import Style

from core.vocabulary import FeedState, ProcessState
from station.renderables.details import Field
from station.renderables.paint import Paint
from station.renderables.table import Column, as_muted
from station.views.happenings import Happening
from station.views.machine import MachineView, ProcessUse, RingUse
from station.views.numbers import bytes_text, count_text
from station.views.status import FeedView, GatewayView, ProcessView, StatusView, TapeView
from station.views.terminal import NO_TERMINAL, TerminalView, line_text
from station.views.words import FEED_STATES, PROCESS_STATES

NEARLY_FULL = 0.5
"""A ring that is fuller than this is ill: its consumer does not keep up."""
LITTLE_DISK_BYTES = 2 << 30
RING_WORDS = {"execution_reports": "reports", "order_requests": "orders", "feed_requests": "resyncs"}
"""By the name of the region"""


class DeskLine(NamedTuple):
    """One part of the desk."""

    kind: str
    mark: str
    name: str
    state: str
    is_well: bool
    told: str = ""
    cpu_share: float | None = None
    memory_bytes: int | None = None
    restarts: int = 0
    pid: int = 0
    up_ns: int = 0


def desk_lines(
    status: StatusView,
    machine: MachineView,
    happenings: Iterable[Happening] = (),
    terminal: TerminalView = NO_TERMINAL,
) -> list[DeskLine]:
    """`happenings`, the newest first: what a process that was restarted died of."""
    uses = {use.name: use for use in machine.processes}
    said = list(happenings)
    lines = [_of_process(process, uses.get(process.name), said) for process in status.processes]
    if (own := uses.get("desk")) is not None and all(line.name != "desk" for line in lines):
        lines.insert(0, _with_use(DeskLine("processes", "●", "desk", "running", True), own))
    lines += [_of_feed(feed) for feed in status.feeds]
    lines += [_of_gateway(gateway) for gateway in status.gateways]
    lines.append(_of_tape(status.tape))
    if machine.free_bytes:
        is_well = machine.free_bytes > LITTLE_DISK_BYTES
        told = f"{bytes_text(machine.free_bytes)} free, today {bytes_text(machine.file_bytes)}"
        lines.append(DeskLine("storage", "▤", "disk", "room" if is_well else "LITTLE", is_well, told))
    if terminal.frames_per_s:
        state = "SLOW" if terminal.is_slowed else "flows"
        lines.append(DeskLine("screen", "▭", "terminal", state, not terminal.is_slowed, line_text(terminal)))
    return [*lines, *map(_of_ring, machine.rings)]


def _of_process(process: ProcessView, use: ProcessUse | None, happenings: list[Happening]) -> DeskLine:
    is_well = process.state is ProcessState.RUNNING
    told = ""
    if process.restarts or not is_well:
        began = f"{process.name} "
        deaths = (one.text for one in happenings if one.text.startswith(began) and "died" in one.text)
        told = next(deaths, "").removeprefix(began)
    mark, state = "●" if is_well else "○", PROCESS_STATES[process.state]
    line = DeskLine("processes", mark, process.name, state, is_well, told, restarts=process.restarts, pid=process.pid)
    return _with_use(line, use)


def _with_use(line: DeskLine, use: ProcessUse | None) -> DeskLine:
    if use is None:
        return line
    return line._replace(cpu_share=use.cpu_share, memory_bytes=use.memory_bytes, pid=use.pid, up_ns=use.up_ns)


def _of_feed(feed: FeedView) -> DeskLine:
    is_well = feed.state is FeedState.LIVE
    rates = f"{count_text(feed.events_per_s)}/s {bytes_text(feed.bytes_per_s)}/s"
    told = rates if is_well or not feed.message else f"{feed.message} · {rates}"
    return DeskLine("feeds", "⇣", feed.venue, FEED_STATES[feed.state], is_well, told)


def _of_gateway(gateway: GatewayView) -> DeskLine:
    is_well = gateway.state is FeedState.LIVE
    there = f"{gateway.open_at_venue} orders open there"
    told = there if is_well or not gateway.message else f"{gateway.message} · {there}"
    return DeskLine("orders", "⇡", gateway.venue, FEED_STATES[gateway.state], is_well, told)


def _of_tape(tape: TapeView) -> DeskLine:
    is_well = tape.state is ProcessState.RUNNING and not tape.dropped
    lost = f"{count_text(tape.dropped)} lost, " if tape.dropped else ""
    told = f"{lost}{count_text(tape.rows_per_s)}/s, {count_text(tape.behind)} behind, {count_text(tape.written)} rows"
    told = told if is_well or not tape.message else f"{tape.message} · {told}"
    return DeskLine("storage", "▤", "tape", PROCESS_STATES[tape.state] or "off", is_well, told)


def _of_ring(ring: RingUse) -> DeskLine:
    is_well = ring.share < NEARLY_FULL
    told = f"{ring.share * 100:.1f} % of {count_text(ring.capacity)}, {count_text(ring.used)} wait"
    return DeskLine("rings", "=", ring.name, "flows" if is_well else "FILLS", is_well, told)


def _name(line: DeskLine, width: int) -> str:
    """Of a ring that has no room for its whole name: what it carries, by one word, and its group."""
    if len(line.name) <= width:
        return line.name
    carries, _, group = line.name.partition(".")
    return f"{RING_WORDS.get(carries, carries)}.{group}" if group else line.name


def _told(line: DeskLine, width: int) -> str:
    """Its first clauses, as many as are whole; the details have them all."""
    text = line.told
    while len(text) > width and (ends := max(text.rfind(", "), text.rfind(" · "))) > 0:
        text = text[:ends]
    return text


def _mark_style(line: DeskLine, paint: Paint) -> Style:
    return paint.up if line.is_well else paint.halted


def _state_style(line: DeskLine, paint: Paint) -> Style:
    return paint.muted if line.is_well else paint.warning_bold


def _told_style(line: DeskLine, paint: Paint) -> Style:
    return paint.muted if line.is_well else paint.warning


def _cpu(line: DeskLine, width: int) -> str:
    return "" if line.cpu_share is None else f"{line.cpu_share * 100:.0f} %"


def _memory(line: DeskLine, width: int) -> str:
    return "" if line.memory_bytes is None else bytes_text(line.memory_bytes)


def _up(line: DeskLine, width: int) -> str:
    seconds = line.up_ns // 10**9
    hours, rest = divmod(seconds, 3_600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if line.up_ns else ""


DESK_COLUMNS: tuple[Column[DeskLine], ...] = (
    Column("", lambda line, width: line.mark, 1, style=_mark_style),
    Column("part", _name, 11, most=22, is_left=True, sort=lambda line: line.name),
    Column("state", lambda line, width: line.state, 8, most=10, is_left=True, style=_state_style,
           sort=lambda line: (line.is_well, line.state)),
    Column("CPU", _cpu, 6, worth=1, sort=lambda line: line.cpu_share),
    Column("memory", _memory, 7, worth=1, style=as_muted, sort=lambda line: line.memory_bytes),
    Column("again", lambda line, width: f"{line.restarts}×" if line.restarts else "", 5, worth=3,
           style=lambda line, paint: paint.warning, sort=lambda line: line.restarts),
    Column("since", _up, 9, worth=4, style=as_muted, sort=lambda line: line.up_ns or None),
    Column("pid", lambda line, width: str(line.pid) if line.pid else "", 8, worth=5, style=as_muted),
    Column("it says", _told, 29, most=300, worth=2, is_left=True, style=_told_style),
)  # fmt: skip

DESK_SECTIONS: dict[str, Callable[[DeskLine], str]] = {"kind": lambda line: line.kind}


def desk_fields(line: DeskLine) -> list[Field]:
    return [
        ("part", f"{line.name}, one of the {line.kind}"),
        ("state", line.state),
        ("pid", str(line.pid) if line.pid else ""),
        ("CPU", f"{_cpu(line, 0)} of one" if line.cpu_share is not None else ""),
        ("memory", f"{_memory(line, 0)} resident" if line.memory_bytes is not None else ""),
        ("restarted", f"{line.restarts} times" if line.restarts else ""),
        ("so since", f"{_up(line, 0)} h" if line.up_ns else ""),
        ("it says", line.told),
    ]
