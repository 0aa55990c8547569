"""The sixteen things that the simulated exchange trades: eight at venue "alpha", the same eight at venue "beta".

A triangle (BTC-USD, ETH-USD, ETH-BTC), two more crypto pairs, two equities and one future. Ticks are chosen so that a
window of 65,536 prices holds the whole range that a fair value can reach. Stops and REDUCE_ONLY are known where
positions are margined, as at real venues: of the future.
"""

from decimal import Decimal

from core.vocabulary import AssetClass, OrderType
from feeds.instruments import Instrument

VENUES = ("alpha", "beta")
MAKER_FEE_PPM = {"alpha": 100, "beta": -50}
TAKER_FEE_PPM = {"alpha": 400, "beta": 350}

# symbol, base, quote, class, tick, lot, contract size, most lots in one order as quantity, least notional, reference
_TRADED: tuple[tuple[str, str, str, AssetClass, str, str, str, str, str, str], ...] = (
    ("BTC-USD", "BTC", "USD", AssetClass.SPOT, "1", "0.0001", "1", "1000", "5", "64000"),
    ("ETH-USD", "ETH", "USD", AssetClass.SPOT, "0.1", "0.001", "1", "10000", "5", "3400"),
    ("ETH-BTC", "ETH", "BTC", AssetClass.SPOT, "0.000002", "0.001", "1", "10000", "0.0001", "0.053124"),
    ("SOL-USD", "SOL", "USD", AssetClass.SPOT, "0.01", "0.01", "1", "100000", "5", "150"),
    ("XRP-USD", "XRP", "USD", AssetClass.SPOT, "0.0001", "1", "1", "10000000", "5", "2.1"),
    ("ACME-USD", "ACME", "USD", AssetClass.EQUITY, "0.01", "1", "1", "100000", "0", "182"),
    ("GLOBX-USD", "GLOBX", "USD", AssetClass.EQUITY, "0.01", "1", "1", "100000", "0", "64"),
    ("BTC-USD-27MAR27", "BTC", "USD", AssetClass.FUTURE, "1", "1", "0.01", "100000", "0", "64256"),
)


def simulator_instruments() -> list[Instrument]:
    """Of both venues, alpha first. The order is the exchange's own: an instrument's place here is its book's index."""
    return [
        Instrument(
            symbol=f"{symbol}.{venue}",
            venue_symbol=symbol.replace("-", ""),
            venue=venue,
            base=base,
            quote=quote,
            settlement=quote,
            asset_class=asset_class,
            tick=Decimal(tick),
            lot=Decimal(lot),
            contract_size=Decimal(contract),
            min_quantity=Decimal(lot),
            max_quantity=Decimal(most),
            min_notional=Decimal(least),
            maker_fee_ppm=MAKER_FEE_PPM[venue],
            taker_fee_ppm=TAKER_FEE_PPM[venue],
            reference_price=Decimal(reference),
            native_types=(OrderType.STOP,) if asset_class is AssetClass.FUTURE else (),
            knows_reduce_only=asset_class is AssetClass.FUTURE,
        )
        for venue in VENUES
        for symbol, base, quote, asset_class, tick, lot, contract, most, least, reference in _TRADED
    ]
