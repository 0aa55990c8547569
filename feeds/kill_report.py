"""What happened after a halt, step by step and with the venues' own answers: one file of JSON lines for each halt.

    desks/<desk>/kills/20261121T150412.123Z.jsonl      readable by its owner only, on disk line by line

Everybody who works on the halt appends: the desk (who said it, when it was re-armed), each order process (every try at
its venue, and the proof), `station kill` (what it saw, what it did itself). A process that is killed and started again
goes on in the same file: the `halted` file names it. Standard library only, because `kill` writes it.
"""

import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from feeds.durable_halt import DurableHalt, read_durable_halt, remove_durable_halt

FOLDER = "kills"

# What a step is.
HALT = "halt"  # somebody said halt; `text`: why
SEEN = "seen"  # an order process or the kill command begins to work on it
OPEN = "open"  # the venue listed its open orders; `count` of them
CANCEL = "cancel"  # a cancel was answered, or not; `text`: how
ANSWER = "answer"  # the venue's report about one order
CLEAN = "clean"  # the venue listed none, and none can arrive any more: the proof
HELD = "held"  # the venue showed positions; `count` of them
CLOSE = "close"  # an order that closes one was sent
FLAT = "flat"  # the venue showed none: the proof
FAULT = "fault"  # the venue did not answer, or something else went wrong
TOLD = "told"  # the kill command's own findings
REARMED = "re-armed"


@dataclass(frozen=True)
class Step:
    at_wall_ns: int
    by: str
    pid: int
    what: str
    venue: str = ""
    text: str = ""
    count: int = -1
    order: int = 0
    """The venue's id of it"""
    took_ms: float = -1.0
    """How long the venue took to answer; -1: nothing was asked."""


Note = Callable[[Step], None]


class Reporter:
    """One process's pen: steps are gathered and appended together; who is killed in between loses the last few."""

    def __init__(self, root: Path, by: str) -> None:
        """`root`: the folder of the desk."""
        self._root, self._by = root, by
        self._waiting: list[Step] = []

    @property
    def has_steps(self) -> bool:
        return bool(self._waiting)

    @property
    def oldest_wall_ns(self) -> int:
        return self._waiting[0].at_wall_ns if self._waiting else 0

    def note(
        self,
        what: str,
        text: str = "",
        *,
        venue: str = "",
        count: int = -1,
        order: int = 0,
        took_ms: float = -1.0,
        at_wall_ns: int = 0,
    ) -> None:
        step = Step(
            at_wall_ns or time.time_ns(), self._by, os.getpid(), what, venue, text, count, order, round(took_ms, 3)
        )
        self._waiting.append(step)

    def write(self) -> bool:
        """Append what was gathered to the report of the halt that stands. False: there is none yet. Raises OSError."""
        halt = read_durable_halt(self._root)
        if halt is None:
            return False
        steps, self._waiting = self._waiting, []
        append_steps(report_path(self._root, halt), steps)
        return True


def report_path(root: Path, halt: DurableHalt) -> Path:
    return root / FOLDER / halt.report


def append_steps(path: Path, steps: list[Step]) -> None:
    """One write for all, so that lines of several processes never mix. Raises OSError."""
    if not steps:
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = b"".join(json.dumps(asdict(step)).encode() + b"\n" for step in steps)
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    descriptor = os.open(path, flags, 0o600)
    try:
        os.write(descriptor, content)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def close_report(root: Path, by: str, why: str = "") -> None:
    """The halt is over: its file is removed, and its report gets its end. Raises OSError."""
    halt = remove_durable_halt(root)
    if halt is not None:
        step = Step(time.time_ns(), by, os.getpid(), REARMED, text=why)
        append_steps(report_path(root, halt), [step])


def reports_of(root: Path) -> list[Path]:
    """The newest first."""
    return sorted((root / FOLDER).glob("*.jsonl"), reverse=True)


def read_steps(path: Path) -> list[Step]:
    """In the order of their times. A line that was cut by a loss of power is left out. Raises OSError."""
    steps = []
    for line in path.read_bytes().splitlines():
        try:
            steps.append(Step(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return sorted(steps, key=lambda step: step.at_wall_ns)
