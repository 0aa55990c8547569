"""Coinbase: Advanced Trade, the feed of today."""

from feeds.candles import CandleSource
from feeds.venues.catalogue import Request, Venue

VENUES = (
    Venue(
        dialect="coinbase",
        title="Coinbase Advanced Trade",
        rest_url="https://api.coinbase.com",
        ws_url="wss://advanced-trade-ws.coinbase.com",
        ws_api_url="wss://advanced-trade-ws-user.coinbase.com",
        orders="feeds.venues.coinbase.orders:CoinbaseOrders",
        market="feeds.venues.coinbase.market:CoinbaseMarket",
        listing="feeds.venues.coinbase.instruments:spot",
        listing_requests=(Request("/api/v3/brokerage/market/products"),),
        usual=("BTC-USD", "ETH-USD", "SOL-USD", "XRP-USD", "ETH-BTC", "BTC-EUR"),
        channels=("book", "trades", "best quote", "ticker"),
        candles=CandleSource(
            path="/api/v3/brokerage/market/products/{symbol}/candles?start={start_s}&end={end_s}&granularity=ONE_MINUTE",
            rows=("candles",),
            columns=("start", "open", "high", "low", "close", "volume"),
            unit="s",
            most=350,
        ),
        loss_rule="sequence_num + 1 over the whole socket, heartbeats and answers included",
        evidence="recordings",
        missing="futures; the best quote comes with trades only; pairs with USDC, which are those of USD; "
        "orders are from documents",
    ),
)
