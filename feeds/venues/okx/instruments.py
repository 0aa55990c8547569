"""OKX's public instruments as ours. Swaps and futures are counted in contracts of ctVal units."""

from decimal import Decimal
from typing import Any

import msgspec

from core.vocabulary import AssetClass, InstrumentState
from feeds.instruments import Instrument
from feeds.venues.okx.messages import Listed, Listing
from feeds.venues.okx.order_words import NATIVE_TYPES

SPOT_MAKER_PPM, SPOT_TAKER_PPM = 800, 1_000
SWAP_MAKER_PPM, SWAP_TAKER_PPM = 200, 500
"""The venue's standard tiers; what an account really pays comes with every fill."""


def listing(bodies: list[bytes], venue: str) -> list[Instrument]:
    """GET /api/v5/public/instruments?instType=SPOT, SWAP, FUTURES, OPTION. What has no steps yet is not traded yet."""
    decode = msgspec.json.Decoder(Listing).decode
    rows = [row for body in bodies for row in decode(body).data if row.tickSz and row.lotSz]
    return [_spot(row, venue) if row.instType == "SPOT" else _contract(row, venue) for row in rows]


def _spot(row: Listed, venue: str) -> Instrument:
    return _instrument(
        row,
        venue,
        name=f"{row.baseCcy}-{row.quoteCcy}",
        base=row.baseCcy,
        quote=row.quoteCcy,
        settlement=row.quoteCcy,
        maker_fee_ppm=SPOT_MAKER_PPM,
        taker_fee_ppm=SPOT_TAKER_PPM,
    )


def _contract(row: Listed, venue: str) -> Instrument:
    """BTC-USDT-SWAP is BTC-USDT-PERP; BTC-USDT-260327 and BTC-USD-260327-100000-C are called so by both.

    An option's premium is traded; it has no class of its own, and is shown only.
    """
    base, quote = row.instId.split("-")[:2]
    is_swap = row.instType == "SWAP"
    return _instrument(
        row,
        venue,
        name=f"{base}-{quote}-PERP" if is_swap else row.instId,
        base=base,
        quote=quote.split("_")[0],  # USD_UM: quoted in USD, settled in something else
        settlement=row.settleCcy,
        asset_class=AssetClass.PERPETUAL if is_swap else AssetClass.FUTURE,
        contract_size=Decimal(row.ctVal or 1) * Decimal(row.ctMult or 1),
        is_inverse=row.ctType == "inverse",
        is_shown_only=row.instType == "OPTION",
        knows_reduce_only=True,
        maker_fee_ppm=SWAP_MAKER_PPM,
        taker_fee_ppm=SWAP_TAKER_PPM,
    )


def _instrument(row: Listed, venue: str, *, name: str, **more: Any) -> Instrument:
    return Instrument(
        symbol=f"{name}.{venue}",
        venue_symbol=row.instId,
        venue=venue,
        tick=Decimal(row.tickSz),
        lot=Decimal(row.lotSz),
        min_quantity=Decimal(row.minSz or 0),
        max_quantity=Decimal(row.maxLmtSz or 0),
        state=InstrumentState.OPEN if row.state == "live" else InstrumentState.CLOSED,
        native_types=() if row.instType == "OPTION" else NATIVE_TYPES,
        **more,
    )
