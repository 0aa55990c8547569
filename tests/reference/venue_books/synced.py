"""Venues whose book is a REST snapshot plus deltas of a stream: Binance, Gate.io, KuCoin, Bitstamp.

Deltas that come before the snapshot wait for it. What is old is dropped; what does not follow on is a gap, and the book
is gone until the next snapshot.

    Binance spot     drop u ≤ lastUpdateId; first U ≤ lastUpdateId + 1 ≤ u; then U = previous u + 1
    Binance USD-M,   drop u < lastUpdateId; first U ≤ lastUpdateId ≤ u, or pu ≤ lastUpdateId when it falls between two
      COIN-M         events; then pu = previous u
    Gate.io          drop u ≤ id; first U ≤ id + 1 ≤ u; then U = previous u + 1
    KuCoin           drop sequenceEnd ≤ sequence; then sequenceStart ≤ last + 1; rows ≤ sequence are not applied
    Bitstamp         drop microtimestamp ≤ that of the snapshot; no sequence
"""

from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from tests.reference.venue_books.ladder import Book, Level
from tests.reference.venue_books.venue import Trade, VenueBooks, decode


class Delta(NamedTuple):
    first: int
    last: int
    previous: int
    """Id of the event before; 0 when the venue does not say"""
    bids: list[Level]
    asks: list[Level]


class SyncedBooks(VenueBooks):
    def __init__(self) -> None:
        super().__init__()
        self._waiting: dict[str, list[Delta]] = {}
        self._last: dict[str, int] = {}
        self._is_first: dict[str, bool] = {}

    def _on_snapshot(self, symbol: str, last: int, bids: list[Level], asks: list[Level]) -> str:
        if symbol in self.books:
            return symbol  # in step already: a second one says nothing new
        self._begin(symbol, Book(bids, asks))
        self._last[symbol], self._is_first[symbol] = last, True
        self._look_at(self.books[symbol])
        for delta in self._waiting.pop(symbol, []):
            self._on_delta(symbol, delta)
            if symbol in self.books:
                self._look_at(self.books[symbol])
        return symbol

    def _on_delta(self, symbol: str, delta: Delta) -> str | None:
        if symbol not in self.books:
            self._waiting.setdefault(symbol, []).append(delta)
            return None
        last = self._last[symbol]
        if self._is_stale(delta, last, is_first=self._is_first[symbol]):
            self.found.stale += 1
            return None
        if not self._follows(delta, last, is_first=self._is_first[symbol]):
            self._lose(symbol)
            self._waiting[symbol] = [delta]
            return None
        self._put(symbol, delta, last)
        self._last[symbol], self._is_first[symbol] = delta.last, False
        self.found.updates += 1
        return symbol

    def _is_stale(self, delta: Delta, last: int, *, is_first: bool) -> bool:
        return delta.last <= last

    def _follows(self, delta: Delta, last: int, *, is_first: bool) -> bool:
        return delta.first <= last + 1 if is_first else delta.first == last + 1

    def _put(self, symbol: str, delta: Delta, last: int) -> None:
        self.books[symbol].put(delta.bids, delta.asks)


def _query(url: str, name: str) -> str:
    return parse_qs(urlsplit(url).query).get(name, [""])[0]


class BinanceBooks(SyncedBooks):
    def feed_http(self, url: str, text: str) -> str | None:
        if not urlsplit(url).path.endswith("/depth"):
            return None
        body = decode(text)
        return self._on_snapshot(_query(url, "symbol"), int(body["lastUpdateId"]), body["bids"], body["asks"])

    def _feed(self, message: Any) -> str | None:
        data = message.get("data", message)
        kind = data.get("e")
        if kind == "depthUpdate":
            delta = Delta(int(data["U"]), int(data["u"]), int(data.get("pu", 0)), data["b"], data["a"])
            return self._on_delta(data["s"], delta)
        if kind in ("trade", "aggTrade"):
            side = "sell" if data["m"] else "buy"
            self.trades.append(
                Trade(data["s"], data["p"], data["q"], side, data["t" if kind == "trade" else "a"], data["T"])
            )
        return None


class BinanceFuturesBooks(BinanceBooks):
    def _is_stale(self, delta: Delta, last: int, *, is_first: bool) -> bool:
        return delta.last < last if is_first else delta.last <= last

    def _follows(self, delta: Delta, last: int, *, is_first: bool) -> bool:
        return min(delta.first, delta.previous) <= last if is_first else delta.previous == last


class GateBooks(SyncedBooks):
    def feed_http(self, url: str, text: str) -> str | None:
        if not urlsplit(url).path.endswith("/order_book"):
            return None
        body = decode(text)
        symbol = _query(url, "currency_pair") or _query(url, "contract")
        return self._on_snapshot(symbol, int(body["id"]), _gate_levels(body["bids"]), _gate_levels(body["asks"]))

    def _feed(self, message: Any) -> str | None:
        channel, result = message.get("channel", ""), message.get("result")
        if message.get("event") not in ("update", "all"):
            return None
        if channel.endswith(".order_book_update"):
            bids, asks = _gate_levels(result["b"]), _gate_levels(result["a"])
            return self._on_delta(result["s"], Delta(int(result["U"]), int(result["u"]), 0, bids, asks))
        if channel == "spot.trades":
            self.trades.append(
                Trade(
                    result["currency_pair"], result["price"], result["amount"], result["side"], result["id"],
                    result["create_time_ms"],
                )
            )  # fmt: skip
        if channel == "futures.trades":
            for row in result:
                side = "sell" if row["size"].startswith("-") else "buy"
                at = row.get("create_time_ms", row["create_time"])
                self.trades.append(
                    Trade(row["contract"], row["price"], row["size"].removeprefix("-"), side, row["id"], at)
                )
        return None


def _gate_levels(rows: list[Any]) -> list[Level]:
    return [(row["p"], row["s"]) if isinstance(row, dict) else (row[0], row[1]) for row in rows]


class KucoinBooks(SyncedBooks):
    def feed_http(self, url: str, text: str) -> str | None:
        if not urlsplit(url).path.endswith("/orderbook/level2"):
            return None
        data = decode(text)["data"]
        return self._on_snapshot(_query(url, "symbol"), int(data["sequence"]), data["bids"], data["asks"])

    def _feed(self, message: Any) -> str | None:
        topic, data = message.get("topic", ""), message.get("data")
        if topic.startswith("/market/level2:"):
            delta = Delta(
                int(data["sequenceStart"]),
                int(data["sequenceEnd"]),
                0,
                data["changes"]["bids"],
                data["changes"]["asks"],
            )
            return self._on_delta(data["symbol"], delta)
        if topic.startswith("/market/match:"):
            self.trades.append(
                Trade(data["symbol"], data["price"], data["size"], data["side"], data["tradeId"], data["time"])
            )
        return None

    def _follows(self, delta: Delta, last: int, *, is_first: bool) -> bool:
        return delta.first <= last + 1

    def _put(self, symbol: str, delta: Delta, last: int) -> None:
        # A row of price 0 only moves the sequence on.
        bids, asks = (
            [row for row in sorted(rows, key=lambda row: int(row[2])) if int(row[2]) > last and float(row[0])]  # type: ignore[misc]
            for rows in (delta.bids, delta.asks)
        )
        self.books[symbol].put(bids, asks)


class BitstampBooks(SyncedBooks):
    def feed_http(self, url: str, text: str) -> str | None:
        path = urlsplit(url).path
        if "/order_book/" not in path:
            return None
        body = decode(text)
        symbol = path.rstrip("/").rsplit("/", 1)[1]
        return self._on_snapshot(symbol, int(body["microtimestamp"]), body["bids"], body["asks"])

    def _feed(self, message: Any) -> str | None:
        channel, data = message.get("channel", ""), message.get("data", {})
        if message.get("event") == "data" and channel.startswith("diff_order_book_"):
            at = int(data["microtimestamp"])
            return self._on_delta(
                channel.removeprefix("diff_order_book_"), Delta(at, at, 0, data["bids"], data["asks"])
            )
        if message.get("event") == "trade":
            side = "buy" if data["type"] == "0" else "sell"
            self.trades.append(
                Trade(
                    channel.removeprefix("live_trades_"), data["price_str"], data["amount_str"], side, data["id"],
                    data["microtimestamp"],
                )
            )  # fmt: skip
        return None

    def _follows(self, delta: Delta, last: int, *, is_first: bool) -> bool:
        return True
