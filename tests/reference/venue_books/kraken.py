"""Kraken: spot by both protocols, and Futures.

v1, v2     CRC32 over the best ten asks, then the best ten bids: price and size without point and without leading
           noughts; levels beyond the depth that was asked for are cut before
Futures    seq = last seq + 1, per product
"""

from typing import Any
from zlib import crc32

from tests.reference.venue_books.ladder import Book
from tests.reference.venue_books.venue import Trade, VenueBooks, decode


class KrakenV1Books(VenueBooks):
    def _feed(self, message: Any) -> str | None:
        if not isinstance(message, list):
            return None
        *_, channel, symbol = message
        if channel == "trade":
            self.trades += [
                Trade(symbol, price, size, "buy" if side == "b" else "sell", "", at)
                for price, size, at, side, *_ in message[1]
            ]
        if not channel.startswith("book"):
            return None
        depth, parts = int(channel.split("-")[1]), message[1:-2]
        told = None
        if "as" in parts[0] or "bs" in parts[0]:
            self._begin(symbol, Book(parts[0].get("bs", []), parts[0].get("as", [])))
        elif symbol not in self.books:
            return None
        else:
            for part in parts:
                self.books[symbol].put(part.get("b", []), part.get("a", []))
                told = part.get("c", told)
            self.found.updates += 1
        return kraken_end(self, symbol, depth, told)


class KrakenV2Books(VenueBooks):
    def __init__(self) -> None:
        super().__init__()
        self._depth: dict[str, int] = {}

    def feed_sent(self, text: str) -> None:
        params = decode(text).get("params", {})
        if params.get("channel") == "book":
            for symbol in params["symbol"]:
                self._depth[symbol] = int(params.get("depth", 10))

    def _feed(self, message: Any) -> str | None:
        if message.get("channel") == "trade":
            told = self.earlier_trades if message["type"] == "snapshot" else self.trades
            told += [
                Trade(row["symbol"], row["price"], row["qty"], row["side"], row["trade_id"], row["timestamp"])
                for row in message["data"]
            ]
        if message.get("channel") != "book":
            return None
        data = message["data"][0]
        symbol = data["symbol"]
        bids, asks = ([(row["price"], row["qty"]) for row in data[side]] for side in ("bids", "asks"))
        if message["type"] == "snapshot":
            self._begin(symbol, Book(bids, asks))
            # Nobody said how deep: then as deep as the snapshot is.
            deepest = max(len(bids), len(asks))
            self._depth.setdefault(symbol, next(depth for depth in (10, 25, 100, 500, 1000) if depth >= deepest))
        elif symbol not in self.books:
            return None
        else:
            self.books[symbol].put(bids, asks)
            self.found.updates += 1
        return kraken_end(self, symbol, self._depth[symbol], data["checksum"])


def kraken_end(venue: VenueBooks, symbol: str, depth: int, told: str | None) -> str:
    """Cut to the depth that was asked for, then compare."""
    book = venue.books[symbol]
    book.bid_side.cut(depth)
    book.ask_side.cut(depth)
    if told is not None:
        venue._check(kraken_checksum(book), int(told))
    return symbol


def kraken_checksum(book: Book) -> int:
    rows = book.ask_side.top(10) + book.bid_side.top(10)
    return crc32("".join(text.replace(".", "").lstrip("0") for row in rows for text in row).encode())


class KrakenFuturesBooks(VenueBooks):
    def __init__(self) -> None:
        super().__init__()
        self._last: dict[str, int] = {}

    def _feed(self, message: Any) -> str | None:
        feed, symbol = message.get("feed"), message.get("product_id", "")
        if feed == "trade_snapshot":
            self.earlier_trades += [_futures_trade(row) for row in reversed(message["trades"])]
        if feed == "trade" and "uid" in message:
            self.trades.append(_futures_trade(message))
        if feed == "book_snapshot":
            bids, asks = ([(row["price"], row["qty"]) for row in message[side]] for side in ("bids", "asks"))
            self._begin(symbol, Book(bids, asks))
        elif feed == "book" and symbol in self.books:
            if int(message["seq"]) != self._last[symbol] + 1:
                self._lose(symbol)
                return None
            row = [(message["price"], message["qty"])]
            self.books[symbol].put(*((row, []) if message["side"] == "buy" else ([], row)))
            self.found.updates += 1
        else:
            return None
        self._last[symbol] = int(message["seq"])
        return str(symbol)


def _futures_trade(row: Any) -> Trade:
    return Trade(row["product_id"], row["price"], row["qty"], row["side"], row["uid"], row["time"])
