"""Bybit's instruments-info as ours. Linear contracts are counted in the base, inverse ones in dollars."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote, unquote

import msgspec

from core.vocabulary import AssetClass, InstrumentState
from feeds.errors import BadFrame
from feeds.instruments import Instrument
from feeds.venues.bybit.messages import Listed, Listing
from feeds.venues.bybit.order_words import NATIVE_TYPES

SPOT_FEE_PPM = 1_000
CONTRACT_MAKER_PPM, CONTRACT_TAKER_PPM = 200, 550
"""The venue's standard tiers; what an account really pays comes with every fill."""


def spot(bodies: list[bytes], venue: str) -> list[Instrument]:
    """GET /v5/market/instruments-info?category=spot"""
    return [
        _instrument(
            row,
            venue,
            name=f"{row.baseCoin}-{row.quoteCoin}",
            settlement=row.quoteCoin,
            lot=Decimal(row.lotSizeFilter.basePrecision),
            min_notional=Decimal(row.lotSizeFilter.minOrderAmt or 0),
            maker_fee_ppm=SPOT_FEE_PPM,
            taker_fee_ppm=SPOT_FEE_PPM,
        )
        for row in _rows(bodies)
    ]


def contracts(bodies: list[bytes], venue: str) -> list[Instrument]:
    """GET /v5/market/instruments-info?category=linear, inverse. A future is named for its delivery: BTC-USDT-260814."""
    found = []
    for row in _rows(bodies):
        is_perpetual = row.contractType.endswith("Perpetual")
        term = "PERP" if is_perpetual else f"{datetime.fromtimestamp(int(row.deliveryTime) / 1_000, UTC):%y%m%d}"
        found.append(
            _instrument(
                row,
                venue,
                name=f"{row.baseCoin}-{row.quoteCoin}-{term}",
                settlement=row.settleCoin,
                lot=Decimal(row.lotSizeFilter.qtyStep),
                min_notional=Decimal(row.lotSizeFilter.minNotionalValue or 0),
                asset_class=AssetClass.PERPETUAL if is_perpetual else AssetClass.FUTURE,
                is_inverse=row.contractType.startswith("Inverse"),
                knows_reduce_only=True,
                maker_fee_ppm=CONTRACT_MAKER_PPM,
                taker_fee_ppm=CONTRACT_TAKER_PPM,
            )
        )
    return found


def next_page(body: bytes) -> str:
    """The venue lists a thousand contracts at a time. Raises BadFrame."""
    try:
        cursor = msgspec.json.decode(body, type=Listing).result.nextPageCursor
    except (msgspec.DecodeError, UnicodeError) as error:
        raise BadFrame("the list of instruments must be the venue's", reason=str(error)) from error
    return f"&cursor={quote(unquote(cursor), safe='')}" if cursor else ""


def _rows(bodies: list[bytes]) -> list[Listed]:
    return [row for body in bodies for row in msgspec.json.decode(body, type=Listing).result.list]


def _instrument(row: Listed, venue: str, *, name: str, **more: Any) -> Instrument:
    sizes = row.lotSizeFilter
    return Instrument(
        symbol=f"{name}.{venue}",
        venue_symbol=row.symbol,
        venue=venue,
        base=row.baseCoin,
        quote=row.quoteCoin,
        tick=Decimal(row.priceFilter.tickSize),
        min_quantity=Decimal(sizes.minOrderQty or 0),
        max_quantity=Decimal(sizes.maxLimitOrderQty or sizes.maxOrderQty or 0),
        state=InstrumentState.OPEN if row.status == "Trading" else InstrumentState.CLOSED,
        native_types=NATIVE_TYPES,
        **more,
    )
