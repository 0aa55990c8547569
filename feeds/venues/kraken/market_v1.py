"""Kraken spot v1, frozen and still served: arrays, and a checksum with updates only.

    book        [number, {"as": rows, "bs": rows}, "book-10", "XBT/USD"] begins it; then
                [number, {"a": rows, "c": checksum}, …], or both sides in two objects of which the last has the checksum
    rows        [price, quantity, time] and perhaps "r": a level that came back into the depth, an update like any other
    trades      [number, rows, "trade", "XBT/USD"]
    best quote  [number, [bid, ask, time, bid size, ask size], "spread", "XBT/USD"]
    ticker      [number, {"v": [today, last 24 hours], …}, "ticker", "XBT/USD"]
    names       AssetPairs' wsname: XBT/USD

Source: docs.kraken.com, api/docs/websocket-v1 (book, trade, spread, ticker, subscribe), guides/spot-ws-book-v1.
"""

import msgspec
from msgspec import Raw

from core.memory.files import address_of
from feeds.checked_book import NOT_TOLD
from feeds.decode import DEPTH, SNAPSHOT
from feeds.errors import BadFrame
from feeds.market_socket import Socket
from feeds.market_words import Ping
from feeds.shapes import Role, row_shape
from feeds.venues.kraken.market import KrakenBook, KrakenMarket
from feeds.venues.kraken.messages import Day, Event, Rows, Sides

LEVELS = row_shape(Role.PRICE, Role.QUANTITY)
TRADES = row_shape(Role.PRICE, Role.QUANTITY, Role.TIME_S, Role.SIDE)
_LEVELS, _TRADES = address_of(LEVELS), address_of(TRADES)
BOOK, TRADE, SPREAD, TICKER = b'"book-', b'"trade"', b'"spread"', b'"ticker"'
NONE = Raw(b"[]")
"""A side that a frame does not speak of"""
MOST_TIME_NS = 9_000_000_000_000_000_000


class KrakenV1Market(KrakenMarket):
    ping = Ping('{"event":"ping"}', 30.0)
    _decode_event = msgspec.json.Decoder(Event).decode
    _decode_parts = msgspec.json.Decoder(list[Raw]).decode
    _decode_sides = msgspec.json.Decoder(Sides, strict=False).decode
    _decode_texts = msgspec.json.Decoder(Rows).decode
    _decode_spread = msgspec.json.Decoder(list[str]).decode
    _decode_day = msgspec.json.Decoder(Day).decode
    _decode_name = msgspec.json.Decoder(str).decode

    @property
    def _book_channel(self) -> str:
        return "spread" if self.takes_quotes_only else "book"

    def on_frame(self, frame: bytes, received_ns: int, socket: Socket[KrakenBook]) -> None:
        if frame[:1] != b"[":
            event = self._decode_event(frame)
            if event.status == "error":
                self.status["message"] = f"the venue refused {event.pair}: {event.errorMessage}".encode()[:104]
            return
        parts = self._decode_parts(frame)
        channel, book = bytes(parts[-2]), self.books[self._decode_name(parts[-1])]
        if channel.startswith(BOOK):
            self._on_book(book, [self._decode_sides(part) for part in parts[1:-2]], int(channel[6:-1]), received_ns)
        elif channel == TRADE:
            self.publish_trades(book, _TRADES, parts[1], received_ns)
        elif channel == SPREAD:
            self._on_spread(book, parts[1], received_ns)
        elif channel == TICKER:
            self._on_day(book, self._decode_day(parts[1]), received_ns)

    def _on_book(self, book: KrakenBook, sides: list[Sides], depth: int, received_ns: int) -> None:
        first, last = sides[0], sides[-1]
        if first.bs or first.as_:
            book.checked.state["depth"] = depth
            self.publish_checked(
                book, book.checked, _LEVELS, first.bs or NONE, first.as_ or NONE, NOT_TOLD, SNAPSHOT, received_ns, 0, 0
            )
            self.live(book)
        elif book.is_live:
            if last.c is None:
                raise BadFrame("every update has a checksum", symbol=book.symbol)
            bids, asks = first.b or last.b, first.a or last.a
            at_ns = max(_ns_of(self._decode_texts(rows)[-1][2]) for rows in (bids, asks) if rows)
            self.publish_checked(
                book, book.checked, _LEVELS, bids or NONE, asks or NONE, last.c, DEPTH, received_ns, at_ns, last.c
            )

    def _on_spread(self, book: KrakenBook, row: Raw, received_ns: int) -> None:
        bid, ask, at, bid_size, ask_size = self._decode_spread(row)[:5]
        self.on_quote(book.symbol, (bid, bid_size), (ask, ask_size), received_ns, _ns_of(at))

    def _on_day(self, book: KrakenBook, told: Day, received_ns: int) -> None:
        day = {"volume": told.v[1], "high": told.h[1], "low": told.l[1], "vwap": told.p[1]}
        self.references.tell_day(book.symbol, received_ns, 0, **day)

    def _ask(self, method: str, symbols: list[str], channel: str) -> str:
        wanted = {"name": channel, "depth": self.depth} if channel == "book" else {"name": channel}
        return msgspec.json.encode({"event": method, "pair": symbols, "subscription": wanted}).decode()


def _ns_of(text: str) -> int:
    """Seconds with decimals."""
    whole, _, fraction = text.partition(".")
    at_ns = int(whole + f"{fraction:0<9.9}")
    if not 0 <= at_ns <= MOST_TIME_NS:
        raise BadFrame("a time must be one", at_ns=at_ns)
    return at_ns
