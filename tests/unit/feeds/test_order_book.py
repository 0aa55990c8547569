"""Level 3: totals and queues equal to a plain dictionary of orders, whatever comes."""

from collections import defaultdict

import msgspec
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.memory.files import Memory, address_of, create_files
from core.memory.numpy_ring import Consumer
from core.records.instrument import INSTRUMENT
from feeds.decode import DecodeBuffers, parse_orders
from feeds.order_book import OrderBook
from feeds.publisher import Publisher
from feeds.shapes import Role, row_shape
from tests.venue_bench import market_only

SHAPE = row_shape(Role.ID, Role.SIDE, Role.PRICE, Role.QUANTITY)

Change = tuple[int, int, int, int]
"""id, side, price, lots"""


class Bench:
    def __init__(self, capacity: int = 64, **more: bool) -> None:
        role = "market.toy"
        memory = Memory(create_files("toy", ("toy",), market_only(64)), frozenset({role, "core.toy"}))
        self.buffers = DecodeBuffers(Publisher(memory, "toy"), memory.histograms(role), 0)
        instrument = np.zeros(1, INSTRUMENT)
        instrument["tick_mantissa"] = instrument["lot_mantissa"] = 1
        self.decoder = self.buffers.decoder(0, instrument[0])
        self.book = OrderBook(self.decoder, capacity=capacity, **more)
        self.ring = Consumer(memory.ring("market.toy"))

    def apply(self, changes: list[Change], *, is_snapshot: bool = False) -> dict[tuple[int, int], int]:
        """(side, price) → new total, of what the frame touched."""
        rows = [[number, "b" if side > 0 else "s", price, lots] for number, side, price, lots in changes]
        text = msgspec.json.encode(rows)
        self.buffers.text[: len(text)] = text
        count = parse_orders(address_of(self.decoder), address_of(SHAPE), len(text), 0)
        assert count == len(changes)
        count = self.book.apply(count, is_snapshot=is_snapshot)
        assert count >= 0
        records = self.buffers._records[:count]
        return {(int(r["side"]), int(r["price_ticks"])): int(r["quantity_lots"]) for r in records}


CHANGES = st.lists(
    st.tuples(st.integers(1, 12), st.sampled_from([1, -1]), st.integers(1, 5), st.integers(0, 4)), max_size=60
)


@settings(max_examples=100, deadline=None)
@given(CHANGES, st.integers(1, 7))
def test_totals_and_queues_are_those_of_a_dictionary(changes: list[Change], frame: int) -> None:
    bench = Bench()
    orders: dict[int, list[int]] = {}
    levels: dict[tuple[int, int], int] = {}
    arrivals = 0
    for first in range(0, len(changes), frame):
        for number, side, price, lots in changes[first : first + frame]:
            before = orders.get(number)
            if lots == 0:
                orders.pop(number, None)
                continue
            arrivals += 1
            keeps = before is not None and before[:2] == [side, price] and lots <= before[2]
            orders[number] = [side, price, lots, before[3] if before is not None and keeps else arrivals]
        levels |= bench.apply(changes[first : first + frame])
    totals: dict[tuple[int, int], int] = defaultdict(int)
    for side, price, lots, _ in orders.values():
        totals[side, price] += lots
    assert {key: lots for key, lots in levels.items() if lots} == totals
    assert len(bench.book) == len(orders)
    for number, (side, price, _, arrival) in orders.items():
        ahead = sum(row[2] for row in orders.values() if row[:2] == [side, price] and row[3] < arrival)
        assert bench.book.ahead_of(number) == ahead


def test_a_change_without_a_price_keeps_it_and_one_with_price_zero_can_mean_gone() -> None:
    keeps = Bench()
    keeps.apply([(1, 1, 10, 5)], is_snapshot=True)
    assert keeps.apply([(1, 1, 0, 3)]) == {(1, 10): 3}
    deletes = Bench(zero_price_deletes=True)
    deletes.apply([(1, 1, 10, 5), (2, 1, 10, 1)], is_snapshot=True)
    assert deletes.apply([(1, 1, 0, 1)]) == {(1, 10): 1}


def test_a_snapshot_forgets_and_a_full_table_is_told() -> None:
    bench = Bench(capacity=16)
    bench.apply([(number, 1, number, 1) for number in range(1, 13)], is_snapshot=True)
    assert len(bench.book) == 12
    text = msgspec.json.encode([[99, "b", 1, 1]])
    bench.buffers.text[: len(text)] = text
    count = parse_orders(address_of(bench.decoder), address_of(SHAPE), len(text), 0)
    assert bench.book.apply(count, is_snapshot=False) < 0
    assert bench.apply([(5, -1, 7, 2)], is_snapshot=True) == {(-1, 7): 2}
    assert bench.book.ahead_of(5) == 0
    assert bench.book.ahead_of(6) == -1
