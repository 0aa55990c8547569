"""Does a process live, and is it the same one? Standard library only.

A process id is used again one day; with the start time (field 22 of /proc/<pid>/stat) it names a process for ever.
"""

import os
from pathlib import Path


def start_ticks(pid: int) -> int | None:
    """When a process started, in clock ticks since boot; None when it does not live (a zombie does not)."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    # The name, in parentheses, may hold anything; what follows it is numbers and one letter.
    fields = text[text.rindex(")") + 2 :].split()
    state, ticks = fields[0], int(fields[19])
    return None if state in "ZXx" else ticks


def lives(pid: int, ticks: int) -> bool:
    return pid > 0 and start_ticks(pid) == ticks


def is_stopped(pid: int) -> bool:
    """By SIGSTOP or a debugger."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return text[text.rindex(")") + 2] in "Tt"


def cpu_ns(pid: int) -> int:
    """CPU time of all living threads; 0 when the process does not live."""
    total = 0
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            total += int(Path(f"/proc/{pid}/task/{task}/schedstat").read_text().split()[0])
    except (OSError, IndexError, ValueError):
        return total
    return total


def proportional_set_bytes(pid: int) -> int:
    """Memory of a process with shared pages divided among their users; 0 when it cannot be read."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    return 0
