"""KuCoin's symbols and contracts as our instruments. Contracts are counted; bitcoin is XBT in their names only."""

from datetime import UTC, datetime
from decimal import Decimal

import msgspec

from core.vocabulary import AssetClass, InstrumentState
from feeds.instruments import Instrument
from feeds.venues.kucoin.messages import Contract, Contracts, Symbol, Symbols

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


def futures(bodies: list[bytes], venue: str) -> list[Instrument]:
    """GET /api/v1/contracts/active"""
    return [_contract(contract, venue) for contract in msgspec.json.decode(bodies[0], type=Contracts).data]


def _contract(contract: Contract, venue: str) -> Instrument:
    base = "BTC" if contract.base_currency == "XBT" else contract.base_currency
    settlement = "BTC" if contract.settle_currency == "XBT" else contract.settle_currency
    delivery = contract.expire_date
    term = f"{datetime.fromtimestamp(delivery / 1_000, UTC):%y%m%d}" if delivery else "PERP"
    return Instrument(
        symbol=f"{base}-{contract.quote_currency}-{term}.{venue}",
        venue_symbol=contract.symbol,
        venue=venue,
        base=base,
        quote=contract.quote_currency,
        settlement=settlement,
        asset_class=AssetClass.FUTURE if delivery else AssetClass.PERPETUAL,
        tick=contract.tick_size.normalize(),
        lot=contract.lot_size.normalize(),
        contract_size=abs(contract.multiplier).normalize(),
        is_inverse=contract.is_inverse,
        min_quantity=contract.lot_size,
        max_quantity=contract.max_order_qty,
        maker_fee_ppm=int(contract.maker_fee_rate * 1_000_000),
        taker_fee_ppm=int(contract.taker_fee_rate * 1_000_000),
        state=InstrumentState.OPEN if contract.status == "Open" else InstrumentState.CLOSED,
    )
