"""What has the whole account made today, in one currency: the desk's base currency, at the rates of its risk.toml?

Positions are settled in several currencies; their amounts are added only after each was made into the base currency. A
position of a currency that has no rate is left out, and the views say so: `unrated`.
"""

from collections.abc import Iterable, Sequence

import msgspec

from station.views.instrument import InstrumentView
from station.views.orders import PositionView
from station.views.status import StatusView


def with_account(
    status: StatusView, positions: Iterable[PositionView], instruments: Sequence[InstrumentView], base_currency: str
) -> StatusView:
    rates = {one.instrument_id: one.rate for one in instruments}
    realised = unrealised = fees = 0.0
    unrated = 0
    for position in positions:
        rate = rates.get(position.instrument_id, 0.0)
        unrated += not rate
        realised += position.realised_e8 * rate
        unrealised += position.unrealised_e8 * rate
        fees += position.fees_e8 * rate
    return msgspec.structs.replace(
        status,
        currency=base_currency,
        realised_e8=round(realised),
        unrealised_e8=round(unrealised),
        fees_e8=round(fees),
        unrated_positions=unrated,
    )
