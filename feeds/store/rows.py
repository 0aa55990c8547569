"""Which table of a day file keeps which EVENT, so that it can be given back bit for bit.

Nearly all records are market data, and half of EVENT is empty in them. A narrow table leaves out the fields that its
kinds do not use; a record whose left-out fields hold anything but the empty record's values goes to `tape_rest`, which
has them all. So what a kind *usually* looks like decides about speed only, never about what is kept.
"""

from dataclasses import dataclass

import numpy as np

from core.records.event import EVENT
from core.vocabulary import EventKind

ALL_FIELDS: tuple[str, ...] = EVENT.names or ()

EMPTY = np.zeros(1, EVENT)
"""EVENT[1]: what core/records/decisions.clear_event leaves. A part of the file format."""
for _name in ("instrument_id", "strategy_id", "source_id"):
    EMPTY[_name] = -1

WORDS = EVENT.itemsize // 8


@dataclass(frozen=True)
class Table:
    name: str
    fields: tuple[str, ...]
    kinds: tuple[EventKind, ...]

    @property
    def left_out(self) -> np.ndarray:
        """int64[16]: the bits of the record that this table does not keep."""
        mask = np.zeros(1, EVENT)
        for name in ALL_FIELDS:
            if name not in self.fields:
                mask[name] = -1
        return mask.view(np.int64)


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


def sort_out(events: np.ndarray) -> list[tuple[Table, np.ndarray]]:
    """Each table with the EVENT[n] it keeps, in their order; tables that get none are not named."""
    kinds = np.ascontiguousarray(events["kind"])
    found: list[tuple[Table, np.ndarray]] = []
    is_left = np.ones(len(events), np.bool_)
    for table in NARROW:
        of_kind = _is_any(kinds, table.kinds)
        is_whole = bool(of_kind.all())
        chosen = events if is_whole else events[of_kind]
        if len(chosen) == 0:
            continue
        fits = _holds_nothing_else(chosen, table)
        if not fits.all():
            chosen = chosen[fits]
            of_kind[of_kind] = fits
        if len(chosen):
            found.append((table, chosen))
        is_left &= ~of_kind
    if is_left.any():
        found.append((REST, events[is_left]))
    return found


def _is_any(kinds: np.ndarray, wanted: tuple[EventKind, ...]) -> np.ndarray:
    matches: np.ndarray = kinds == int(wanted[0])
    for kind in wanted[1:]:
        matches |= kinds == int(kind)
    return matches


def _holds_nothing_else(events: np.ndarray, table: Table) -> np.ndarray:
    """bool[n]: all that the table leaves out is as in an empty record. Compared by words: most are left out whole."""
    words = events.view(np.int64).reshape(-1, WORDS)
    empty = EMPTY.view(np.int64)
    differs = np.zeros(len(events), np.int64)
    for word, mask in enumerate(table.left_out):
        if mask == -1:
            differs |= words[:, word] ^ empty[word]
        elif mask:
            differs |= (words[:, word] ^ empty[word]) & mask
    is_empty: np.ndarray = differs == 0
    return is_empty


def columns_of(table: Table, events: np.ndarray) -> dict[str, np.ndarray]:
    """The table's columns by name, without a copy."""
    return {name: events[name] for name in table.fields}


def restore(table: Table, columns: dict[str, np.ndarray]) -> np.ndarray:
    """The EVENT[n] that these columns were taken from."""
    events = np.repeat(EMPTY, len(columns["tape_sequence"]))
    for name in table.fields:
        events[name] = columns[name]
    return events
