"""Alpaca: a key first, then subscriptions; equities by their best quote, crypto by books.

    login       connected → auth → authenticated → subscribe; only then is anything sent
    equities    each quote is the whole book, of one level a side; a side without a price is empty
    crypto      an order book with r is whole, others are absolute levels, not numbered: every ten minutes a fresh one;
                trades name their taker
    limits      one connection for an account, thirty symbols of the free plan: refusals are sentences

Source: docs.alpaca.markets, "WebSocket Stream", "Real-time Stock Data", "Real-time Crypto Data".
"""

import asyncio
from contextlib import suppress
from urllib.parse import urlsplit, urlunsplit

import msgspec
import numpy as np
from msgspec import Raw

from core.memory.files import address_of
from feeds.credentials import Credentials, credentials_of, has_credentials
from feeds.decode import DEPTH, SNAPSHOT
from feeds.errors import CredentialsMissing, FeedError
from feeds.market import Market
from feeds.market_books import Book
from feeds.market_socket import Socket
from feeds.market_words import NOT_ITS_WORDS
from feeds.shapes import Role, object_shape, row_shape
from feeds.venue_time import ns_of
from feeds.venues.alpaca.instruments import is_crypto
from feeds.venues.alpaca.messages import NONE, Clock, Message
from feeds.venues.alpaca.signing import headers_of, login
from feeds.venues.alpaca.taker import Taker

LEVELS = object_shape(p=Role.PRICE, s=Role.QUANTITY)
QUOTE = row_shape(Role.PRICE, Role.QUANTITY)
TRADE = row_shape(Role.PRICE, Role.QUANTITY, Role.SIDE, Role.ID)
_LEVELS, _QUOTE, _TRADE = address_of(LEVELS), address_of(QUOTE), address_of(TRADE)

EQUITY_PATH, CRYPTO_PATH = "/v2/iex", "/v1beta3/crypto/us"
SIDES = {"B": "buy", "S": "sell"}
NO_PRICE = (b"0", b"0.0", b"")
ASK_AGAIN_S = 5.0
CLOCK_EVERY_S = 15.0


class AlpacaBook(Book):
    def __init__(self, symbol: str, instrument_id: int, decoder: np.ndarray) -> None:
        super().__init__(symbol, instrument_id, decoder)
        self.taker = Taker()


class AlpacaMarket(Market[AlpacaBook]):
    symbols_per_socket = 10_000  # the venue allows one connection an address
    connects_a_second = 0.5
    snapshot_within_s = 600.0  # a closed market has no quotes
    renew_every_s = 600.0
    credentials = Credentials("", "")
    """None named: the venue's refusal is what is shown."""
    _decode = msgspec.json.Decoder(list[Message]).decode
    _decode_clock = msgspec.json.Decoder(Clock).decode

    async def prepare(self) -> None:
        while has_credentials(self.config):
            try:
                self.credentials = credentials_of(self.config)
                return
            except CredentialsMissing as error:
                self.status["message"] = str(error).encode()[:104]
            await asyncio.sleep(ASK_AGAIN_S)

    async def meanwhile(self) -> None:
        """Equities close, also on holidays: the venue's clock says when."""
        equities = [symbol for symbol in self.books if not is_crypto(symbol)]
        while equities and self.credentials.key:
            with suppress(FeedError, *NOT_ITS_WORDS):
                await self.read_clock(equities)
            await asyncio.sleep(CLOCK_EVERY_S)

    async def read_clock(self, equities: list[str]) -> None:
        body = await self.rest.call("GET", "/v2/clock", headers=headers_of(self.credentials))
        self.trading_states.tell_session(equities, is_open=self._decode_clock(body).is_open)

    def make_book(self, symbol: str, instrument_id: int, decoder: np.ndarray) -> AlpacaBook:
        return AlpacaBook(symbol, instrument_id, decoder)

    def portions(self, books: list[AlpacaBook]) -> list[list[AlpacaBook]]:
        kinds = ([book for book in books if is_crypto(book.symbol) == crypto] for crypto in (False, True))
        return [portion for kind in kinds for portion in super(AlpacaMarket, self).portions(kind)]

    def stream_url(self, books: list[AlpacaBook]) -> str:
        """`ws_url` may name another feed of equities: …/v2/sip."""
        base = urlsplit(self.config.ws_url)
        is_of_crypto = any(is_crypto(book.symbol) for book in books)
        path = CRYPTO_PATH if is_of_crypto else base.path.rstrip("/") or EQUITY_PATH
        return urlunsplit(base._replace(path=path))

    def subscribe(self, books: list[AlpacaBook]) -> list[str]:
        """Nothing else may be sent before the venue knows us."""
        return [login(self.credentials)]

    def unsubscribe_book(self, book: AlpacaBook) -> list[str]:
        return [_ask("unsubscribe", {_channel(book.symbol): [book.symbol]})]

    def subscribe_book(self, book: AlpacaBook) -> list[str]:
        return [_ask("subscribe", {_channel(book.symbol): [book.symbol]})]

    async def renew(self, book: AlpacaBook) -> None:
        """Of equities every quote is whole."""
        if is_crypto(book.symbol):
            await super().renew(book)

    def on_frame(self, frame: bytes, received_ns: int, socket: Socket[AlpacaBook]) -> None:
        for message in self._decode(frame):
            if message.T == "t":
                self._on_trade(self.books[message.S], message, received_ns)
            elif message.T == "q":
                self._on_quote(self.books[message.S], message, received_ns)
            elif message.T == "o":
                self._on_book(self.books[message.S], message, received_ns)
            elif message.T == "success" and message.msg == "authenticated":
                symbols = [book.symbol for book in socket.books]
                socket.send(
                    [_ask("subscribe", {_channel(symbol): symbols for symbol in symbols} | {"trades": symbols})]
                )
            elif message.T == "error":
                self.status["message"] = f"the venue refused: {message.code} {message.msg}".encode()[:104]

    def _on_quote(self, book: AlpacaBook, message: Message, received_ns: int) -> None:
        bid, ask = bytes(message.bp), bytes(message.ap)
        bids = Raw(b"[[%b,%b]]" % (bid, message.bs)) if bid not in NO_PRICE else NONE
        asks = Raw(b"[[%b,%b]]" % (ask, message.as_)) if ask not in NO_PRICE else NONE
        self.publish(book, _QUOTE, bids, asks, SNAPSHOT, received_ns, ns_of(message.t), 0)
        if bids is not NONE and asks is not NONE:
            book.taker.quote(bid, ask)
        self.live(book)

    def _on_book(self, book: AlpacaBook, message: Message, received_ns: int) -> None:
        if not (message.r or book.is_live):
            return
        kind = SNAPSHOT if message.r else DEPTH
        self.publish(book, _LEVELS, message.b, message.a, kind, received_ns, ns_of(message.t), 0)
        if message.r:
            self.live(book)

    def _on_trade(self, book: AlpacaBook, message: Message, received_ns: int) -> None:
        side = SIDES.get(message.tks, "") if is_crypto(book.symbol) else book.taker.side_of(bytes(message.p))
        if side:
            row = b'[%b,%b,"%b",%b]' % (message.p, message.s, side.encode(), message.i)
            self.publish_trades(book, _TRADE, Raw(row), received_ns, ns_of(message.t))


def _channel(symbol: str) -> str:
    return "orderbooks" if is_crypto(symbol) else "quotes"


def _ask(action: str, channels: dict[str, list[str]]) -> str:
    return msgspec.json.encode({"action": action, **channels}).decode()
