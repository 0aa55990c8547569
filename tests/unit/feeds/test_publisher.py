"""The market ring's writing side: whole frames or nothing, no number missing, every loss told."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.memory.files import Memory, create_files
from core.memory.layout import Capacities
from core.memory.numpy_ring import Consumer
from core.records.market import MARKET_EVENT
from core.vocabulary import EventKind, FeedState
from feeds.publisher import Publisher

ROLES = frozenset({"market.g", "core.g"})


def _memory(capacity: int = 8) -> Memory:
    return Memory(create_files("t", ("other", "g"), Capacities(market=capacity, tape=64)), ROLES)


def _frame(count: int, instrument_id: int = 3) -> np.ndarray:
    records = np.zeros(count, MARKET_EVENT)
    records["kind"], records["instrument_id"] = EventKind.BOOK_LEVEL, instrument_id
    records["price_ticks"] = np.arange(count) + 1
    return records


def _take(ring: Consumer) -> np.ndarray:
    records = ring.peek()
    ring.release(len(records))
    return records


def test_records_are_numbered_and_carry_their_group() -> None:
    memory = _memory()
    publisher, ring = Publisher(memory, "g"), Consumer(memory.ring("market.g"))
    assert publisher.publish(_frame(3))
    records = _take(ring)
    assert records["sequence"].tolist() == [0, 1, 2]
    assert records["source_id"].tolist() == [1, 1, 1]


def test_a_frame_that_does_not_fit_is_dropped_whole_and_the_loss_is_told_first() -> None:
    memory = _memory(8)
    publisher, ring = Publisher(memory, "g"), Consumer(memory.ring("market.g"))
    assert publisher.publish(_frame(6))
    assert not publisher.publish(_frame(3))
    assert publisher.is_gapped
    assert not publisher.publish(_frame(2)), "room for two, but the loss must be told before them"
    assert len(_take(ring)) == 6
    assert publisher.publish(_frame(2))
    records = _take(ring)
    assert records["kind"].tolist() == [EventKind.LOSS, EventKind.BOOK_LEVEL, EventKind.BOOK_LEVEL]
    assert records["reference_id"][0] == 5
    assert records["instrument_id"][0] == -1
    assert records["sequence"].tolist() == [6, 7, 8]
    assert (publisher.dropped, publisher.losses, publisher.is_gapped) == (5, 1, False)
    assert memory.table("feeds.g")[0]["dropped"] == 5


def test_a_loss_is_told_by_the_beat_when_nothing_else_comes() -> None:
    memory = _memory(8)
    publisher, ring = Publisher(memory, "g"), Consumer(memory.ring("market.g"))
    publisher.publish(_frame(8))
    publisher.publish(_frame(1))
    assert not publisher.tell_loss()
    _take(ring)
    assert publisher.tell_loss()
    assert _take(ring)["kind"].tolist() == [EventKind.LOSS]


def test_a_restarted_process_goes_on_without_a_hole() -> None:
    memory = _memory()
    ring = Consumer(memory.ring("market.g"))
    Publisher(memory, "g").publish(_frame(2))
    Publisher(memory, "g").publish_state(FeedState.SYNCING, instrument_id=7)
    records = _take(ring)
    assert records["sequence"].tolist() == [0, 1, 2]
    assert (records["detail"][2], records["instrument_id"][2]) == (FeedState.SYNCING, 7)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.one_of(st.integers(0, 9), st.none()), max_size=30))
def test_nothing_is_lost_in_silence(acts: list[int | None]) -> None:
    """A number publishes a frame of that size, None lets the reader catch up."""
    memory = _memory(8)
    publisher, ring = Publisher(memory, "g"), Consumer(memory.ring("market.g"))
    published, read = 0, []
    for act in acts:
        if act is None:
            read.append(_take(ring))
        else:
            published += act
            publisher.publish(_frame(act))
    read.append(_take(ring))
    publisher.tell_loss()
    read.append(_take(ring))
    records = np.concatenate(read)
    losses = records[records["kind"] == EventKind.LOSS]
    assert records["sequence"].tolist() == list(range(len(records)))
    assert len(records) - len(losses) + int(losses["reference_id"].sum()) == published
