"""Bitfinex v2: a book channel begins with the whole book, then single levels (P0) or single orders (R0, level 3).

    channels    the answer to a subscription gives its number; what comes under an unknown number is not for us
    loss        with SEQ_ALL every array has the number of the one before + 1, over the whole socket, whatever its
                channel (feeds/socket_sequence.py); which flags hold, the answer to conf says
    checksum    frames of their own, of what was sent before: 25 levels a side as written, asks with their minus
    trades      te and tu tell the same trade; te comes first and is taken. A list of trades was before we came
    contracts   mark, funding and open interest under the status channel of each; forced orders of all under one
    silence     a heartbeat every 15 s on each quiet channel
    info        20051 and 20061: connect anew; 20060: maintenance begins

Source: docs.bitfinex.com, ws-general and ws-public-*; the columns of a status are those of ws-public-status.
"""

from decimal import Decimal
from functools import cached_property
from typing import Any

import msgspec
import numpy as np
from msgspec import Raw

from core.memory.files import address_of
from core.vocabulary import Reference
from feeds.checked_book import CheckedBook
from feeds.decode import DEPTH, SNAPSHOT
from feeds.errors import BadFrame, ChecksumWrong
from feeds.market import Market
from feeds.market_books import EMPTY, NS_PER_MS, Book
from feeds.market_socket import Socket
from feeds.references import Values
from feeds.shapes import Role, row_shape
from feeds.socket_sequence import SocketSequence
from feeds.venues.bitfinex.messages import (
    CHECKSUM,
    MAINTENANCE,
    MAINTENANCE_OVER,
    RESTARTED,
    SEQ_ALL,
    TIMESTAMP,
    Count,
    Event,
    Millis,
)
from feeds.venues.bitfinex.raw_book import RawBook

LEVELS = row_shape(Role.PRICE, Role.COUNT, Role.SIGNED_QUANTITY)
ORDERS = row_shape(Role.ID, Role.PRICE, Role.SIGNED_QUANTITY)
TRADE = row_shape(Role.ID, Role.TIME_MS, Role.SIGNED_QUANTITY, Role.PRICE)
_LEVELS, _ORDERS, _TRADE = address_of(LEVELS), address_of(ORDERS), address_of(TRADE)

DEPTHS = (25, 100, 250)
CHECKED_LEVELS = 25
TICKER_NUMBERS = 10
STATUS_AT_MS, FUNDING_AT_MS, FUNDING, MARK, OPEN_INTEREST = 0, 7, 11, 14, 17
FORCED_AT_MS, FORCED_SYMBOL, FORCED_AMOUNT, FORCED_PRICE, IS_EXECUTION = 2, 4, 5, 6, 8
"""Columns of a contract's status, and of a forced order. A position's amount is its own: below 0 it was short."""
FORCED_ORDERS = "liq:global"


class BitfinexBook(Book):
    def __init__(self, symbol: str, instrument_id: int, decoder: np.ndarray) -> None:
        super().__init__(symbol, instrument_id, decoder)
        self.checked = CheckedBook(decoder)
        self.raw: RawBook | None = None
        """Of a channel of single orders"""
        self.channel = -1

    def hold(self, *, is_raw: bool) -> None:
        """Single orders, or levels. What is watched of the orders goes on when they are subscribed to anew."""
        self.raw = (self.raw or RawBook(self.decoder)) if is_raw else None
        self.queues = self.raw.orders if self.raw else None


class Channels:
    """What a socket has said about itself."""

    def __init__(self, venue: str) -> None:
        self.sequence = SocketSequence(venue=venue)
        self.flags = 0
        self.books: dict[int, BitfinexBook] = {}
        self.trades: dict[int, BitfinexBook] = {}
        self.tickers: dict[int, BitfinexBook] = {}
        self.contracts: dict[int, BitfinexBook] = {}
        self.forced_orders = -1


class BitfinexMarket(Market[BitfinexBook]):
    symbols_per_socket = 6  # 25 channels: three a symbol, a fourth for a contract, one for what they are forced to
    has_quotes, quotes_are_prompt = True, False
    messages_a_second = 20.0
    connects_a_second = 1 / 3
    silence_s = 35.0
    _decode_event = msgspec.json.Decoder(Event).decode
    _decode_parts = msgspec.json.Decoder(list[Raw]).decode
    _decode_ticker = msgspec.json.Decoder(list[Decimal | None]).decode
    _decode_status = msgspec.json.Decoder(list[Any], float_hook=Decimal).decode
    _decode_channel = msgspec.json.Decoder(int).decode
    _decode_count = msgspec.json.Decoder(Count).decode
    _decode_time = msgspec.json.Decoder(Millis).decode

    @cached_property
    def _channels(self) -> dict[Socket[BitfinexBook], Channels]:
        return {}

    @property
    def depth(self) -> int:
        """The smallest that the venue offers and that is not less than asked for."""
        return next((depth for depth in DEPTHS if depth >= (self.config.depth or 100)), DEPTHS[-1])

    def make_book(self, symbol: str, instrument_id: int, decoder: np.ndarray) -> BitfinexBook:
        book = BitfinexBook(symbol, instrument_id, decoder)
        book.hold(is_raw=self.config.level == 3)
        return book

    def before_open(self, socket: Socket[BitfinexBook]) -> None:
        self._channels[socket] = Channels(self.name)
        for book in socket.books:
            book.channel = -1

    def subscribe(self, books: list[BitfinexBook]) -> list[str]:
        flags = SEQ_ALL | TIMESTAMP | (CHECKSUM if self.config.checksums else 0)
        asked = [self._ask_book(book) for book in books]
        if self.config.ticker and not self.takes_quotes_only:
            asked += [_say({"event": "subscribe", "channel": "ticker", "symbol": book.symbol}) for book in books]
        asked += [_say({"event": "subscribe", "channel": "trades", "symbol": book.symbol}) for book in books]
        if self.config.ticker and (contracts := [book for book in books if "F0:" in book.symbol]):
            keys = [*(f"deriv:{book.symbol}" for book in contracts), FORCED_ORDERS]
            asked += [_say({"event": "subscribe", "channel": "status", "key": key}) for key in keys]
        return [_say({"event": "conf", "flags": flags}), *asked]

    def unsubscribe_book(self, book: BitfinexBook) -> list[str]:
        if self._channels[self._socket_of[book.symbol]].books.pop(book.channel, None) is None:
            return []
        return [_say({"event": "unsubscribe", "chanId": book.channel})]

    def subscribe_book(self, book: BitfinexBook) -> list[str]:
        return [self._ask_book(book)]

    def _ask_book(self, book: BitfinexBook) -> str:
        if self.takes_quotes_only:
            return _say({"event": "subscribe", "channel": "ticker", "symbol": book.symbol})
        precision = "R0" if self.config.level == 3 else "P0"
        asked = {"event": "subscribe", "channel": "book", "symbol": book.symbol, "prec": precision, "freq": "F0"}
        return _say({**asked, "len": str(self.depth)})

    def on_frame(self, frame: bytes, received_ns: int, socket: Socket[BitfinexBook]) -> None:
        channels = self._channels[socket]
        if frame[:1] == b"{":
            self._on_event(self._decode_event(frame), channels, socket)
            return
        parts = self._decode_parts(frame)
        body = bytes(parts[1])
        is_named = body in (b'"cs"', b'"te"', b'"tu"')
        tail = parts[3 if is_named else 2 :]
        number = self._decode_count(tail[0]) if channels.flags & SEQ_ALL else 0
        if channels.flags & SEQ_ALL and not channels.sequence.accepts(number):
            return
        if body in (b'"hb"', b'"tu"'):
            return
        channel = self._decode_channel(parts[0])
        if (book := channels.books.get(channel)) is not None:
            if is_named:
                self._check(book, int(bytes(parts[2])))
            else:
                venue_ns = self._decode_time(tail[-1]) * NS_PER_MS if channels.flags & TIMESTAMP and tail[1:] else 0
                self._on_levels(book, parts[1], body[:2] in (b"[[", b"[]"), received_ns, venue_ns, number)
        elif is_named and (book := channels.trades.get(channel)) is not None:
            self.publish_trades(book, _TRADE, parts[2], received_ns)
        elif (book := channels.tickers.get(channel)) is not None:
            self._on_ticker(book, self._decode_ticker(parts[1]), received_ns)
        elif (book := channels.contracts.get(channel)) is not None:
            self._on_contract(book, self._decode_status(parts[1]), received_ns)
        elif channel == channels.forced_orders:
            for told in self._decode_status(parts[1]):
                self._on_forced_order(told, received_ns)

    def _on_ticker(self, book: BitfinexBook, told: list[Decimal | None], received_ns: int) -> None:
        """Bid, its size, ask, its size, change, relative change, last, volume, high, low; sizes are of 25 levels."""
        if len(told) != TICKER_NUMBERS:
            raise BadFrame("a ticker has its ten numbers", symbol=book.symbol, numbers=len(told))
        self.on_quote(book.symbol, told[0:2], told[2:4], received_ns)
        self.references.tell_day(book.symbol, received_ns, volume=told[7], high=told[8], low=told[9])

    def _on_contract(self, book: BitfinexBook, told: list[Any], received_ns: int) -> None:
        if len(told) <= OPEN_INTEREST:
            raise BadFrame("a contract's status must reach to its open interest", symbol=book.symbol, numbers=len(told))
        values: Values = {
            Reference.MARK_E8: told[MARK],
            Reference.FUNDING_E8: told[FUNDING],
            Reference.FUNDING_AT_NS: told[FUNDING_AT_MS],
            Reference.OPEN_INTEREST_LOTS: told[OPEN_INTEREST],
        }
        self.references.tell(book.symbol, values, received_ns, self._time_of(told[STATUS_AT_MS]))

    def _on_forced_order(self, told: Any, received_ns: int) -> None:
        """Told when it is set off and when it is executed: the first is taken, as other venues tell it."""
        if not isinstance(told, list) or len(told) <= IS_EXECUTION:
            raise BadFrame("a forced order must be a row that says whether it was executed", row=str(told)[:80])
        if told[IS_EXECUTION]:
            return
        amount = msgspec.convert(told[FORCED_AMOUNT], Decimal)
        symbol, price, side = str(told[FORCED_SYMBOL]), str(told[FORCED_PRICE]), "sell" if amount > 0 else "buy"
        venue_ns = self._time_of(told[FORCED_AT_MS])
        self.references.tell_liquidation(symbol, side, price, str(abs(amount)), received_ns, venue_ns)

    @staticmethod
    def _time_of(value: Any) -> int:
        return msgspec.convert(value, Millis) * NS_PER_MS

    def _on_event(self, event: Event, channels: Channels, socket: Socket[BitfinexBook]) -> None:
        if event.event == "conf" and event.status == "OK":
            channels.flags = event.flags
        elif event.event == "subscribed" and event.channel == "status":
            if event.key == FORCED_ORDERS:
                channels.forced_orders = event.chanId
            else:
                channels.contracts[event.chanId] = self.books[event.key.removeprefix("deriv:")]
        elif event.event == "subscribed":
            book = self.books[event.symbol]
            if event.channel == "trades":
                channels.trades[event.chanId] = book
            elif event.channel == "ticker":
                channels.tickers[event.chanId] = book
            elif event.channel == "book":
                channels.books[event.chanId] = book
                book.channel = event.chanId
                book.hold(is_raw=event.prec == "R0")
        elif event.event == "info" and event.code in (RESTARTED, MAINTENANCE_OVER):
            self.status["message"] = b"the venue asks us to connect anew"
            socket.reopen()
        elif event.event == "info" and event.code == MAINTENANCE:
            self.status["message"] = b"the venue is in maintenance"
        elif event.event in ("error", "conf"):
            self.status["message"] = f"the venue refused {event.symbol}: {event.msg}".encode()[:104]

    def _on_levels(
        self, book: BitfinexBook, rows: Raw, is_snapshot: bool, received_ns: int, venue_ns: int, number: int
    ) -> None:
        if not (is_snapshot or book.is_live):
            return
        if book.raw is not None:
            parsed = self.parse_orders(book, _ORDERS, rows, EMPTY)
            book.raw.note(rows, is_snapshot=is_snapshot)
            count = book.raw.orders.apply(parsed, is_snapshot=is_snapshot)
        else:
            parsed = self.parse(book, _LEVELS, rows, EMPTY)
            count = book.checked.apply(parsed, is_snapshot=is_snapshot)
        self.publish_parsed(book, count, SNAPSHOT if is_snapshot else DEPTH, received_ns, venue_ns, number)
        if is_snapshot:
            self.live(book)

    def _check(self, book: BitfinexBook, told: int) -> None:
        if not (book.is_live and self.config.checksums):
            return
        computed = book.checked.crc_of_pairs(CHECKED_LEVELS) if book.raw is None else book.raw.crc()
        if computed != told:
            raise ChecksumWrong(venue=self.name, symbol=book.symbol, expected=told, computed=computed)


def _say(message: dict[str, object]) -> str:
    return msgspec.json.encode(message).decode()
