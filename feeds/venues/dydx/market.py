"""dYdX v4: books that cross by nature, uncrossed as the venue documents it, and trades.

There is no one book: every validator has its own, and the indexer shows what it hears. So a bid may stand above an ask
until the next blocks. Of two that cross the older is taken out (CheckedBook.uncross), once the whole message is in; how
often that was needed stands in the feed's message.
Source: docs.dydx.xyz, interaction, data, "Watch orderbook".
"""

import asyncio

import msgspec
import numpy as np
from msgspec import Raw

from core.clock import monotonic_ns
from core.memory.files import address_of
from core.vocabulary import Reference
from feeds.checked_book import CheckedBook
from feeds.decode import DEPTH, SNAPSHOT
from feeds.errors import SequenceGap
from feeds.market import Market
from feeds.market_books import Book
from feeds.market_socket import Socket
from feeds.references import Values
from feeds.shapes import Role, object_shape, row_shape
from feeds.venues.dydx.instruments import state_of
from feeds.venues.dydx.messages import Levels, Markets, Message, Trades
from feeds.venues.dydx.sequence import PATIENCE_NS, MessageOrder

FIRST_LEVELS = object_shape(price=Role.PRICE, size=Role.QUANTITY)
LEVELS = row_shape(Role.PRICE, Role.QUANTITY)
TRADES = object_shape(price=Role.PRICE, size=Role.QUANTITY, side=Role.SIDE, id=Role.ID, createdAt=Role.TIME_ISO)
_FIRST_LEVELS, _LEVELS, _TRADES = address_of(FIRST_LEVELS), address_of(LEVELS), address_of(TRADES)
BOOKS, TRADED, MARKETS = "v4_orderbook", "v4_trades", "v4_markets"
UNCROSSED = "levels uncrossed: "


class DydxBook(Book):
    def __init__(self, symbol: str, instrument_id: int, decoder: np.ndarray) -> None:
        super().__init__(symbol, instrument_id, decoder)
        self.checked = CheckedBook(decoder)
        self.order: MessageOrder[Message]
        """Of its socket."""

    @property
    def uncrossed(self) -> int:
        return int(self.checked.state["uncrossed"][0])


class DydxMarket(Market[DydxBook]):
    beside = (b'"v4_markets"',)
    symbols_per_socket = 16  # 32 of a channel are allowed; fewer are subscribed to sooner
    messages_a_second = 2.0
    snapshot_within_s = 20.0
    _decode = msgspec.json.Decoder(Message).decode
    _decode_levels = msgspec.json.Decoder(Levels).decode
    _decode_batch = msgspec.json.Decoder(list[Levels]).decode
    _decode_trades = msgspec.json.Decoder(Trades).decode
    _decode_traded_batch = msgspec.json.Decoder(list[Trades]).decode
    _decode_markets = msgspec.json.Decoder(Markets).decode
    _decode_many = msgspec.json.Decoder(list[Markets]).decode
    _told_uncrossed = 0

    def make_book(self, symbol: str, instrument_id: int, decoder: np.ndarray) -> DydxBook:
        book = DydxBook(symbol, instrument_id, decoder)
        book.order = MessageOrder(venue=self.name)
        return book

    def subscribe(self, books: list[DydxBook]) -> list[str]:
        asked = [self._ask("subscribe", channel, book) for channel in (BOOKS, TRADED) for book in books]
        if books[0] is next(iter(self.books.values())):  # one socket is told of all markets
            asked.append(msgspec.json.encode({"type": "subscribe", "channel": MARKETS, "batched": False}).decode())
        return asked

    def unsubscribe_book(self, book: DydxBook) -> list[str]:
        return [self._ask("unsubscribe", BOOKS, book)]

    def subscribe_book(self, book: DydxBook) -> list[str]:
        return [self._ask("subscribe", BOOKS, book)]

    def before_open(self, socket: Socket[DydxBook]) -> None:
        order = MessageOrder[Message](venue=self.name)
        for book in socket.books:
            book.order = order

    async def meanwhile(self) -> None:
        """A message that waits for one before it would wait for ever where nothing more comes."""
        while True:
            await asyncio.sleep(PATIENCE_NS / 2e9)
            for socket in self._sockets:
                try:
                    socket.books[0].order.check(monotonic_ns())
                except SequenceGap as gap:
                    self.on_loss(gap, socket)

    def on_frame(self, frame: bytes, received_ns: int, socket: Socket[DydxBook]) -> None:
        message = self._decode(frame)
        if message.type == "error":
            self.status["message"] = f"the venue refused: {message.message}".encode()[:104]
        for ready in socket.books[0].order.take(message.message_id, message, received_ns):
            self._on_message(ready, received_ns)

    def _on_message(self, message: Message, received_ns: int) -> None:
        if message.channel == BOOKS and message.type != "unsubscribed":
            self._on_book(message, received_ns)
        elif message.channel == MARKETS and message.type != "unsubscribed":
            self._on_markets(message, received_ns)
        elif message.channel == TRADED and message.type in ("channel_data", "channel_batch_data"):
            book = self.books[message.id]
            for trades in self._traded(message):
                self.publish_trades(book, _TRADES, trades, received_ns)

    def _on_markets(self, message: Message, received_ns: int) -> None:
        """The oracle's price is the index. Funding is of an hour; open interest in the base currency."""
        is_batch = message.type == "channel_batch_data"
        many = self._decode_many(message.contents) if is_batch else [self._decode_markets(message.contents)]
        for markets in many:
            for told in (markets.markets, markets.trading, markets.oracle_prices):
                for symbol, fact in told.items():
                    values: Values = {
                        Reference.INDEX_E8: fact.oracle_price,
                        Reference.FUNDING_E8: fact.next_funding_rate,
                        Reference.OPEN_INTEREST_LOTS: fact.open_interest,
                    }
                    self.references.tell(symbol, values, received_ns)
                    if fact.status:
                        self.trading_states.tell(symbol, state_of(fact.status))

    def _on_book(self, message: Message, received_ns: int) -> None:
        book = self.books[message.id]
        is_snapshot = message.type == "subscribed"
        if not (is_snapshot or book.is_live):
            return  # of the subscription that was given up
        levels, number = self._levels(message), message.message_id
        count = self.parse(book, _FIRST_LEVELS if is_snapshot else _LEVELS, levels.bids, levels.asks)
        count = book.checked.apply(count, is_snapshot=is_snapshot, order=number)
        if count >= 0:
            count = book.checked.uncross(count)
        self.publish_parsed(book, count, SNAPSHOT if is_snapshot else DEPTH, received_ns, 0, number)
        if is_snapshot:
            self.live(book)

    def _levels(self, message: Message) -> Levels:
        if message.type != "channel_batch_data":
            return self._decode_levels(message.contents)
        batch = self._decode_batch(message.contents)
        return Levels(_joined([item.bids for item in batch]), _joined([item.asks for item in batch]))

    def _traded(self, message: Message) -> list[Raw]:
        if message.type == "channel_data":
            return [self._decode_trades(message.contents).trades]
        return [item.trades for item in self._decode_traded_batch(message.contents)]

    def count_up(self) -> None:
        super().count_up()
        uncrossed = sum(book.uncrossed for book in self.books.values())
        shown = bytes(self.status["message"])
        if uncrossed != self._told_uncrossed and (not shown or shown.startswith(UNCROSSED.encode())):
            self._told_uncrossed = uncrossed
            self.status["message"] = f"{UNCROSSED}{uncrossed}, the venue has no one book".encode()[:104]

    def _ask(self, verb: str, channel: str, book: DydxBook) -> str:
        wish: dict[str, object] = {"type": verb, "channel": channel, "id": book.symbol}
        if verb == "subscribe":
            wish["batched"] = channel == BOOKS
        return msgspec.json.encode(wish).decode()


def _joined(lists: list[Raw]) -> Raw:
    """One list of all their rows."""
    insides = (bytes(rows).strip()[1:-1].strip() for rows in lists)
    return Raw(b"[" + b",".join(inside for inside in insides if inside) + b"]")
