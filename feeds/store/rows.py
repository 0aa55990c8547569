"""Which table of a day file keeps which EVENT, so that it can be given back bit for bit.

Nearly all records are market data, and half of EVENT is empty in them. A narrow table leaves out the fields that its
kinds do not use; a record whose left-out fields hold anything but the empty record's values goes to `tape_rest`, which
has them all. So what a kind *usually* looks like decides about speed only, never about what is kept.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from core.records.event import EVENT
from core.vocabulary import EventKind

ALL_FIELDS: tuple[str, ...] = EVENT.names or ()

EMPTY = np.zeros(1, EVENT)
"""EVENT[1]: what core/records/decisions.clear_event leaves. A part of the file format."""
for _name in ("instrument_id", "strategy_id", "source_id"):
    EMPTY[_name] = -1

WORDS = EVENT.itemsize // 8
BLOCK_ROWS = 4_096
"""512 KiB: stays in the cache while its columns are taken."""


@dataclass(frozen=True)
class Table:
    name: str
    fields: tuple[str, ...]
    kinds: tuple[EventKind, ...]

    @cached_property
    def compared(self) -> list[tuple[int, int, int]]:
        """Word of the record, bits of it that this table does not keep, what they are in an empty record."""
        left_out = np.zeros(1, EVENT)
        for name in ALL_FIELDS:
            if name not in self.fields:
                left_out[name] = -1
        masks, empty = left_out.view(np.int64).tolist(), EMPTY.view(np.int64).tolist()
        return [(word, mask, empty[word]) for word, mask in enumerate(masks) if mask]


MARKET = Table(
    "tape_market",
    (
        "tape_sequence",
        "now_ns",
        "received_ns",
        "venue_ns",
        "sequence",
        "price_ticks",
        "quantity_lots",
        "reference_id",
        "instrument_id",
        "source_id",
        "flags",
        "kind",
        "side",
    ),
    (EventKind.BOOK_LEVEL, EventKind.TRADE),
)
SIGNAL = Table(
    "tape_signal",
    ("tape_sequence", "now_ns", "received_ns", "reference_id", "amount", "instrument_id", "kind", "detail"),
    (EventKind.SIGNAL, EventKind.BOOK_STATE),
)
REST = Table("tape_rest", ALL_FIELDS, ())
NARROW = (MARKET, SIGNAL)
TABLES = (MARKET, SIGNAL, REST)


class Sorted(NamedTuple):
    """What one table keeps of a batch."""

    table: Table
    columns: dict[str, np.ndarray]
    """By name, in the order of the table; overwritten by the next batch"""
    rows: int


class Sorter:
    """Sorts batches out into columns that are made once: fresh memory would cost more than the sorting.

    Works block by block, so that a block is read from memory once and from the cache for each of its columns.
    """

    def __init__(self, capacity: int) -> None:
        self._columns = {table: {name: np.empty(capacity, EVENT[name]) for name in table.fields} for table in TABLES}
        self._capacity = capacity

    def sort_out(self, events: np.ndarray) -> list[Sorted]:
        """EVENT[n], n at most the capacity. In each table in their order; tables that keep none are not named."""
        if len(events) > self._capacity:
            raise ValueError(f"a batch holds at most {self._capacity} records: {len(events)=}")
        counts = dict.fromkeys(TABLES, 0)
        for first in range(0, len(events), BLOCK_ROWS):
            self._sort_block(events[first : first + BLOCK_ROWS], counts)
        return [
            Sorted(table, {name: column[:count] for name, column in self._columns[table].items()}, count)
            for table, count in counts.items()
            if count
        ]

    def _sort_block(self, block: np.ndarray, counts: dict[Table, int]) -> None:
        words = block.view(np.int64).reshape(-1, WORDS)
        kinds = np.ascontiguousarray(block["kind"])
        left = np.ones(len(block), np.bool_)
        for table in NARROW:
            chosen = _is_any(kinds, table.kinds) & _holds_nothing_else(words, table)
            self._append(table, block, chosen, counts)
            left &= ~chosen
        self._append(REST, block, left, counts)

    def _append(self, table: Table, block: np.ndarray, chosen: np.ndarray, counts: dict[Table, int]) -> None:
        first = counts[table]
        count = int(np.count_nonzero(chosen))
        if count == 0:
            return
        for name, column in self._columns[table].items():
            column[first : first + count] = block[name][chosen]
        counts[table] = first + count


def _is_any(kinds: np.ndarray, wanted: tuple[EventKind, ...]) -> np.ndarray:
    matches: np.ndarray = kinds == int(wanted[0])
    for kind in wanted[1:]:
        matches |= kinds == int(kind)
    return matches


def _holds_nothing_else(words: np.ndarray, table: Table) -> np.ndarray:
    """bool[n]: all that the table leaves out is as in an empty record. Compared by words: most are left out whole."""
    differs = np.zeros(len(words), np.int64)
    for word, mask, empty in table.compared:
        if mask == -1:
            differs |= words[:, word] ^ empty
        else:
            differs |= (words[:, word] ^ empty) & mask
    is_empty: np.ndarray = differs == 0
    return is_empty


def restore(table: Table, columns: dict[str, np.ndarray]) -> np.ndarray:
    """The EVENT[n] that these columns were taken from."""
    events = np.repeat(EMPTY, len(columns["tape_sequence"]))
    for name in table.fields:
        events[name] = columns[name]
    return events
