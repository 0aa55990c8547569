"""Garbage goes behind frames and when nobody types, never in between; and the process is as it was afterwards."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from station.terminal.sweeping import AT_LAST_S, EVERY_S, FRAMES, MOST_FRAMES, PAUSE_S, QUIET_S, Sweeping


class Knot:
    """Reaches itself: only the collector frees it."""

    def __init__(self) -> None:
        self.itself = self


def knot() -> "weakref.ref[Knot]":
    return weakref.ref(Knot())


@pytest.fixture
def sweeping() -> Iterator[Sweeping]:
    one = Sweeping(now_s=0.0)
    one.begin()
    yield one
    one.end()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_what_a_frame_leaves_goes_behind_it(sweeping: Sweeping) -> None:
    assert not gc.isenabled()
    left = knot()
    assert left() is not None
    sweeping.behind_frame(PAUSE_S)
    assert left() is None


def test_what_outlived_some_frames_goes_behind_a_later_one(sweeping: Sweeping) -> None:
    kept = Knot()
    old = weakref.ref(kept)
    sweeping.behind_frame(PAUSE_S)
    del kept
    for _ in range(FRAMES):
        sweeping.behind_frame(PAUSE_S)
    assert old() is None


def test_between_two_keys_only_the_youngest_are_looked_at(sweeping: Sweeping) -> None:
    kept = Knot()
    old = weakref.ref(kept)
    sweeping.behind_frame(0.0)
    del kept
    for _ in range(MOST_FRAMES - 2):
        sweeping.behind_frame(0.0)
    assert old() is not None
    sweeping.behind_frame(0.0)
    assert old() is None


def test_what_grew_old_goes_when_nobody_types(sweeping: Sweeping) -> None:
    kept = Knot()
    old = weakref.ref(kept)
    for _ in range(FRAMES):
        sweeping.behind_frame(PAUSE_S)
    del kept
    for _ in range(FRAMES):
        sweeping.behind_frame(PAUSE_S)
    assert old() is not None, "it is no longer young"
    sweeping.look(EVERY_S, QUIET_S - 1)
    assert old() is not None, "somebody types"
    sweeping.look(EVERY_S, QUIET_S)
    assert old() is None


def test_who_never_stops_typing_is_not_waited_for_for_ever(sweeping: Sweeping) -> None:
    kept = Knot()
    old = weakref.ref(kept)
    sweeping.behind_frame(PAUSE_S)
    del kept
    sweeping.look(AT_LAST_S, 0.0)
    assert old() is None
    sweeping.look(AT_LAST_S + 1, 0.0)


def test_it_touches_nothing_before_it_begins() -> None:
    sweeping = Sweeping(now_s=0.0)
    gc.disable()
    sweeping.end()
    assert not gc.isenabled()
    gc.enable()


def test_a_screen_that_closed_before_it_was_whole_leaves_the_collector_on() -> None:
    sweeping, frozen = Sweeping(now_s=0.0), gc.get_freeze_count()
    sweeping.end()
    sweeping.begin()
    assert gc.isenabled()
    assert gc.get_freeze_count() == frozen
