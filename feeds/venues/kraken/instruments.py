"""Kraken's AssetPairs as our instruments, under the names of protocol v2 or v1."""

from decimal import Decimal

import msgspec

from core.vocabulary import InstrumentState, OrderType
from feeds.instruments import Instrument
from feeds.venues.kraken.messages import Pair, Pairs

NEW_NAMES = {"XBT": "BTC", "XDG": "DOGE"}
"""v2 calls them so (docs.kraken.com, websocket-v2: "symbols")."""

NATIVE_TYPES = (
    OrderType.STOP,
    OrderType.STOP_LIMIT,
    OrderType.MARKET_IF_TOUCHED,
    OrderType.LIMIT_IF_TOUCHED,
)
"""Its trailing stop has no activation, its iceberg shows at least a fifteenth: the core works ours"""


def spot(bodies: list[bytes], venue: str) -> list[Instrument]:
    """GET /0/public/AssetPairs; pairs without a WebSocket name (dark pools) are left out."""
    pairs = msgspec.json.decode(bodies[0], type=Pairs).result.values()
    return [_instrument(pair, venue) for pair in pairs if pair.wsname]


def spot_v1(bodies: list[bytes], venue: str) -> list[Instrument]:
    """Likewise, by the names that v1 subscribes to: XBT/USD is still BTC-USD to us."""
    pairs = msgspec.json.decode(bodies[0], type=Pairs).result.values()
    return [
        msgspec.structs.replace(_instrument(pair, venue), venue_symbol=pair.wsname) for pair in pairs if pair.wsname
    ]


def _instrument(pair: Pair, venue: str) -> Instrument:
    base, quote = (NEW_NAMES.get(name, name) for name in pair.wsname.split("/"))
    return Instrument(
        symbol=f"{base}-{quote}.{venue}",
        venue_symbol=f"{base}/{quote}",
        venue=venue,
        base=base,
        quote=quote,
        settlement=quote,
        tick=Decimal(pair.tick_size) if pair.tick_size else Decimal(1).scaleb(-pair.pair_decimals),
        lot=Decimal(1).scaleb(-pair.lot_decimals),
        min_quantity=Decimal(pair.ordermin),
        min_notional=Decimal(pair.costmin),
        maker_fee_ppm=_ppm(pair.fees_maker),
        taker_fee_ppm=_ppm(pair.fees),
        state=InstrumentState.OPEN if pair.status == "online" else InstrumentState.CLOSED,
        native_types=NATIVE_TYPES,
    )


def _ppm(tiers: list[list[float]]) -> int:
    """The first tier's fee; the venue writes per cent."""
    return round(tiers[0][1] * 10_000) if tiers else 0
