"""What a desk trades: the instruments of its venue, written once into the shared table."""

import difflib

from core.memory.files import Memory
from feeds.instruments import Instrument, write_table
from station.children import SIM, venue_config
from station.config import DeskSetup
from station.errors import UnknownName
from station.replay import replayed_instruments


def instruments_of(setup: DeskSetup) -> list[Instrument]:
    """Those of the venue that were asked for. Raises UnknownName."""
    known = {instrument.symbol: instrument for instrument in _all_of(setup)}
    asked = setup.symbols or setup.config.desk.symbols
    if not asked:
        return list(known.values())
    chosen = []
    for symbol in asked:
        found = [name for name in known if name == symbol or name.split(".")[0] == symbol]
        if not found:
            near = difflib.get_close_matches(symbol, known, 3)
            raise UnknownName(what=f"instrument at {setup.venue}", name=symbol, near=near)
        chosen += [known[name] for name in found]
    return list(dict.fromkeys(chosen))


def write_instruments(memory: Memory, setup: DeskSetup) -> None:
    source_id = memory.descriptor.groups.index(setup.group)
    rows = [(source_id, instrument) for instrument in instruments_of(setup)]
    write_table(memory.table("instruments"), memory.lines("instrument_count")[0], rows)


def _all_of(setup: DeskSetup) -> list[Instrument]:
    if setup.venue == SIM:
        from feeds.simulator.instruments import simulator_instruments

        return list(simulator_instruments())
    if setup.replay is not None:
        return replayed_instruments(venue_config(setup), setup.replay)
    from feeds.venues.binance.instruments import binance_instruments

    return list(binance_instruments(venue_config(setup)))
