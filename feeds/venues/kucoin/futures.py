"""KuCoin's futures: one level at a time on a whole book over REST, trades, and what contracts are marked by.

Each change has the number of the one before + 1 (sequence.py, whose rules hold with updates of one). Quantities count
contracts.
Source: www.kucoin.com/docs-new, websocket, futures: level2, execution, tickerV2, contract/instrument, snapshot.
"""

import asyncio
from contextlib import suppress
from typing import Any

import msgspec
from msgspec import Raw

from core.clock import monotonic_ns
from core.memory.files import address_of
from core.vocabulary import Reference
from feeds.decode import DEPTH, SNAPSHOT
from feeds.errors import BadFrame, FeedError
from feeds.market_books import EMPTY, NS_PER_MS
from feeds.market_words import NOT_ITS_WORDS
from feeds.references import Values
from feeds.shapes import Role, object_shape, row_shape
from feeds.venues.kucoin.market import KucoinBook, KucoinMarket
from feeds.venues.kucoin.messages import (
    DONE,
    Change,
    Fact,
    Frame,
    FuturesDay,
    FuturesQuote,
    FuturesSnapshot,
    OpenInterests,
)

LEVELS = row_shape(Role.PRICE, Role.QUANTITY)
CHANGE = row_shape(Role.PRICE, Role.SIDE, Role.QUANTITY)
TRADE = object_shape(price=Role.PRICE, size=Role.QUANTITY, side=Role.SIDE, tradeId=Role.ID, ts=Role.TIME_NS)
_LEVELS, _CHANGE, _TRADE = address_of(LEVELS), address_of(CHANGE), address_of(TRADE)
FACTS = "/contract/instrument"
OPEN_INTEREST_EVERY_S = 30.0
"""The list of contracts is what holds it: one call for all."""
FORECAST_MS = 3_600_000
"""A funding rate of a shorter granularity is not what is paid."""


class KucoinFuturesMarket(KucoinMarket):
    books_topic, trades_topic = "/contractMarket/level2", "/contractMarket/execution"
    quotes_topic, day_topic = "/contractMarket/tickerV2", "/contractMarket/snapshot"
    more_topics = (FACTS,)
    beside = (b"/contractMarket/tickerV2:", b"/contractMarket/snapshot:", b"/contract/instrument:")
    _decode_change = msgspec.json.Decoder(Change).decode
    _decode_futures_quote = msgspec.json.Decoder(FuturesQuote).decode
    _decode_futures_day = msgspec.json.Decoder(FuturesDay).decode
    _decode_fact = msgspec.json.Decoder(Fact).decode
    _decode_whole = msgspec.json.Decoder(FuturesSnapshot).decode
    _decode_open_interest = msgspec.json.Decoder(OpenInterests, strict=False).decode

    def on_message(self, topic: str, symbol: str, message: Frame, received_ns: int) -> None:
        if topic == self.books_topic:
            self.on_update(self.books[symbol], self._decode_change(message.data), received_ns)
        elif topic == self.trades_topic:
            self.publish_trades(self.books[symbol], _TRADE, message.data, received_ns)
        elif topic == self.quotes_topic:
            told = self._decode_futures_quote(message.data)
            bid, ask = (told.best_bid_price, told.best_bid_size), (told.best_ask_price, told.best_ask_size)
            self.on_quote(symbol, bid, ask, received_ns, told.ts)
        elif topic == self.day_topic:
            day = self._decode_futures_day(message.data)
            self.references.tell_day(symbol, received_ns, day.ts, high=day.high_price, low=day.low_price)
        elif topic == FACTS:
            self._on_fact(symbol, self._decode_fact(message.data), received_ns)

    def _on_fact(self, symbol: str, fact: Fact, received_ns: int) -> None:
        funding = fact.funding_rate if fact.granularity >= FORECAST_MS else None
        values: Values = {
            Reference.MARK_E8: fact.mark_price,
            Reference.INDEX_E8: fact.index_price,
            Reference.FUNDING_E8: funding,
        }
        self.references.tell(symbol, values, received_ns, fact.timestamp * NS_PER_MS)

    async def meanwhile(self) -> None:
        while self.config.ticker and self.books:
            await asyncio.sleep(OPEN_INTEREST_EVERY_S)
            with suppress(FeedError, *NOT_ITS_WORDS):  # it is no fault of the books
                await self.fetch_open_interest()

    async def fetch_open_interest(self) -> None:
        told = self._decode_open_interest(await self.rest.call("GET", "/api/v1/contracts/active"))
        for one in told.data:
            self.references.tell(one.symbol, {Reference.OPEN_INTEREST_LOTS: one.open_interest}, monotonic_ns())

    def apply(self, book: KucoinBook, update: Any, received_ns: int) -> None:
        if not book.sequence.accepts(update.sequence, update.sequence):
            return
        row = Raw(msgspec.json.encode([update.change.split(",")]))
        self.publish(book, _CHANGE, row, EMPTY, DEPTH, received_ns, update.timestamp * NS_PER_MS, update.sequence)
        book.sequence.took(update.sequence)

    async def fetch_snapshot(self, book: KucoinBook) -> bool:
        answer = self._decode_whole(await self.rest.call("GET", "/api/v1/level2/snapshot", f"symbol={book.symbol}"))
        if answer.code != DONE or answer.data is None:
            raise BadFrame("a snapshot must be an order book", symbol=book.symbol, code=answer.code, said=answer.msg)
        data = answer.data
        if book.buffer and not book.sequence.fits(data.sequence, book.buffer[0][0].sequence):
            return False
        self.publish(book, _LEVELS, data.bids, data.asks, SNAPSHOT, monotonic_ns(), data.ts, data.sequence)
        book.sequence.begin(data.sequence)
        return True
