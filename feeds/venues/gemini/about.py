"""Gemini: market data v2, spot and perpetuals."""

from feeds.candles import CandleSource
from feeds.venues.catalogue import Request, Venue

VENUES = (
    Venue(
        dialect="gemini",
        title="Gemini",
        rest_url="https://api.gemini.com",
        ws_url="wss://api.gemini.com/v2/marketdata",
        market="feeds.venues.gemini.market:GeminiMarket",
        listing="feeds.venues.gemini.instruments:all_symbols",
        listing_requests=(Request("/v1/symbols/details/all"),),
        usual=("BTCUSD", "ETHUSD", "SOLUSD", "XRPUSD", "ETHBTC", "DOGEUSD"),
        channels=("book", "trades"),
        candles=CandleSource(path="/v2/candles/{lower}/1m"),
        loss_rule="no sequence: a heartbeat every five seconds, else the socket is opened anew",
        evidence="recordings",
        missing="the newer feed at ws.gemini.com (which numbers its updates), auctions, funding; "
        "updates have no time of the venue",
    ),
)
