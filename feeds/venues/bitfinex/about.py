"""Bitfinex: spot and perpetuals, protocol v2."""

from feeds.candles import CandleSource
from feeds.venues.catalogue import Request, Venue

VENUES = (
    Venue(
        dialect="bitfinex",
        title="Bitfinex",
        rest_url="https://api-pub.bitfinex.com",
        ws_url="wss://api-pub.bitfinex.com/ws/2",
        market="feeds.venues.bitfinex.market:BitfinexMarket",
        listing="feeds.venues.bitfinex.instruments:pairs",
        listing_requests=(
            Request("/v2/conf/pub:info:pair"),
            Request("/v2/conf/pub:info:pair:futures", is_optional=True),
            Request("/v2/tickers?symbols=ALL"),
        ),
        usual=("tBTCUSD", "tETHUSD", "tSOLUSD", "tXRPUSD", "tETHBTC", "tBTCUST"),
        channels=(
            "book",
            "trades",
            "best quote",
            "ticker",
            "mark",
            "funding",
            "open interest",
            "liquidations",
            "level 3",
        ),
        candles=CandleSource(
            path="/v2/candles/trade:1m:{symbol}/hist?limit={limit}",
            columns=(0, 1, 3, 4, 2, 5),
        ),
        loss_rule="the last number + 1 over the whole socket",
        checksum="CRC-32 of the 25 best levels a side, in frames of their own; of single orders too",
        evidence="recordings",
        missing="index; quotes come every few seconds. Checksum frames and R0 are tried on documents",
    ),
)
