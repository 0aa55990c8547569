"""KuCoin: spot."""

from feeds.candles import CandleSource
from feeds.venues.catalogue import Request, Venue

VENUES = (
    Venue(
        dialect="kucoin",
        title="KuCoin spot",
        rest_url="https://api.kucoin.com",
        ws_url="wss://ws-api-spot.kucoin.com",
        market="feeds.venues.kucoin.market:KucoinMarket",
        listing="feeds.venues.kucoin.instruments:spot",
        listing_requests=(Request("/api/v2/symbols"),),
        usual=("BTC-USDT", "ETH-USDT", "SOL-USDT", "XRP-USDT", "DOGE-USDT", "KCS-USDT"),
        channels=("book", "trades", "best quote", "ticker"),
        candles=CandleSource(
            path="/api/v1/market/candles?type=1min&symbol={symbol}&startAt={start_s}&endAt={end_s}",
            rows=("data",),
            columns=(0, 1, 3, 4, 2, 5),
            unit="s",
        ),
        loss_rule="sequenceStart ≤ last + 1 on a snapshot over REST",
        evidence="recordings",
        missing="futures; levels below the 100 best until they change (the whole book needs a key)",
    ),
)
