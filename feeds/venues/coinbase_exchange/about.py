"""Coinbase Exchange: the institutional feed, levels or every single order."""

from feeds.candles import CandleSource
from feeds.venues.catalogue import Request, Venue

VENUES = (
    Venue(
        dialect="coinbase-exchange",
        title="Coinbase Exchange",
        rest_url="https://api.exchange.coinbase.com",
        ws_url="wss://ws-feed.exchange.coinbase.com",
        market="feeds.venues.coinbase_exchange.market:LevelsMarket",
        level_3="feeds.venues.coinbase_exchange.market:OrdersMarket",
        listing="feeds.venues.coinbase_exchange.instruments:products",
        listing_requests=(Request("/products"),),
        usual=("BTC-USD", "ETH-USD", "SOL-USD", "XRP-USD", "ETH-BTC", "BTC-EUR"),
        channels=("book", "trades", "best quote", "ticker", "level 3"),
        candles=CandleSource(
            path="/products/{symbol}/candles?granularity=60", columns=(0, 3, 2, 1, 4, 5), unit="s", most=300
        ),
        loss_rule="level 2: none, the venue guarantees delivery, heartbeats every second; level 3: sequence + 1",
        evidence="recordings",
        missing="signed subscriptions: `level2` without bundling, and `full` where the venue asks for a key. Quotes "
        "come with trades only. Level 3 is tried on documents, and takes books of up to 65,534 orders; auctions",
    ),
)
