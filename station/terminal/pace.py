"""How many frames a second, and how much of each, does this terminal take before it lags?

A pure state machine: it is told how far the terminal is behind and answers with a step of the ladder below. Down at
once, one step for each look that is behind, to the lowest when it is far behind; up slowly, and ever more slowly where
going up has failed. Far behind, nothing at all is drawn until the terminal has caught up: what waits on the way cannot
be taken back, and a trader would look at the past.
"""

from enum import IntEnum
from typing import NamedTuple


class Detail(IntEnum):
    FULL = 0
    LESS = 1
    """Colours of 256 instead of all; tables half as often."""
    LEAST = 2
    """Tables and pictures once a second or less."""


class Step(NamedTuple):
    frames_per_s: int
    detail: Detail


STEPS = (
    Step(20, Detail.FULL),
    Step(15, Detail.FULL),
    Step(10, Detail.FULL),
    Step(7, Detail.LESS),
    Step(5, Detail.LESS),
    Step(3, Detail.LEAST),
    Step(2, Detail.LEAST),
    Step(1, Detail.LEAST),
)
MOST_FRAMES_PER_S = STEPS[0].frames_per_s
LOW_BANDWIDTH = Step(5, Detail.LESS)
"""The most under --low-bandwidth"""

BEHIND_S = 0.12
"""So far behind, frames are taken away; one late answer is chance, two are not."""
FAR_BEHIND_S = 0.8
"""So far, nothing is drawn until it has come down to BEHIND_S."""
CALM_S = 0.04
SETTLE_S = 0.3
"""A step shows its effect so much later, beside the way there and back."""
FIRST_CALM_FOR_S = 2.0
LONGEST_CALM_FOR_S = 60.0
"""A step up needs calm for so long; twice as long after each that failed."""
FAILED_WITHIN_S = 6.0


class Pace:
    def __init__(self, *, most_frames_per_s: int = MOST_FRAMES_PER_S, is_low_bandwidth: bool = False) -> None:
        most = min(most_frames_per_s, LOW_BANDWIDTH.frames_per_s) if is_low_bandwidth else most_frames_per_s
        least_detail = LOW_BANDWIDTH.detail if is_low_bandwidth else Detail.FULL
        steps = [step for step in STEPS if step.frames_per_s < most]
        self._steps = [Step(max(1, most), least_detail), *steps]
        self._steps = [step._replace(detail=max(least_detail, step.detail)) for step in self._steps]
        self._at = 0
        self._before_s = 0.0
        self._moved_s = float("-inf")
        self._raised_s = float("-inf")
        self._calm_since_s: float | None = None
        self._calm_for_s = FIRST_CALM_FOR_S
        self.is_stuck = False
        """Nothing is drawn now."""

    @property
    def step(self) -> Step:
        return self._steps[self._at]

    @property
    def is_slowed(self) -> bool:
        return self._at > 0 or self.is_stuck

    def look(self, now_s: float, behind_s: float, answer_s: float = 0.0) -> None:
        """`answer_s`: the usual time to the terminal and back; sooner no step can show what it did."""
        before_s, self._before_s = self._before_s, behind_s
        self.is_stuck = behind_s > (BEHIND_S if self.is_stuck else FAR_BEHIND_S)
        if min(before_s, behind_s) > BEHIND_S:
            self._calm_since_s = None
            if self.is_stuck:
                self._fall(len(self._steps) - 1, now_s)
            elif now_s - self._moved_s >= SETTLE_S + answer_s:
                self._fall(self._at + 1, now_s)
        elif behind_s > CALM_S:
            self._calm_since_s = None
        else:
            if self._calm_since_s is None:
                self._calm_since_s = now_s
            if now_s - max(self._calm_since_s, self._moved_s) >= self._calm_for_s:
                self._rise(now_s)

    def _fall(self, to: int, now_s: float) -> None:
        to = min(to, len(self._steps) - 1)
        if to == self._at:
            return
        if now_s - self._raised_s <= FAILED_WITHIN_S:
            self._calm_for_s = min(LONGEST_CALM_FOR_S, self._calm_for_s * 2)
        self._at, self._moved_s = to, now_s

    def _rise(self, now_s: float) -> None:
        if self._at == 0:
            self._calm_for_s = FIRST_CALM_FOR_S
            return
        if now_s - self._raised_s > 2 * LONGEST_CALM_FOR_S:
            self._calm_for_s = FIRST_CALM_FOR_S
        self._at, self._moved_s, self._raised_s = self._at - 1, now_s, now_s
