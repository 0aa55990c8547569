"""What a venue says of a contract beside its book: mark, index, funding, open interest. Told when it changes."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from core.errors import UnitsError
from core.units import to_e8
from core.vocabulary import Reference, Side
from feeds.errors import BadFrame
from feeds.market import Market
from feeds.market_books import Book

NS_PER_MS = 1_000_000
Values = Mapping[Reference, str | Decimal | int | None]
"""In the venue's own unit: prices, rates and sizes as numbers, times in ms. Empty or None: nothing said."""


class References:
    """Of one market. Venues repeat themselves ten times a second; what did not change is not told again."""

    def __init__(self, market: Market[Any]) -> None:
        self._market = market
        self._last: dict[tuple[int, Reference], str | Decimal | int] = {}

    def tell(self, symbol: str, values: Values, received_ns: int, venue_ns: int = 0) -> None:
        """Of a symbol that is not served: nothing. Raises BadFrame."""
        book = self._market.books.get(symbol)
        if book is None:
            return
        for which, value in values.items():
            key = book.instrument_id, which
            if value is None or value == "" or self._last.get(key) == value:
                continue
            try:
                told = self._in_our_unit(book, which, value)
            except (UnitsError, ValueError, ZeroDivisionError) as error:
                raise BadFrame("a reference must be a number", symbol=book.symbol, which=which.name) from error
            self._market.publish_reference(book, which, told, received_ns, venue_ns)
            self._last[key] = value

    def tell_liquidation(
        self, symbol: str, side: str, price: str | Decimal, size: str | Decimal, received_ns: int, venue_ns: int = 0
    ) -> None:
        """`side`: of the forced order, by its first letter. Likewise."""
        book = self._market.books.get(symbol)
        if book is None:
            return
        try:
            taker = {"b": Side.BUY, "s": Side.SELL}[side[:1].lower()]
            self._market.publish_liquidation(book, taker, str(price), str(size), received_ns, venue_ns)
        except (UnitsError, KeyError) as error:
            raise BadFrame("a liquidation must have side, price and size", symbol=symbol) from error

    def _in_our_unit(self, book: Book, which: Reference, value: str | Decimal | int) -> int:
        if which is Reference.FUNDING_AT_NS:
            return min(max(int(value), 0), 9_000_000_000_000) * NS_PER_MS
        if which is Reference.OPEN_INTEREST_LOTS:
            return to_e8(str(value)) // to_e8(self._market.lot_of(book))
        return to_e8(str(value))
