"""Gemini's symbols as our instruments."""

import msgspec

from core.vocabulary import AssetClass, InstrumentState
from feeds.instruments import Instrument
from feeds.venues.gemini.messages import Symbol

MAKER_PPM, TAKER_PPM = 2_000, 4_000
"""The lowest tier; what an account really pays comes with every fill."""


def all_symbols(bodies: list[bytes], venue: str) -> list[Instrument]:
    """GET /v1/symbols/details/all; the details of a single one are taken too."""
    found = msgspec.json.decode(bodies[0], type=list[Symbol] | Symbol)
    return [_instrument(symbol, venue) for symbol in (found if isinstance(found, list) else [found])]


def _instrument(symbol: Symbol, venue: str) -> Instrument:
    is_perpetual = symbol.product_type == "swap"
    name = f"{symbol.base_currency}-{symbol.quote_currency}{'-PERP' if is_perpetual else ''}"
    return Instrument(
        symbol=f"{name}.{venue}",
        venue_symbol=symbol.symbol.upper(),
        venue=venue,
        base=symbol.base_currency,
        quote=symbol.quote_currency,
        settlement=symbol.quote_currency,
        asset_class=AssetClass.PERPETUAL if is_perpetual else AssetClass.SPOT,
        tick=symbol.quote_increment,
        lot=symbol.tick_size,
        min_quantity=symbol.min_order_size,
        maker_fee_ppm=MAKER_PPM,
        taker_fee_ppm=TAKER_PPM,
        state=InstrumentState.OPEN if symbol.status == "open" else InstrumentState.CLOSED,
    )
