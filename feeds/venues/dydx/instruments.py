"""dYdX's perpetual markets as our instruments."""

from decimal import Decimal

import msgspec

from core.vocabulary import AssetClass, InstrumentState
from feeds.instruments import Instrument
from feeds.venues.dydx.messages import PerpetualMarket, PerpetualMarkets

MAKER_PPM, TAKER_PPM = 100, 500

STATES = {
    "ACTIVE": InstrumentState.OPEN,
    "POST_ONLY": InstrumentState.POST_ONLY,
    "PAUSED": InstrumentState.SUSPENDED,
}


def perpetuals(bodies: list[bytes], venue: str) -> list[Instrument]:
    """GET /v4/perpetualMarkets"""
    return [_instrument(item, venue) for item in msgspec.json.decode(bodies[0], type=PerpetualMarkets).markets.values()]


def _instrument(item: PerpetualMarket, venue: str) -> Instrument:
    asset, quote = item.ticker.rsplit("-", 1)
    base = asset.split(",")[0]  # of a token of another chain: its name, its exchange, its address
    return Instrument(
        symbol=f"{base}-{quote}-PERP.{venue}",
        venue_symbol=item.ticker,
        venue=venue,
        base=base,
        quote=quote,
        settlement="USDC",
        asset_class=AssetClass.PERPETUAL,
        tick=Decimal(item.tick_size),
        lot=Decimal(item.step_size),
        min_quantity=Decimal(item.step_size),
        maker_fee_ppm=MAKER_PPM,
        taker_fee_ppm=TAKER_PPM,
        state=state_of(item.status),
    )


def state_of(status: str) -> InstrumentState:
    """ACTIVE, PAUSED, CANCEL_ONLY, POST_ONLY, INITIALIZING, FINAL_SETTLEMENT"""
    known = {
        "ACTIVE": InstrumentState.OPEN,
        "POST_ONLY": InstrumentState.POST_ONLY,
        "PAUSED": InstrumentState.SUSPENDED,
    }
    return known.get(status, InstrumentState.CLOSED)
