"""Alpaca's assets as our instruments."""

from decimal import Decimal

import msgspec

from core.vocabulary import AssetClass, InstrumentState, OrderType
from feeds.instruments import Instrument
from feeds.venues.alpaca.messages import Asset

EQUITY_TICK = Decimal("0.0001")
"""Quotes above a dollar are whole cents; trades are not (Regulation NMS, rule 612, is of quotes and orders)."""
EQUITY_LOT = Decimal("0.000001")
"""Fractions of shares are reported to six decimals."""
CRYPTO_MAKER_PPM, CRYPTO_TAKER_PPM = 1_500, 2_500
"""The lowest tier; what an account really pays comes with every fill."""


def assets(bodies: list[bytes], venue: str) -> list[Instrument]:
    """GET /v2/assets, of any asset classes."""
    found = [asset for body in bodies for asset in msgspec.json.decode(body, type=list[Asset])]
    return [_crypto(asset, venue) if is_crypto(asset.symbol) else _equity(asset, venue) for asset in found]


def is_crypto(symbol: str) -> bool:
    """BTC/USD; equities have no slash."""
    return "/" in symbol


def _equity(asset: Asset, venue: str) -> Instrument:
    return Instrument(
        symbol=f"{asset.symbol}-USD.{venue}",
        venue_symbol=asset.symbol,
        venue=venue,
        base=asset.symbol,
        quote="USD",
        settlement="USD",
        asset_class=AssetClass.EQUITY,
        tick=EQUITY_TICK,
        lot=EQUITY_LOT,
        state=_state(asset),
        native_types=(OrderType.STOP, OrderType.STOP_LIMIT),
    )


def _crypto(asset: Asset, venue: str) -> Instrument:
    base, quote = asset.symbol.split("/")
    return Instrument(
        symbol=f"{base}-{quote}.{venue}",
        venue_symbol=asset.symbol,
        venue=venue,
        base=base,
        quote=quote,
        settlement=quote,
        tick=Decimal(asset.price_increment),
        lot=Decimal(asset.min_trade_increment),
        min_quantity=Decimal(asset.min_order_size),
        maker_fee_ppm=CRYPTO_MAKER_PPM,
        taker_fee_ppm=CRYPTO_TAKER_PPM,
        state=_state(asset),
        native_types=(OrderType.STOP_LIMIT,),
    )


def _state(asset: Asset) -> InstrumentState:
    return InstrumentState.OPEN if asset.status == "active" and asset.tradable else InstrumentState.CLOSED
