"""BitMEX's active instruments as ours. Contracts are counted in dollars (inverse) or in parts of the base (linear).

A quanto contract is worth a number of satoshis for each dollar of its price: linear, in a currency that is neither its
base nor its quote.
"""

from decimal import Decimal

import msgspec

from core.vocabulary import AssetClass, InstrumentState
from feeds.instruments import Instrument
from feeds.venues.bitmex.messages import Listed

CLASSES = {
    "IFXXXP": AssetClass.SPOT,
    "FFWCSX": AssetClass.PERPETUAL,
    "FFSCSX": AssetClass.PERPETUAL,
    "FFCCSX": AssetClass.FUTURE,
}
SETTLEMENT_UNITS = {"XBt": Decimal("1E-8"), "USDt": Decimal("1E-6")}
"""What one unit of `multiplier` is."""
NEW_NAMES = {"XBT": "BTC", "XBt": "BTC", "USDt": "USDT", "XDG": "DOGE"}


def listing(bodies: list[bytes], venue: str) -> list[Instrument]:
    """GET /api/v1/instrument/active; indices, options and spreads are left out."""
    rows = msgspec.json.decode(bodies[0], type=list[Listed])
    return [_instrument(row, venue) for row in rows if row.typ in CLASSES and row.tickSize and row.lotSize]


def _instrument(row: Listed, venue: str) -> Instrument:
    asset_class = CLASSES[row.typ]
    base, quote, settlement = (
        NEW_NAMES.get(name, name) for name in (row.rootSymbol, row.quoteCurrency, row.settlCurrency or "")
    )
    # ETHUSD_ETH: of the same pair as ETHUSD, settled in something else
    variant = row.symbol.partition("_")[2] if asset_class is not AssetClass.SPOT else ""
    return Instrument(
        symbol=f"{base}-{quote}{'_' + variant if variant else ''}{_term(row, asset_class)}.{venue}",
        venue_symbol=row.symbol,
        venue=venue,
        base=base,
        quote=quote,
        settlement=settlement or quote,
        asset_class=asset_class,
        tick=row.tickSize or Decimal(1),
        lot=row.lotSize or Decimal(1),
        contract_size=_contract_size(row),
        is_inverse=row.isInverse,
        is_shown_only=row.isQuanto and _contract_size(row) == 0,
        max_quantity=row.maxOrderQty or Decimal(0),
        maker_fee_ppm=round((row.makerFee or 0) * 1_000_000),
        taker_fee_ppm=round((row.takerFee or 0) * 1_000_000),
        state=InstrumentState.OPEN if row.state == "Open" else InstrumentState.CLOSED,
    )


def _contract_size(row: Listed) -> Decimal:
    """Of a quanto contract: what a dollar of its price is worth in the settlement currency; 0: not known."""
    if row.isQuanto:
        return (row.multiplier or Decimal(0)) * SETTLEMENT_UNITS.get(row.settlCurrency or "", Decimal(0))
    return Decimal(1) if row.isInverse else 1 / (row.underlyingToPositionMultiplier or Decimal(1))


def _term(row: Listed, asset_class: AssetClass) -> str:
    if asset_class is AssetClass.SPOT:
        return ""
    return f"-{row.expiry:%y%m%d}" if asset_class is AssetClass.FUTURE and row.expiry else "-PERP"
