"""Halt, as the order process sees it: the lines are read before every send, and nothing is left open at the venue.

Halted is: any halt line of the control page differs from the value that the core has acknowledged. Every line only
grows, so the sum of all names one state of them; proofs are given for a sum (`halt_sum_clean`, `flatten_sum_done`).
"""

import numpy as np

from core.memory import control
from core.memory.files import Memory

_ASKED_BYTE = 16  # behind value and time, core/memory/control.py


class HaltLines:
    """The lines and what the core has acknowledged, as arrays over shared memory."""

    def __init__(self, memory: Memory, own_line: int) -> None:
        page = np.frombuffer(memory.control, np.uint8, control.PAGE_BYTES)
        begin, end = control.halt_offset(0), control.halt_offset(control.HALT_LINES - 1) + control.LINE_BYTES
        self._bytes = page[begin:end].reshape(control.HALT_LINES, control.LINE_BYTES)
        self._values = self._bytes.view(np.int64)[:, 0]
        self._acknowledged = memory.lines("halt_acknowledged")[:, 0]
        self._page = memory.control
        self._own_line = own_line

    @property
    def total(self) -> int:
        return int(self._values.sum())

    @property
    def is_halted(self) -> bool:
        # Read before every send: as lists they are compared in a quarter of the time that numpy takes.
        return bool(self._values.tolist() != self._acknowledged.tolist())

    @property
    def wants_flat(self) -> bool:
        """A line that is not acknowledged asks to close positions too."""
        pending = self._values != self._acknowledged
        return bool((self._bytes[pending, _ASKED_BYTE] & control.FLATTEN).any())

    @property
    def is_meant(self) -> bool:
        """Somebody wants it so, or everything closed: nothing may stay. Else somebody fell silent."""
        pending = self._values != self._acknowledged
        return bool(pending[: control.DESK_LINE].any() or self._bytes[pending, _ASKED_BYTE].any())

    @property
    def reason(self) -> str:
        """Of the first line that is not acknowledged."""
        pending = np.flatnonzero(self._values != self._acknowledged)
        return control.read_halt(self._page, int(pending[0])).reason if len(pending) else ""

    def halt(self, *, at_ns: int, reason: str, flatten: bool = False, by_person: bool = False) -> None:
        """Change our own line. What it asked for and nobody acknowledged stands."""
        line = self._own_line
        stands = bool(self._values[line] != self._acknowledged[line])
        if stands:
            before = control.read_halt(self._page, line)
            flatten, by_person = flatten or before.flatten, by_person or before.by_person
        control.write_halt(self._page, line, at_ns=at_ns, reason=reason, flatten=flatten, by_person=by_person)
