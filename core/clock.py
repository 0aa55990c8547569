"""One clock for all processes: CLOCK_MONOTONIC in nanoseconds, and the wall clock as a fixed offset from it.

The offset is taken once, when the desk starts, and stands in the header of its control page. A step of the wall clock
(NTP, a person) therefore never makes time run backwards inside the station. Kernels take `now_ns` as an argument;
the only kernel that reads a clock is the loop (memory/atomics.monotonic_ns).
"""

import time

NS_PER_SECOND = 1_000_000_000


def monotonic_ns() -> int:
    return time.monotonic_ns()


def wall_offset_ns() -> int:
    """Wall clock minus monotonic clock, from the middle of the tightest of five readings."""
    best_width, best_offset = None, 0
    for _ in range(5):
        before = time.monotonic_ns()
        wall = time.time_ns()
        after = time.monotonic_ns()
        if best_width is None or after - before < best_width:
            best_width, best_offset = after - before, wall - (before + after) // 2
    return best_offset


def suspended_ns() -> int:
    """How long this machine has slept since it booted: BOOTTIME counts sleep, MONOTONIC does not."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) - time.clock_gettime_ns(time.CLOCK_MONOTONIC)
