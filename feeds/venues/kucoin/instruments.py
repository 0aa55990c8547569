"""KuCoin's symbols as our instruments."""

from decimal import Decimal

import msgspec

from core.vocabulary import InstrumentState
from feeds.instruments import Instrument
from feeds.venues.kucoin.messages import Symbol, Symbols

FEE_PPM = 1_000


def spot(bodies: list[bytes], venue: str) -> list[Instrument]:
    """GET /api/v2/symbols"""
    return [_instrument(symbol, venue) for symbol in msgspec.json.decode(bodies[0], type=Symbols).data]


def _instrument(symbol: Symbol, venue: str) -> Instrument:
    return Instrument(
        symbol=f"{symbol.base_currency}-{symbol.quote_currency}.{venue}",
        venue_symbol=symbol.symbol,
        venue=venue,
        base=symbol.base_currency,
        quote=symbol.quote_currency,
        settlement=symbol.quote_currency,
        tick=Decimal(symbol.price_increment),
        lot=Decimal(symbol.base_increment),
        min_quantity=Decimal(symbol.base_min_size),
        max_quantity=Decimal(symbol.base_max_size),
        min_notional=Decimal(symbol.min_funds or 0),
        maker_fee_ppm=int(FEE_PPM * Decimal(symbol.maker_fee_coefficient)),
        taker_fee_ppm=int(FEE_PPM * Decimal(symbol.taker_fee_coefficient)),
        state=InstrumentState.OPEN if symbol.enable_trading else InstrumentState.CLOSED,
    )
