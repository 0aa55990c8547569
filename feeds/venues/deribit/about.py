"""Deribit: perpetuals, dated futures and options in one protocol, JSON-RPC over a socket."""

from feeds.candles import CandleSource
from feeds.venues.catalogue import CONTRACT_CHANNELS, Request, Venue

VENUES = (
    Venue(
        dialect="deribit",
        title="Deribit futures and options",
        rest_url="https://www.deribit.com",
        ws_url="wss://www.deribit.com/ws/api/v2",
        market="feeds.venues.deribit.market:DeribitMarket",
        listing="feeds.venues.deribit.instruments:listing",
        listing_requests=(Request("/api/v2/public/get_instruments?currency=any&expired=false"),),
        usual=("BTC-PERPETUAL", "ETH-PERPETUAL", "BTC_USDC-PERPETUAL", "ETH_USDC-PERPETUAL", "SOL_USDC-PERPETUAL"),
        channels=CONTRACT_CHANNELS,
        candles=CandleSource(
            path="/api/v2/public/get_tradingview_chart_data?instrument_name={symbol}"
            "&start_timestamp={start_ms}&end_timestamp={end_ms}&resolution=1",
            rows=("result",),
            columns=("ticks", "open", "high", "low", "close", "volume"),
            by_column=True,
        ),
        loss_rule="prev_change_id = last change_id on a snapshot by the stream",
        evidence="recordings",
        missing="recordings are of options; combinations, raw books (need a login)",
    ),
)
