"""Two real processes on one ring: nothing lost, nothing torn, nothing twice."""

import multiprocessing
import os

import numpy as np
import pytest

from core.kernel import kernel
from core.memory.atomics import events_at, pause
from core.memory.files import Descriptor, Memory, consumer_row, create_files, producer_row
from core.memory.layout import Capacities
from core.memory.numpy_ring import Consumer, Producer
from core.memory.ring import (
    consumer_advance,
    consumer_ready,
    consumer_release,
    consumer_slot,
    producer_publish,
    producer_slot,
)
from core.records.event import EVENT
from tests.deadline import PATIENCE

pytestmark = pytest.mark.compiled

MESSAGES = 300_000
SMALL = Capacities(tape=1 << 8, market=1 << 8, journal=1 << 6, books=2, positions=4, open_orders=8)


@kernel
def produce(ring: np.void, messages: int) -> None:
    """Every word of record k is k: a torn record would hold two numbers."""
    slots = events_at(ring["slots_address"], ring["capacity"])
    sent = 0
    while sent < messages:
        index = producer_slot(ring)
        if index < 0:
            pause()
            continue
        slots[index]["tape_sequence"] = sent
        slots[index]["now_ns"] = sent
        slots[index]["price_ticks"] = sent
        slots[index]["amount"] = sent
        slots[index]["instrument_id"] = sent & 0x7FFFFFFF
        producer_publish(ring)
        sent += 1


@kernel
def consume(ring: np.void, messages: int) -> int:
    """How many records came whole and in order."""
    slots = events_at(ring["slots_address"], ring["capacity"])
    good = 0
    for wanted in range(messages):
        while consumer_ready(ring) == 0:
            pause()
        record = slots[consumer_slot(ring)]
        if (
            record["tape_sequence"] == wanted
            and record["now_ns"] == wanted
            and record["price_ticks"] == wanted
            and record["amount"] == wanted
            and record["instrument_id"] == wanted & 0x7FFFFFFF
        ):
            good += 1
        consumer_advance(ring)
        consumer_release(ring)
    return good


def _produce_in_child(descriptor: Descriptor, messages: int) -> None:
    memory = Memory(descriptor, frozenset({"core"}))
    produce(producer_row(memory.ring("tape"))[0], messages)


@pytest.fixture
def descriptor() -> Descriptor:
    return create_files("ring-test", ("sim",), SMALL)


def test_nothing_is_lost_or_torn_between_two_processes(descriptor: Descriptor) -> None:
    memory = Memory(descriptor, frozenset({"recorder"}))
    row = consumer_row(memory.ring("tape"))
    consume(row[0], 0)  # compiled before the race begins
    child = multiprocessing.get_context("fork").Process(target=_produce_in_child, args=(descriptor, MESSAGES))
    child.start()
    good = consume(row[0], MESSAGES)
    child.join(30 * PATIENCE)
    assert good == MESSAGES
    assert child.exitcode == 0


def test_a_numpy_consumer_reads_what_a_kernel_writes(descriptor: Descriptor) -> None:
    memory = Memory(descriptor, frozenset({"recorder"}))
    consumer = Consumer(memory.ring("tape"))
    child = multiprocessing.get_context("fork").Process(target=_produce_in_child, args=(descriptor, 20_000))
    child.start()
    seen = 0
    while seen < 20_000:
        records = consumer.peek(100)
        if len(records) == 0:
            os.sched_yield()
            continue
        expected = np.arange(seen, seen + len(records))
        assert (records["tape_sequence"] == expected).all()
        assert (records["amount"] == expected).all()
        consumer.release(len(records))
        seen += len(records)
    child.join(30 * PATIENCE)
    assert consumer.waiting == 0


def test_a_full_ring_refuses_and_keeps_what_it_has(descriptor: Descriptor) -> None:
    memory = Memory(descriptor, frozenset({"core", "recorder"}))
    producer, consumer = Producer(memory.ring("tape")), Consumer(memory.ring("tape"))
    record = np.zeros(1, EVENT)
    for number in range(SMALL.tape):
        record["amount"] = number
        assert producer.publish(record[0])
    record["amount"] = -1
    assert not producer.publish(record[0])
    assert (consumer.peek()["amount"] == np.arange(SMALL.tape)).all()


def test_a_consumer_that_restarts_goes_on_where_it_released(descriptor: Descriptor) -> None:
    memory = Memory(descriptor, frozenset({"core", "recorder"}))
    producer = Producer(memory.ring("tape"))
    record = np.zeros(1, EVENT)
    for number in range(10):
        record["amount"] = number
        producer.publish(record[0])
    first = Consumer(memory.ring("tape"))
    first.peek(4)
    first.release(4)
    second = Consumer(memory.ring("tape"))
    assert second.peek()["amount"].tolist() == [4, 5, 6, 7, 8, 9]


def test_a_producer_that_restarts_goes_on_where_it_published(descriptor: Descriptor) -> None:
    memory = Memory(descriptor, frozenset({"core", "recorder"}))
    record = np.zeros(1, EVENT)
    for number in range(3):
        record["amount"] = number
        Producer(memory.ring("tape")).publish(record[0])
    assert Consumer(memory.ring("tape")).peek()["amount"].tolist() == [0, 1, 2]


def test_others_cannot_write_a_region(descriptor: Descriptor) -> None:
    memory = Memory(descriptor, frozenset({"recorder"}))
    with pytest.raises(ValueError, match="read-only"):
        memory.ring("tape").slots[0] = np.zeros(1, EVENT)[0]


def test_a_sleeping_consumer_is_woken_and_a_busy_one_is_not(descriptor: Descriptor) -> None:
    memory = Memory(descriptor, frozenset({"core.sim", "order.sim"}))
    parts = memory.ring("order_requests.sim")
    producer, consumer = Producer(parts), Consumer(parts)
    record = np.zeros(1, EVENT)[0]
    producer.publish(record)
    with pytest.raises(BlockingIOError):
        os.read(parts.bell, 8)
    assert not consumer.is_empty_after_parking()
    consumer.release(1)
    assert consumer.is_empty_after_parking()
    producer.publish(record)
    assert len(os.read(parts.bell, 8)) == 8
