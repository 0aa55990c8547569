"""Kraken: spot, protocols v2 and v1."""

from feeds.candles import CandleSource
from feeds.venues.catalogue import Request, Venue

CANDLES = CandleSource(
    path="/0/public/OHLC?pair={symbol}&interval=1",
    rows=("result", "*"),
    columns=(0, 1, 2, 3, 4, 6),
    unit="s",
    most=720,
)
VENUES = (
    Venue(
        dialect="kraken",
        title="Kraken spot",
        rest_url="https://api.kraken.com",
        ws_url="wss://ws.kraken.com/v2",
        ws_api_url="wss://ws-auth.kraken.com/v2",
        orders="feeds.venues.kraken.orders:KrakenOrders",
        market="feeds.venues.kraken.market:KrakenMarket",
        level_3_wants_key=True,
        level_3="feeds.venues.kraken.market_l3:KrakenOrdersMarket",
        listing="feeds.venues.kraken.instruments:spot",
        listing_requests=(Request("/0/public/AssetPairs"),),
        usual=("BTC/USD", "ETH/USD", "SOL/USD", "XRP/USD", "ETH/BTC", "BTC/EUR"),
        channels=("book", "trades", "level 3", "best quote", "ticker"),
        candles=CANDLES,
        loss_rule="no sequence: the checksum of every update",
        checksum="CRC-32 of the ten best levels a side; level 3: of their orders",
        evidence="recordings",
        missing="level 3, which wants a key, the ticker and orders are from documents",
    ),
    Venue(
        dialect="kraken-v1",
        title="Kraken spot, protocol v1",
        rest_url="https://api.kraken.com",
        ws_url="wss://ws.kraken.com",
        market="feeds.venues.kraken.market_v1:KrakenV1Market",
        listing="feeds.venues.kraken.instruments:spot_v1",
        listing_requests=(Request("/0/public/AssetPairs"),),
        usual=("XBT/USD", "ETH/USD", "SOL/USD", "XRP/USD", "ETH/XBT", "XBT/EUR"),
        channels=("book", "trades", "best quote", "ticker"),
        candles=CANDLES,
        loss_rule="no sequence: the checksum of every update",
        checksum="CRC-32 of the ten best levels a side; snapshots have none",
        evidence="recordings",
        missing="trades have no number of their own; the best quote is from documents. Prefer `kraken`: the venue has "
        "frozen this protocol",
    ),
)
