"""OKX's market data: a book of 400 levels a side every 100 ms, its trades, and checksums where it still sends them."""

import msgspec
import numpy as np

from core.memory.files import address_of
from core.vocabulary import Reference
from feeds.checked_book import NOT_TOLD, CheckedBook
from feeds.checksum import LOW_WORD, PAIRS
from feeds.decode import DEPTH, SNAPSHOT
from feeds.frame_reader import COUNT, NUMBERS, SHAPE_NUMBER, TIME_NS
from feeds.market import Market
from feeds.market_books import NS_PER_MS, Book
from feeds.market_socket import Socket
from feeds.market_words import Ping
from feeds.references import Values
from feeds.shapes import Role, object_shape, row_shape
from feeds.venues.okx.frames import NUMBERED, NUMBERED_BACKWARDS, SHAPES
from feeds.venues.okx.messages import BookData, BookFrame, Event, Fact, FactFrame, TradeFrame
from feeds.venues.okx.sequence import BookSequence

LEVELS = row_shape(Role.PRICE, Role.QUANTITY)
TRADES = object_shape(px=Role.PRICE, sz=Role.QUANTITY, side=Role.SIDE, tradeId=Role.ID, ts=Role.TIME_MS)
_LEVELS, _TRADES = address_of(LEVELS), address_of(TRADES)
CHECKED_LEVELS = 25
BOOK_FRAMES = (b'{"arg":{"channel":"books', b'{"arg":{"channel":"bbo-tbt"')
TRADE_FRAME = b'{"arg":{"channel":"trades'
SERVICE_UPGRADE = "64008"
CONTRACT_PARTS = 3
"""BTC-USDT-SWAP, BTC-USDT-260327; a pair has two, an option five."""
LIQUIDATIONS = "liquidation-orders"
QUOTES, DAYS = "bbo-tbt", "tickers"
FACTS = ("mark-price", "funding-rate", "open-interest", "index-tickers", LIQUIDATIONS, DAYS)


class OkxBook(Book):
    def __init__(self, symbol: str, instrument_id: int, decoder: np.ndarray, sequence: BookSequence) -> None:
        super().__init__(symbol, instrument_id, decoder)
        self.sequence = sequence
        self.checked: CheckedBook | None = None
        """Kept only while the venue sends checksums."""
        self.is_incremental = False
        """Whole frames of a smaller channel do not replace it."""
        parts = symbol.split("-")
        self.is_contract, self.index = len(parts) == CONTRACT_PARTS, "-".join(parts[:2]).split("_")[0]

    def forget(self) -> None:
        self.is_incremental = False


class OkxMarket(Market[OkxBook]):
    shapes = SHAPES
    ping = Ping("ping", 20.0)  # it hangs up after 30 s of silence
    silence_s = 50.0  # two pongs were missing
    messages_a_second = 0.1  # 480 an hour
    messages_at_once = 60
    has_quotes = True
    beside = tuple(f'"{channel}"'.encode() for channel in (QUOTES, *FACTS))
    _decode = msgspec.json.Decoder(Event).decode
    _decode_book = msgspec.json.Decoder(BookFrame, strict=False).decode
    _decode_facts = msgspec.json.Decoder(FactFrame, strict=False).decode
    _decode_rows = msgspec.json.Decoder(list[list[str]]).decode
    _decode_trades = msgspec.json.Decoder(TradeFrame).decode

    def make_book(self, symbol: str, instrument_id: int, decoder: np.ndarray) -> OkxBook:
        return OkxBook(symbol, instrument_id, decoder, BookSequence(venue=self.config.name, symbol=symbol))

    @property
    def channel(self) -> str:
        if self.config.depth == 1 or self.takes_quotes_only:
            return QUOTES
        return "books5" if 1 < self.config.depth <= 5 else "books"

    def subscribe(self, books: list[OkxBook]) -> list[str]:
        contracts = [book for book in books if book.is_contract]
        arguments = [*_arguments(self.channel, books), *_arguments("trades", books)]
        if self.config.ticker:
            beside = (DAYS,) if self.channel == QUOTES else (QUOTES, DAYS)
            arguments += [argument for channel in beside for argument in _arguments(channel, books)]
        arguments += _arguments("mark-price", contracts) + _arguments("open-interest", contracts)
        arguments += _arguments("funding-rate", [book for book in contracts if book.symbol.endswith("-SWAP")])
        arguments += [{"channel": "index-tickers", "instId": name} for name in {book.index for book in contracts}]
        arguments += [{"channel": LIQUIDATIONS, "instType": kind} for kind in ("SWAP", "FUTURES") if contracts]
        return [_ask("subscribe", arguments)]

    def unsubscribe_book(self, book: OkxBook) -> list[str]:
        return [_ask("unsubscribe", _arguments(self.channel, [book]))]

    def subscribe_book(self, book: OkxBook) -> list[str]:
        return [_ask("subscribe", _arguments(self.channel, [book]))]

    def on_read(self, book: OkxBook, found: memoryview, received_ns: int, socket: Socket[OkxBook]) -> bool:
        told, how = found[NUMBERS], found[SHAPE_NUMBER]
        ids: tuple[int | None, int | None] = (found[NUMBERS + 1], found[NUMBERS + 2])
        previous_id, last_id = ids if how == NUMBERED else ids[::-1] if how == NUMBERED_BACKWARDS else (None, None)
        if not book.is_live or not book.sequence.accepts(previous_id, last_id):
            return True  # of the subscription that was given up, or told twice
        count, venue_ns = found[COUNT], found[TIME_NS]
        if book.checked is None:
            self.publish_parsed(book, count, DEPTH, received_ns, venue_ns, last_id or 0)
        else:
            told = told & LOW_WORD if told else NOT_TOLD
            self.publish_parsed_checked(book, book.checked, count, told, DEPTH, received_ns, venue_ns, last_id or 0)
        return True

    def on_frame(self, frame: bytes, received_ns: int, socket: Socket[OkxBook]) -> None:
        channel = "books" if frame.startswith(BOOK_FRAMES) else "trades" if frame.startswith(TRADE_FRAME) else ""
        if not channel and frame != b"pong":
            channel = self._on_other(self._decode(frame), socket)
        if channel.startswith(("books", "bbo")):
            message = self._decode_book(frame)
            book = self.books[message.arg.instId]
            for data in message.data:
                self._on_book(book, data, message.action, received_ns)
        elif channel.startswith("trades"):
            trades = self._decode_trades(frame)
            self.publish_trades(self.books[trades.arg.instId], _TRADES, trades.data, received_ns)
        elif channel in FACTS:
            for fact in self._decode_facts(frame).data:
                self._on_fact(fact, received_ns)

    def _on_book(self, book: OkxBook, data: BookData, action: str, received_ns: int) -> None:
        is_snapshot = action != "update"
        if is_snapshot:
            if not action and book.is_incremental:
                self._on_quote(book, data, received_ns)
                return
            book.is_incremental = action == "snapshot"
            book.sequence.begin(data.seqId)
            if not (data.checksum and self.config.checksums):
                book.checked = None
            elif book.checked is None:
                book.checked = CheckedBook(book.decoder, style=PAIRS, best=CHECKED_LEVELS)
        elif not book.is_live or not book.sequence.accepts(data.prevSeqId, data.seqId):
            return  # of the subscription that was given up, or told twice
        kind = SNAPSHOT if is_snapshot else DEPTH
        venue_ns, reference_id = data.ts * NS_PER_MS, data.seqId or 0
        if book.checked is None:
            self.publish(book, _LEVELS, data.bids, data.asks, kind, received_ns, venue_ns, reference_id)
        else:
            told = data.checksum & LOW_WORD if data.checksum else NOT_TOLD
            self.publish_checked(
                book, book.checked, _LEVELS, data.bids, data.asks, told, kind, received_ns, venue_ns, reference_id
            )
        if is_snapshot:
            self.live(book)

    def _on_quote(self, book: OkxBook, data: BookData, received_ns: int) -> None:
        """Of books5 the first row, of bbo-tbt all there is."""
        bids, asks = self._decode_rows(data.bids), self._decode_rows(data.asks)
        if bids and asks:
            self.on_quote(book.symbol, bids[0][:2], asks[0][:2], received_ns, data.ts * NS_PER_MS)

    def _on_fact(self, fact: Fact, received_ns: int) -> None:
        """Of an index: of all its contracts. Liquidations come for all contracts of the venue."""
        values: Values = {
            Reference.MARK_E8: fact.markPx,
            Reference.INDEX_E8: fact.idxPx,
            Reference.FUNDING_E8: fact.fundingRate,
            Reference.FUNDING_AT_NS: fact.fundingTime,
            Reference.OPEN_INTEREST_LOTS: fact.oi,
        }
        for book in self.books.values():
            if book.symbol == fact.instId or (fact.idxPx and book.is_contract and book.index == fact.instId):
                self.references.tell(book.symbol, values, received_ns, fact.ts * NS_PER_MS)
        if fact.vol24h:
            day = {"volume": fact.vol24h, "opened": fact.open24h, "high": fact.high24h, "low": fact.low24h}
            self.references.tell_day(fact.instId, received_ns, fact.ts * NS_PER_MS, **day)
        for order in fact.details:
            self.references.tell_liquidation(
                fact.instId, order.side, order.bkPx, order.sz, received_ns, order.ts * NS_PER_MS
            )

    def _on_other(self, message: Event, socket: Socket[OkxBook]) -> str:
        """The channel, when it is data after all."""
        if message.event == "error":
            self.status["message"] = f"the venue refused: {message.msg}".encode()[:104]
        elif message.event == "notice" and message.code == SERVICE_UPGRADE:
            self.status["message"] = b"the venue restarts its server"
            socket.reopen()
        return "" if message.event or message.arg is None else message.arg.channel


def _arguments(channel: str, books: list[OkxBook]) -> list[dict[str, str]]:
    return [{"channel": channel, "instId": book.symbol} for book in books]


def _ask(verb: str, arguments: list[dict[str, str]]) -> str:
    return msgspec.json.encode({"op": verb, "args": arguments}).decode()
