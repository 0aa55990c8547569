"""The venue's own list of what it trades, as our instruments. GET /api/v3/exchangeInfo."""

import urllib.request
from decimal import Decimal
from urllib.error import URLError

import msgspec

from core.vocabulary import InstrumentState
from feeds.config import VenueConfig
from feeds.errors import BadFrame, VenueError
from feeds.instruments import Instrument
from feeds.venues.binance.messages import ExchangeInfo, SymbolFilter, SymbolRules

TAKER_FEE_PPM = 1_000
MAKER_FEE_PPM = 1_000
"""The venue's standard tier, 0.1 %; what an account really pays comes with every fill."""


USUAL_SYMBOLS = (
    "BTCUSDT",
    "ETHUSDT",
    "ETHBTC",
    "BNBUSDT",
    "SOLUSDT",
    "XRPUSDT",
    "ADAUSDT",
    "DOGEUSDT",
)
"""Taken when the configuration names none: the venue lists thousands."""


def binance_instruments(config: VenueConfig) -> list[Instrument]:
    """Asked of the venue, once, before a desk starts. Raises VenueError and BadFrame."""
    url = f"{config.rest_url.rstrip('/')}/api/v3/exchangeInfo"
    try:
        with urllib.request.urlopen(url, timeout=config.request_timeout_ms / 1_000) as response:
            body = response.read()
    except (URLError, OSError) as error:
        raise VenueError(f"the venue's list of instruments cannot be had: {url=}, {error}") from error
    return read_instruments(body, venue=config.name, symbols=config.instruments or USUAL_SYMBOLS)


def read_instruments(body: bytes, *, venue: str, symbols: tuple[str, ...] = ()) -> list[Instrument]:
    """Those that were asked for, in that order; all when none was. Raises BadFrame, also for a symbol not listed."""
    try:
        listed = {rules.symbol: rules for rules in msgspec.json.decode(body, type=ExchangeInfo).symbols}
    except (msgspec.DecodeError, UnicodeError) as error:
        raise BadFrame("the list of instruments must be the venue's exchangeInfo", reason=str(error)) from error
    missing = [symbol for symbol in symbols if symbol not in listed]
    if missing:
        raise BadFrame("the venue must list every instrument that is asked for", venue=venue, missing=missing)
    return [_instrument(listed[symbol], venue) for symbol in symbols or listed]


def _instrument(rules: SymbolRules, venue: str) -> Instrument:
    price, lot = _filter(rules, "PRICE_FILTER"), _filter(rules, "LOT_SIZE")
    notional = next((row for row in rules.filters if row.filterType in ("NOTIONAL", "MIN_NOTIONAL")), None)
    return Instrument(
        symbol=f"{rules.baseAsset}-{rules.quoteAsset}.{venue}",
        venue_symbol=rules.symbol,
        venue=venue,
        base=rules.baseAsset,
        quote=rules.quoteAsset,
        settlement=rules.quoteAsset,
        tick=Decimal(price.tickSize).normalize(),
        lot=Decimal(lot.stepSize).normalize(),
        min_quantity=Decimal(lot.minQty),
        max_quantity=Decimal(lot.maxQty),
        min_notional=Decimal(notional.minNotional) if notional else Decimal(0),
        maker_fee_ppm=MAKER_FEE_PPM,
        taker_fee_ppm=TAKER_FEE_PPM,
        state=InstrumentState.OPEN if rules.status == "TRADING" else InstrumentState.CLOSED,
    )


def _filter(rules: SymbolRules, kind: str) -> SymbolFilter:
    for row in rules.filters:
        if row.filterType == kind:
            return row
    raise BadFrame("an instrument must have its steps", symbol=rules.symbol, missing=kind)
