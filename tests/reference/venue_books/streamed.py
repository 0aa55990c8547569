"""Venues that send the snapshot on the socket itself: OKX, Bybit, Coinbase, Deribit, Gemini, HTX and others.

OKX              update.prevSeqId = last seqId; a smaller seqId than the last one is a reset after maintenance, and
                 holds too; a frame without seqId (before 2023) cannot be lost but by its checksum: CRC32 signed of
                 bid1:size:ask1:size… of the best 25, alternating, 0 = not computed
Bybit            u = last u + 1; a snapshot, also one with u = 1, begins anew; depth 1 is snapshots only
Kraken v1, v2    CRC32 over the best ten asks, then the best ten bids: price and size without point and without
                 leading noughts; levels beyond the depth that was asked for are cut before
Kraken Futures   seq = last seq + 1, per product
Coinbase         sequence_num = last + 1 over the whole socket; the Exchange's level2 has no sequence
Deribit          prev_change_id = last change_id
Gemini v2        no sequence: the first l2_updates of a symbol is its book
HTX              step0: every frame is the whole book; mbp: prevSeqNum = last seqNum; high_freq: version = last + 1
Hyperliquid      every frame is the whole book
"""

from typing import Any

from tests.reference.venue_books.ladder import Book, Level
from tests.reference.venue_books.venue import Trade, VenueBooks, signed_crc32


class OkxBooks(VenueBooks):
    def __init__(self) -> None:
        super().__init__()
        self._last: dict[str, int | None] = {}

    def _feed(self, message: Any) -> str | None:
        if not isinstance(message, dict) or "arg" not in message or "data" not in message:
            return None
        channel, symbol = message["arg"]["channel"], message["arg"]["instId"]
        if channel in ("trades", "trades-all"):
            self.trades += [
                Trade(row["instId"], row["px"], row["sz"], row["side"], row["tradeId"], row["ts"])
                for row in message["data"]
            ]
            return None
        if not channel.startswith(("books", "bbo")):
            return None
        for data in message["data"]:
            self._apply(symbol, message.get("action", "snapshot"), data)
        return symbol if symbol in self.books else None

    def _apply(self, symbol: str, action: str, data: Any) -> None:
        if action == "snapshot":
            self._begin(symbol, Book(data["bids"], data["asks"]))
        elif symbol not in self.books:
            return
        else:
            last = self._last[symbol]
            if "prevSeqId" in data and last is not None and int(data["prevSeqId"]) != last:
                self._lose(symbol)
                return
            self.books[symbol].put(data["bids"], data["asks"])
            self.found.updates += 1
        self._last[symbol] = int(data["seqId"]) if "seqId" in data else None
        if told := int(data.get("checksum", 0)):
            self._check(okx_checksum(self.books[symbol]), told)


def okx_checksum(book: Book) -> int:
    bids, asks = book.bid_side.top(25), book.ask_side.top(25)
    texts: list[str] = []
    for place in range(25):
        for side in (bids, asks):
            if place < len(side):
                texts += side[place]
    return signed_crc32(":".join(texts))


class BybitBooks(VenueBooks):
    def __init__(self) -> None:
        super().__init__()
        self._last: dict[str, int] = {}

    def _feed(self, message: Any) -> str | None:
        topic = message.get("topic", "") if isinstance(message, dict) else ""
        if topic.startswith("publicTrade."):
            self.trades += [
                Trade(row["s"], row["p"], row["v"], row["S"].lower(), row["i"], row["T"]) for row in message["data"]
            ]
        if not topic.startswith("orderbook."):
            return None
        data = message["data"]
        symbol, update_id = data["s"], int(data["u"])
        if message["type"] == "snapshot":
            self._begin(symbol, Book(data["b"], data["a"]))
        elif symbol not in self.books:
            return None
        elif update_id != self._last[symbol] + 1:
            self._lose(symbol)
            return None
        else:
            self.books[symbol].put(data["b"], data["a"])
            self.found.updates += 1
        self._last[symbol] = update_id
        return str(symbol)


class CoinbaseBooks(VenueBooks):
    """Advanced Trade."""

    def __init__(self) -> None:
        super().__init__()
        self._last: int | None = None

    def _feed(self, message: Any) -> str | None:
        number = int(message["sequence_num"])
        if self._last is not None and number != self._last + 1:
            for symbol in list(self.books):
                self.books.pop(symbol)
            self.found.gaps += 1
        self._last = number
        changed = None
        for event in message["events"]:
            if message["channel"] == "l2_data":
                changed = self._apply(event)
            elif message["channel"] == "market_trades":
                told = self.earlier_trades if event["type"] == "snapshot" else self.trades
                told += [_coinbase_trade(row) for row in reversed(event["trades"])]
        return changed

    def _apply(self, event: Any) -> str | None:
        symbol = event["product_id"]
        sides: dict[str, list[Level]] = {"bid": [], "offer": []}
        for row in event["updates"]:
            sides[row["side"]].append((row["price_level"], row["new_quantity"]))
        if event["type"] == "snapshot":
            self._begin(symbol, Book(sides["bid"], sides["offer"]))
        elif symbol in self.books:
            self.books[symbol].put(sides["bid"], sides["offer"])
            self.found.updates += 1
        else:
            return None
        return str(symbol)


def _coinbase_trade(row: Any) -> Trade:
    taker = "sell" if row["side"].upper() == "BUY" else "buy"
    return Trade(row["product_id"], row["price"], row["size"], taker, row["trade_id"], row["time"])


class CoinbaseExchangeBooks(VenueBooks):
    def _feed(self, message: Any) -> str | None:
        kind, symbol = message["type"], message.get("product_id", "")
        if kind == "snapshot":
            self._begin(symbol, Book(message["bids"], message["asks"]))
            return str(symbol)
        if kind == "l2update" and symbol in self.books:
            bids = [(price, size) for side, price, size in message["changes"] if side == "buy"]
            asks = [(price, size) for side, price, size in message["changes"] if side == "sell"]
            self.books[symbol].put(bids, asks)
            self.found.updates += 1
            return str(symbol)
        if kind in ("match", "last_match"):
            (self.trades if kind == "match" else self.earlier_trades).append(_coinbase_trade(message))
        return None


class DeribitBooks(VenueBooks):
    def __init__(self) -> None:
        super().__init__()
        self._last: dict[str, int] = {}

    def _feed(self, message: Any) -> str | None:
        if message.get("method") != "subscription":
            return None
        channel, data = message["params"]["channel"], message["params"]["data"]
        if channel.startswith("trades."):
            self.trades += [
                Trade(
                    row["instrument_name"], row["price"], row["amount"], row["direction"], row["trade_id"],
                    row["timestamp"],
                )
                for row in data
            ]  # fmt: skip
        if not channel.startswith("book."):
            return None
        symbol = data["instrument_name"]
        bids, asks = ([(row[-2], row[-1]) for row in data[side]] for side in ("bids", "asks"))
        # Grouped channels (book.X.none.20.100ms) have no type: each frame is the whole view.
        if data.get("type", "snapshot") == "snapshot":
            self._begin(symbol, Book(bids, asks))
        elif symbol not in self.books:
            return None
        elif int(data["prev_change_id"]) != self._last[symbol]:
            self._lose(symbol)
            return None
        else:
            self.books[symbol].put(bids, asks)
            self.found.updates += 1
        self._last[symbol] = int(data["change_id"])
        return str(symbol)


class GeminiBooks(VenueBooks):
    def _feed(self, message: Any) -> str | None:
        kind, symbol = message.get("type"), message.get("symbol", "")
        if kind == "trade":
            self.trades.append(_gemini_trade(message))
        if kind != "l2_updates":
            return None
        self.earlier_trades += [_gemini_trade(row) for row in reversed(message.get("trades", []))]
        bids = [(price, size) for side, price, size in message["changes"] if side == "buy"]
        asks = [(price, size) for side, price, size in message["changes"] if side == "sell"]
        if symbol not in self.books:
            self._begin(symbol, Book(bids, asks))
        else:
            self.books[symbol].put(bids, asks)
            self.found.updates += 1
        return str(symbol)


def _gemini_trade(row: Any) -> Trade:
    """Its `side` is the taker's; auctions (side "auction") have none."""
    return Trade(row["symbol"], row["price"], row["quantity"], row["side"], row["event_id"], row["timestamp"])


class HyperliquidBooks(VenueBooks):
    def __init__(self) -> None:
        super().__init__()
        self._seen: set[str] = set()
        self._told: set[str] = set()
        self._times: dict[str, int] = {}

    def _feed(self, message: Any) -> str | None:
        channel, data = message.get("channel"), message.get("data")
        if channel == "trades":
            for row in data:
                if row["tid"] not in self._seen:  # those of before are told again at each subscription
                    self._seen.add(row["tid"])
                    side = "buy" if row["side"] == "B" else "sell"
                    coin, time = row["coin"], int(row["time"])
                    is_old = coin not in self._told and time <= self._times.get(coin, time)
                    told = self.earlier_trades if is_old else self.trades
                    told.append(Trade(coin, row["px"], row["sz"], side, row["tid"], row["time"]))
            self._told |= {row["coin"] for row in data}
        if channel != "l2Book":
            return None
        self._times[data["coin"]] = int(data["time"])
        bids, asks = ([(row["px"], row["sz"]) for row in side] for side in data["levels"])
        self._begin(data["coin"], Book(bids, asks))
        return str(data["coin"])


class AlpacaBooks(VenueBooks):
    def _feed(self, message: Any) -> str | None:
        changed = None
        if not isinstance(message, list):
            return None
        for row in message:
            if row["T"] == "t":
                # Shares have no side; crypto tells the taker's.
                side = {"B": "buy", "S": "sell"}.get(row.get("tks", ""), "")
                self.trades.append(Trade(row["S"], row["p"], row["s"], side, row["i"], row["t"]))
            if row["T"] == "o":
                changed = str(row["S"])
                bids, asks = ([(level["p"], level["s"]) for level in row[side]] for side in ("b", "a"))
                if row.get("r"):
                    self._begin(changed, Book(bids, asks))
                elif changed in self.books:
                    self.books[changed].put(bids, asks)
                    self.found.updates += 1
        return changed


class HtxBooks(VenueBooks):
    def __init__(self) -> None:
        super().__init__()
        self._last: dict[str, int] = {}
        self._waiting: dict[str, list[Any]] = {}

    def _feed(self, message: Any) -> str | None:
        channel = message.get("ch") or message.get("rep") or ""
        parts = channel.split(".")
        if len(parts) < 4:
            return None
        symbol = parts[1]
        tick = message.get("tick") or message.get("data")
        if parts[2:] == ["trade", "detail"]:
            self.trades += [
                Trade(symbol, row["price"], row["amount"], row["direction"], row.get("tradeId", row["id"]), row["ts"])
                for row in tick["data"]
            ]
            return None
        if parts[2] == "mbp":
            return self._feed_mbp(symbol, tick, is_snapshot="rep" in message)
        if parts[2] != "depth":
            return None
        if tick.get("event", "snapshot") == "snapshot":
            self._begin(symbol, Book(tick["bids"], tick["asks"]))
        elif symbol not in self.books:
            return None
        elif int(tick["version"]) != self._last[symbol] + 1:
            self._lose(symbol)
            return None
        else:
            self.books[symbol].put(tick["bids"], tick["asks"])
            self.found.updates += 1
        self._last[symbol] = int(tick.get("version", 0))
        return symbol

    def _feed_mbp(self, symbol: str, tick: Any, *, is_snapshot: bool) -> str | None:
        if is_snapshot:
            self._begin(symbol, Book(tick["bids"], tick["asks"]))
            self._last[symbol] = int(tick["seqNum"])
            for waiting in self._waiting.pop(symbol, []):
                self._feed_mbp(symbol, waiting, is_snapshot=False)
            return symbol
        if symbol not in self.books:
            self._waiting.setdefault(symbol, []).append(tick)
            return None
        if int(tick["seqNum"]) <= self._last[symbol]:
            self.found.stale += 1
            return None
        if int(tick["prevSeqNum"]) != self._last[symbol]:
            self._lose(symbol)
            return None
        self.books[symbol].put(tick["bids"], tick["asks"])
        self.found.updates += 1
        self._last[symbol] = int(tick["seqNum"])
        return symbol
