"""What does `kraken:BTC/USD+ETH/USD` mean? The words in which `station up` and station.toml say what a desk serves.

    binance                       a venue with its usual instruments
    kraken:BTC/USD+ETH/USD        with these: behind a colon, apart by +; the venue's own names or ours (BTC-USD)
    binance,okx,kraken:BTC/USD    several, apart by commas; or the option several times
    ccxt:bitvavo:BTC/EUR          a venue whose name has a colon itself

No venue's symbols hold a comma or a plus. A symbol may hold a colon (BTC/USDT:USDT): only the first one ends the name.
"""

import difflib
from collections.abc import Iterable

import msgspec

from feeds.config import VenueConfig
from feeds.venues.catalogue import FOLDERS, OTHERS
from station.config import SIM, ServedVenue, StationConfig
from station.errors import BadArgument


def read_served(words: Iterable[str], config: StationConfig) -> tuple[ServedVenue, ...]:
    """What these words ask for, else what the configuration says, else the simulator. Raises BadArgument."""
    wanted: dict[str, tuple[str, ...]] = {}
    for part in (part.strip() for word in words for part in word.split(",")):
        name, symbols = read_part(part)
        if name not in wanted:
            wanted[name] = symbols
        elif symbols and wanted[name]:
            wanted[name] = tuple(dict.fromkeys((*wanted[name], *symbols)))
        else:
            raise BadArgument(f"a venue is named once, or each time with symbols: {name!r}")
    if not wanted and config.desk.venues:
        return read_served(config.desk.venues, config)
    if not wanted:
        wanted = {venue.name: () for venue in config.venues} or {SIM: ()}
    known = {venue.name: venue for venue in config.venues}
    return tuple(_served(name, symbols, known) for name, symbols in wanted.items())


def read_part(part: str) -> tuple[str, tuple[str, ...]]:
    """One venue: its name, and the symbols that are asked for. Raises BadArgument."""
    at = part.find(":", len(OTHERS) if part.startswith(OTHERS) else 0)
    name, colon, listed = (part, "", "") if at < 0 else (part[:at], ":", part[at + 1 :])
    symbols = tuple(symbol.strip() for symbol in listed.split("+"))
    if not name or (colon and not all(symbols)):
        raise BadArgument(f"a venue is NAME or NAME:SYMBOL+SYMBOL, several are apart by commas: {part!r}")
    return name.strip(), symbols if colon else ()


def _served(name: str, symbols: tuple[str, ...], known: dict[str, VenueConfig]) -> ServedVenue:
    if name not in known and name != SIM and name not in FOLDERS and not name.startswith(OTHERS):
        near = difflib.get_close_matches(name, [SIM, *FOLDERS, *known], 3)
        hint = f"did you mean {' or '.join(near)}?" if near else "`station venues` lists those that there are"
        raise BadArgument(f"there is no such venue: {name!r}; {hint}")
    venue = known.get(name) or _unconfigured(name)
    return ServedVenue(venue=msgspec.structs.replace(venue, instruments=symbols) if symbols else venue)


def _unconfigured(name: str) -> VenueConfig:
    """An exchange that only ccxt knows is called by its own name: BTC-EUR.bitvavo."""
    exchange = name.removeprefix(OTHERS)
    if exchange in (name, SIM) or exchange in FOLDERS:
        return VenueConfig(name=name)
    return VenueConfig(name=exchange, dialect=name)
