"""Reading a ring that nobody reserves for us: whole records, or the word that some are gone."""

import numpy as np

from core.flow.observe import LAPPED, observe, oldest
from core.memory.files import Memory, consumer_row, create_files
from core.memory.layout import Capacities
from core.memory.numpy_ring import Producer
from core.records.event import EVENT

CAPACITY = 64
SMALL = Capacities(
    market=64, tape=CAPACITY, journal=64, books=2, positions=4, open_orders=8, strategies=2, bars_kept=2, columns_kept=2
)


class Tape:
    """A ring to write and to look at; each record carries its number."""

    def __init__(self) -> None:
        self.memory = Memory(create_files("observed", ("sim",), SMALL), frozenset({"core", "recorder"}))
        self._parts = self.memory.ring("tape")
        self._producer = Producer(self._parts)
        self.row: np.void = consumer_row(self._parts)[0]
        self.produced = 0

    def produce(self) -> None:
        record = np.zeros(1, EVENT)
        record["sequence"] = self._parts.consumed[0] = self.produced
        assert self._producer.publish(record[0])
        self.produced += 1


def test_what_is_read_is_whole_and_in_order_or_it_is_said_that_it_is_gone() -> None:
    tape, batch = Tape(), np.zeros(7, EVENT)
    for _ in range(140):
        tape.produce()
        for own in range(0, tape.produced + 1, 5):
            tape.row["own"] = own
            count = observe(tape.row, batch)
            if tape.produced - own >= CAPACITY - 1:
                assert count == LAPPED
            else:
                assert batch["sequence"][:count].tolist() == list(range(own, min(tape.produced, own + 7)))
                assert tape.row["own"] == own
    tape.memory.close()


def test_the_oldest_record_can_be_read_and_most_of_the_ring_behind_it() -> None:
    tape, batch = Tape(), np.zeros(CAPACITY, EVENT)
    for _ in range(140):
        tape.produce()
        tape.row["own"] = oldest(tape.row)
        assert observe(tape.row, batch) == tape.produced - tape.row["own"] > min(tape.produced, CAPACITY) * 3 // 4
    tape.memory.close()
