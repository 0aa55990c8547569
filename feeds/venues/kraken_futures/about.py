"""Kraken Futures: perpetual and dated contracts, a venue of its own beside the spot one."""

from feeds.candles import CandleSource
from feeds.venues.catalogue import CONTRACT_CHANNELS, Request, Venue

VENUES = (
    Venue(
        dialect="kraken-futures",
        title="Kraken Futures",
        rest_url="https://futures.kraken.com",
        ws_url="wss://futures.kraken.com/ws/v1",
        market="feeds.venues.kraken_futures.market:KrakenFuturesMarket",
        listing="feeds.venues.kraken_futures.instruments:contracts",
        listing_requests=(Request("/derivatives/api/v3/instruments"),),
        usual=("PF_XBTUSD", "PF_ETHUSD", "PF_SOLUSD", "PF_XRPUSD", "PI_XBTUSD", "PI_ETHUSD"),
        channels=CONTRACT_CHANNELS,
        candles=CandleSource(
            path="/api/charts/v1/trade/{symbol}/1m?from={start_s}&to={end_s}",
            rows=("candles",),
            columns=("time", "open", "high", "low", "close", "volume"),
        ),
        loss_rule="seq = last seq + 1, per product, on a snapshot by the stream",
        evidence="recordings",
        missing="ticker frames are from documents",
    ),
)
