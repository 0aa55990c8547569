"""Binance's exchangeInfo as our instruments: spot, and futures of both margins."""

from decimal import Decimal
from typing import Any

import msgspec

from core.vocabulary import AssetClass, InstrumentState, OrderType
from feeds.errors import BadFrame
from feeds.instruments import Instrument
from feeds.venues.binance.messages import ExchangeInfo, SymbolFilter, SymbolRules
from feeds.venues.binance.order_words import TYPES

SPOT_FEE_PPM = 1_000
FUTURES_MAKER_PPM, FUTURES_TAKER_PPM = 200, 500
"""The venue's standard tiers; what an account really pays comes with every fill."""
TRADING = ("TRADING",)
TRIGGERED = {kind: word for kind, word in TYPES.items() if kind not in (OrderType.LIMIT, OrderType.MARKET)}


def spot(bodies: list[bytes], venue: str) -> list[Instrument]:
    """GET /api/v3/exchangeInfo"""
    return [
        _instrument(
            rules,
            venue,
            name=f"{rules.baseAsset}-{rules.quoteAsset}",
            settlement=rules.quoteAsset,
            maker_fee_ppm=SPOT_FEE_PPM,
            taker_fee_ppm=SPOT_FEE_PPM,
            native_types=tuple(kind for kind, word in TRIGGERED.items() if word in rules.orderTypes),
        )
        for rules in msgspec.json.decode(bodies[0], type=ExchangeInfo).symbols
    ]


def futures(bodies: list[bytes], venue: str) -> list[Instrument]:
    """GET /fapi/v1/exchangeInfo and /dapi/v1/exchangeInfo. A contract is named for its delivery: BTC-USD-260327."""
    found = []
    for rules in msgspec.json.decode(bodies[0], type=ExchangeInfo).symbols:
        is_perpetual = rules.contractType == "PERPETUAL"
        dated = rules.symbol.rsplit("_", 1)[-1] if "_" in rules.symbol else rules.contractType
        found.append(
            _instrument(
                rules,
                venue,
                name=f"{rules.baseAsset}-{rules.quoteAsset}-{'PERP' if is_perpetual else dated}",
                settlement=rules.marginAsset,
                asset_class=AssetClass.PERPETUAL if is_perpetual else AssetClass.FUTURE,
                contract_size=Decimal(rules.contractSize or 1),
                is_inverse=rules.marginAsset == rules.baseAsset,
                knows_reduce_only=True,
                maker_fee_ppm=FUTURES_MAKER_PPM,
                taker_fee_ppm=FUTURES_TAKER_PPM,
            )
        )
    return found


def _instrument(rules: SymbolRules, venue: str, *, name: str, **more: Any) -> Instrument:
    price, lot = _filter(rules, "PRICE_FILTER"), _filter(rules, "LOT_SIZE")
    notional = next((row for row in rules.filters if row.filterType in ("NOTIONAL", "MIN_NOTIONAL")), None)
    smallest = (notional.minNotional or notional.notional) if notional else "0"
    return Instrument(
        symbol=f"{name}.{venue}",
        venue_symbol=rules.symbol,
        venue=venue,
        base=rules.baseAsset,
        quote=rules.quoteAsset,
        tick=Decimal(price.tickSize).normalize(),
        lot=Decimal(lot.stepSize).normalize(),
        min_quantity=Decimal(lot.minQty),
        max_quantity=Decimal(lot.maxQty),
        min_notional=Decimal(smallest),
        state=InstrumentState.OPEN if (rules.status or rules.contractStatus) in TRADING else InstrumentState.CLOSED,
        **more,
    )


def _filter(rules: SymbolRules, kind: str) -> SymbolFilter:
    for row in rules.filters:
        if row.filterType == kind:
            return row
    raise BadFrame("an instrument must have its steps", symbol=rules.symbol, missing=kind)
