"""Events and bytes a second: over about a second, never out of what a dead process left behind."""

import numpy as np

from core.clock import NS_PER_SECOND
from core.records.status import FEED_STATUS
from feeds.rates import Rates

BEGAN_NS = 5_000 * NS_PER_SECOND


def counted(status: np.void, events: int, size: int) -> np.void:
    status["events"], status["bytes"] = events, size
    return status


def test_the_rate_is_what_came_since_the_last_telling() -> None:
    status, rates = np.zeros(1, FEED_STATUS)[0], Rates()
    rates.tell(counted(status, 0, 0), BEGAN_NS)

    rates.tell(counted(status, 300, 9_000), BEGAN_NS + 2 * NS_PER_SECOND)

    assert (int(status["events_per_s"]), int(status["bytes_per_s"])) == (150, 4_500)


def test_it_is_told_once_a_second_however_often_it_is_asked_for() -> None:
    status, rates = np.zeros(1, FEED_STATUS)[0], Rates()
    rates.tell(counted(status, 0, 0), BEGAN_NS)
    rates.tell(counted(status, 100, 100), BEGAN_NS + NS_PER_SECOND)

    rates.tell(counted(status, 1_100, 1_100), BEGAN_NS + NS_PER_SECOND + NS_PER_SECOND // 2)

    assert int(status["events_per_s"]) == 100


def test_the_counts_that_a_dead_process_left_are_no_rate() -> None:
    status = counted(np.zeros(1, FEED_STATUS)[0], 1_000_000, 1_000_000)

    Rates().tell(status, BEGAN_NS)

    assert int(status["events_per_s"]) == 0
