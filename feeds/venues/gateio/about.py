"""Gate.io: spot, and perpetuals margined in USDT."""

from feeds.candles import CandleSource
from feeds.venues.catalogue import CONTRACT_CHANNELS, Request, Venue

_MARKET = "feeds.venues.gateio.market"
_LISTING = "feeds.venues.gateio.instruments"
_LOSS_RULE = (
    "U = previous u + 1 on a snapshot over REST; with `depth` set, on the whole book that the stream begins with"
)

VENUES = (
    Venue(
        dialect="gateio",
        title="Gate.io spot",
        rest_url="https://api.gateio.ws",
        ws_url="wss://api.gateio.ws/ws/v4/",
        market=f"{_MARKET}:GateSpotMarket",
        listing=f"{_LISTING}:spot",
        listing_requests=(Request("/api/v4/spot/currency_pairs"),),
        usual=("BTC_USDT", "ETH_USDT", "SOL_USDT", "XRP_USDT", "DOGE_USDT", "GT_USDT"),
        channels=("book", "trades", "best quote", "ticker"),
        candles=CandleSource(
            path="/api/v4/spot/candlesticks?currency_pair={symbol}&interval=1m&limit={limit}",
            columns=(0, 5, 3, 4, 2, 6),
            unit="s",
        ),
        loss_rule=_LOSS_RULE,
        evidence="recordings",
        missing="the books of spot.obu are known from documents only",
    ),
    Venue(
        dialect="gateio-futures",
        title="Gate.io USDT perpetuals",
        rest_url="https://api.gateio.ws",
        ws_url="wss://fx-ws.gateio.ws/v4/ws/usdt",
        market=f"{_MARKET}:GateFuturesMarket",
        listing=f"{_LISTING}:futures",
        listing_requests=(Request("/api/v4/futures/usdt/contracts"),),
        usual=("BTC_USDT", "ETH_USDT", "SOL_USDT", "XRP_USDT", "DOGE_USDT"),
        channels=CONTRACT_CHANNELS,
        candles=CandleSource(
            path="/api/v4/futures/usdt/candlesticks?contract={symbol}&interval=1m&limit={limit}",
            columns=("t", "o", "h", "l", "c", "v"),
            unit="s",
        ),
        loss_rule=_LOSS_RULE,
        evidence="recordings",
        missing="coin-margined and dated contracts; what is told beside the book is from documents",
    ),
)
