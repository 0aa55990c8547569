"""What a desk serves, as it is typed and as a file says it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.config import VenueConfig
from feeds.venues.catalogue import FOLDERS
from station.config import DeskConfig, ServedVenue, StationConfig
from station.desk.served import read_part, read_served
from station.errors import BadArgument


def said(*words: str, config: StationConfig | None = None) -> dict[str, tuple[str, ...]]:
    return {one.name: one.venue.instruments for one in read_served(words, config or StationConfig())}


def test_venues_are_apart_by_commas_and_symbols_by_plus() -> None:
    assert said("binance,okx,kraken:BTC/USD+ETH/USD") == {
        "binance": (),
        "okx": (),
        "kraken": ("BTC/USD", "ETH/USD"),
    }


def test_the_option_again_is_one_venue_more_and_spaces_mean_nothing() -> None:
    assert said("binance , okx", "kraken: BTC/USD + ETH/USD") == said("binance,okx,kraken:BTC/USD+ETH/USD")


def test_a_venue_again_adds_symbols() -> None:
    assert said("kraken:BTC/USD", "kraken:ETH/USD+BTC/USD") == {"kraken": ("BTC/USD", "ETH/USD")}


def test_nothing_said_is_the_simulator() -> None:
    assert said() == {"sim": ()}


def test_the_file_says_it_in_the_same_words() -> None:
    config = StationConfig(desk=DeskConfig(venues=("okx", "kraken:BTC/USD")))

    assert said(config=config) == {"okx": (), "kraken": ("BTC/USD",)}
    assert said("binance", config=config) == {"binance": ()}, "the command line goes before the file"


def test_without_that_every_venue_of_the_file_is_served_with_its_instruments() -> None:
    config = StationConfig(venues=(VenueConfig(name="kraken", instruments=("BTC/USD",)), VenueConfig(name="okx")))

    assert said(config=config) == {"kraken": ("BTC/USD",), "okx": ()}


def test_symbols_that_are_typed_take_the_place_of_the_files() -> None:
    venue = VenueConfig(name="test", dialect="kraken", rest_url="http://127.0.0.1:1", instruments=("BTC/USD",))

    served = read_served(["test:ETH/USD"], StationConfig(venues=(venue,)))

    assert served == (ServedVenue(venue=VenueConfig(name="test", dialect="kraken", rest_url="http://127.0.0.1:1",
                                                    instruments=("ETH/USD",))),)  # fmt: skip


def test_a_symbol_may_hold_a_colon_and_so_may_the_name_of_a_ccxt_venue() -> None:
    assert read_part("bitfinex:tBTCF0:USTF0") == ("bitfinex", ("tBTCF0:USTF0",))
    assert read_part("ccxt:bitvavo:BTC/EUR+ETH/EUR") == ("ccxt:bitvavo", ("BTC/EUR", "ETH/EUR"))
    assert read_part("ccxt:bitvavo") == ("ccxt:bitvavo", ())


def test_an_exchange_that_only_ccxt_knows_has_its_own_name() -> None:
    bitvavo, kraken = read_served(["ccxt:bitvavo", "ccxt:kraken"], StationConfig())

    assert (bitvavo.name, bitvavo.venue.dialect) == ("bitvavo", "ccxt:bitvavo")
    assert (kraken.name, kraken.venue.dialect) == ("ccxt:kraken", ""), "apart from our own connector's"


@pytest.mark.parametrize("words", ["", "binance,,okx", "kraken:", "kraken:BTC/USD+", ":BTC/USD", "kraken:+ETH/USD"])
def test_what_could_be_misread_is_refused(words: str) -> None:
    with pytest.raises(BadArgument, match="NAME:SYMBOL"):
        said(words)


def test_a_venue_with_all_and_with_some_of_its_symbols_is_refused() -> None:
    with pytest.raises(BadArgument, match="named once"):
        said("kraken,kraken:BTC/USD")


def test_a_venue_that_there_is_not_is_told_with_those_that_are_near() -> None:
    with pytest.raises(BadArgument, match="did you mean kraken"):
        said("krakn")


SYMBOLS = st.lists(st.text(alphabet="ABCXYZ019/-_:.", min_size=1), min_size=1, max_size=4, unique=True)


@given(st.dictionaries(st.sampled_from(sorted(FOLDERS)), SYMBOLS, min_size=1, max_size=5))
def test_what_is_written_is_what_is_read(wanted: dict[str, list[str]]) -> None:
    words = ",".join(f"{name}:{'+'.join(symbols)}" for name, symbols in wanted.items())

    assert said(words) == {name: tuple(symbols) for name, symbols in wanted.items()}
