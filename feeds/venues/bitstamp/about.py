"""Bitstamp: spot."""

from feeds.candles import CandleSource
from feeds.venues.catalogue import Request, Venue

VENUES = (
    Venue(
        dialect="bitstamp",
        title="Bitstamp spot",
        rest_url="https://www.bitstamp.net",
        ws_url="wss://ws.bitstamp.net",
        market="feeds.venues.bitstamp.market:BitstampMarket",
        listing="feeds.venues.bitstamp.instruments:spot",
        listing_requests=(Request("/api/v2/trading-pairs-info/"),),
        usual=("btcusd", "ethusd", "xrpusd", "solusd", "btceur", "etheur"),
        channels=("book", "trades", "level 3"),
        candles=CandleSource(
            path="/api/v2/ohlc/{symbol}/?step=60&limit={limit}",
            rows=("data", "ohlc"),
            columns=("timestamp", "open", "high", "low", "close", "volume"),
            unit="s",
        ),
        loss_rule="no sequence: rising microtimestamps, and every minute a comparison with a fresh snapshot",
        evidence="recordings",
        missing="funding of the perpetuals. Level 3 is tried on documents; an order that takes stands in the book, "
        "crossing it, until its trades are told",
    ),
)
