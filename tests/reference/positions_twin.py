"""One position as Python counts it: whole numbers of any size, the average-cost method word for word."""

from dataclasses import dataclass
from fractions import Fraction

from tests.reference.money_twin import clip, half_away


@dataclass
class PositionTwin:
    numerator: int
    denominator: int
    lots: int = 0
    cost: int = 0
    """Signed ticks * lots of what is open."""
    realised_e8: int = 0
    fees_e8: int = 0
    bought_lots: int = 0
    sold_lots: int = 0
    cash: Fraction = Fraction(0)
    """Exact: what all executions paid and took, in 1e-8, without any rounding."""

    def fill(self, side: int, price_ticks: int, lots: int, fee_e8: int) -> None:
        self.cash -= self.money(side * price_ticks * lots)
        closing = min(lots, abs(self.lots)) if self.lots * side < 0 else 0
        if closing:
            part = half_away(Fraction(self.cost * closing, abs(self.lots)))
            sign = 1 if self.lots > 0 else -1
            self.realised_e8 += half_away(self.money(price_ticks * closing * sign - part))
            self.cost -= part
        self.cost += price_ticks * (lots - closing) * side
        self.lots += side * lots
        self.fees_e8 = clip(self.fees_e8 + fee_e8)
        if side > 0:
            self.bought_lots += lots
        else:
            self.sold_lots += lots

    def unrealised_e8(self, mark_ticks: int) -> int:
        if self.lots == 0 or mark_ticks == 0:
            return 0
        return half_away(self.money(mark_ticks * self.lots - self.cost))

    def money(self, ticks_lots: int) -> Fraction:
        return Fraction(ticks_lots * self.numerator, self.denominator)
