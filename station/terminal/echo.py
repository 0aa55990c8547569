"""How long does the terminal take to answer? Over SSH this is the only thing that tells how far behind it is.

Between us and a terminal far away lie buffers of megabytes, which take bytes long after the line is full. So the
terminal itself is asked now and then, in the stream of what is written, where its cursor stands; it answers when it has
come to the question, and the column tells which question it was. The time there and back, less the shortest that was
seen lately, is how long bytes wait on the way.

A terminal that never answers is not asked again, and only what it refuses is known of it (outflow.py).
"""

from collections import deque

ASK_EVERY_S = 0.5
ASK_AGAIN_AFTER_S = 5.0
"""A line that was cut and joined again may have lost the question."""
GIVES_UP_AFTER = 3
"""Questions without any answer."""
MOST_OPEN = 8
"""Questions; the oldest says how long the terminal has been silent."""
FORGET_AFTER_S = 30.0
"""The shortest way is that of the last half minute to minute: routes change."""
COLUMNS = range(2, 42)


def question(column: int) -> str:
    """Save the cursor, put it where no function key answers the same, ask, and put it back."""
    return f"\x1b7\x1b[2;{column}H\x1b[6n\x1b8"


class Echo:
    def __init__(self) -> None:
        self.last_s = 0.0
        """There and back; 0: there was no answer yet."""
        self._open: deque[tuple[int, float]] = deque()
        """Column and time of the questions without answer, the oldest first"""
        self._asked_s = float("-inf")
        self._asked = 0
        self._shortest = [float("inf"), float("inf")]
        self._turned_s = 0.0

    def wants_asking(self, now_s: float) -> bool:
        if not self.last_s and self._asked >= GIVES_UP_AFTER:
            return False
        return now_s - self._asked_s >= (ASK_AGAIN_AFTER_S if self._open else ASK_EVERY_S)

    def ask(self, now_s: float) -> int:
        """The column to ask with."""
        column = COLUMNS[self._asked % len(COLUMNS)]
        if len(self._open) == MOST_OPEN:
            del self._open[1]
        self._open.append((column, now_s))
        self._asked_s = now_s
        self._asked += 1
        return column

    def answered(self, column: int, now_s: float) -> None:
        """Questions before the one that was answered are lost."""
        if column not in (asked for asked, _ in self._open):
            return
        found, asked_s = -1, now_s
        while found != column:
            found, asked_s = self._open.popleft()
        self.last_s = max(1e-6, now_s - asked_s)
        if now_s - self._turned_s > FORGET_AFTER_S:
            self._shortest, self._turned_s = [self._shortest[1], float("inf")], now_s
        self._shortest[1] = min(self._shortest[1], self.last_s)

    @property
    def is_waited_for(self) -> bool:
        return bool(self._open) and self.last_s > 0

    def behind_s(self, now_s: float) -> float:
        """How long what is written now will wait on its way; 0 while nothing is known."""
        if not self.last_s:
            return 0.0
        silent_s = now_s - self._open[0][1] if self._open else 0.0
        return max(0.0, max(self.last_s, silent_s) - min(self._shortest))
