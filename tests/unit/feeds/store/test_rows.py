"""Which table keeps which record: whatever a record holds, it comes back bit for bit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.records.decisions import clear_event
from core.records.event import EVENT, EVENT_BYTES
from core.vocabulary import EventKind
from feeds.store.rows import ALL_FIELDS, EMPTY, MARKET, REST, SIGNAL, TABLES, Sorter, restore
from tests.tape_source import market_tape

RECORDS = st.binary(min_size=EVENT_BYTES, max_size=EVENT_BYTES)


SORTER = Sorter(20_000)


def put_together(events: np.ndarray) -> np.ndarray:
    """Sorted out, taken apart into columns, restored, in order."""
    whole = np.concatenate([restore(table, columns) for table, columns, _ in SORTER.sort_out(events)])
    return whole[np.argsort(whole["tape_sequence"], kind="stable")]


@st.composite
def nearly_usual(draw: st.DrawFn) -> bytes:
    """A usual record in which one field holds anything."""
    events = market_tape(1, seed=draw(st.integers(0, 50)))
    events["kind"] = draw(st.sampled_from(list(EventKind)))
    name = draw(st.sampled_from(ALL_FIELDS))
    size = EVENT[name].itemsize
    events[name] = np.frombuffer(draw(st.binary(min_size=size, max_size=size)), EVENT[name])
    return events.tobytes()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(RECORDS, nearly_usual()), min_size=1, max_size=30))
def test_any_records_come_back_bit_for_bit(records: list[bytes]) -> None:
    events = np.frombuffer(b"".join(records), EVENT).copy()
    events["tape_sequence"] = np.arange(len(events))
    assert put_together(events).tobytes() == events.tobytes()


def test_a_usual_tape_lies_in_the_narrow_tables() -> None:
    events = market_tape(20_000)
    kept = {table.name: count for table, _, count in SORTER.sort_out(events)}
    market = np.isin(events["kind"], [EventKind.BOOK_LEVEL, EventKind.TRADE]).sum()
    signals = np.isin(events["kind"], [EventKind.SIGNAL, EventKind.BOOK_STATE]).sum()
    assert kept == {
        MARKET.name: market,
        SIGNAL.name: signals,
        REST.name: len(events) - market - signals,
    }
    assert put_together(events).tobytes() == events.tobytes()


def test_a_market_record_with_more_in_it_goes_to_the_wide_table() -> None:
    events = market_tape(100)
    events["kind"] = EventKind.TRADE
    events[7]["client_id"] = 5
    events[8]["strategy_id"] = 0
    events[9]["reason"] = 1
    wide = {table.name: columns["tape_sequence"].tolist() for table, columns, _ in SORTER.sort_out(events)}
    assert {7, 8, 9} <= set(wide[REST.name])


def test_the_empty_record_is_what_the_core_clears_a_record_to() -> None:
    events = np.frombuffer(b"\xff" * EVENT_BYTES, EVENT).copy()
    clear_event(events[0])
    assert events.tobytes() == EMPTY.tobytes()


def test_every_table_keeps_the_number_and_the_kind() -> None:
    for table in TABLES:
        assert {"tape_sequence", "now_ns", "kind"} <= set(table.fields)
        assert set(table.fields) <= set(ALL_FIELDS)


def test_a_batch_larger_than_the_columns_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 10 records"):
        Sorter(10).sort_out(market_tape(11))
