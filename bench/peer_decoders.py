"""What ccxt and cryptofeed do with a recorded frame: from its text to their own trade or order book.

peer = peer_of("ccxt", "binance", instruments)      None: it is not installed, or has no such venue
peer.take(text)                                     "trade", "depth", or "" when it told nobody anything

Their own message handlers are called, as their sockets would call them; symbols are given, so that nothing is asked
over the network, and books whose snapshot comes over REST begin empty at the first update.
"""

import contextlib
import importlib
import json
import logging
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Protocol

from feeds.instruments import Instrument

PEERS = ("ccxt", "cryptofeed")
CCXT = {
    "binance": "binance", "binance-usdm": "binanceusdm", "binance-coinm": "binancecoinm", "okx": "okx",
    "bybit": "bybit", "bybit-linear": "bybit", "gemini": "gemini", "kraken": "kraken",
    "kraken-futures": "krakenfutures", "coinbase": "coinbase", "coinbase-exchange": "coinbaseexchange",
    "deribit": "deribit", "hyperliquid": "hyperliquid", "kucoin": "kucoin", "gateio": "gate",
}  # fmt: skip
CRYPTOFEED = {
    "binance": "Binance", "binance-usdm": "BinanceFutures", "binance-coinm": "BinanceDelivery", "okx": "OKX",
    "bybit-linear": "Bybit",
}  # fmt: skip
"""Of its others the recordings or its present version want more than a message."""


class Peer(Protocol):
    def take(self, text: str) -> str: ...


def peer_of(name: str, dialect: str, instruments: Mapping[str, Instrument]) -> Peer | None:
    logging.disable(logging.WARNING)  # they tell much
    with contextlib.suppress(ImportError, AttributeError):
        if name == "ccxt" and dialect in CCXT:
            return _Ccxt(CCXT[dialect], list(instruments), dialect)
        if name == "cryptofeed" and dialect in CRYPTOFEED:
            return _Cryptofeed(CRYPTOFEED[dialect], list(instruments))
    return None


class _Client:
    """The part of ccxt's client that its handlers use."""

    def __init__(self, url: str) -> None:
        self.url, self.subscriptions, self.futures = url, {}, {}  # type: ignore[var-annotated]
        self.lastPong, self.keepAlive = 0, 0
        self.told = ""

    def resolve(self, result: Any, message_hash: str = "") -> Any:
        kind = type(result).__name__
        self.told = "trade" if kind.startswith("ArrayCache") else "depth" if "OrderBook" in kind else self.told
        return result

    def reject(self, error: Any, message_hash: str = "") -> None:
        raise error if isinstance(error, BaseException) else RuntimeError(error)


class _Ccxt:
    def __init__(self, name: str, symbols: list[str], dialect: str) -> None:
        self._exchange = exchange = getattr(importlib.import_module("ccxt.pro"), name)()
        is_contract = dialect not in ("binance", "bybit", "gemini", "kraken", "coinbase", "coinbase-exchange", "kucoin")
        exchange.set_markets([_market(exchange, symbol, is_contract) for symbol in symbols])
        self._client = _Client("wss://stream.binance.com/stream" if dialect == "binance" else "wss://x/public/linear")
        self._begins_empty = dialect.startswith("binance")

    def take(self, text: str) -> str:
        message = json.loads(text)
        if self._begins_empty:
            self._begin(message)
        self._client.told = ""
        self._exchange.handle_message(self._client, message)
        return self._client.told

    def _begin(self, message: Any) -> None:
        data = message.get("data", {})
        if data.get("e") == "depthUpdate":
            market = self._exchange.safe_market(data["s"], None, None, "spot" if "pu" not in data else "swap")
            if market["symbol"] not in self._exchange.orderbooks:
                book = self._exchange.order_book({}, 1_000)
                book["nonce"] = data.get("pu", data["U"] - 1)
                self._exchange.orderbooks[market["symbol"]] = book


def _market(exchange: Any, symbol: str, is_contract: bool) -> dict[str, Any]:
    return exchange.safe_market_structure(  # type: ignore[no-any-return]
        {
            "id": symbol,
            "symbol": symbol,
            "base": symbol,
            "quote": "USD",
            "type": "swap" if is_contract else "spot",
            "spot": not is_contract,
            "swap": is_contract,
            "contract": is_contract,
            "linear": is_contract,
            "active": True,
            "contractSize": 1 if is_contract else None,
            "precision": {"price": 1e-8, "amount": 1e-8},
        }
    )


class _Cryptofeed:
    def __init__(self, name: str, symbols: list[str]) -> None:
        exchanges = importlib.import_module("cryptofeed.exchanges")
        defines = importlib.import_module("cryptofeed.defines")
        symbols_of = importlib.import_module("cryptofeed.symbols").Symbols
        exchange = getattr(exchanges, name)
        names = {f"A{number}-USD": symbol for number, symbol in enumerate(symbols)}
        types = dict.fromkeys(names, "perpetual" if name != "Binance" else "spot")
        symbols_of.set(exchange.id, names, {"instrument_type": types, "tick_size": {}, "is_quanto": {}})
        self._told = ""
        callbacks = {defines.L2_BOOK: self._teller("depth"), defines.TRADES: self._teller("trade")}
        self._feed = exchange(symbols=list(names), channels=list(callbacks), callbacks=callbacks)
        self._symbol_of = {symbol: known for known, symbol in names.items()}
        self._books = importlib.import_module("cryptofeed.types").OrderBook
        if hasattr(self._feed, "_reset"):
            self._feed._reset()
        self._begins_empty = name.startswith("Binance")

    def _teller(self, kind: str) -> Callable[..., Coroutine[Any, Any, None]]:
        async def tell(*what: object) -> None:
            self._told = kind

        return tell

    def take(self, text: str) -> str:
        if self._begins_empty and '"depthUpdate"' in text:
            data = json.loads(text)["data"]
            known = self._symbol_of.get(data["s"], "")
            if known and known not in self._feed._l2_book:
                self._feed._l2_book[known] = self._books(self._feed.id, known, max_depth=0, bids={}, asks={})
                self._feed.last_update_id[known] = data.get("pu", data["U"] - 1)
        self._told = ""
        _run(self._feed.message_handler(text, _Connection, 0.0))
        return self._told


class _Connection:
    uuid, address = "bench", "wss://stream.bybit.com/v5/public/linear"


def _run(coroutine: Coroutine[Any, Any, None]) -> None:
    """To its end: there is nothing in it to wait for."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    coroutine.close()
    raise RuntimeError("a handler wants the network")
