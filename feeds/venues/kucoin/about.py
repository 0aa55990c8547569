"""KuCoin: spot, and futures."""

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
        missing="levels below the 100 best until they change (the whole book needs a key)",
    ),
    Venue(
        dialect="kucoin-futures",
        title="KuCoin futures",
        rest_url="https://api-futures.kucoin.com",
        ws_url="wss://ws-api-futures.kucoin.com",
        market="feeds.venues.kucoin.futures:KucoinFuturesMarket",
        listing="feeds.venues.kucoin.instruments:futures",
        listing_requests=(Request("/api/v1/contracts/active"),),
        usual=("XBTUSDTM", "ETHUSDTM", "SOLUSDTM", "XRPUSDTM", "XBTUSDM"),
        channels=("book", "trades", "best quote", "ticker", "mark", "index", "funding", "open interest"),
        candles=CandleSource(
            path="/api/v1/kline/query?symbol={symbol}&granularity=1&from={start_ms}&to={end_ms}",
            rows=("data",),
            most=200,
        ),
        loss_rule="sequence = last + 1 on a whole book over REST",
        evidence="documents",
        missing="the day's volume (of an unsaid unit), liquidations (it tells none); recordings are of single frames",
    ),
)
