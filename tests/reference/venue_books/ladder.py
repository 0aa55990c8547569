"""One symbol's book as a slow and obvious thing: a dictionary of levels and a sorted list of their prices.

The texts of price and size are kept as the venue sent them, because checksums are made of texts.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

Level = tuple[str, str]
"""price and size, as text"""


def exponent_of(number: Decimal) -> int:
    """Of the number without zeros at its end: 0.50 has -1."""
    return int(number.normalize().as_tuple().exponent)


@lru_cache(maxsize=1 << 16)
def _read(text: str) -> tuple[Decimal, int]:
    """The number and its exponent; a venue says the same prices and sizes over and over."""
    number = Decimal(text)
    return number, exponent_of(number) if number else 0


class Side:
    def __init__(self, *, is_bid: bool) -> None:
        self._is_bid = is_bid
        self._levels: dict[Decimal, Level] = {}
        self._prices: list[Decimal] = []
        self.finest = [0, 0]
        """Smallest exponents of a price and a size, ever"""

    def __len__(self) -> int:
        return len(self._prices)

    def put(self, price: str, size: str) -> None:
        """The level's new total; nought removes it, also when there is none."""
        key, price_exponent = _read(price)
        total, size_exponent = _read(size)
        if not total:
            if self._levels.pop(key, None) is not None:
                del self._prices[bisect_left(self._prices, key)]
        else:
            if key not in self._levels:
                insort(self._prices, key)
            self._levels[key] = (price, size)
            if price_exponent < self.finest[0] or size_exponent < self.finest[1]:
                self.finest = [min(self.finest[0], price_exponent), min(self.finest[1], size_exponent)]

    def size_at(self, price: str) -> str | None:
        level = self._levels.get(Decimal(price))
        return level[1] if level else None

    @property
    def best(self) -> Decimal | None:
        if not self._prices:
            return None
        return self._prices[-1] if self._is_bid else self._prices[0]

    def top(self, count: int) -> list[Level]:
        """From the best outward."""
        prices = self._prices[-count:][::-1] if self._is_bid else self._prices[:count]
        return [self._levels[price] for price in prices]

    def cut(self, depth: int) -> None:
        """Keep the best `depth` levels only."""
        beyond = self._prices[:-depth] if self._is_bid else self._prices[depth:]
        for price in beyond:
            del self._levels[price]
        self._prices = self._prices[-depth:] if self._is_bid else self._prices[:depth]

    def texts(self) -> dict[str, str]:
        return dict(self.top(len(self._prices)))


class Book:
    def __init__(self, bids: Iterable[Level] = (), asks: Iterable[Level] = ()) -> None:
        self.bid_side, self.ask_side = Side(is_bid=True), Side(is_bid=False)
        self.put(bids, asks)

    def put(self, bids: Iterable[Level], asks: Iterable[Level]) -> None:
        for price, size, *_ in bids:
            self.bid_side.put(price, size)
        for price, size, *_ in asks:
            self.ask_side.put(price, size)

    @property
    def bids(self) -> dict[str, str]:
        """price text → size text, best first."""
        return self.bid_side.texts()

    @property
    def asks(self) -> dict[str, str]:
        return self.ask_side.texts()

    @property
    def is_crossed(self) -> bool:
        bid, ask = self.bid_side.best, self.ask_side.best
        return bid is not None and ask is not None and bid >= ask
