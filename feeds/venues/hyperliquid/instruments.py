"""Hyperliquid's universe as our instruments.

    a price has at most 5 significant figures, unless it is whole, and at most MOST_PLACES - szDecimals decimals
    a quantity has at most szDecimals decimals

So the step of a price depends on the price; our tick is the finest that the wire can have.
Source: hyperliquid.gitbook.io, API, "Tick and lot size".
"""

from decimal import Decimal

import msgspec

from core.vocabulary import AssetClass, InstrumentState
from feeds.instruments import Instrument
from feeds.venues.hyperliquid.messages import Perpetuals, Spot

MOST_PLACES_PERPETUAL, MOST_PLACES_SPOT = 6, 8
PERPETUAL_MAKER_PPM, PERPETUAL_TAKER_PPM = 150, 450
SPOT_MAKER_PPM, SPOT_TAKER_PPM = 400, 700
LEAST_NOTIONAL = Decimal(10)


def everything(bodies: list[bytes], venue: str) -> list[Instrument]:
    """POST /info, meta and spotMeta."""
    return _perpetuals(bodies[0], venue) + (_pairs(bodies[1], venue) if len(bodies) > 1 else [])


def _perpetuals(body: bytes, venue: str) -> list[Instrument]:
    return [
        Instrument(
            symbol=f"{item.name}-USD-PERP.{venue}",
            venue_symbol=item.name,
            venue=venue,
            base=item.name,
            quote="USD",
            settlement="USDC",
            asset_class=AssetClass.PERPETUAL,
            tick=_step(MOST_PLACES_PERPETUAL - item.sz_decimals),
            lot=_step(item.sz_decimals),
            min_notional=LEAST_NOTIONAL,
            maker_fee_ppm=PERPETUAL_MAKER_PPM,
            taker_fee_ppm=PERPETUAL_TAKER_PPM,
            state=InstrumentState.CLOSED if item.is_delisted else InstrumentState.OPEN,
        )
        for item in msgspec.json.decode(body, type=Perpetuals).universe
    ]


def _pairs(body: bytes, venue: str) -> list[Instrument]:
    spot = msgspec.json.decode(body, type=Spot)
    tokens = {token.index: token for token in spot.tokens}
    found = []
    for pair in spot.universe:
        if len(pair.tokens) != 2:
            continue
        base, quote = (tokens[index] for index in pair.tokens)
        found.append(
            Instrument(
                symbol=f"{base.name}-{quote.name}.{venue}",
                venue_symbol=pair.name,
                venue=venue,
                base=base.name,
                quote=quote.name,
                settlement=quote.name,
                tick=_step(MOST_PLACES_SPOT - base.sz_decimals),
                lot=_step(base.sz_decimals),
                min_notional=LEAST_NOTIONAL,
                maker_fee_ppm=SPOT_MAKER_PPM,
                taker_fee_ppm=SPOT_TAKER_PPM,
            )
        )
    return found


def _step(places: int) -> Decimal:
    return Decimal(1).scaleb(-max(0, places))
