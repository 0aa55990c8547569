"""How much does a feed bring? Events and bytes a second, from the counts of its status row."""

import numpy as np

from core.clock import NS_PER_SECOND


class Rates:
    def __init__(self) -> None:
        self._at_ns = self._events = self._bytes = 0

    def tell(self, status: np.void, now_ns: int) -> None:
        """Into the FEED_STATUS row, over the time since it was last told; once a second, however often it is called."""
        span_ns = now_ns - self._at_ns
        if span_ns < NS_PER_SECOND:
            return
        events, size = int(status["events"]), int(status["bytes"])
        if self._at_ns:  # the counts of a process that has just begun say nothing yet
            status["events_per_s"] = (events - self._events) * NS_PER_SECOND // span_ns
            status["bytes_per_s"] = (size - self._bytes) * NS_PER_SECOND // span_ns
        self._at_ns, self._events, self._bytes = now_ns, events, size
