"""Kraken: spot, protocol v2."""

from feeds.candles import CandleSource
from feeds.venues.catalogue import Request, Venue

VENUES = (
    Venue(
        dialect="kraken",
        title="Kraken spot",
        rest_url="https://api.kraken.com",
        ws_url="wss://ws.kraken.com/v2",
        market="feeds.venues.kraken.market:KrakenMarket",
        listing="feeds.venues.kraken.instruments:spot",
        listing_requests=(Request("/0/public/AssetPairs"),),
        usual=("BTC/USD", "ETH/USD", "SOL/USD", "XRP/USD", "ETH/BTC", "BTC/EUR"),
        channels=("book", "trades", "best quote", "ticker"),
        candles=CandleSource(
            path="/0/public/OHLC?pair={symbol}&interval=1",
            rows=("result", "*"),
            columns=(0, 1, 2, 3, 4, 6),
            unit="s",
            most=720,
        ),
        loss_rule="no sequence: the checksum of every update",
        checksum="CRC-32 of the ten best levels a side",
        evidence="recordings",
        missing="level 3 (needs a token); the ticker is from documents",
    ),
)
