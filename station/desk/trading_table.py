"""What a desk trades: the instruments of its venues, written once into the shared table.

The lists are asked for side by side. A venue whose list cannot be had costs the others nothing: it is served as absent,
DOWN with its reason, and asked again while the desk runs (absent.py). There is no desk when it is the only venue, when
orders go to it, or when somebody named an instrument that it does not have.
"""

import difflib
from concurrent.futures import ThreadPoolExecutor

import msgspec

from core.errors import StationError
from core.memory.files import Memory
from core.settings import StrategySettings
from core.vocabulary import Mode
from feeds.errors import FeedError
from feeds.instruments import Instrument, as_row, write_table
from feeds.listing import fetch_listing
from feeds.venues.catalogue import venue
from station.config import DeskSetup, ServedVenue
from station.desk.children import venue_config
from station.desk.replay import replayed_listing
from station.errors import UnknownName
from station.exit_codes import ExitCode

USUAL_STRATEGIES = ("market_maker", "imbalance_taker")
ASKED_AT_ONCE = 16


class TooManyInstruments(StationError):
    cure = (
        "Name fewer behind the venues (kraken:BTC/USD+ETH/USD), or raise desk.capacities.instruments in station.toml."
    )
    exit_code = ExitCode.CONFIG

    def __init__(self, *, wanted: int, room: int) -> None:
        super().__init__(f"the desk has no room for so many instruments: {wanted=}, {room=}")


def instruments_of(setup: DeskSetup) -> tuple[DeskSetup, list[Instrument]]:
    """The setup with the faults of venues that are absent and with books enough; the instruments of the others.

    Raises UnknownName, TooManyInstruments, and of a desk with one venue what its list can raise.
    """
    with ThreadPoolExecutor(ASKED_AT_ONCE, thread_name_prefix="listing") as asking:
        found = list(asking.map(_instruments_or_fault, setup.venues))
    faults = [fault for fault in found if isinstance(fault, StationError)]
    trading = [fault for served, fault in zip(setup.venues, found, strict=True) if setup.trades(served)]
    if len(faults) == len(found) or any(isinstance(fault, StationError) for fault in trading):
        raise faults[0]
    venues = tuple(
        msgspec.structs.replace(served, fault=str(fault)) if isinstance(fault, StationError) else served
        for served, fault in zip(setup.venues, found, strict=True)
    )
    instruments = [one for listed in found if not isinstance(listed, StationError) for one in listed]
    setup = msgspec.structs.replace(setup, venues=venues)
    return _with_books(setup, len(instruments)), instruments


def expected(setup: DeskSetup) -> dict[str, int]:
    """How many instruments the absent venues may bring: those that were asked for, else the usual ones."""
    return {
        served.name: len(served.venue.instruments or venue(served.venue.dialect or served.name).usual)
        for served in setup.venues
        if served.fault
    }


def write_instruments(memory: Memory, setup: DeskSetup, instruments: list[Instrument]) -> None:
    groups = {served.name: served.group for served in setup.venues}
    simulator = next((served.group for served in setup.venues if served.is_simulator), "")
    # The simulator's instruments belong to venues of its own.
    source_ids = [memory.descriptor.groups.index(groups.get(one.venue, simulator)) for one in instruments]
    # Nobody but a venue itself, real or simulated, takes more than limit and market: not the core's own fills.
    live = {served.name for served in setup.venues if setup.mode is Mode.LIVE and setup.trades(served)}
    if setup.mode is Mode.SIM and simulator:
        live |= {one.venue for one in instruments} - set(groups)
    known = [
        one if one.venue in live else msgspec.structs.replace(one, native_types=(), knows_reduce_only=False)
        for one in instruments
    ]
    rows = list(zip(source_ids, known, strict=True))
    write_table(memory.table("instruments"), memory.lines("instrument_count")[0], rows)


def with_usual_strategies(setup: DeskSetup, instruments: list[Instrument]) -> DeskSetup:
    """The built-in strategies on the first instruments, when the configuration names none. They begin disabled."""
    if setup.config.strategies or not instruments:
        return setup
    last = len(instruments) - 1
    slots = tuple(
        StrategySettings(name=name, symbol=instruments[min(place, last)].symbol)
        for place, name in enumerate(USUAL_STRATEGIES)
    )
    return msgspec.structs.replace(setup, config=msgspec.structs.replace(setup.config, strategies=slots))


def listing_of(served: ServedVenue) -> list[Instrument]:
    """All that the venue lists. Raises VenueError, BadFrame, UnknownVenue."""
    if served.is_simulator:
        from feeds.simulator.instruments import simulator_instruments

        return simulator_instruments()
    if served.replay is not None:
        return replayed_listing(venue_config(served), served.replay)
    return fetch_listing(venue_config(served))


def chosen(listed: list[Instrument], wanted: tuple[str, ...], *, venue: str) -> list[Instrument]:
    """In the order wanted: our symbol, whole or without its venue, or the venue's own. Raises UnknownName."""
    names: dict[str, dict[str, Instrument]] = {}
    for one in listed:
        for name in (one.symbol, one.symbol.rpartition(".")[0], one.venue_symbol):
            names.setdefault(name.upper(), {})[one.symbol] = one
    found: dict[str, Instrument] = {}
    for symbol in wanted:
        if symbol.upper() not in names:
            near = [next(iter(names[name])) for name in difflib.get_close_matches(symbol.upper(), names, 3)]
            raise UnknownName(what=f"instrument at {venue}", name=symbol, near=near)
        found |= names[symbol.upper()]
    return list(found.values())


def served_instruments(served: ServedVenue) -> list[Instrument]:
    """Of one venue: those that were asked for, else the usual ones. Raises UnknownName, and what the list can raise."""
    listed = listing_of(served)
    found = chosen(listed, served.venue.instruments or _usual(served, listed), venue=served.name)
    for one in found:
        as_row(one, source_id=0, book_slot=-1, bar_slot=-1)  # raises what the table would
    return found


def _instruments_or_fault(served: ServedVenue) -> list[Instrument] | StationError:
    try:
        return served_instruments(served)
    except UnknownName:
        raise  # somebody's mistake, not the venue's
    except StationError as fault:
        return fault


def _usual(served: ServedVenue, listed: list[Instrument]) -> tuple[str, ...]:
    """All of the simulator and of a recording, those of the catalogue else; as far as the venue lists them."""
    if served.is_simulator:
        return tuple(one.symbol for one in listed)
    known = {one.venue_symbol.upper() for one in listed}
    names = served.replay.symbols if served.replay is not None else venue(served.venue.dialect or served.name).usual
    usual = tuple(name for name in names if name.upper() in known)
    if not usual:
        raise FeedError(f"the venue lists none of its usual instruments: name some, {served.name}:SYMBOL+SYMBOL")
    return usual


def _with_books(setup: DeskSetup, wanted: int) -> DeskSetup:
    """A ladder for each: what was asked for is to be seen."""
    config = setup.config
    room = config.desk.capacities
    if wanted > room.instruments:
        raise TooManyInstruments(wanted=wanted, room=room.instruments)
    books = min(wanted + sum(expected(setup).values()), room.instruments)
    room = msgspec.structs.replace(room, books=max(room.books, books))
    desk = msgspec.structs.replace(config.desk, capacities=room)
    return msgspec.structs.replace(setup, config=msgspec.structs.replace(config, desk=desk))
