"""What a desk trades: the instruments of its venue, written once into the shared table."""

import difflib

import msgspec

from core.errors import StationError
from core.memory.files import Memory
from core.settings import StrategySettings
from feeds.instruments import Instrument, write_table
from station.config import DeskSetup
from station.desk.children import SIM, venue_config
from station.desk.replay import replayed_instruments
from station.errors import UnknownName
from station.exit_codes import ExitCode

USUAL_STRATEGIES = ("market_maker", "imbalance_taker")


class TooManyInstruments(StationError):
    cure = "Name fewer --symbols, or raise desk.capacities.instruments in station.toml."
    exit_code = ExitCode.CONFIG

    def __init__(self, *, wanted: int, room: int) -> None:
        super().__init__(f"the desk has no room for so many instruments: {wanted=}, {room=}")


def instruments_of(setup: DeskSetup) -> list[Instrument]:
    """Those of the venue that were asked for: our symbol, whole or without its venue, or the venue's own.

    Raises UnknownName, and what the venue's own list can raise.
    """
    asked = setup.symbols or setup.config.desk.symbols
    known = {instrument.symbol: instrument for instrument in _all_of(setup, asked)}
    if not asked:
        return list(known.values())
    chosen: dict[str, Instrument] = {}
    for symbol in asked:
        wanted = symbol.upper()
        found = [
            name
            for name, instrument in known.items()
            if wanted in (name.upper(), name.split(".")[0].upper(), instrument.venue_symbol.upper())
        ]
        if not found:
            near = difflib.get_close_matches(symbol, known, 3)
            raise UnknownName(what=f"instrument at {setup.venue}", name=symbol, near=near)
        chosen |= {name: known[name] for name in found}
    return list(chosen.values())


def write_instruments(memory: Memory, setup: DeskSetup, instruments: list[Instrument]) -> None:
    """Raises TooManyInstruments."""
    room = memory.descriptor.capacities.instruments
    if len(instruments) > room:
        raise TooManyInstruments(wanted=len(instruments), room=room)
    source_id = memory.descriptor.groups.index(setup.group)
    rows = [(source_id, instrument) for instrument in instruments]
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


def _all_of(setup: DeskSetup, asked: tuple[str, ...]) -> list[Instrument]:
    if setup.venue == SIM:
        from feeds.simulator.instruments import simulator_instruments

        return list(simulator_instruments())
    if setup.replay is not None:
        return replayed_instruments(venue_config(setup), setup.replay)
    from feeds.listing import fetch_instruments

    config = venue_config(setup)
    if asked:  # the venue lists thousands: those are asked for that somebody wants
        config = msgspec.structs.replace(config, instruments=tuple(symbol.split(".")[0] for symbol in asked))
    return fetch_instruments(config)
