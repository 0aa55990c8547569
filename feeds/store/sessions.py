"""Which session a record belongs to: a core's life from its SESSION record on, over any number of files.

A session is named by the wall clock of its first record in milliseconds, so that it has one number in every file that
it reaches into and in every folder. Records count on within a session; a number that does not grow, or a SESSION of
another epoch, begins the next one. A SESSION of the same epoch (behind a loss, or a new day) goes on with the old one.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from core.vocabulary import EventKind

NS_PER_MS = 1_000_000


@dataclass(frozen=True)
class Session:
    number: int
    """Wall clock of its first record, ms since 1970"""
    epoch: int
    kernel_hash: int
    """0: its SESSION record was never seen"""
    wall_offset_ns: int


@dataclass(frozen=True)
class Stretch:
    """Records of one session that follow each other."""

    session: Session
    is_begun: bool
    """It starts with the session's own SESSION record."""
    events: np.ndarray
    lost: int
    """Records missing before and between them"""


@dataclass(frozen=True)
class Place:
    """Where the tape stands: the session of the last record, and its number."""

    session: Session | None = None
    tape_sequence: int = -1


def cut_by_session(events: np.ndarray, place: Place, wall_offset_ns: int) -> tuple[list[Stretch], Place]:
    """EVENT[n], cut where a session begins, and the place behind the last one."""
    found = []
    for first, end in pairwise([0, *_beginnings(events), len(events)]):
        part = events[first:end]
        session, before, is_begun = _entered(part[0], place, wall_offset_ns)
        last = int(part["tape_sequence"][-1])
        found.append(Stretch(session, is_begun, part, lost=last - before - len(part)))
        place = Place(session, last)
    return found, place


def _beginnings(events: np.ndarray) -> list[int]:
    """Indices behind the first at which a session may begin."""
    sequences = events["tape_sequence"]
    fallen = np.flatnonzero(sequences[1:] <= sequences[:-1]) + 1
    named = np.flatnonzero(events["kind"] == int(EventKind.SESSION))
    return sorted({*fallen.tolist(), *named.tolist()} - {0})


def _entered(first: np.void, place: Place, wall_offset_ns: int) -> tuple[Session, int, bool]:
    """Of the stretch that begins with `first`: its session, the number before it, is that its SESSION record."""
    names_itself = int(first["kind"]) == EventKind.SESSION
    tape_sequence = int(first["tape_sequence"])
    old = place.session
    if old is not None and tape_sequence > place.tape_sequence:
        is_same = not names_itself or old.epoch == int(first["client_id"])
        if is_same:
            return old, place.tape_sequence, False
    offset_ns = int(first["amount"]) if names_itself and int(first["amount"]) else wall_offset_ns
    number = (int(first["now_ns"]) + offset_ns) // NS_PER_MS
    if old is not None:
        number = max(number, old.number + 1)
    epoch, kernel_hash = (int(first["client_id"]), int(first["reference_id"])) if names_itself else (0, 0)
    return Session(number, epoch, kernel_hash, offset_ns), tape_sequence - 1, names_itself
