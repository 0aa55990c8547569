"""OKX: spot, swaps, dated futures and options in one protocol, v5."""

from feeds.candles import CandleSource
from feeds.venues.catalogue import CONTRACT_CHANNELS, Request, Venue

VENUES = (
    Venue(
        dialect="okx",
        title="OKX spot, swaps, futures and options",
        rest_url="https://www.okx.com",
        ws_url="wss://ws.okx.com:8443/ws/v5/public",
        ws_api_url="wss://ws.okx.com:8443/ws/v5/private",
        market="feeds.venues.okx.market:OkxMarket",
        orders="feeds.venues.okx.orders:OkxOrders",
        listing="feeds.venues.okx.instruments:listing",
        listing_requests=(
            Request("/api/v5/public/instruments?instType=SPOT"),
            Request("/api/v5/public/instruments?instType=SWAP"),
            Request("/api/v5/public/instruments?instType=FUTURES"),
            Request("/api/v5/public/instruments?instType=OPTION&uly=BTC-USD", is_optional=True),
            Request("/api/v5/public/instruments?instType=OPTION&uly=ETH-USD", is_optional=True),
        ),
        usual=("BTC-USDT", "ETH-USDT", "SOL-USDT", "ETH-BTC", "BTC-USDT-SWAP", "ETH-USDT-SWAP", "BTC-USD-SWAP"),
        channels=CONTRACT_CHANNELS,
        candles=CandleSource(
            path="/api/v5/market/candles?instId={symbol}&bar=1m&limit={limit}", rows=("data",), most=300
        ),
        loss_rule="prevSeqId = last seqId, also when it starts over",
        checksum="CRC-32 of the 25 best levels a side; the venue has sent 0 since 2026, then there is none",
        evidence="recordings",
        missing="prevSeqId, mark, index, funding are from documents; tick by tick books (need a login); "
        "orders are from documents",
    ),
)
