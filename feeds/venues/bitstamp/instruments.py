"""Bitstamp's trading pairs as our instruments."""

from decimal import Decimal

import msgspec

from core.vocabulary import InstrumentState
from feeds.instruments import Instrument
from feeds.venues.bitstamp.messages import Pair

MAKER_PPM, TAKER_PPM = 3_000, 4_000
"""The lowest tier; what an account really pays comes with every fill."""


DECIMALS = 12
"""Of price and quantity together. The venue has eight for every quantity, and a cheap coin's orders have more of those
lots than core.units.LARGEST (112,716,000 XRP, seen in the recording of 2022): rounded down, they fit."""
COINS = ("BTC", "ETH")
"""As quote: prices are small because it is dear, and the quantities are small too."""


def spot(bodies: list[bytes], venue: str) -> list[Instrument]:
    """GET /api/v2/trading-pairs-info/"""
    return [_instrument(pair, venue) for pair in msgspec.json.decode(bodies[0], type=list[Pair])]


def _instrument(pair: Pair, venue: str) -> Instrument:
    base, quote = pair.name.split("/")
    lot_decimals = pair.base_decimals if quote in COINS else min(pair.base_decimals, DECIMALS - pair.counter_decimals)
    return Instrument(
        symbol=f"{base}-{quote}.{venue}",
        venue_symbol=pair.url_symbol,
        venue=venue,
        base=base,
        quote=quote,
        settlement=quote,
        tick=Decimal(1).scaleb(-pair.counter_decimals),
        lot=Decimal(1).scaleb(-lot_decimals),
        min_notional=Decimal(pair.minimum_order.split()[0]),
        maker_fee_ppm=MAKER_PPM,
        taker_fee_ppm=TAKER_PPM,
        state=InstrumentState.OPEN if pair.trading == "Enabled" else InstrumentState.CLOSED,
    )
