"""Kraken Futures' instruments as ours. The first letters tell: P perpetual, F dated; I inverse, F linear.

A linear and an inverse contract of one pair trade side by side, so that the inverse one's quote says so: BTC-USD_INV.
"""

from decimal import Decimal

import msgspec

from core.vocabulary import AssetClass, InstrumentState
from feeds.instruments import Instrument
from feeds.venues.kraken_futures.messages import Listed, Listing

NEW_NAMES = {"XBT": "BTC", "XDG": "DOGE"}
MAKER_PPM, TAKER_PPM = 200, 500
"""The venue's standard tier; what an account really pays comes with every fill."""


def contracts(bodies: list[bytes], venue: str) -> list[Instrument]:
    """GET /derivatives/api/v3/instruments; indices, which cannot be traded, are left out."""
    rows = msgspec.json.decode(bodies[0], type=Listing).instruments
    return [_instrument(row, venue) for row in rows if row.tickSize and not row.type.endswith("index")]


def _instrument(row: Listed, venue: str) -> Instrument:
    # Lists of before 2022 are in small letters, their frames never were.
    symbol = row.symbol.upper() if row.symbol.islower() else row.symbol
    _, pair, *term = symbol.split("_")
    is_inverse = row.type == "futures_inverse"
    base, quote = row.base or NEW_NAMES.get(pair[:-3], pair[:-3]), row.quote or pair[-3:]
    return Instrument(
        symbol=f"{base}-{quote}{'_INV' if is_inverse else ''}-{term[0] if term else 'PERP'}.{venue}",
        venue_symbol=symbol,
        venue=venue,
        base=base,
        quote=quote,
        settlement=base if is_inverse else quote,
        asset_class=AssetClass.FUTURE if term else AssetClass.PERPETUAL,
        tick=row.tickSize,
        lot=Decimal(1).scaleb(-row.contractValueTradePrecision),
        contract_size=row.contractSize,
        is_inverse=is_inverse,
        max_quantity=row.maxPositionSize,
        maker_fee_ppm=MAKER_PPM,
        taker_fee_ppm=TAKER_PPM,
        state=_state(row),
    )


def _state(row: Listed) -> InstrumentState:
    if not row.tradeable:
        return InstrumentState.CLOSED
    return InstrumentState.POST_ONLY if row.postOnly else InstrumentState.OPEN
