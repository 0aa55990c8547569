"""What does `kraken:BTC/USD` or `market_maker BTC-USD.alpha` add to the file? An entry in a line of words."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from core.errors import ConfigError
from core.strategy.known import BUILT_IN
from station.config import StationConfig
from station.desk.served import read_served
from station.errors import BadArgument


class TypedEntry(NamedTuple):
    title: str
    meaning: str
    example: str
    read: Callable[[str], Mapping[str, Any]]
    """Raises ConfigError"""


def _venue(typed: str) -> Mapping[str, Any]:
    """In the words of `station up`."""
    try:
        served = read_served([typed], StationConfig()) if typed.strip() else ()
    except BadArgument as error:
        raise ConfigError(file="", mistakes=[str(error)]) from error
    if len(served) != 1:
        raise ConfigError(file="", mistakes=[f"one venue at a time: {typed!r}; allowed: {VENUE.example}"])
    venue = served[0].venue
    said = {"name": venue.name, "dialect": venue.dialect, "instruments": list(venue.instruments)}
    return {key: value for key, value in said.items() if value}


def _strategy(typed: str) -> Mapping[str, Any]:
    words = typed.split()
    if len(words) != 2:
        raise ConfigError(file="", mistakes=[f"a strategy and its instrument: {typed!r}; allowed: {STRATEGY.example}"])
    return {"name": words[0], "symbol": words[1]}


VENUE = TypedEntry(
    "One more venue",
    "As `station up` is told: a venue, and behind a colon its instruments, apart by +.",
    "kraken, or kraken:BTC/USD+ETH/USD",
    _venue,
)
STRATEGY = TypedEntry(
    "One more strategy",
    f"One of {', '.join(BUILT_IN)}, and the instrument of the desk that it trades.",
    "market_maker BTC-USD.alpha",
    _strategy,
)
TYPED_ENTRIES = {"venues": VENUE, "strategies": STRATEGY}
