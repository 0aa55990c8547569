"""What a venue says of an instrument beside its book: mark, index, funding, open interest, its last 24 hours.

Venues repeat themselves ten times a second; what did not change is not told again.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import UnitsError
from core.units import LARGEST, to_decimal, to_e8
from core.vocabulary import Reference, Side
from feeds.errors import BadFrame

if TYPE_CHECKING:
    from feeds.market_words import MarketWords

NS_PER_MS = 1_000_000
Value = str | Decimal | int | None
"""In the venue's own unit: prices, rates and sizes as numbers, times in ms. Empty or None: nothing said."""
Values = Mapping[Reference, Value]
MOST_LOTS = 1 << 62
"""A day of a coin at a fraction of a cent, in hundred-millionths, is more than an order may be (LARGEST)."""
IN_LOTS = (Reference.OPEN_INTEREST_LOTS, Reference.DAY_VOLUME_LOTS)
IN_TICKS = (Reference.DAY_OPEN_TICKS, Reference.DAY_HIGH_TICKS, Reference.DAY_LOW_TICKS)


class References:
    """Of one market."""

    def __init__(self, market: "MarketWords[Any]") -> None:
        self._market = market
        self._last: dict[tuple[int, Reference], Value] = {}

    def tell(self, symbol: str, values: Values, received_ns: int, venue_ns: int = 0) -> None:
        """Of a symbol that is not served: nothing. Raises BadFrame."""
        book = self._market.books.get(symbol)
        if book is None:
            return
        changed = {}
        for which, value in values.items():
            key = book.instrument_id, which
            if value is None or value == "" or self._last.get(key) == value:
                continue
            try:
                changed[which] = _in_our_unit(self._market.row_of(book), which, value)
            except (UnitsError, ArithmeticError, ValueError) as error:
                raise BadFrame("a reference must be a number", symbol=book.symbol, which=which.name) from error
            self._last[key] = value
        if changed:
            self._market.publish_references(book, changed, received_ns, venue_ns)

    def tell_day(
        self,
        symbol: str,
        received_ns: int,
        venue_ns: int = 0,
        *,
        volume: Value = None,
        opened: Value = None,
        high: Value = None,
        low: Value = None,
        vwap: Value = None,
    ) -> None:
        """Its last 24 hours by the venue's own count; volume in the instrument's quantity. Raises BadFrame."""
        values: Values = {
            Reference.DAY_VOLUME_LOTS: volume,
            Reference.DAY_OPEN_TICKS: opened,
            Reference.DAY_HIGH_TICKS: high,
            Reference.DAY_LOW_TICKS: low,
            Reference.DAY_VWAP_E8: vwap,
        }
        self.tell(symbol, values, received_ns, venue_ns)

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


def _in_our_unit(row: np.void, which: Reference, value: str | Decimal | int) -> int:
    """Sizes rounded down to lots, prices of the day to ticks: a venue's open need not lie on today's tick."""
    if which is Reference.FUNDING_AT_NS:
        return min(max(int(value), 0), 9_000_000_000_000) * NS_PER_MS
    if which in IN_LOTS:
        return _whole(value, to_decimal(1, int(row["lot_mantissa"]), int(row["lot_exponent"])), MOST_LOTS)
    if which in IN_TICKS:
        return _whole(value, to_decimal(1, int(row["tick_mantissa"]), int(row["tick_exponent"])), LARGEST)
    return to_e8(str(value))


def _whole(value: str | Decimal | int, step: Decimal, most: int) -> int:
    steps = int(Decimal(value) // step)
    if not -most <= steps <= most:
        raise UnitsError("the number is out of range", number=str(value))
    return steps
