"""What the screen knows of an instrument: how it is called and how its numbers are written."""

import msgspec

from station.views.numbers import grouped, price_text, short_quantity, steps_text


class InstrumentView(msgspec.Struct, frozen=True, kw_only=True):
    instrument_id: int
    symbol: str
    """BTC-USD.alpha"""
    venue: str
    settlement: str
    tick_mantissa: int
    tick_exponent: int
    lot_mantissa: int
    lot_exponent: int
    value_numerator: int = 1
    value_denominator: int = 1
    """notional in 1e-8 = ticks * lots * numerator / denominator; inverse: lots * numerator / (denominator * ticks)"""
    is_inverse: bool = False
    min_lots: int = 1
    max_lots: int = 1 << 40
    reference_ticks: int = 0
    book_slot: int = -1
    source_id: int = 0
    maker_fee_ppm: int = 0
    """Of the notional, in millionths; negative: a rebate"""
    taker_fee_ppm: int = 0
    margin_ppm: int = 0
    """Of the notional that a position binds; 0: it is paid in full"""
    rate: float = 0.0
    """What one unit of the settlement currency is worth in the desk's base currency; 0: nobody said"""
    pair_id: int = -1
    """The same for all that an order may be routed over; -1: it is alone"""
    native_types: int = 0
    """Bit per vocabulary.OrderType that the venue takes itself, beside LIMIT and MARKET"""

    @property
    def name(self) -> str:
        """The symbol without its venue."""
        return self.symbol.rpartition(".")[0] or self.symbol

    @property
    def base(self) -> str:
        """What is bought and sold: the BTC of BTC-USD."""
        return self.name.split("-")[0]

    @property
    def quote(self) -> str:
        """What its price is in: the USD of BTC-USD; else what it is settled in."""
        return [*self.name.split("-"), self.settlement][1]

    def symbol_in(self, width: int) -> str:
        """The symbol in at most `width` characters: the venue is shortened first. Of a name both ends stay: the base,
        and what tells one date from another."""
        return symbol_in(self.symbol, width) if self.venue else self.symbol

    @property
    def price_places(self) -> int:
        """Decimals of a price."""
        return max(0, -self.tick_exponent)

    def price(self, ticks: int) -> str:
        return price_text(ticks, self.tick_mantissa, self.tick_exponent)

    def plain_price(self, ticks: int) -> str:
        """As a person types it: no thousands, no zeros that say nothing."""
        return short_quantity(ticks, self.tick_mantissa, self.tick_exponent)

    def quantity(self, lots: int) -> str:
        """All decimals of a lot: for columns."""
        return steps_text(lots, self.lot_mantissa, self.lot_exponent)

    def short(self, lots: int) -> str:
        """Without trailing zeros, thousands apart: for sentences and own orders."""
        return grouped(short_quantity(lots, self.lot_mantissa, self.lot_exponent))

    def plain_size(self, lots: int) -> str:
        """As a person types it."""
        return short_quantity(lots, self.lot_mantissa, self.lot_exponent)

    def price_between(self, ticks: float) -> str:
        """A price that may lie between two ticks (a signal), with one decimal more than a tick has."""
        places = self.price_places + 1
        return f"{ticks * self.tick_mantissa * 10.0**self.tick_exponent:,.{places}f}"

    def notional_e8(self, ticks: int, lots: int) -> int:
        if self.is_inverse:
            return lots * self.value_numerator // (self.value_denominator * ticks) if ticks else 0
        return ticks * lots * self.value_numerator // self.value_denominator

    def average_ticks(self, cost: int, lots: int) -> float:
        """The price of a position's cost, as core/orders/positions.py counts it."""
        if not lots or not cost:
            return 0.0
        if self.is_inverse:
            return lots * self.value_numerator / self.value_denominator / cost
        return cost / lots


def symbol_in(symbol: str, width: int) -> str:
    """A symbol with its venue in at most `width` characters."""
    if len(symbol) <= width:
        return symbol
    name, _, venue = symbol.rpartition(".")
    room = width - len(name) - 1
    if room > 1:
        return f"{name}.{venue[: room - 1]}…"
    room = max(0, width - 2)
    return f"{name if len(name) <= room else shortened(name, room)}.{venue[:1]}"


def shortened(name: str, width: int) -> str:
    """Its two ends, and that there is more between them. What stands behind the last dash is whole, if it can be: the
    date."""
    parts = name.split("-")
    has_room = len(parts[0]) + 1 + len(parts[-1]) <= width
    end = len(parts[-1]) if has_room and len(parts) > 1 else max(0, width - 1) // 2
    start = max(0, width - 1) - end
    return f"{name[:start]}{'…'[:width]}{name[len(name) - end :]}"


NO_INSTRUMENT = InstrumentView(
    instrument_id=-1,
    symbol="no instrument",
    venue="",
    settlement="",
    tick_mantissa=1,
    tick_exponent=0,
    lot_mantissa=1,
    lot_exponent=0,
)
