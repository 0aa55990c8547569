"""Hyperliquid: perpetuals of its first exchange, and spot, over one socket."""

from feeds.candles import CandleSource
from feeds.venues.catalogue import Request, Venue

VENUES = (
    Venue(
        dialect="hyperliquid",
        title="Hyperliquid",
        rest_url="https://api.hyperliquid.xyz",
        ws_url="wss://api.hyperliquid.xyz/ws",
        market="feeds.venues.hyperliquid.market:HyperliquidMarket",
        listing="feeds.venues.hyperliquid.instruments:everything",
        listing_requests=(Request("/info", '{"type":"meta"}'), Request("/info", '{"type":"spotMeta"}')),
        usual=("BTC", "ETH", "SOL", "HYPE", "XRP", "DOGE"),
        channels=("book", "trades", "best quote", "ticker", "mark", "index", "funding", "open interest"),
        candles=CandleSource(
            path="/info",
            body='{"type":"candleSnapshot","req":{"coin":"%(symbol)s","interval":"1m",'
            '"startTime":%(start_ms)d,"endTime":%(end_ms)d}}',
            columns=("t", "o", "h", "l", "c", "v"),
        ),
        loss_rule="none: whole books of 20 levels, aged by their time",
        evidence="recordings",
        missing="perpetuals that others have built (HIP-3); highest and lowest price of the day",
    ),
)
