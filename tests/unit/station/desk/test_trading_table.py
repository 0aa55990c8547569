"""The instruments of several venues, and what becomes of a venue whose list cannot be had."""

from decimal import Decimal

import msgspec
import pytest

from core.memory.files import Descriptor, Memory
from core.memory.layout import Capacities
from core.vocabulary import Mode, OrderType
from feeds.config import VenueConfig
from feeds.errors import VenueError
from feeds.instruments import Instrument
from feeds.simulator.instruments import simulator_instruments
from station.config import DeskConfig, DeskSetup, ServedVenue, StationConfig
from station.desk.trading_table import TooManyInstruments, chosen, instruments_of, write_instruments
from station.errors import UnknownName

NOBODY = "http://127.0.0.1:1"
"""Nobody listens there."""
SIMULATOR = VenueConfig(name="sim")
ABSENT = VenueConfig(name="kraken", rest_url=NOBODY, ws_url="ws://127.0.0.1:1")


def setup(*venues: VenueConfig, mode: Mode = Mode.PAPER, room: Capacities | None = None) -> DeskSetup:
    return DeskSetup(
        name="main",
        mode=mode,
        venues=tuple(ServedVenue(venue=venue, live_account=venue.account) for venue in venues),
        config=StationConfig(desk=DeskConfig(capacities=room or Capacities())),
    )


def listed(symbol: str, venue_symbol: str) -> Instrument:
    base, quote = symbol.split(".")[0].split("-")[:2]
    return Instrument(
        symbol=symbol, venue_symbol=venue_symbol, venue=symbol.rpartition(".")[2], base=base, quote=quote,
        settlement=quote, tick=Decimal("0.1"), lot=Decimal("0.1"),
    )  # fmt: skip


def test_a_venue_that_does_not_answer_is_absent_and_the_others_are_served() -> None:
    desk, instruments = instruments_of(setup(SIMULATOR, ABSENT))

    assert len(instruments) == 16
    assert {served.name: bool(served.fault) for served in desk.venues} == {"sim": False, "kraken": True}
    assert "list of instruments cannot be had" in desk.venues[1].fault


def test_alone_it_is_no_desk() -> None:
    with pytest.raises(VenueError):
        instruments_of(setup(ABSENT))


def test_a_venue_that_orders_go_to_must_answer() -> None:
    with_keys = VenueConfig(name="binance", rest_url=NOBODY, ws_url="ws://127.0.0.1:1", mode="live", account="mine")

    with pytest.raises(VenueError):
        instruments_of(setup(SIMULATOR, with_keys, mode=Mode.LIVE))


def test_an_instrument_that_is_not_there_is_somebodys_mistake() -> None:
    with pytest.raises(UnknownName, match=r"at sim: .DOGE-EUR"):
        instruments_of(setup(VenueConfig(name="sim", instruments=("DOGE-EUR",)), ABSENT))


def test_every_instrument_has_a_book() -> None:
    desk, _ = instruments_of(setup(SIMULATOR, room=Capacities(books=15)))

    assert desk.config.desk.capacities.books == 16


def test_more_instruments_than_the_table_holds_are_refused_with_what_to_raise() -> None:
    with pytest.raises(TooManyInstruments) as refused:
        instruments_of(setup(SIMULATOR, room=Capacities(instruments=15)))

    assert "wanted=16, room=15" in str(refused.value)
    assert "desk.capacities.instruments" in refused.value.cure


@pytest.mark.parametrize("name", ["BTC/USD", "btc-usd", "BTC-USD.kraken"])
def test_an_instrument_is_found_by_our_name_and_by_the_venues(name: str) -> None:
    instruments = [listed("BTC-USD.kraken", "BTC/USD"), listed("ETH-USD.kraken", "ETH/USD")]

    assert chosen(instruments, (name,), venue="kraken") == [instruments[0]]


def test_a_name_without_its_venue_is_all_that_have_it_in_the_order_wanted() -> None:
    instruments = [
        listed("BTC-USD.alpha", "BTCUSD"),
        listed("ETH-USD.alpha", "ETHUSD"),
        listed("BTC-USD.beta", "BTCUSD"),
    ]

    found = chosen(instruments, ("ETH-USD", "BTC-USD", "BTC-USD.beta"), venue="sim")

    assert [one.symbol for one in found] == ["ETH-USD.alpha", "BTC-USD.alpha", "BTC-USD.beta"]


@pytest.mark.parametrize(
    ("mode", "account", "expected"), [(Mode.LIVE, "mine", 8), (Mode.LIVE, "", 0), (Mode.PAPER, "mine", 0)]
)
def test_only_a_venue_that_orders_go_to_takes_more_than_limit_and_market(
    memory_of_desk: Descriptor, mode: Mode, account: str, expected: int
) -> None:
    """The core's own fills know no stop."""
    memory = Memory(memory_of_desk, frozenset({"desk"}))
    okx = VenueConfig(name="okx", mode="live", account="mine")
    desk = DeskSetup(name="main", mode=mode, venues=(ServedVenue(venue=okx, group="sim", live_account=account),))
    stop = msgspec.structs.replace(listed("BTC-USDT.okx", "BTC-USDT"), native_types=(OrderType.STOP,))

    write_instruments(memory, desk, [stop])

    assert int(memory.table("instruments")[0]["native_types"]) == expected


@pytest.mark.parametrize(("mode", "expected"), [(Mode.SIM, 1 << OrderType.STOP | 1), (Mode.PAPER, 0)])
def test_the_simulated_exchange_holds_stops_where_positions_are_margined(
    memory_of_desk: Descriptor, mode: Mode, expected: int
) -> None:
    memory = Memory(memory_of_desk, frozenset({"desk"}))
    simulator = ServedVenue(venue=SIMULATOR, group="sim")
    write_instruments(memory, DeskSetup(name="main", mode=mode, venues=(simulator,)), simulator_instruments())

    native = memory.table("instruments")["native_types"][:8]

    assert native.tolist() == [0] * 7 + [expected]
