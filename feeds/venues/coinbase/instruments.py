"""Coinbase's public products as our instruments."""

from decimal import Decimal

import msgspec

from core.vocabulary import InstrumentState, OrderType
from feeds.instruments import Instrument
from feeds.venues.coinbase.messages import Product, Products

MAKER_PPM, TAKER_PPM = 6_000, 12_000
"""The lowest tier; what an account really pays comes with every fill."""


def spot(bodies: list[bytes], venue: str) -> list[Instrument]:
    """GET /api/v3/brokerage/market/products. Aliases are left out: their frames come under the other name."""
    products = msgspec.json.decode(bodies[0], type=Products).products
    return [_instrument(product, venue) for product in products if product.product_type == "SPOT" and not product.alias]


def _instrument(product: Product, venue: str) -> Instrument:
    is_open = product.status == "online" and not (product.trading_disabled or product.is_disabled or product.view_only)
    return Instrument(
        symbol=f"{product.base_currency_id}-{product.quote_currency_id}.{venue}",
        venue_symbol=product.product_id,
        venue=venue,
        base=product.base_currency_id,
        quote=product.quote_currency_id,
        settlement=product.quote_currency_id,
        tick=Decimal(product.price_increment or product.quote_increment),
        lot=Decimal(product.base_increment),
        min_quantity=Decimal(product.base_min_size),
        max_quantity=Decimal(product.base_max_size or 0),
        min_notional=Decimal(product.quote_min_size),
        maker_fee_ppm=MAKER_PPM,
        taker_fee_ppm=TAKER_PPM,
        state=InstrumentState.OPEN if is_open else InstrumentState.CLOSED,
        native_types=(OrderType.STOP_LIMIT,),
    )
