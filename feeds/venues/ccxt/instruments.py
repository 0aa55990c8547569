"""The markets that ccxt lists for an exchange, as our instruments. Options are left out.

The library writes steps as floats, or as counts of digits. A float's shortest text is the number that the venue wrote:
the step is made of that. A market whose precision counts significant digits has the finest step that its digits allow
below a price of 1.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from core.vocabulary import AssetClass, InstrumentState
from feeds.config import VenueConfig
from feeds.errors import VenueError
from feeds.instruments import Instrument
from feeds.venues.ccxt.client import open_exchange

TICK_SIZE = 4
"""ccxt's precisionMode: precision is a step; else it counts digits."""


def fetch(config: VenueConfig) -> list[Instrument]:
    """Needs no event loop. Raises VenueError."""
    exchange = open_exchange(config, streams=False)
    try:
        markets = exchange.load_markets()
    except Exception as error:  # of whatever kind: it is the library's
        raise VenueError(f"the venue's list of instruments cannot be had: {config.name}, {error}") from error
    counts_digits = exchange.precisionMode != TICK_SIZE
    return [
        _instrument(market, config.name, counts_digits=counts_digits)
        for market in markets.values()
        if market["type"] in ("spot", "swap", "future") and None not in market["precision"].values()
    ]


def _instrument(market: dict[str, Any], venue: str, *, counts_digits: bool) -> Instrument:
    base, quote, kind = market["base"], market["quote"], market["type"]
    name = f"{base}-{quote}"
    if kind == "swap":
        name += "-PERP"
    elif kind == "future":
        name += f"-{datetime.fromtimestamp(market['expiry'] / 1_000, UTC):%y%m%d}"
    classes = {"spot": AssetClass.SPOT, "swap": AssetClass.PERPETUAL, "future": AssetClass.FUTURE}
    amounts = market["limits"]["amount"]
    return Instrument(
        symbol=f"{name}.{venue}",
        venue_symbol=market["symbol"],
        venue=venue,
        base=base,
        quote=quote,
        settlement=market["settle"] or quote,
        asset_class=classes[kind],
        tick=_step(market["precision"]["price"], counts_digits=counts_digits),
        lot=_step(market["precision"]["amount"], counts_digits=counts_digits),
        contract_size=_decimal(market["contractSize"] or 1),
        is_inverse=bool(market["inverse"]),
        min_quantity=_decimal(amounts["min"] or 0),
        max_quantity=_decimal(amounts["max"] or 0),
        min_notional=_decimal(market["limits"]["cost"]["min"] or 0),
        maker_fee_ppm=round((market["maker"] or 0) * 1_000_000),
        taker_fee_ppm=round((market["taker"] or 0) * 1_000_000),
        state=InstrumentState.CLOSED if market["active"] is False else InstrumentState.OPEN,
    )


def _step(precision: float, *, counts_digits: bool) -> Decimal:
    return Decimal(1).scaleb(-int(precision)) if counts_digits else _decimal(precision)


def _decimal(number: float) -> Decimal:
    return Decimal(repr(number))
