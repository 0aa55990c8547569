"""The desk's instruments for a client: found as a person types them, and numbers as a person reads them."""

import difflib
from decimal import Decimal

import numpy as np

from core.errors import UnitsError
from core.memory import numpy_cell
from core.memory.files import Memory
from core.units import as_text, step_text, to_decimal, to_steps
from core.vocabulary import AssetClass, InstrumentState
from feeds.hours import hours_text, sessions_of
from feeds.instruments import known_rows
from station.errors import UnknownName


class InstrumentTable:
    """A copy of the shared table, taken when it was made."""

    def __init__(self, memory: Memory) -> None:
        self.rows = known_rows(memory).copy()
        self._books = memory.cells("books")
        self.symbols = [row["symbol"].decode() for row in self.rows]

    def find(self, text: str) -> int:
        """The instrument's id: whole symbol, or without its venue when only one has it. Raises UnknownName."""
        wanted = text.upper()
        exact = [number for number, symbol in enumerate(self.symbols) if symbol.upper() == wanted]
        short = [number for number, symbol in enumerate(self.symbols) if symbol.split(".")[0].upper() == wanted]
        found = exact or short
        if len(found) == 1:
            return found[0]
        if found:
            raise UnknownName(what="single instrument", name=text, near=[self.symbols[number] for number in found])
        near = difflib.get_close_matches(wanted, [symbol.upper() for symbol in self.symbols], 3)
        raise UnknownName(
            what="instrument", name=text, near=[symbol for symbol in self.symbols if symbol.upper() in near]
        )

    def _state(self, row: np.void) -> InstrumentState:
        """As the core knows it; of an instrument without a book as it was at the start."""
        slot = int(row["book_slot"])
        top = numpy_cell.read(self._books, slot) if 0 <= slot < len(self._books.counts) else None
        return InstrumentState(
            int(top["instrument_state"] if top is not None and top["published_ns"] else row["state"])
        )

    def symbol(self, instrument_id: int) -> str:
        return self.symbols[instrument_id] if 0 <= instrument_id < len(self.symbols) else f"#{instrument_id}"

    def ticks(self, instrument_id: int, price: str) -> int:
        """Raises UnitsError when the price is off tick or no number above 0."""
        row = self.rows[instrument_id]
        ticks = to_steps(price, int(row["tick_mantissa"]), int(row["tick_exponent"]))
        if ticks <= 0:
            raise UnitsError("a price must be above 0", price=price)
        return ticks

    def lots(self, instrument_id: int, quantity: str) -> int:
        """Raises UnitsError when the quantity is off lot, too small or too large."""
        row = self.rows[instrument_id]
        lots = to_steps(quantity, int(row["lot_mantissa"]), int(row["lot_exponent"]))
        least, most = int(row["min_lots"]), int(row["max_lots"])
        if not least <= lots <= most:
            raise UnitsError(
                "a quantity must lie between the instrument's smallest and largest",
                quantity=quantity,
                smallest=self.quantity_text(instrument_id, least),
                largest=self.quantity_text(instrument_id, most),
            )
        return lots

    def price_text(self, instrument_id: int, ticks: int) -> str:
        row = self.rows[instrument_id]
        return as_text(ticks, int(row["tick_mantissa"]), int(row["tick_exponent"]))

    def quantity_text(self, instrument_id: int, lots: int) -> str:
        row = self.rows[instrument_id]
        return as_text(lots, int(row["lot_mantissa"]), int(row["lot_exponent"]))

    def average_price(self, instrument_id: int, cost: int, lots: int) -> Decimal | None:
        """Of what has traded: ticks times lots, by lots."""
        row = self.rows[instrument_id]
        if not lots:
            return None
        tick = to_decimal(1, int(row["tick_mantissa"]), int(row["tick_exponent"]))
        return Decimal(cost) / Decimal(lots) * tick

    def entry_price(self, instrument_id: int, cost: int, lots: int) -> Decimal | None:
        """Of a position: the price of its cost, as core/orders/positions.py counts it."""
        row = self.rows[instrument_id]
        if not row["is_inverse"] or not lots or not cost:
            return self.average_price(instrument_id, cost, lots)
        tick = to_decimal(1, int(row["tick_mantissa"]), int(row["tick_exponent"]))
        return Decimal(lots * int(row["value_numerator"])) / int(row["value_denominator"]) / Decimal(cost) * tick

    def as_plain(self, instrument_id: int) -> dict[str, object]:
        """For a table or JSON."""
        row = self.rows[instrument_id]
        return {
            "symbol": self.symbols[instrument_id],
            "venue": row["venue"].decode(),
            "venue_symbol": row["venue_symbol"].decode(),
            "class": AssetClass(int(row["asset_class"])).name,
            "state": self._state(row).name,
            "hours": hours_text(sessions_of(AssetClass(int(row["asset_class"])))),
            "tick": step_text(int(row["tick_mantissa"]), int(row["tick_exponent"])),
            "lot": step_text(int(row["lot_mantissa"]), int(row["lot_exponent"])),
            "smallest": self.quantity_text(instrument_id, int(row["min_lots"])),
            "currency": row["settlement"].decode(),
            "maker_fee_bps": int(row["maker_fee_ppm"]) / 100,
            "taker_fee_bps": int(row["taker_fee_ppm"]) / 100,
        }


def wide(high: int, low: int) -> int:
    """A sum of ticks * lots from its two words, as core/money.py keeps it: high * 2**62 + low."""
    return int(high) * (1 << 62) + int(low)
