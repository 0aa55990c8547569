"""Who may do what: one seat holds the trading lease, and its hot keys are off until armed.

    command                          who
    CANCEL_ORDER CANCEL_ALL          any seat, always
    DISARM TAKE_LEASE                any seat, always; strategies off, too
    FLATTEN                          the holder, armed or not; CLI and API also while the lease is free
    PLACE REPLACE REVERSE            the holder: KEY must be armed; CLI and API also while the lease is free
    ARM RELEASE_LEASE                the holder
    strategies on, parameters, REARM the holder; CLI and API also while the lease is free
    limits, REARM_BREAKER            the same; looser or armed again only with a reason (limits.py, breaker.py)

The lease has a generation that grows whenever it changes hands; a command of the holder names it, so that what was
sent before the change is refused. TAKE_LEASE names the generation that it takes the lease from: who was overtaken by
another take is refused. Halting is no command at all (core/memory/control.py): a watcher can always do it.
"""

from typing import NamedTuple

import numpy as np

from core.kernel import kernel
from core.memory.control import SEATS
from core.vocabulary import Command, DenyReason, Origin

FREE = -1


class Lease(NamedTuple):
    holder: np.ndarray
    """int64[1]: seat, or FREE"""
    generation: np.ndarray
    """int64[1]"""
    armed: np.ndarray
    """int64[seats]"""


def make_lease(seats: int = SEATS) -> Lease:
    return Lease(np.full(1, FREE, np.int64), np.zeros(1, np.int64), np.zeros(seats, np.int64))


@kernel
def may_command(lease: Lease, command: np.void) -> int:
    """A DenyReason for a COMMAND, by its seat, origin and generation. A command that is none is refused."""
    detail, seat, origin = int(command["detail"]), int(command["source_id"]), int(command["origin"])
    if not (seat >= 0 and seat < lease.armed.shape[0]):
        return DenyReason.NO_LEASE
    if detail == Command.CANCEL_ORDER or detail == Command.CANCEL_ALL or detail == Command.DISARM:
        return 0
    if detail == Command.STRESS or (detail == Command.ENABLE_STRATEGIES and command["amount"] == 0):
        return 0
    if detail == Command.TAKE_LEASE:
        return 0 if command["reference_id"] == lease.generation[0] else DenyReason.NO_LEASE
    holds = lease.holder[0] == seat and command["reference_id"] == lease.generation[0]
    if detail == Command.ARM or detail == Command.RELEASE_LEASE:
        return 0 if holds else DenyReason.NO_LEASE
    borrows = lease.holder[0] == FREE and (origin == Origin.CLI or origin == Origin.API)
    if not (holds or borrows):
        return DenyReason.NO_LEASE
    is_order = detail == Command.PLACE_ORDER or detail == Command.REPLACE_ORDER or detail == Command.REVERSE
    if is_order or detail == Command.BREAK_EVEN or detail == Command.PAUSE_ORDER:
        if origin == Origin.CLI or origin == Origin.API:
            return 0
        return 0 if origin == Origin.KEY and lease.armed[seat] == 1 else DenyReason.NOT_ARMED
    if detail == Command.FLATTEN or detail == Command.REARM or detail == Command.REARM_BREAKER:
        return 0
    if detail == Command.SET_LIMIT:
        return 0
    if detail == Command.ENABLE_STRATEGIES or detail == Command.SET_PARAMETER:
        return 0
    return DenyReason.NO_LEASE


@kernel
def take(lease: Lease, seat: int) -> None:
    """The lease changes hands; nobody is armed any more."""
    if not (seat >= 0 and seat < lease.armed.shape[0]):
        return
    lease.holder[0] = seat
    _next_generation(lease)


@kernel
def release(lease: Lease, seat: int) -> bool:
    """The holder gives it back, or its seat ended (LEASE_ENDED). False when the seat did not hold it."""
    if lease.holder[0] != seat or seat == FREE:
        return False
    lease.holder[0] = FREE
    _next_generation(lease)
    return True


@kernel
def _next_generation(lease: Lease) -> None:
    lease.generation[0] += 1
    for seat in range(lease.armed.shape[0]):
        lease.armed[seat] = 0


@kernel
def arm(lease: Lease, seat: int, is_armed: int) -> None:
    """Hot keys of a seat on (1) or off (0). `may_command` was asked before."""
    if seat >= 0 and seat < lease.armed.shape[0]:
        lease.armed[seat] = 1 if is_armed == 1 and lease.holder[0] == seat else 0
