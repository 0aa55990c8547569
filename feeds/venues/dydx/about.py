"""dYdX v4: perpetuals, as the public indexer shows them."""

from feeds.candles import CandleSource
from feeds.venues.catalogue import Request, Venue

VENUES = (
    Venue(
        dialect="dydx",
        title="dYdX v4",
        rest_url="https://indexer.dydx.trade",
        ws_url="wss://indexer.dydx.trade/v4/ws",
        market="feeds.venues.dydx.market:DydxMarket",
        listing="feeds.venues.dydx.instruments:perpetuals",
        listing_requests=(Request("/v4/perpetualMarkets"),),
        usual=("BTC-USD", "ETH-USD", "SOL-USD", "XRP-USD", "DOGE-USD"),
        channels=("book, uncrossed", "trades", "index", "funding", "open interest"),
        candles=CandleSource(
            path="/v4/candles/perpetualMarkets/{symbol}?resolution=1MIN&limit={limit}",
            rows=("candles",),
            columns=("startedAt", "open", "high", "low", "close", "baseTokenVolume"),
            unit="iso",
        ),
        loss_rule="message_id counts all messages of a socket",
        evidence="documents",
        missing="best bid and offer: the venue has no one book; v3, which has closed",
    ),
)
