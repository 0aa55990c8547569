"""Who took, buyer or seller? US trades do not say; the quote does, mostly.

    1  above the middle of the last quote: the buyer; below: the seller
    2  in the middle: as the price moved since the last trade; if it did not, as that one was
    3  before the first quote, and when nothing moved yet: nobody knows, and the trade is left out

Source: C. Lee, M. Ready, "Inferring Trade Direction from Intraday Data", Journal of Finance 46 (1991).
"""

from decimal import Decimal


class Taker:
    """Of one instrument."""

    def __init__(self) -> None:
        self._quote: tuple[bytes, bytes] | None = None
        self._last: Decimal | None = None
        self._side = ""

    def quote(self, bid: bytes, ask: bytes) -> None:
        """As written."""
        self._quote = bid, ask

    def side_of(self, price: bytes) -> str:
        """buy, sell, or nothing. Counted as the last trade. Raises ValueError when it is no price."""
        if self._quote is None:
            return ""
        try:
            traded, bid, ask = (Decimal(text.decode()) for text in (price, *self._quote))
            distance = 2 * traded - bid - ask
        except ArithmeticError as error:
            raise ValueError(f"a trade must have a price: {price[:20]!r}") from error
        if distance == 0 and self._last is not None:
            distance = traded - self._last
        if distance != 0:
            self._side = "buy" if distance > 0 else "sell"
        self._last = traded
        return self._side
