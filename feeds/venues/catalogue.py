"""Which venues there are: one line each, and a folder that says the rest in its `about.py`.

Adding one: docs/adding-a-venue.md. Nothing is imported before it is asked for, because a desk serves few venues.
"""

import difflib
from collections.abc import Callable, Container, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from core.errors import StationError
from feeds.candles import CandleSource
from feeds.config import VenueConfig
from feeds.credentials import Credentials
from feeds.instruments import Instrument

if TYPE_CHECKING:
    import numpy as np

    from feeds.venues.contract import RemoteVenue

FOLDERS = {
    "binance": "binance",
    "binance-usdm": "binance",
    "binance-coinm": "binance",
    "kraken": "kraken",
    "kraken-v1": "kraken",
    "kraken-futures": "kraken_futures",
    "hyperliquid": "hyperliquid",
    "dydx": "dydx",
    "gateio": "gateio",
    "gateio-futures": "gateio",
    "kucoin": "kucoin",
    "kucoin-futures": "kucoin",
    "htx": "htx",
    "htx-swap": "htx",
    "htx-linear-swap": "htx",
    "okx": "okx",
    "bybit": "bybit",
    "bybit-linear": "bybit",
    "bybit-inverse": "bybit",
    "deribit": "deribit",
    "bitmex": "bitmex",
    "coinbase": "coinbase",
    "bitstamp": "bitstamp",
    "gemini": "gemini",
    "0x": "dex",
    "bitfinex": "bitfinex",
    "coinbase-exchange": "coinbase_exchange",
    "alpaca": "alpaca",
}
"""dialect → folder below feeds/venues."""
CONTRACT_CHANNELS = (
    "book", "trades", "best quote", "ticker", "mark", "index", "funding", "open interest", "liquidations"
)  # fmt: skip
"""Of a venue of contracts that tells all there is"""
OTHERS = "ccxt:"
"""What the dialects of all other exchanges begin with: ccxt:bitget."""
BELOW_ZERO = ("history_minutes", "keys_descriptor")
"""Whole numbers of a venue's section that mean something below 0."""

Evidence = Literal["recordings", "documents"]


class Request(msgspec.Struct, frozen=True):
    """One REST call of the list of instruments."""

    path: str
    body: str = ""
    """Not empty: it is posted as JSON."""
    is_optional: bool = False
    """Without its answer the list is shorter, and still one."""
    next_page: str = ""
    """module:function (body) → what is added to the path for the next page, empty behind the last one"""


class Venue(msgspec.Struct, frozen=True, kw_only=True):
    """What one protocol of one venue is, for people and for the processes."""

    dialect: str
    title: str
    rest_url: str
    ws_url: str
    ws_api_url: str = ""
    market: str
    """module:class of the Market"""
    level_3: str = ""
    """module:class of the one that takes order by order; empty: it is the same, where the venue has level 3"""
    level_3_wants_key: bool = False
    listing: str
    """module:function (bodies, venue) → list[Instrument], all that the venue lists"""
    listing_requests: tuple[Request, ...]
    fetch: str = ""
    """module:function (config) → list[Instrument], of a list that is no plain answer to a request"""
    listing_headers: str = ""
    """module:function (VenueConfig) → headers that the list needs; empty: it is public"""
    usual: tuple[str, ...]
    """Venue symbols that are taken when none are named."""
    orders: str = ""
    """module:class of the OrderVenue, made as `order_venue` does; empty: market data only"""
    channels: tuple[str, ...]
    """book, trades, level 3, funding …: what is subscribed"""
    market_wants_key: bool = False
    """Its market process is given the key too, where there is one."""
    candles: CandleSource | None = None
    """Where history comes from; None: the venue has none, or none without a key"""
    loss_rule: str
    """How a lost update is seen, in a few words"""
    checksum: str = ""
    evidence: Evidence
    """What the decoder was tried on: the venue's own frames, or frames made after its documents"""
    missing: str = ""
    """What the venue has and we do not take."""

    @property
    def offers(self) -> tuple[str, ...]:
        """Everything that comes from here, in words."""
        more = (("candles", self.candles is not None), ("orders", bool(self.orders)))
        return (*self.channels, *(word for word, is_there in more if is_there))


class UnknownVenue(StationError):
    cure = "`station venues` lists those that are supported."

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no such venue: {name!r}; allowed: {', '.join(FOLDERS)}")


def venue(dialect: str) -> Venue:
    """Raises UnknownVenue."""
    if dialect.startswith(OTHERS):
        other: Venue = import_module("feeds.venues.ccxt.about").venue_of(dialect)
        return other
    folder = FOLDERS.get(dialect)
    if folder is None:
        raise UnknownVenue(dialect)
    about = import_module(f"feeds.venues.{folder}.about")
    found: Venue = next(item for item in about.VENUES if item.dialect == dialect)
    return found


def market_wants_key(config: VenueConfig) -> bool:
    """Does its market process need the key, too? Raises UnknownVenue."""
    about = venue(config.dialect or config.name)
    return about.market_wants_key or (config.level == 3 and about.level_3_wants_key)


def all_venues() -> list[Venue]:
    return [venue(dialect) for dialect in FOLDERS]


def complete(config: VenueConfig) -> VenueConfig:
    """With the venue's own addresses where none are named. Raises UnknownVenue."""
    usual = venue(config.dialect or config.name)
    if config.rest_url or config.ws_url:
        return msgspec.structs.replace(config, dialect=usual.dialect)
    return msgspec.structs.replace(
        config,
        dialect=usual.dialect,
        rest_url=usual.rest_url,
        ws_url=usual.ws_url,
        ws_api_url=usual.ws_api_url,
    )


def mistakes_of_venues(venues: Sequence[VenueConfig], *, also: Container[str] = ()) -> list[str]:
    """Each with its key and what is allowed. `also`: names that need no dialect.

    Whether a venue lists an instrument shows when a desk starts.
    """
    found, names = [], [venue.name for venue in venues]
    for number, one in enumerate(venues):
        place = f"venues[{number}]"
        if names.index(one.name) != number:
            found.append(f"{place}.name: {one.name!r} is there already; allowed: each venue once")
        word = "dialect" if one.dialect else "name"
        dialect = one.dialect or one.name
        if dialect not in FOLDERS and not dialect.startswith(OTHERS) and dialect not in also:
            near = difflib.get_close_matches(dialect, FOLDERS, 3)
            hint = f"did you mean {' or '.join(near)}?" if near else f"allowed: {', '.join(FOLDERS)}, ccxt:NAME"
            found.append(f"{place}.{word}: {dialect!r}; {hint}")
        found += [
            f"{place}.{field}: {value}; allowed: 0 or more"
            for field, value in msgspec.structs.asdict(one).items()
            if type(value) is int and value < 0 and field not in BELOW_ZERO
        ]
    return found


def load(where: str) -> Any:
    """The object behind module:name."""
    module, name = where.split(":")
    return getattr(import_module(module), name)


def listing_of(dialect: str) -> Callable[[list[bytes], str], list[Instrument]]:
    function: Callable[[list[bytes], str], list[Instrument]] = load(venue(dialect).listing)
    return function


def order_venue(
    config: VenueConfig,
    credentials: Credentials,
    instruments: "dict[int, np.void]",
    *,
    wall_offset_ns: int,
    say: Callable[[str], None] = lambda sentence: None,
) -> "RemoteVenue":
    """The order side of a venue. `instruments`: instrument_id → row of the instrument table. Raises UnknownVenue."""
    config = complete(config)
    made: RemoteVenue = load(venue(config.dialect).orders)(
        config, credentials, instruments, wall_offset_ns=wall_offset_ns, say=say
    )
    return made
