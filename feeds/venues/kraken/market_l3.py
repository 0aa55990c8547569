"""Kraken spot, level 3: every order of the best prices, on a socket of its own that wants a token.

    token       of a REST call that is signed; asked for before each connection, and again before it is too old to
                subscribe with
    orders      add, modify and delete, by order id; what falls out of the depth is taken out here (queued_book.py)
    loss        the checksum of every update, in which the queues count too; it is refused before it is published
    limits      a subscription costs by its depth, 200 a second
    beside      trades and ticker come over the public socket

Source: docs.kraken.com, api/docs/websocket-v2/level3, guides/websockets/l3-checksum-v2, guides/spot-ws-auth.
"""

import asyncio

import msgspec
import numpy as np
from msgspec import Raw

from core.clock import monotonic_ns
from core.memory.files import address_of
from feeds.credentials import credentials_of
from feeds.decode import DEPTH, SNAPSHOT
from feeds.errors import ChecksumWrong, CredentialsMissing, FeedError, VenueRefused
from feeds.market_socket import Socket
from feeds.order_book import OrderBook
from feeds.shapes import Role, object_shape
from feeds.venue_time import ns_of
from feeds.venues.kraken.market import KrakenBook, KrakenMarket
from feeds.venues.kraken.messages import OrderRow, OrdersData, OrdersFrame, Token
from feeds.venues.kraken.queued_book import Gone, QueuedBook
from feeds.venues.kraken.signing import signed

ORDERS = object_shape(order_id=Role.ID, limit_price=Role.PRICE, order_qty=Role.QUANTITY)
CHANGES = object_shape(event=Role.ACTION, order_id=Role.ID, limit_price=Role.PRICE, order_qty=Role.QUANTITY)
_ORDERS, _CHANGES = address_of(ORDERS), address_of(CHANGES)
TOKEN_PATH = "/0/private/GetWebSocketsToken"
TOKEN_S = 600.0
"""It may be used for a quarter of an hour."""
COSTS = {10: 5, 100: 25, 1000: 100}
"""What the subscription of a symbol costs, by depth, …"""
A_SECOND = 200
"""… of so much a second"""


class KrakenOrdersBook(KrakenBook):
    def __init__(self, symbol: str, instrument_id: int, decoder: np.ndarray, depth: int) -> None:
        super().__init__(symbol, instrument_id, decoder, depth)
        self.queued = QueuedBook()
        self.orders = self.queues = OrderBook(decoder)


class KrakenOrdersMarket(KrakenMarket):
    symbols_per_socket = 200
    messages_a_second = 1.0
    _decode_orders = msgspec.json.Decoder(OrdersFrame).decode
    _decode_order_rows = msgspec.json.Decoder(list[OrderRow]).decode
    _decode_token = msgspec.json.Decoder(Token).decode
    _token = ""

    @property
    def depth(self) -> int:
        return next((depth for depth in COSTS if depth >= (self.config.depth or 100)), max(COSTS))

    def make_book(self, symbol: str, instrument_id: int, decoder: np.ndarray) -> KrakenOrdersBook:
        return KrakenOrdersBook(symbol, instrument_id, decoder, self.depth)

    def stream_url(self, books: list[KrakenBook]) -> str:
        return self.config.ws_url.replace("//ws.", "//ws-l3.", 1)

    def side_url(self, books: list[KrakenBook]) -> str:
        return self.config.ws_url

    async def address(self, socket: Socket[KrakenBook]) -> str:
        if not socket.is_side:
            await self._fetch_token()
        return await super().address(socket)

    async def meanwhile(self) -> None:
        while True:
            await asyncio.sleep(TOKEN_S)
            try:
                await self._fetch_token()
            except FeedError as error:
                self.status["message"] = str(error).encode()[:104]

    async def _fetch_token(self) -> None:
        """Raises FeedError."""
        nonce = (monotonic_ns() + self._buffers.wall_offset_ns) // 1_000
        body = f"nonce={nonce}"
        try:
            headers = signed(credentials_of(self.config), TOKEN_PATH, nonce, body)
        except ValueError:
            reason = "its secret is no base64"
            raise CredentialsMissing(venue=self.name, file=self.config.credentials_file, reason=reason) from None
        answer = self._decode_token(await self.rest.call("POST", TOKEN_PATH, headers=headers, body=body))
        if answer.error or not answer.result.token:
            raise VenueRefused(code=0, text=f"no token: {' '.join(answer.error)}", status=200)
        self._token = answer.result.token

    def subscribe(self, books: list[KrakenBook]) -> list[str]:
        size = A_SECOND // COSTS[self.depth]
        symbols = [book.symbol for book in books]
        portions = (symbols[first : first + size] for first in range(0, len(symbols), size))
        return [self._ask("subscribe", portion, self._book_channel) for portion in portions]

    def subscribe_side(self, books: list[KrakenBook]) -> list[str]:
        return super().subscribe(books)[1:]

    @property
    def _book_channel(self) -> str:
        return "level3"

    def _ask(self, method: str, symbols: list[str], channel: str) -> str:
        if channel != self._book_channel:
            return super()._ask(method, symbols, channel)
        parameters: dict[str, object] = {"channel": channel, "symbol": symbols, "depth": self.depth}
        if method == "subscribe":
            parameters["snapshot"] = True
        return msgspec.json.encode({"method": method, "params": {**parameters, "token": self._token}}).decode()

    def on_frame(self, frame: bytes, received_ns: int, socket: Socket[KrakenBook]) -> None:
        if b'"level3"' not in frame[:200] or b'"data"' not in frame:
            super().on_frame(frame, received_ns, socket)
            return
        message = self._decode_orders(frame)
        for data in message.data:
            book = self.books[data.symbol]
            assert isinstance(book, KrakenOrdersBook)
            if message.type == "snapshot" or book.is_live:
                self._on_orders(book, data, message.type == "snapshot", received_ns)

    def _on_orders(self, book: KrakenOrdersBook, data: OrdersData, is_snapshot: bool, received_ns: int) -> None:
        if is_snapshot:
            book.queued.clear()
        rows = self._decode_order_rows
        gone = book.queued.apply(rows(data.bids), rows(data.asks), self.depth)
        if self.config.checksums and (computed := book.queued.crc()) != data.checksum:
            raise ChecksumWrong(venue=self.name, symbol=book.symbol, expected=data.checksum, computed=computed)
        bids, asks = (_with_gone(side, behind) for side, behind in zip((data.bids, data.asks), gone, strict=True))
        parsed = self.parse_orders(book, _ORDERS if is_snapshot else _CHANGES, bids, asks)
        count = book.orders.apply(parsed, is_snapshot=is_snapshot)
        kind = SNAPSHOT if is_snapshot else DEPTH
        self.publish_parsed(book, count, kind, received_ns, ns_of(data.timestamp), data.checksum)
        if is_snapshot:
            self.live(book)


def _with_gone(rows: Raw, gone: list[Gone]) -> Raw:
    """What fell out of the depth, told as the venue tells a deletion."""
    if not gone:
        return rows
    inside = bytes(rows).strip()[1:-1].strip()
    told = '{"event":"delete","order_id":"%s","limit_price":%s,"order_qty":0}'
    more = [(told % row).encode() for row in gone]
    return Raw(b"[" + b",".join([inside, *more] if inside else more) + b"]")
