"""Instruments as a person types them."""

import pytest

from core.errors import UnitsError
from core.memory.files import Descriptor, Memory
from feeds.instruments import write_table
from feeds.simulator.instruments import simulator_instruments
from station.errors import UnknownName
from station.link.instruments import InstrumentTable, wide


@pytest.fixture
def table(memory_of_desk: Descriptor) -> InstrumentTable:
    memory = Memory(memory_of_desk, frozenset({"desk"}))
    rows = [(0, instrument) for instrument in simulator_instruments()]
    write_table(memory.table("instruments"), memory.lines("instrument_count")[0], rows)
    return InstrumentTable(memory)


def test_a_symbol_is_found_whatever_its_case(table: InstrumentTable) -> None:
    assert table.symbol(table.find("btc-usd.ALPHA")) == "BTC-USD.alpha"


def test_a_symbol_without_venue_that_two_have_is_not_guessed(table: InstrumentTable) -> None:
    with pytest.raises(UnknownName, match=r"BTC-USD\.alpha or BTC-USD\.beta"):
        table.find("BTC-USD")


def test_an_unknown_symbol_names_what_is_near(table: InstrumentTable) -> None:
    with pytest.raises(UnknownName, match=r"did you mean .*BTC-USD\.alpha"):
        table.find("BTC-USB.alpha")


@pytest.mark.parametrize("price", ["nan", "inf", "-1", "0", "1e400", "abc", "", "64000.000001", "9" * 40])
def test_a_price_that_is_none_is_refused_with_a_sentence(table: InstrumentTable, price: str) -> None:
    with pytest.raises(UnitsError):
        table.ticks(table.find("BTC-USD.alpha"), price)


@pytest.mark.parametrize("quantity", ["nan", "-inf", "-1", "0", "x", "1e-30", "9" * 40])
def test_a_quantity_that_is_none_is_refused_with_a_sentence(table: InstrumentTable, quantity: str) -> None:
    with pytest.raises(UnitsError):
        table.lots(table.find("BTC-USD.alpha"), quantity)


def test_two_words_are_one_number_of_128_bits() -> None:
    assert wide(0, 5) == 5
    assert wide(-1, (1 << 62) - 5) == -5
    assert wide(1, 7) == (1 << 62) + 7
