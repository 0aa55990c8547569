"""Whose words a recording is in: address of its sockets → the venue's name here.

The first row whose text stands in an address wins, so that a special one precedes the general one. A protocol that a
venue has left keeps a name of its own: a connector is written for today's.
"""

from feeds.playback.dialects.alpaca import Alpaca
from feeds.playback.dialects.binance import Binance
from feeds.playback.dialects.bitfinex import Bitfinex
from feeds.playback.dialects.bitmex import Bitmex
from feeds.playback.dialects.bitstamp import Bitstamp
from feeds.playback.dialects.bybit import Bybit
from feeds.playback.dialects.coinbase import Coinbase, CoinbaseExchange
from feeds.playback.dialects.deribit import Deribit
from feeds.playback.dialects.dialect import Dialect
from feeds.playback.dialects.dydx import Dydx, DydxV3
from feeds.playback.dialects.gateio import Gate
from feeds.playback.dialects.gemini import Gemini
from feeds.playback.dialects.htx import Htx
from feeds.playback.dialects.hyperliquid import Hyperliquid
from feeds.playback.dialects.kraken import KrakenFutures, KrakenV1, KrakenV2
from feeds.playback.dialects.kucoin import Kucoin
from feeds.playback.dialects.okx import Okx

DIALECTS: dict[str, type[Dialect]] = {
    "alpaca": Alpaca,
    "binance": Binance,
    "binance-coinm": Binance,
    "binance-usdm": Binance,
    "bitfinex": Bitfinex,
    "bitmex": Bitmex,
    "bitstamp": Bitstamp,
    "bybit": Bybit,
    "bybit-inverse": Bybit,
    "bybit-linear": Bybit,
    "bybit-v2": Bybit,
    "coinbase": Coinbase,
    "coinbase-exchange": CoinbaseExchange,
    "deribit": Deribit,
    "dydx": Dydx,
    "dydx-v3": DydxV3,
    "gateio": Gate,
    "gateio-futures": Gate,
    "gemini": Gemini,
    "htx": Htx,
    "htx-linear-swap": Htx,
    "htx-swap": Htx,
    "hyperliquid": Hyperliquid,
    "kraken-futures": KrakenFutures,
    "kraken-v1": KrakenV1,
    "kraken": KrakenV2,
    "kucoin": Kucoin,
    "okx": Okx,
}

ADDRESSES = (
    ("fstream.binance", "binance-usdm"),
    ("dstream.binance", "binance-coinm"),
    ("stream.binance", "binance"),
    ("stream-cloud.binance", "binance"),
    ("binance.us", "binance"),
    ("trbinance", "binance"),
    ("ws.okx.com", "okx"),
    ("ws.okex.com", "okx"),
    ("real.okcoin.com", "okx"),
    ("stream.bybit.com/v5/public/linear", "bybit-linear"),
    ("stream.bybit.com/v5/public/inverse", "bybit-inverse"),
    ("stream.bybit.com/v5", "bybit"),
    ("stream.bybit.com/realtime", "bybit-v2"),
    ("advanced-trade-ws", "coinbase"),
    ("ws-feed.pro.coinbase", "coinbase-exchange"),
    ("ws-feed.exchange.coinbase", "coinbase-exchange"),
    ("ws.kraken.com/v2", "kraken"),
    ("futures.kraken.com", "kraken-futures"),
    ("ws.kraken.com", "kraken-v1"),
    ("api.dydx.exchange/v3", "dydx-v3"),
    ("indexer.dydx", "dydx"),
    ("indexer.v4", "dydx"),
    ("hyperliquid", "hyperliquid"),
    ("deribit.com", "deribit"),
    ("bitfinex.com", "bitfinex"),
    ("ws.bitstamp.net", "bitstamp"),
    ("gemini.com", "gemini"),
    ("fx-ws.gateio", "gateio-futures"),
    ("gateio.ws", "gateio"),
    ("kucoin.com", "kucoin"),
    ("api.hbdm.com/linear-swap", "htx-linear-swap"),
    ("api.hbdm.com", "htx-swap"),
    ("huobi.pro", "htx"),
    ("bitmex.com", "bitmex"),
    ("alpaca.markets", "alpaca"),
)


def venue_of(exchange: str, urls: list[str]) -> str:
    """Empty when no address is known. `exchange` decides where one venue lent its words to another."""
    for url in urls:
        for part, venue in ADDRESSES:
            if part in url:
                return venue
    return {"OKCOIN": "okx", "BINANCE_US": "binance", "BINANCE_TR": "binance"}.get(exchange, "")


def dialect_of(venue: str) -> Dialect:
    """A fresh one: some learn from the frames that they read."""
    return DIALECTS.get(venue, Dialect)()
