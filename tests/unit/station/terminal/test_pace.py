"""How fast the screen draws, on lines of every kind."""

from collections import deque
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.terminal.echo import ASK_AGAIN_AFTER_S, GIVES_UP_AFTER, Echo
from station.terminal.pace import BEHIND_S, FAR_BEHIND_S, LOW_BANDWIDTH, STEPS, Detail, Pace

TICK_S = 0.05
BYTES_OF_A_FRAME = {Detail.FULL: 900, Detail.LESS: 500, Detail.LEAST: 300}


class FarTerminal:
    """A line of a given rate and way, with a buffer without end before it: the twin of what SSH does."""

    def __init__(self, *, way_s: float) -> None:
        self.way_s = way_s
        self.waiting = 0.0
        self.now_s = 0.0
        self.echo = Echo()
        self.pace = Pace()
        self.frames = 0
        self.worst_behind_s = 0.0
        self._drawn_s = -1.0
        self._questions: deque[tuple[int, float, float]] = deque()
        """Column, bytes before it, and when the answer comes once it has been read"""

    def run(self, for_s: float, bytes_per_s: float) -> None:
        until = self.now_s + for_s
        while self.now_s < until:
            self.now_s += TICK_S
            self._pass(bytes_per_s * TICK_S)
            self.pace.look(self.now_s, self.echo.behind_s(self.now_s), self.echo.last_s)
            if self.echo.wants_asking(self.now_s):
                self._questions.append((self.echo.ask(self.now_s), self.waiting, -1.0))
            step = self.pace.step
            is_due = self.now_s - self._drawn_s >= 1 / step.frames_per_s - TICK_S / 2
            if is_due and not self.pace.is_stuck:
                self.waiting += BYTES_OF_A_FRAME[step.detail]
                self._drawn_s = self.now_s
                self.frames += 1
            if bytes_per_s:
                self.worst_behind_s = max(self.worst_behind_s, self.waiting / bytes_per_s)

    def _pass(self, taken: float) -> None:
        self.waiting = max(0.0, self.waiting - taken)
        self._questions = deque(
            (column, before - taken, self.now_s + self.way_s if taken and before <= taken and back < 0 else back)
            for column, before, back in self._questions
        )
        while self._questions and 0 <= self._questions[0][2] <= self.now_s:
            self.echo.answered(self._questions.popleft()[0], self.now_s)


def test_a_good_line_gets_every_frame() -> None:
    far = FarTerminal(way_s=0.03)
    far.run(20, 1_000_000)
    assert far.pace.step == STEPS[0]
    assert not far.pace.is_slowed
    assert far.frames >= 20 * 20 - 2


@pytest.mark.parametrize("way_s", [0.0, 0.2, 0.6])
def test_a_thin_line_gets_what_it_carries_and_does_not_lag(way_s: float) -> None:
    far = FarTerminal(way_s=way_s)
    far.run(2, 1_000_000)
    far.run(20, 6_000)
    far.worst_behind_s, far.frames = 0.0, 0
    far.run(60, 6_000)
    assert far.worst_behind_s < FAR_BEHIND_S + 0.5
    assert 3 * 60 < far.frames < 20 * 60
    assert far.pace.is_slowed


def test_a_line_that_gets_better_gets_its_frames_back() -> None:
    far = FarTerminal(way_s=0.05)
    far.run(2, 1_000_000)
    far.run(30, 1_500)
    assert far.pace.step.frames_per_s <= 5
    far.run(200, 1_000_000)
    assert far.pace.step == STEPS[0]


def test_nothing_is_drawn_into_a_line_that_carries_nothing() -> None:
    far = FarTerminal(way_s=0.05)
    far.run(5, 1_000_000)
    far.run(2, 0)
    assert far.pace.is_stuck
    drawn = far.frames
    far.run(600, 0)
    assert far.frames == drawn
    far.run(10, 1_000_000)
    assert not far.pace.is_stuck
    assert far.frames > drawn


@given(st.lists(st.tuples(st.floats(0.5, 20), st.sampled_from([0, 700, 3_000, 9_000, 40_000, 1_000_000])), max_size=8))
def test_whatever_the_line_does_no_more_than_a_moment_waits_on_it(course: list[tuple[float, int]]) -> None:
    far = FarTerminal(way_s=0.05)
    far.run(3, 1_000_000)
    for for_s, bytes_per_s in course:
        far.run(for_s, bytes_per_s)
        # What 20 frames a second write until the line is seen to be behind, and no more.
        assert far.waiting <= 20 * BYTES_OF_A_FRAME[Detail.FULL] * (FAR_BEHIND_S + 1.0)
    far.run(60, 1_000_000)
    assert not far.pace.is_stuck
    assert far.waiting <= BYTES_OF_A_FRAME[Detail.FULL]


def test_one_late_answer_is_chance_and_two_are_not() -> None:
    pace = Pace()
    pace.look(0.0, 0.3)
    pace.look(0.05, 0.0)
    assert pace.step == STEPS[0]
    pace.look(0.1, 0.3)
    pace.look(0.15, 0.3)
    assert pace.step == STEPS[1]


def test_a_step_is_not_judged_before_it_can_show() -> None:
    pace = Pace()
    for tick in range(20):
        pace.look(tick * TICK_S, 0.3, answer_s=2.0)
    assert pace.step == STEPS[1]


def test_going_up_is_tried_ever_more_seldom_where_it_fails() -> None:
    pace = Pace()
    tries: list[float] = []
    now_s, fastest = 0.0, STEPS[0].frames_per_s
    for _ in range(20 * 300):
        now_s += TICK_S
        before = pace.step.frames_per_s
        pace.look(now_s, 0.3 if pace.step.frames_per_s == fastest else 0.0)
        if pace.step.frames_per_s > before:
            tries.append(now_s)
    gaps = [later - sooner for sooner, later in pairwise(tries)]
    assert len(tries) < 12
    assert all(later > sooner - 1 for sooner, later in pairwise(gaps))
    assert gaps[-1] > 50


@given(st.integers(1, 60), st.booleans(), st.lists(st.floats(0, 5), max_size=60))
def test_never_more_frames_than_asked_for_and_never_none(most: int, is_low: bool, behind: list[float]) -> None:
    pace = Pace(most_frames_per_s=most, is_low_bandwidth=is_low)
    for tick, behind_s in enumerate(behind):
        pace.look(tick * 0.2, behind_s)
        assert 1 <= pace.step.frames_per_s <= most
        if is_low:
            assert pace.step.frames_per_s <= LOW_BANDWIDTH.frames_per_s
            assert pace.step.detail >= LOW_BANDWIDTH.detail


def test_a_terminal_that_never_answers_is_asked_no_more() -> None:
    echo, asked = Echo(), 0
    for second in range(600):
        if echo.wants_asking(float(second)):
            echo.ask(float(second))
            asked += 1
        assert echo.behind_s(float(second)) == 0
    assert asked == GIVES_UP_AFTER


def test_a_lost_question_is_asked_again() -> None:
    echo = Echo()
    echo.answered(echo.ask(0.0), 0.05)
    echo.ask(1.0)
    assert not echo.wants_asking(1.0 + ASK_AGAIN_AFTER_S - 0.1)
    assert echo.behind_s(3.0) > BEHIND_S
    assert echo.wants_asking(1.0 + ASK_AGAIN_AFTER_S)
    again = echo.ask(6.0)
    assert echo.behind_s(6.0) > 4.0
    echo.answered(again, 6.05)
    assert echo.behind_s(6.1) == pytest.approx(0)


def test_an_answer_is_that_of_its_question() -> None:
    echo = Echo()
    echo.answered(echo.ask(0.0), 0.1)
    first, second = echo.ask(1.0), echo.ask(6.0)
    echo.answered(first, 7.0)
    assert echo.last_s == pytest.approx(6.0)
    echo.answered(second, 7.1)
    assert echo.last_s == pytest.approx(1.1)
    echo.answered(second, 9.0)
    assert echo.last_s == pytest.approx(1.1)


def test_a_longer_way_is_taken_for_what_it_is_after_a_minute() -> None:
    echo, now_s = Echo(), 0.0
    for way_s, for_s in ((0.02, 10), (0.4, 90)):
        until = now_s + for_s
        while now_s < until:
            echo.answered(echo.ask(now_s), now_s + way_s)
            now_s += 0.5
    assert echo.behind_s(now_s) == pytest.approx(0, abs=1e-6)
