"""BitMEX: perpetuals, dated futures and spot in one protocol of tables."""

from feeds.candles import CandleSource
from feeds.venues.catalogue import CONTRACT_CHANNELS, Request, Venue

VENUES = (
    Venue(
        dialect="bitmex",
        title="BitMEX",
        rest_url="https://www.bitmex.com",
        ws_url="wss://ws.bitmex.com/realtime",
        market="feeds.venues.bitmex.market:BitmexMarket",
        listing="feeds.venues.bitmex.instruments:listing",
        listing_requests=(Request("/api/v1/instrument/active"),),
        usual=("XBTUSD", "ETHUSD", "SOLUSD", "XRPUSD", "XBTUSDT", "ETHUSDT"),
        channels=CONTRACT_CHANNELS,
        candles=CandleSource(
            path="/api/v1/trade/bucketed?binSize=1m&symbol={symbol}&count={limit}&reverse=true",
            columns=("timestamp", "open", "high", "low", "close", "volume"),
            unit="iso",
        ),
        loss_rule="none; a change of a level that we do not know shows a loss",
        evidence="recordings",
        missing="options, spreads; instrument and liquidation tables are from documents",
    ),
)
