"""HTX's symbols and contracts as our instruments.

Quantities of swaps count contracts: of `contract_size` base units when margined in USDT, of so many dollars when
margined in the coin.
"""

from decimal import Decimal

import msgspec
from msgspec import Raw

from core.vocabulary import AssetClass, InstrumentState
from feeds.instruments import Instrument
from feeds.venues.htx.messages import Contract, Contracts, Symbol, Symbols

SPOT_FEE_PPM = 2_000
SWAP_MAKER_PPM, SWAP_TAKER_PPM = 200, 500
LISTED = 1
"""The contract_status of one that trades."""


def spot(bodies: list[bytes], venue: str) -> list[Instrument]:
    """GET /v1/common/symbols"""
    return [_pair(symbol, venue) for symbol in msgspec.json.decode(bodies[0], type=Symbols).data]


def coin_swaps(bodies: list[bytes], venue: str) -> list[Instrument]:
    """GET /swap-api/v1/swap_contract_info"""
    return [_swap(contract, venue, is_inverse=True) for contract in _perpetuals(bodies)]


def linear_swaps(bodies: list[bytes], venue: str) -> list[Instrument]:
    """GET /linear-swap-api/v1/swap_contract_info"""
    return [_swap(contract, venue, is_inverse=False) for contract in _perpetuals(bodies)]


def _perpetuals(bodies: list[bytes]) -> list[Contract]:
    contracts = msgspec.json.decode(bodies[0], type=Contracts).data
    return [contract for contract in contracts if contract.business_type == "swap"]


def _pair(symbol: Symbol, venue: str) -> Instrument:
    base, quote = symbol.base_currency.upper(), symbol.quote_currency.upper()
    return Instrument(
        symbol=f"{base}-{quote}.{venue}",
        venue_symbol=symbol.symbol,
        venue=venue,
        base=base,
        quote=quote,
        settlement=quote,
        tick=Decimal(1).scaleb(-symbol.price_precision),
        lot=Decimal(1).scaleb(-symbol.amount_precision),
        min_quantity=_decimal(symbol.min_order_amt),
        min_notional=_decimal(symbol.min_order_value),
        maker_fee_ppm=SPOT_FEE_PPM,
        taker_fee_ppm=SPOT_FEE_PPM,
        state=InstrumentState.OPEN if symbol.state == "online" else InstrumentState.CLOSED,
    )


def _swap(contract: Contract, venue: str, *, is_inverse: bool) -> Instrument:
    base, quote = contract.contract_code.split("-")[:2]
    return Instrument(
        symbol=f"{base}-{quote}-PERP.{venue}",
        venue_symbol=contract.contract_code,
        venue=venue,
        base=base,
        quote=quote,
        settlement=base if is_inverse else quote,
        asset_class=AssetClass.PERPETUAL,
        tick=_decimal(contract.price_tick).normalize(),
        lot=Decimal(1),
        contract_size=_decimal(contract.contract_size).normalize(),
        is_inverse=is_inverse,
        min_quantity=Decimal(1),
        maker_fee_ppm=SWAP_MAKER_PPM,
        taker_fee_ppm=SWAP_TAKER_PPM,
        state=InstrumentState.OPEN if contract.contract_status == LISTED else InstrumentState.CLOSED,
    )


def _decimal(number: Raw) -> Decimal:
    """Of its text, quoted or not: never through a float."""
    return Decimal(bytes(number).decode().strip('"'))
