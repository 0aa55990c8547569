"""The tables have room for every field of the records that they keep."""

from core.records.instrument import INSTRUMENT
from feeds.store.schema import units


def test_every_field_of_an_instrument_has_its_column() -> None:
    columns = {column for table, column, _ in units() if table == "tape_instrument"}
    assert {name for name in INSTRUMENT.names or () if name != "_reserved"} - columns == set()
