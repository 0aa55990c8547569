"""Halting from a client, and what the halt lines say. The stroke itself is one store into shared memory.

halt        change our own line; core and order processes see it by themselves, nobody has to relay it
re-arm      a command that names the halts that were seen, so that it cannot erase one that came in between
"""

import contextlib
import os
from dataclasses import dataclass

from core.clock import monotonic_ns
from core.memory.control import HALT_LINES, LINE_NAMES, halt_sum, read_halt, write_halt
from core.memory.files import Memory
from feeds.durable_halt import DurableHalt, write_durable_halt
from station import paths
from station.link.attach import Attachment


@dataclass(frozen=True)
class HaltState:
    is_halted: bool
    halt_sum: int
    """Names this state of all lines; what a re-arm has to name."""
    reason: str = ""
    said_by: str = ""
    at_ns: int = 0
    """Monotonic"""
    flatten: bool = False


def halt(attachment: Attachment, *, line: int, reason: str, flatten: bool = False) -> int:
    """Halt the desk from seat `line` (0 … 15). Returns the new halt sum. Never waits."""
    page = attachment.memory.control
    now_ns = monotonic_ns()
    write_halt(page, line, at_ns=now_ns, reason=reason, flatten=flatten)
    seen = halt_sum(page)
    for role, bell in attachment.memory.descriptor.bells.items():
        if role.startswith("order."):
            with contextlib.suppress(OSError):  # it looks by itself every few milliseconds
                os.write(bell, b"\1\0\0\0\0\0\0\0")
    with contextlib.suppress(OSError):  # the desk writes it too; the stroke itself is done
        root = paths.desk_folder(attachment.desk).root
        write_durable_halt(root, DurableHalt(reason, flatten, now_ns + attachment.header.wall_offset_ns, seen))
    return seen


def halt_state(memory: Memory) -> HaltState:
    """What stands now: the newest halt that is not acknowledged."""
    page = memory.control
    acknowledged = memory.lines("halt_acknowledged")
    seen = halt_sum(page)
    lines = [(number, read_halt(page, number)) for number in range(HALT_LINES)]
    standing = [(number, line) for number, line in lines if line.value != int(acknowledged[number, 0])]
    if not standing:
        return HaltState(is_halted=False, halt_sum=seen)
    number, newest = max(standing, key=lambda pair: pair[1].at_ns)
    return HaltState(
        is_halted=True,
        halt_sum=seen,
        reason=newest.reason,
        said_by=LINE_NAMES[number],
        at_ns=newest.at_ns,
        flatten=any(line.flatten for _, line in standing),
    )
