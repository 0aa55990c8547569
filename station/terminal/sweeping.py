"""When is garbage collected, so that no key waits for it?

Python walks through its young objects whenever some thousand have come together, in the middle of whatever runs: 20 to
40 ms on this screen every few seconds, and a hundred when the older ones are due. So its own collector is switched off.
The few objects that a frame leaves are looked at right behind it, those of many frames behind one that no key follows,
and all of them when nobody has touched a key for a moment. What was alive at the start stays for as long as the screen
does and is never walked through.
"""

import gc

QUIET_S = 3.0
"""Since the last key: a trader who thinks. A frame may be late then."""
EVERY_S = 60.0
FRAMES = 20
"""What outlived one frame is mostly gone after so many."""
PAUSE_S = 0.3
"""Since the last key. To look for that takes as long as a frame: not between two keys"""
MOST_FRAMES = 20 * FRAMES
"""Pause or none"""
AT_LAST_S = 900.0
"""Keys or no keys"""


class Sweeping:
    def __init__(self, now_s: float) -> None:
        self._swept_s = now_s
        self._frames = 0
        self._is_ours = self._is_over = False

    def begin(self) -> None:
        """What loading left is little, and looking for it would be a tenth of the start."""
        if not self._is_over:
            gc.freeze()
            gc.disable()
            self._is_ours = True

    def end(self) -> None:
        """Python looks after itself again: at once where the process ends, and in its own time where it shows another
        screen. Whoever asks to begin after that is too late."""
        self._is_over = True
        if self._is_ours:
            gc.unfreeze()
            gc.enable()
            self._is_ours = False

    def behind_frame(self, quiet_s: float) -> None:
        """`quiet_s`: since the last key."""
        if not self._is_ours:
            return
        self._frames += 1
        if self._frames >= (FRAMES if quiet_s >= PAUSE_S else MOST_FRAMES):
            self._frames = 0
            gc.collect(1)
        else:
            gc.collect(0)

    def look(self, now_s: float, quiet_s: float) -> None:
        """About once a second."""
        since_s = now_s - self._swept_s
        if self._is_ours and ((quiet_s >= QUIET_S and since_s >= EVERY_S) or since_s >= AT_LAST_S):
            self._swept_s = now_s
            gc.collect()
