"""Bybit v5: spot, linear contracts (margined in USDT and USDC) and inverse ones (margined in the coin)."""

from feeds.candles import CandleSource
from feeds.venues.catalogue import CONTRACT_CHANNELS, Request, Venue

_REST = "https://api.bybit.com"
_PRIVATE = "wss://stream.bybit.com/v5/private"
_ORDERS = "feeds.venues.bybit.orders:BybitOrders"
_MARKET = "feeds.venues.bybit.market:BybitMarket"
_CONTRACT_MARKET = "feeds.venues.bybit.market:BybitContractMarket"
_CONTRACTS = "/v5/market/instruments-info?status=Trading&limit=1000"
_NEXT_PAGE = "feeds.venues.bybit.instruments:next_page"
_RULE = "u = last u + 1 on a snapshot by the stream"

VENUES = (
    Venue(
        dialect="bybit",
        title="Bybit spot",
        rest_url=_REST,
        ws_url="wss://stream.bybit.com/v5/public/spot",
        ws_api_url=_PRIVATE,
        orders=_ORDERS,
        market=_MARKET,
        listing="feeds.venues.bybit.instruments:spot",
        listing_requests=(Request("/v5/market/instruments-info?category=spot"),),
        usual=("BTCUSDT", "ETHUSDT", "SOLUSDT", "XRPUSDT", "DOGEUSDT", "ETHBTC"),
        channels=("book", "trades", "best quote", "ticker"),
        candles=CandleSource(
            path="/v5/market/kline?category=spot&symbol={symbol}&interval=1&limit={limit}", rows=("result", "list")
        ),
        loss_rule=_RULE,
        evidence="recordings",
        missing="incremental spot frames and its ticker are from documents, as orders are",
    ),
    Venue(
        dialect="bybit-linear",
        title="Bybit linear contracts",
        rest_url=_REST,
        ws_url="wss://stream.bybit.com/v5/public/linear",
        ws_api_url=_PRIVATE,
        orders=_ORDERS,
        market=_CONTRACT_MARKET,
        listing="feeds.venues.bybit.instruments:contracts",
        listing_requests=(Request(f"{_CONTRACTS}&category=linear", next_page=_NEXT_PAGE),),
        usual=("BTCUSDT", "ETHUSDT", "SOLUSDT", "XRPUSDT", "DOGEUSDT"),
        channels=CONTRACT_CHANNELS,
        candles=CandleSource(
            path="/v5/market/kline?category=linear&symbol={symbol}&interval=1&limit={limit}", rows=("result", "list")
        ),
        loss_rule=_RULE,
        evidence="recordings",
        missing="options; liquidations and orders are from documents",
    ),
    Venue(
        dialect="bybit-inverse",
        title="Bybit inverse contracts",
        rest_url=_REST,
        ws_url="wss://stream.bybit.com/v5/public/inverse",
        ws_api_url=_PRIVATE,
        orders=_ORDERS,
        market=_CONTRACT_MARKET,
        listing="feeds.venues.bybit.instruments:contracts",
        listing_requests=(Request(f"{_CONTRACTS}&category=inverse", next_page=_NEXT_PAGE),),
        usual=("BTCUSD", "ETHUSD", "SOLUSD", "XRPUSD"),
        channels=CONTRACT_CHANNELS,
        candles=CandleSource(
            path="/v5/market/kline?category=inverse&symbol={symbol}&interval=1&limit={limit}", rows=("result", "list")
        ),
        loss_rule=_RULE,
        evidence="documents",
        missing="inverse frames are from documents, where they are those of the linear stream; orders too",
    ),
)
