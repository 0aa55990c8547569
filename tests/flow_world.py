"""An onlooker on a memory of its own, and a tape that the test writes as the core would."""

from typing import Any

import numpy as np

from core.flow.history import FlowHistory
from core.flow.settings import FlowSettings
from core.memory.files import Memory, create_files
from core.memory.layout import Capacities
from core.memory.numpy_ring import Producer
from core.records.decisions import clear_event
from core.records.event import EVENT
from core.records.snapshot import BOOK_TOP
from core.vocabulary import BookState, EventFlag, EventKind, Side

SECOND = 1_000_000_000
START_NS = 100 * SECOND
WALL_OFFSET_NS = 1_700_000_000 * SECOND
BEGIN, END, LAST = EventFlag.SNAPSHOT_BEGIN, EventFlag.SNAPSHOT_END, EventFlag.LAST_IN_FRAME
BUY, SELL = Side.BUY, Side.SELL


def small(tape: int = 1 << 12) -> Capacities:
    return Capacities(
        instruments=4,
        books=2,
        strategies=2,
        positions=4,
        open_orders=8,
        market=64,
        commands=8,
        tape=tape,
        journal=64,
        bars_kept=16,
        columns_kept=64,
    )


class World:
    """`say` puts a record on the tape, `look` lets the process read it."""

    def __init__(self, *, tape: int = 1 << 12) -> None:
        self.descriptor = create_files("flow", ("sim",), small(tape))
        self.core = Memory(self.descriptor, frozenset({"desk", "core", "recorder"}))
        rows = self.core.table("instruments")
        rows["symbol"][:2] = [b"BTC-USD.alpha", b"ETH-USD.alpha"]
        rows["book_slot"][:2] = [0, 1]
        rows["value_numerator"], rows["value_denominator"] = 10, 1
        self.core.lines("instrument_count")[0, 0] = 2
        self.ring = self.core.ring("tape")
        self.tape = Producer(self.ring)
        self.now_ns = START_NS
        self.process = self.start()

    def start(self) -> FlowHistory:
        """One more process on the same memory."""
        self.process = FlowHistory(self.descriptor, FlowSettings(wall_offset_ns=WALL_OFFSET_NS))
        return self.process

    @property
    def flow(self) -> Any:
        return self.process.flow

    def say(self, kind: EventKind, *, after_ns: int = 1_000, **fields: Any) -> None:
        self.now_ns += after_ns
        record = np.zeros(1, EVENT)
        clear_event(record[0])
        record["kind"], record["now_ns"], record["received_ns"] = kind, self.now_ns, self.now_ns
        record["instrument_id"], record["source_id"] = 0, 0
        for name, value in fields.items():
            record[name] = value
        self.ring.consumed[0] = self.tape.produced  # a recorder that is never behind
        assert self.tape.publish(record[0])

    def level(self, side: int, price: int, lots: int, flags: int = LAST, **fields: Any) -> None:
        fields = {"side": side, "price_ticks": price, "quantity_lots": lots, "flags": flags, **fields}
        self.say(EventKind.BOOK_LEVEL, **fields)

    def trade(self, side: int, price: int, lots: int, flags: int = LAST, **fields: Any) -> None:
        fields = {"side": side, "price_ticks": price, "quantity_lots": lots, "flags": flags, **fields}
        self.say(EventKind.TRADE, **fields)

    def snapshot(self, bids: dict[int, int], asks: dict[int, int], **fields: Any) -> None:
        levels = [(BUY, *level) for level in bids.items()] + [(SELL, *level) for level in asks.items()]
        for index, (side, price, lots) in enumerate(levels):
            flags = (BEGIN if index == 0 else 0) | (END | LAST if index == len(levels) - 1 else 0)
            self.level(side, price, lots, flags, **fields)

    def show_book(self, bids: dict[int, int], asks: dict[int, int], *, slot: int = 0) -> None:
        """As the core shows it in its cell."""
        top = np.zeros(1, BOOK_TOP)[0]
        top["instrument_id"], top["state"] = slot, BookState.LIVE
        top["received_ns"] = top["published_ns"] = self.now_ns
        for name, levels in (("bid", bids), ("ask", asks)):
            top[f"{name}_count"] = len(levels)
            for index, (price, lots) in enumerate(levels.items()):
                top[f"{name}s"][index] = (price, lots)
        cells = self.core.cells("books")
        cells.values[slot] = top
        cells.counts[slot, 0] += 2

    def look(self, after_ns: int = 0) -> None:
        self.now_ns += after_ns
        self.process.tick(self.now_ns)

    def close(self) -> None:
        self.process.memory.close()
        self.core.close()
