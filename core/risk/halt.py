"""Is the desk halted? The core's side of the halt lines of core/memory/control.py.

Every process and seat has a line and halts by giving it a new value. The desk is halted while any line's value differs
from the one that was acknowledged, by a re-arm that names the sum of the lines that it saw: a halt that came in
between makes the sum differ, so nobody can erase it unseen. Values only grow.
"""

from typing import NamedTuple

import numpy as np

from core.kernel import kernel
from core.memory.control import HALT_LINES
from core.risk.limits import Risk
from core.vocabulary import DenyReason


class Halt(NamedTuple):
    seen: np.ndarray
    """int64[lines]: the values that the loop found"""
    acknowledged: np.ndarray
    """int64[lines]: the values that a re-arm named; published as the region halt_acknowledged"""
    is_flattening: np.ndarray
    """int64[1]: 1 from a flatten until the venue shows flat; no re-arm meanwhile"""


def make_halt(lines: int = HALT_LINES) -> Halt:
    return Halt(np.zeros(lines, np.int64), np.zeros(lines, np.int64), np.zeros(1, np.int64))


@kernel
def halt_seen(halt: Halt, risk: Risk, line: int, value: int) -> bool:
    """A halt line has this value. True when that halts a desk that was not halted. A line that is none halts too."""
    was_halted = risk.state[0]["is_halted"] != 0
    if not (line >= 0 and line < halt.seen.shape[0]):
        risk.state[0]["is_halted"] = 1
        return not was_halted
    halt.seen[line] = value
    apply_halt(halt, risk)
    return not was_halted and is_halted(halt)


@kernel
def is_halted(halt: Halt) -> bool:
    for line in range(halt.seen.shape[0]):
        if halt.seen[line] != halt.acknowledged[line]:
            return True
    return False


@kernel
def apply_halt(halt: Halt, risk: Risk) -> None:
    """What review asks: halted until every line is acknowledged."""
    risk.state[0]["is_halted"] = 1 if is_halted(halt) else 0


@kernel
def rearm(halt: Halt, risk: Risk, lines_sum: int) -> int:
    """Acknowledge what is seen, if it is what the caller saw and nothing is being flattened. Else HALTED."""
    if halt.is_flattening[0] != 0:
        return DenyReason.HALTED
    total = 0
    for line in range(halt.seen.shape[0]):
        total += halt.seen[line]
    if total != lines_sum:
        return DenyReason.HALTED
    for line in range(halt.seen.shape[0]):
        halt.acknowledged[line] = halt.seen[line]
    apply_halt(halt, risk)
    return 0
