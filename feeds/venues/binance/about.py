"""Binance: spot, USD-M futures (margined in USDT and USDC) and COIN-M futures (margined in the coin)."""

from feeds.candles import CandleSource
from feeds.venues.catalogue import CONTRACT_CHANNELS, Request, Venue

_MARKET = "feeds.venues.binance.market"
_LISTING = "feeds.venues.binance.instruments"

VENUES = (
    Venue(
        dialect="binance",
        title="Binance spot",
        rest_url="https://api.binance.com",
        ws_url="wss://stream.binance.com:9443",
        ws_api_url="wss://ws-api.binance.com:443/ws-api/v3",
        market=f"{_MARKET}:BinanceMarket",
        listing=f"{_LISTING}:spot",
        listing_requests=(Request("/api/v3/exchangeInfo"),),
        usual=("BTCUSDT", "ETHUSDT", "ETHBTC", "BNBUSDT", "SOLUSDT", "XRPUSDT", "ADAUSDT", "DOGEUSDT"),
        orders="feeds.venues.binance.countdown:binance_orders",
        channels=("book", "trades", "best quote", "ticker"),
        candles=CandleSource(path="/api/v3/klines?symbol={symbol}&interval=1m&limit={limit}"),
        loss_rule="U = previous u + 1 on a snapshot over REST",
        evidence="recordings",
        missing="the ticker and orders are from documents",
    ),
    Venue(
        dialect="binance-usdm",
        title="Binance USD-M futures",
        rest_url="https://fapi.binance.com",
        ws_url="wss://fstream.binance.com/public",
        ws_api_url="wss://fstream.binance.com/private",
        orders="feeds.venues.binance.futures_orders:FuturesOrders",
        market=f"{_MARKET}:UsdMarginedMarket",
        listing=f"{_LISTING}:futures",
        listing_requests=(Request("/fapi/v1/exchangeInfo"),),
        usual=("BTCUSDT", "ETHUSDT", "SOLUSDT", "XRPUSDT", "DOGEUSDT", "BNBUSDT"),
        channels=CONTRACT_CHANNELS,
        candles=CandleSource(path="/fapi/v1/klines?symbol={symbol}&interval=1m&limit={limit}"),
        loss_rule="pu = previous u on a snapshot over REST",
        evidence="recordings",
        missing="the ticker, the open interest and orders are from documents",
    ),
    Venue(
        dialect="binance-coinm",
        title="Binance COIN-M futures",
        rest_url="https://dapi.binance.com",
        ws_url="wss://dstream.binance.com",
        orders="feeds.venues.binance.futures_orders:CoinMarginedOrders",
        market=f"{_MARKET}:CoinMarginedMarket",
        listing=f"{_LISTING}:futures",
        listing_requests=(Request("/dapi/v1/exchangeInfo"),),
        usual=("BTCUSD_PERP", "ETHUSD_PERP", "SOLUSD_PERP", "XRPUSD_PERP"),
        channels=CONTRACT_CHANNELS,
        candles=CandleSource(path="/dapi/v1/klines?symbol={symbol}&interval=1m&limit={limit}"),
        loss_rule="pu = previous u on a snapshot over REST",
        evidence="recordings",
        missing="the ticker, the open interest and orders are from documents",
    ),
)
