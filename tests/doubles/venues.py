"""Every venue that takes our orders, with its double and one instrument: what the scenarios run over."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from core.vocabulary import AssetClass, OrderType
from feeds.instruments import Instrument
from feeds.order_entry.orders import LiveOrders
from feeds.venues.alpaca.orders import AlpacaOrders
from feeds.venues.binance.futures_orders import CoinMarginedOrders, FuturesOrders
from feeds.venues.binance.orders import BinanceOrders
from feeds.venues.bybit import order_words as bybit
from feeds.venues.bybit.orders import BybitOrders
from feeds.venues.coinbase.orders import CoinbaseOrders
from feeds.venues.kraken.instruments import NATIVE_TYPES
from feeds.venues.kraken.orders import KrakenOrders
from feeds.venues.okx import order_words as okx
from feeds.venues.okx.orders import OkxOrders
from tests.doubles.alpaca import AlpacaDouble
from tests.doubles.binance import BinanceDouble
from tests.doubles.binance_futures import CoinMarginedDouble, FuturesDouble
from tests.doubles.bybit import BybitDouble
from tests.doubles.coinbase import CoinbaseDouble, PricelessDouble
from tests.doubles.framework import ExchangeDouble
from tests.doubles.kraken import KrakenDouble
from tests.doubles.okx import OkxDouble


class Entry(NamedTuple):
    orders: type[LiveOrders]
    double: type[ExchangeDouble]
    instrument: Instrument
    settings: Mapping[str, Any] = MappingProxyType({})
    native_types: tuple[OrderType, ...] = ()
    tells_fees: bool = True
    """And who made the price"""


def _spot(venue: str, venue_symbol: str, quote: str = "USDT") -> Instrument:
    return Instrument(
        symbol=f"BTC-{quote}.{venue}", venue_symbol=venue_symbol, venue=venue, base="BTC", quote=quote,
        settlement=quote, tick=Decimal("0.01"), lot=Decimal("0.00001"),
    )  # fmt: skip


def _perpetual(venue: str, venue_symbol: str) -> Instrument:
    return msgspec.structs.replace(_spot(venue, venue_symbol), asset_class=AssetClass.PERPETUAL)


def _inverse(venue: str, venue_symbol: str) -> Instrument:
    """A contract is 100 dollars, and settles in the coin."""
    return Instrument(
        symbol=f"BTC-USD-PERP.{venue}", venue_symbol=venue_symbol, venue=venue, base="BTC", quote="USD",
        settlement="BTC", tick=Decimal("0.1"), lot=Decimal(1), contract_size=Decimal(100), is_inverse=True,
        asset_class=AssetClass.PERPETUAL,
    )  # fmt: skip


STOPS = (OrderType.STOP, OrderType.STOP_LIMIT)
ENTRIES = {
    "binance": Entry(BinanceOrders, BinanceDouble, _spot("binance", "BTCUSDT"), native_types=STOPS),
    "binance-rest": Entry(BinanceOrders, BinanceDouble, _spot("binance", "BTCUSDT"), {"ws_api_url": ""}, STOPS),
    "binance-usdm": Entry(FuturesOrders, FuturesDouble, _perpetual("binance-usdm", "BTCUSDT")),
    "binance-coinm": Entry(CoinMarginedOrders, CoinMarginedDouble, _inverse("binance-coinm", "BTCUSD_PERP")),
    "okx": Entry(OkxOrders, OkxDouble, _spot("okx", "BTC-USDT"), native_types=okx.NATIVE_TYPES),
    "bybit": Entry(BybitOrders, BybitDouble, _spot("bybit", "BTCUSDT"), native_types=bybit.NATIVE_TYPES),
    "alpaca": Entry(AlpacaOrders, AlpacaDouble, _spot("alpaca", "BTC/USD", "USD"), {}, STOPS, tells_fees=False),
    "coinbase": Entry(CoinbaseOrders, CoinbaseDouble, _spot("coinbase", "BTC-USD", "USD"), native_types=STOPS[1:]),
    "coinbase-priceless": Entry(CoinbaseOrders, PricelessDouble, _spot("coinbase", "BTC-USD", "USD")),
    "kraken": Entry(KrakenOrders, KrakenDouble, _spot("kraken", "BTC/USD", "USD"), native_types=NATIVE_TYPES),
}
