"""Gate.io's currency pairs and contracts as our instruments.

A quantity of futures counts contracts of `quanto_multiplier` base units.
"""

from decimal import Decimal

import msgspec

from core.vocabulary import AssetClass, InstrumentState
from feeds.instruments import Instrument
from feeds.venues.gateio.messages import Contract, Pair

DECIMAL_LOT = Decimal("0.1")
"""The least step of contracts that can be divided."""


def spot(bodies: list[bytes], venue: str) -> list[Instrument]:
    """GET /api/v4/spot/currency_pairs"""
    return [_pair(pair, venue) for pair in msgspec.json.decode(bodies[0], type=list[Pair])]


def futures(bodies: list[bytes], venue: str) -> list[Instrument]:
    """GET /api/v4/futures/usdt/contracts"""
    return [_contract(contract, venue) for contract in msgspec.json.decode(bodies[0], type=list[Contract])]


def _pair(pair: Pair, venue: str) -> Instrument:
    fee_ppm = int(Decimal(pair.fee) * 10_000)
    return Instrument(
        symbol=f"{pair.base}-{pair.quote}.{venue}",
        venue_symbol=pair.id,
        venue=venue,
        base=pair.base,
        quote=pair.quote,
        settlement=pair.quote,
        tick=Decimal(1).scaleb(-pair.precision),
        lot=Decimal(1).scaleb(-pair.amount_precision),
        min_quantity=Decimal(pair.min_base_amount),
        max_quantity=Decimal(pair.max_base_amount or 0),
        min_notional=Decimal(pair.min_quote_amount),
        maker_fee_ppm=fee_ppm,
        taker_fee_ppm=fee_ppm,
        state=InstrumentState.OPEN if pair.trade_status == "tradable" else InstrumentState.CLOSED,
    )


def _contract(contract: Contract, venue: str) -> Instrument:
    base, quote = contract.name.rsplit("_", 1)
    return Instrument(
        symbol=f"{base}-{quote}-PERP.{venue}",
        venue_symbol=contract.name,
        venue=venue,
        base=base,
        quote=quote,
        settlement=quote,
        asset_class=AssetClass.PERPETUAL,
        tick=Decimal(contract.order_price_round),
        lot=min(DECIMAL_LOT, Decimal(contract.order_size_min)) if contract.enable_decimal else Decimal(1),
        contract_size=Decimal(contract.quanto_multiplier),
        min_quantity=Decimal(contract.order_size_min),
        max_quantity=Decimal(contract.order_size_max),
        maker_fee_ppm=int(Decimal(contract.maker_fee_rate) * 1_000_000),
        taker_fee_ppm=int(Decimal(contract.taker_fee_rate) * 1_000_000),
        state=InstrumentState.CLOSED if contract.in_delisting else InstrumentState.OPEN,
    )
