"""Alpaca: a key first, then subscriptions; equities by their best quote, crypto by books.

    login       connected → auth → authenticated → subscribe; only then is anything sent
    equities    each quote is the whole book, of one level a side; a side without a price is empty
    crypto      an order book with r is whole, others are absolute levels; trades name their taker
    limits      one connection for an account, thirty symbols of the free plan: refusals are sentences

Source: docs.alpaca.markets, "WebSocket Stream", "Real-time Stock Data", "Real-time Crypto Data".
"""

import asyncio

import msgspec
import numpy as np
from msgspec import Raw

from core.memory.files import address_of
from feeds.credentials import Credentials, read_credentials
from feeds.decode import DEPTH, SNAPSHOT
from feeds.errors import CredentialsMissing
from feeds.market import Book, Market, Socket
from feeds.shapes import Role, object_shape, row_shape
from feeds.venue_time import ns_of
from feeds.venues.alpaca.messages import NONE, Message
from feeds.venues.alpaca.signing import login
from feeds.venues.alpaca.taker import Taker

LEVELS = object_shape(p=Role.PRICE, s=Role.QUANTITY)
QUOTE = row_shape(Role.PRICE, Role.QUANTITY)
TRADE = row_shape(Role.PRICE, Role.QUANTITY, Role.SIDE, Role.ID)
_LEVELS, _QUOTE, _TRADE = address_of(LEVELS), address_of(QUOTE), address_of(TRADE)

NO_PRICE = (b"0", b"0.0", b"")
ASK_AGAIN_S = 5.0


class AlpacaBook(Book):
    def __init__(self, symbol: str, instrument_id: int, decoder: np.ndarray) -> None:
        super().__init__(symbol, instrument_id, decoder)
        self.taker = Taker()


class AlpacaMarket(Market[AlpacaBook]):
    symbols_per_socket = 10_000
    connects_a_second = 0.5
    book_channel = ""
    _decode = msgspec.json.Decoder(list[Message]).decode

    credentials = Credentials("", "")

    async def prepare(self) -> None:
        while True:
            try:
                self.credentials = read_credentials(self.config.credentials_file, venue=self.name)
                return
            except CredentialsMissing as error:
                self.status["message"] = str(error).encode()[:104]
            await asyncio.sleep(ASK_AGAIN_S)

    def make_book(self, symbol: str, instrument_id: int, decoder: np.ndarray) -> AlpacaBook:
        return AlpacaBook(symbol, instrument_id, decoder)

    def subscribe(self, books: list[AlpacaBook]) -> list[str]:
        """Nothing else may be sent before the venue knows us."""
        return [login(self.credentials)]

    def unsubscribe_book(self, book: AlpacaBook) -> list[str]:
        return [_ask("unsubscribe", {self.book_channel: [book.symbol]})]

    def subscribe_book(self, book: AlpacaBook) -> list[str]:
        return [_ask("subscribe", {self.book_channel: [book.symbol]})]

    def on_frame(self, frame: bytes, received_ns: int, socket: Socket[AlpacaBook]) -> None:
        for message in self._decode(frame):
            if message.T == "t":
                self._on_trade(self.books[message.S], message, received_ns)
            elif message.T in ("q", "o"):
                self.on_book(self.books[message.S], message, received_ns)
            elif message.T == "success" and message.msg == "authenticated":
                symbols = [book.symbol for book in socket.books]
                socket.send([_ask("subscribe", {self.book_channel: symbols, "trades": symbols})])
            elif message.T == "error":
                self.status["message"] = f"the venue refused: {message.code} {message.msg}".encode()[:104]

    def on_book(self, book: AlpacaBook, message: Message, received_ns: int) -> None:
        raise NotImplementedError

    def side_of(self, book: AlpacaBook, message: Message) -> str:
        """buy, sell, or nothing: nobody knows."""
        raise NotImplementedError

    def _on_trade(self, book: AlpacaBook, message: Message, received_ns: int) -> None:
        if side := self.side_of(book, message):
            row = b'[%b,%b,"%b",%b]' % (message.p, message.s, side.encode(), message.i)
            self.publish_trades(book, _TRADE, Raw(row), received_ns, ns_of(message.t))


class EquityMarket(AlpacaMarket):
    book_channel = "quotes"
    snapshot_within_s = 600.0  # a closed market has no quotes

    def on_book(self, book: AlpacaBook, message: Message, received_ns: int) -> None:
        bid, ask = bytes(message.bp), bytes(message.ap)
        bids = Raw(b"[[%b,%b]]" % (bid, message.bs)) if bid not in NO_PRICE else NONE
        asks = Raw(b"[[%b,%b]]" % (ask, message.as_)) if ask not in NO_PRICE else NONE
        self.publish(book, _QUOTE, bids, asks, SNAPSHOT, received_ns, ns_of(message.t), 0)
        if bids is not NONE and asks is not NONE:
            book.taker.quote(bid, ask)
        self.live(book)

    def side_of(self, book: AlpacaBook, message: Message) -> str:
        return book.taker.side_of(bytes(message.p))


class CryptoMarket(AlpacaMarket):
    book_channel = "orderbooks"

    def on_book(self, book: AlpacaBook, message: Message, received_ns: int) -> None:
        if not (message.r or book.is_live):
            return
        kind = SNAPSHOT if message.r else DEPTH
        self.publish(book, _LEVELS, message.b, message.a, kind, received_ns, ns_of(message.t), 0)
        if message.r:
            self.live(book)

    def side_of(self, book: AlpacaBook, message: Message) -> str:
        return {"B": "buy", "S": "sell"}.get(message.tks, "")


def _ask(action: str, channels: dict[str, list[str]]) -> str:
    return msgspec.json.encode({"action": action, **channels}).decode()
