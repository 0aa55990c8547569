"""Gemini v2: an l2_updates that brings `trades` or `auction_events` is a whole book, others are absolute levels.

    loss        nothing is numbered: every ten minutes each book gets a fresh one, by a new subscription
    silence     a heartbeat comes every five seconds, whatever else is said
    trades      those inside a whole book were before we came; block and auction trades have no taker

Source: docs.gemini.com, websocket-api, "Market Data Version 2".
"""

import msgspec
import numpy as np

from core.memory.files import address_of
from feeds.decode import DEPTH, SNAPSHOT
from feeds.frame_reader import COUNT
from feeds.market import Market
from feeds.market_books import EMPTY, Book
from feeds.market_socket import Socket
from feeds.shapes import Role, object_shape, row_shape
from feeds.venues.gemini.frames import SHAPES
from feeds.venues.gemini.messages import Frame

LEVELS = row_shape(Role.SIDE, Role.PRICE, Role.QUANTITY)
TRADE = object_shape(event_id=Role.ID, timestamp=Role.TIME_MS, price=Role.PRICE, quantity=Role.QUANTITY, side=Role.SIDE)
_LEVELS, _TRADE = address_of(LEVELS), address_of(TRADE)


class GeminiMarket(Market[Book]):
    shapes = SHAPES
    symbols_per_socket = 10
    silence_s = 12.0
    renew_every_s = 600.0
    _decode = msgspec.json.Decoder(Frame).decode

    def make_book(self, symbol: str, instrument_id: int, decoder: np.ndarray) -> Book:
        return Book(symbol, instrument_id, decoder)

    def subscribe(self, books: list[Book]) -> list[str]:
        return [_ask("subscribe", books)]

    def unsubscribe_book(self, book: Book) -> list[str]:
        return [_ask("unsubscribe", [book])]

    def subscribe_book(self, book: Book) -> list[str]:
        return [_ask("subscribe", [book])]

    def on_read(self, book: Book, found: memoryview, received_ns: int, socket: Socket[Book]) -> bool:
        if book.is_live:
            self.publish_parsed(book, found[COUNT], DEPTH, received_ns, 0, 0)
        return True

    def on_frame(self, frame: bytes, received_ns: int, socket: Socket[Book]) -> None:
        message = self._decode(frame)
        if message.type == "l2_updates":
            self._on_levels(message, received_ns)
        elif message.type == "trade":
            if message.side in ("buy", "sell"):
                self.publish_trades(self.books[message.symbol], _TRADE, msgspec.Raw(frame), received_ns)
        elif message.result == "error":
            self.status["message"] = f"the venue refused: {message.message}".encode()[:104]

    def _on_levels(self, message: Frame, received_ns: int) -> None:
        book = self.books[message.symbol]
        is_whole = bool(message.trades) or bool(message.auction_events)
        if not (is_whole or book.is_live):
            return  # of the subscription that was given up
        kind = SNAPSHOT if is_whole else DEPTH
        self.publish(book, _LEVELS, message.changes, EMPTY, kind, received_ns, 0, 0)
        if is_whole:
            self.live(book)


def _ask(verb: str, books: list[Book]) -> str:
    asked = {"name": "l2", "symbols": [book.symbol for book in books]}
    return msgspec.json.encode({"type": verb, "subscriptions": [asked]}).decode()
