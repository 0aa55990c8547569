"""What is due when: a fixed number of timers, each known by its id, fired in order of due time, then id.

`due_ns` of a timer that is not armed is NEVER. The earliest is kept, so that asking costs one load; arming and firing
walk over all timers, of which there are few.
"""

from typing import NamedTuple

import numpy as np

from core.kernel import kernel

NEVER = (1 << 62) - 1
NONE_DUE = -1


class Timers(NamedTuple):
    due_ns: np.ndarray
    """int64[n], by timer id; NEVER: not armed"""
    earliest: np.ndarray
    """int64[2]: due time and id of the next one; NEVER, NONE_DUE when none is armed"""


def make_timers(capacity: int) -> Timers:
    return Timers(np.full(capacity, NEVER, np.int64), np.array([NEVER, NONE_DUE], np.int64))


@kernel
def arm(timers: Timers, timer_id: int, due_ns: int) -> bool:
    """Set a timer, or set it anew. False when there is no such timer or no such time."""
    if not (timer_id >= 0 and timer_id < timers.due_ns.shape[0] and due_ns >= 0 and due_ns < NEVER):
        return False
    timers.due_ns[timer_id] = due_ns
    _find_earliest(timers)
    return True


@kernel
def disarm(timers: Timers, timer_id: int) -> None:
    if timer_id >= 0 and timer_id < timers.due_ns.shape[0]:
        timers.due_ns[timer_id] = NEVER
        _find_earliest(timers)


@kernel
def next_due(timers: Timers) -> int:
    """When the next timer fires; NEVER when none is armed."""
    return int(timers.earliest[0])


@kernel
def pop_due(timers: Timers, now_ns: int) -> int:
    """Disarm the next timer that is due and return its id; NONE_DUE when there is none. Call until it says so.

    Its due time was `next_due` before the call.
    """
    if not (timers.earliest[0] <= now_ns):
        return NONE_DUE
    timer_id = int(timers.earliest[1])
    if timer_id != NONE_DUE:
        timers.due_ns[timer_id] = NEVER
        _find_earliest(timers)
    return timer_id


@kernel
def _find_earliest(timers: Timers) -> None:
    """The lowest id wins among equals: the walk is upward and only an earlier time replaces."""
    earliest_ns, earliest_id = NEVER, NONE_DUE
    for timer_id in range(timers.due_ns.shape[0]):
        if timers.due_ns[timer_id] < earliest_ns:
            earliest_ns, earliest_id = int(timers.due_ns[timer_id]), timer_id
    timers.earliest[0] = earliest_ns
    timers.earliest[1] = earliest_id
