"""Coinbase Exchange's products as our instruments."""

from decimal import Decimal

import msgspec

from core.vocabulary import InstrumentState
from feeds.instruments import Instrument
from feeds.venues.coinbase_exchange.messages import Product

MAKER_PPM, TAKER_PPM = 4_000, 6_000
"""The lowest tier; what an account really pays comes with every fill."""


def products(bodies: list[bytes], venue: str) -> list[Instrument]:
    """GET /products"""
    return [_instrument(product, venue) for product in msgspec.json.decode(bodies[0], type=list[Product])]


def _instrument(product: Product, venue: str) -> Instrument:
    is_open = product.status == "online" and not product.trading_disabled
    return Instrument(
        symbol=f"{product.base_currency}-{product.quote_currency}.{venue}",
        venue_symbol=product.id,
        venue=venue,
        base=product.base_currency,
        quote=product.quote_currency,
        settlement=product.quote_currency,
        tick=Decimal(product.quote_increment),
        lot=Decimal(product.base_increment),
        min_notional=Decimal(product.min_market_funds or 0),
        maker_fee_ppm=MAKER_PPM,
        taker_fee_ppm=TAKER_PPM,
        state=InstrumentState.OPEN if is_open else InstrumentState.CLOSED,
    )
