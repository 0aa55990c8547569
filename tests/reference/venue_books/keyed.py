"""Venues whose rule needs more than prices: BitMEX (rows by id), Bitfinex (channel numbers), dYdX (offsets of levels).

BitMEX       partial, insert, update (carries no price), delete, keyed by symbol and id; nothing before `partial`
Bitfinex     the last element of every frame = last + 1 over the whole socket; checksum: CRC32 signed over the best
             25, alternating bid and ask, price:amount as on the wire, ask amounts negative; R0 has order id:amount
dYdX v3      a level changes only with an offset greater than its own; message ids overtake each other
dYdX v4      message_id counts per socket; the message's order is the level's offset; where the book crosses, the
             older level goes (docs: interaction/data/watch-orderbook, Uncrossing); equal age: the smaller size of
             the two is taken from both
"""

from decimal import Decimal
from typing import Any

from tests.reference.venue_books.ladder import Book, Level
from tests.reference.venue_books.venue import Trade, VenueBooks, signed_crc32


class BitmexBooks(VenueBooks):
    def __init__(self) -> None:
        super().__init__()
        self._prices: dict[tuple[str, str], str] = {}
        """symbol, id → price: an update names neither"""

    def _feed(self, message: Any) -> str | None:
        table = message.get("table") if isinstance(message, dict) else None
        if table == "trade":
            told = self.earlier_trades if message["action"] == "partial" else self.trades
            told += [
                Trade(
                    row["symbol"], row["price"], row["size"], row["side"].lower(), row["trdMatchID"], row["timestamp"]
                )
                for row in message["data"]
            ]
        if table not in ("orderBookL2", "orderBookL2_25"):
            return None
        action, symbol = message["action"], None
        if action == "partial":
            symbol = message["filter"]["symbol"] if "filter" in message else message["data"][0]["symbol"]
            self._begin(symbol, Book())
        for row in message["data"]:
            symbol = row["symbol"]
            if symbol not in self.books:
                return None  # before its partial
            self._put(symbol, action, row)
        self.found.updates += action != "partial"
        return symbol

    def _put(self, symbol: str, action: str, row: Any) -> None:
        key = symbol, row["id"]
        if "price" in row:
            self._prices[key] = row["price"]
        level = [(self._prices[key], "0" if action == "delete" else row["size"])]
        self.books[symbol].put(*((level, []) if row["side"] == "Buy" else ([], level)))


class BitfinexBooks(VenueBooks):
    """Prices and amounts; an R0 book (order by order) is summed up by price."""

    def __init__(self) -> None:
        super().__init__()
        self._channels: dict[str, tuple[str, str, str]] = {}
        """chanId → channel, symbol, precision"""
        self._flags = 0
        self._last: int | None = None
        self._orders: dict[str, dict[str, tuple[str, str]]] = {}
        """symbol → order id → price, amount; of R0 channels"""

    def _feed(self, message: Any) -> str | None:
        if isinstance(message, dict):
            if message["event"] == "conf":
                self._flags = int(message["flags"])
            if message["event"] == "subscribed":
                self._channels[message["chanId"]] = (message["channel"], message["symbol"], message.get("prec", ""))
            return None
        if self._flags & 65536:
            number = int(message[-1])
            if self._last is not None and number != self._last + 1:
                self.found.gaps += 1
                self.books.clear()
            self._last = number
        if message[1] == "hb":
            return None  # can come before the channel's own `subscribed`
        channel, symbol, precision = self._channels[message[0]]
        if channel == "trades":
            if message[1] == "te":
                self.trades.append(_bitfinex_trade(symbol, message[2]))
            if isinstance(message[1], list):
                self.earlier_trades += [_bitfinex_trade(symbol, row) for row in reversed(message[1])]
        if channel != "book":
            return None
        if message[1] == "cs":
            told = int(message[2])
            self._check(self._checksum(symbol, precision), told)
            return None
        rows = message[1]
        is_snapshot = not rows or isinstance(rows[0], list)
        if is_snapshot:
            self._begin(symbol, Book())
            self._orders[symbol] = {}
        elif symbol not in self.books:
            return None
        else:
            self.found.updates += 1
        for row in rows if is_snapshot else [rows]:
            self._put_order(symbol, row) if precision == "R0" else self._put_level(symbol, row)
        return symbol

    def _put_level(self, symbol: str, row: list[str]) -> None:
        price, count, amount = row
        level = [(price, "0" if int(count) == 0 else amount.removeprefix("-"))]
        self.books[symbol].put(*(([], level) if amount.startswith("-") else (level, [])))

    def _put_order(self, symbol: str, row: list[str]) -> None:
        number, price, amount = row
        orders = self._orders[symbol]
        touched = {orders.pop(number, (price, amount)), (price, amount)}
        if Decimal(price) != 0:
            orders[number] = (price, amount)
        for at, signed in touched:
            if Decimal(at) != 0:
                is_ask = signed.startswith("-")
                total = sum(
                    (abs(Decimal(size)) for other, size in orders.values()
                     if Decimal(other) == Decimal(at) and size.startswith("-") == is_ask),
                    Decimal(0),
                )  # fmt: skip
                level = [(at, format(total, "f"))]
                self.books[symbol].put(*(([], level) if is_ask else (level, [])))

    def _checksum(self, symbol: str, precision: str) -> int:
        if precision != "R0":
            book = self.books[symbol]
            return bitfinex_checksum(book.bid_side.top(25), book.ask_side.top(25))
        orders = [(Decimal(price), int(number), amount) for number, (price, amount) in self._orders[symbol].items()]
        bids = sorted((row for row in orders if not row[2].startswith("-")), key=lambda row: (-row[0], row[1]))
        asks = sorted(row for row in orders if row[2].startswith("-"))
        return bitfinex_checksum(
            [(str(row[1]), row[2]) for row in bids[:25]], [(str(row[1]), row[2][1:]) for row in asks[:25]]
        )


def _bitfinex_trade(symbol: str, row: list[str]) -> Trade:
    number, at, amount, price = row[:4]
    return Trade(symbol, price, amount.removeprefix("-"), "sell" if amount.startswith("-") else "buy", number, at)


def bitfinex_checksum(bids: list[Level], asks: list[Level]) -> int:
    texts: list[str] = []
    for place in range(25):
        if place < len(bids):
            texts += bids[place]
        if place < len(asks):
            texts += asks[place][0], "-" + asks[place][1]
    return signed_crc32(":".join(texts))


class DydxV3Books(VenueBooks):
    """`found.gaps` counts numbers that do not follow on: messages overtake each other, none is missing."""

    def __init__(self) -> None:
        super().__init__()
        self._offsets: dict[tuple[str, str, Decimal], int] = {}
        self._last = -1

    def _feed(self, message: Any) -> str | None:
        number = int(message["message_id"])
        self.found.gaps += number != self._last + 1
        self._last = number
        symbol, contents = message.get("id", ""), message.get("contents", {})
        if message.get("channel") == "v3_trades":
            told = self.earlier_trades if message["type"] == "subscribed" else self.trades
            told += [
                Trade(symbol, row["price"], row["size"], row["side"].lower(), "", row["createdAt"])
                for row in contents["trades"]
            ]
        if message.get("channel") != "v3_orderbook":
            return None
        if message["type"] == "subscribed":
            self._begin(symbol, Book())
            rows = [
                (side, row["price"], row["size"], int(row["offset"]))
                for side in ("bids", "asks")
                for row in contents[side]
            ]
        else:
            offset = int(contents["offset"])
            rows = [(side, price, size, offset) for side in ("bids", "asks") for price, size in contents[side]]
            self.found.updates += 1
        for side, price, size, offset in rows:
            key = symbol, side, Decimal(price)
            if offset <= self._offsets.get(key, -1):
                self.found.stale += 1
                continue
            self._offsets[key] = offset
            level = [(price, size)]
            self.books[symbol].put(*((level, []) if side == "bids" else ([], level)))
        return str(symbol)


class DydxBooks(VenueBooks):
    """v4. `books` are uncrossed; `found.crossed` counts the states that had to be."""

    def __init__(self) -> None:
        super().__init__()
        self._raw: dict[str, Book] = {}
        self._offsets: dict[tuple[str, str, Decimal], int] = {}
        self._seen: set[int] = set()
        self._highest = -1

    @property
    def missing(self) -> int:
        """Message numbers that never came; they may overtake each other."""
        return self._highest + 1 - len(self._seen)

    def _feed(self, message: Any) -> str | None:
        number = int(message["message_id"])
        self._seen.add(number)
        self._highest = max(self._highest, number)
        channel, symbol, contents = message.get("channel"), message.get("id", ""), message.get("contents")
        if channel == "v4_trades":
            batches = contents if isinstance(contents, list) else [contents]
            told = self.earlier_trades if message["type"] == "subscribed" else self.trades
            told += [
                Trade(symbol, row["price"], row["size"], row["side"].lower(), row["id"], row["createdAt"])
                for batch in batches
                for row in batch["trades"]
            ]
        if channel != "v4_orderbook" or message["type"] == "unsubscribed":
            return None
        if message["type"] == "subscribed":
            for side in ("bids", "asks"):
                contents[side] = [(row["price"], row["size"]) for row in contents[side]]
            self._offsets = {key: offset for key, offset in self._offsets.items() if key[0] != symbol}
            self._raw[symbol] = Book()
            self.found.snapshots += 1
        elif symbol not in self._raw:
            return None
        else:
            self.found.updates += 1
        for batch in contents if isinstance(contents, list) else [contents]:
            self._put(symbol, number, batch)
        return str(symbol)

    def _put(self, symbol: str, number: int, batch: Any) -> None:
        for side in ("bids", "asks"):
            for price, size, *_ in batch.get(side) or []:
                self._offsets[symbol, side, Decimal(price)] = number
                level = [(price, size)]
                self._raw[symbol].put(*((level, []) if side == "bids" else ([], level)))
        self.found.crossed += self._raw[symbol].is_crossed
        self._uncross(symbol)

    def _uncross(self, symbol: str) -> None:
        """As the documentation's code does, the book itself is changed, not only what is shown of it."""
        book = self._raw[symbol]
        while book.is_crossed:
            (bid,), (ask,) = book.bid_side.top(1), book.ask_side.top(1)
            bid_age = self._offsets[symbol, "bids", Decimal(bid[0])]
            ask_age = self._offsets[symbol, "asks", Decimal(ask[0])]
            if bid_age < ask_age:
                book.bid_side.put(bid[0], "0")
            elif bid_age > ask_age:
                book.ask_side.put(ask[0], "0")
            else:
                traded = min(Decimal(bid[1]), Decimal(ask[1]))
                book.bid_side.put(bid[0], format(Decimal(bid[1]) - traded, "f"))
                book.ask_side.put(ask[0], format(Decimal(ask[1]) - traded, "f"))
        self.books[symbol] = book

    def _look_at(self, book: Book) -> None:
        assert not book.is_crossed
