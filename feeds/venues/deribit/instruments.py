"""Deribit's instruments as ours. Amounts are counted in dollars for reversed futures, in the base for all others.

Options are listed as what is delivered at a date, without a class of their own: their premium is what is traded.
"""

from datetime import UTC, datetime

import msgspec

from core.vocabulary import AssetClass, InstrumentState
from feeds.instruments import Instrument
from feeds.venues.deribit.messages import Listed, Listing

CLASSES = {"spot": AssetClass.SPOT, "future": AssetClass.FUTURE, "option": AssetClass.FUTURE}


def listing(bodies: list[bytes], venue: str) -> list[Instrument]:
    """public/get_instruments; combinations are left out."""
    rows = [row for body in bodies for row in msgspec.json.decode(body, type=Listing).result]
    return [_instrument(row, venue) for row in rows if row.kind in CLASSES]


def _instrument(row: Listed, venue: str) -> Instrument:
    is_perpetual = row.settlement_period == "perpetual"
    is_reversed = row.kind != "spot" and row.instrument_type in ("reversed", "")
    quote = row.counter_currency or ("USD" if row.kind == "option" else row.quote_currency)
    return Instrument(
        symbol=f"{row.base_currency}-{quote}{_term(row, is_perpetual)}.{venue}",
        venue_symbol=row.instrument_name,
        venue=venue,
        base=row.base_currency,
        quote=quote,
        settlement=row.settlement_currency or (row.base_currency if is_reversed else quote),
        asset_class=AssetClass.PERPETUAL if is_perpetual else CLASSES[row.kind],
        tick=row.tick_size.normalize(),
        lot=row.min_trade_amount.normalize(),
        is_inverse=is_reversed and row.kind != "option",
        is_shown_only=row.kind == "option",
        min_quantity=row.min_trade_amount,
        maker_fee_ppm=round(row.maker_commission * 1_000_000),
        taker_fee_ppm=round(row.taker_commission * 1_000_000),
        state=InstrumentState.OPEN if row.is_active else InstrumentState.CLOSED,
    )


def _term(row: Listed, is_perpetual: bool) -> str:
    """-PERP, -260327, -260327-100000-C; nothing for spot."""
    if row.kind == "spot":
        return ""
    if is_perpetual:
        return "-PERP"
    day = f"-{datetime.fromtimestamp(row.expiration_timestamp / 1_000, UTC):%y%m%d}"
    return f"{day}-{row.strike.normalize():f}-{row.option_type[:1].upper()}" if row.kind == "option" else day
