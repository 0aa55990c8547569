"""Instruments as people and venues write them, and as rows of the shared table."""

from decimal import Decimal
from fractions import Fraction

import msgspec
import numpy as np

from core.errors import UnitsError
from core.memory.files import Memory
from core.records.instrument import INSTRUMENT
from core.units import LARGEST, MONEY_SCALE, step_of, to_steps
from core.vocabulary import AssetClass, InstrumentState, OrderType


class Instrument(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One tradable thing at one venue."""

    symbol: str
    """Ours, one naming for all venues: BTC-USD.alpha, BTC-USDT.binance"""
    venue_symbol: str
    venue: str
    base: str
    quote: str
    settlement: str
    asset_class: AssetClass = AssetClass.SPOT
    tick: Decimal
    lot: Decimal
    contract_size: Decimal = Decimal(1)
    """Base units that one unit of quantity stands for; of an inverse contract, quote units."""
    is_inverse: bool = False
    """Worth a fixed sum of the quote currency, settled in the base."""
    is_shown_only: bool = False
    """What it is worth is neither linear nor inverse in its price: an option. Risk denies it."""
    min_quantity: Decimal = Decimal(0)
    max_quantity: Decimal = Decimal(0)
    """0: the venue names none"""
    min_notional: Decimal = Decimal(0)
    maker_fee_ppm: int = 0
    taker_fee_ppm: int = 0
    reference_price: Decimal = Decimal(0)
    state: InstrumentState = InstrumentState.OPEN
    native_types: tuple[OrderType, ...] = ()
    """What the venue takes itself, beside LIMIT and MARKET, and our order side of it sends."""
    knows_reduce_only: bool = False
    """The venue itself keeps an order flagged so from opening a position, and one that rests binds nothing."""


def as_row(instrument: Instrument, *, source_id: int, book_slot: int, bar_slot: int) -> np.ndarray:
    """INSTRUMENT[1]. Raises UnitsError when a size is no positive number."""
    row = np.zeros(1, INSTRUMENT)
    tick_mantissa, tick_exponent = step_of(instrument.tick)
    lot_mantissa, lot_exponent = step_of(instrument.lot)
    step = 1 / Fraction(instrument.tick) if instrument.is_inverse else Fraction(instrument.tick)
    value = step * Fraction(instrument.lot) * Fraction(instrument.contract_size) * MONEY_SCALE
    for name in ("symbol", "venue_symbol", "venue", "base", "quote", "settlement"):
        text = getattr(instrument, name).encode()
        if len(text) > INSTRUMENT[name].itemsize:
            raise UnitsError("a name is too long for its field", name=name, text=text, most=INSTRUMENT[name].itemsize)
        row[name] = text
    row["asset_class"], row["state"] = instrument.asset_class, instrument.state
    row["source_id"], row["book_slot"], row["bar_slot"] = source_id, book_slot, bar_slot
    row["tick_mantissa"], row["tick_exponent"] = tick_mantissa, tick_exponent
    row["lot_mantissa"], row["lot_exponent"] = lot_mantissa, lot_exponent
    is_tradable = instrument.asset_class is not AssetClass.QUOTE_ONLY and not instrument.is_shown_only
    row["is_inverse"] = instrument.is_inverse
    row["value_numerator"], row["value_denominator"] = value.numerator if is_tradable else 0, value.denominator
    row["min_lots"] = max(1, to_steps(_down(instrument.min_quantity, instrument.lot), lot_mantissa, lot_exponent))
    if instrument.max_quantity:
        # Some venues say "no limit" with a number that is larger than any quantity here can be.
        row["max_lots"] = min(LARGEST, int(instrument.max_quantity // instrument.lot))
    else:
        row["max_lots"] = 1 << 40
    row["native_types"] = sum(1 << int(kind) for kind in instrument.native_types) | instrument.knows_reduce_only
    row["min_notional_e8"] = int(instrument.min_notional * MONEY_SCALE)
    row["maker_fee_ppm"], row["taker_fee_ppm"] = instrument.maker_fee_ppm, instrument.taker_fee_ppm
    row["reference_ticks"] = to_steps(_down(instrument.reference_price, instrument.tick), tick_mantissa, tick_exponent)
    return row


def write_table(table: np.ndarray, count_line: np.ndarray, instruments: list[tuple[int, Instrument]]) -> None:
    """Desk only: append (source_id, instrument) rows; the first ones get a ladder while there is room for one."""
    count = int(count_line[0])
    books = sum(1 for row in table[:count] if row["book_slot"] >= 0)
    pairs = {_pair(row): number for number, row in reversed(list(enumerate(table[:count])))}
    for source_id, instrument in instruments:
        table[count] = as_row(instrument, source_id=source_id, book_slot=books, bar_slot=books)[0]
        table[count]["pair_id"] = pairs.setdefault(_pair(table[count]), count)
        books += 1
        count += 1
    count_line[0] = count


def write_row(table: np.ndarray, number: int, row: np.void) -> None:
    """Desk only: an instrument into a row that waited for it, its name last: by it others know that it is whole."""
    pairs = {_pair(known): at for at, known in reversed(list(enumerate(table[:number])))}
    symbol, row["symbol"] = bytes(row["symbol"]), b""
    row["pair_id"] = pairs.get(_pair(row), number)
    table[number] = row
    table[number]["symbol"] = symbol


def _pair(row: np.void) -> tuple[bytes, bytes, int, int]:
    """What must agree for two instruments to be the same thing at two venues."""
    return bytes(row["base"]), bytes(row["quote"]), int(row["asset_class"]), int(row["is_inverse"])


def known_rows(memory: Memory) -> np.ndarray:
    """INSTRUMENT[n] of those that have a name. Behind them may be rows that wait for an absent venue."""
    rows: np.ndarray = memory.table("instruments")[: int(memory.lines("instrument_count")[0, 0])]
    nameless = rows["symbol"] == b""
    return rows[: int(nameless.argmax())] if nameless.any() else rows


def _down(value: Decimal, step: Decimal) -> Decimal:
    return (value // step) * step
