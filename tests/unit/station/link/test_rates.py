"""The account in one currency: nothing is added that is not of the same."""

import msgspec

from core.config import CoreConfig
from core.memory.files import Descriptor
from core.risk_limits import RiskLimits
from core.vocabulary import Mode
from station.config import DeskSetup, StationConfig
from station.desk.registry import Registry
from station.link.account import with_account
from station.link.attach import Attachment
from station.views.orders import PositionView
from station.views.status import StatusView
from tests.builders import instruments

E8 = 10**8


def test_positions_of_several_currencies_are_added_at_their_rates() -> None:
    usd, btc, unknown = (
        msgspec.structs.replace(instruments()[0], instrument_id=number, rate=rate)
        for number, rate in enumerate((1.0, 60_000.0, 0.0))
    )
    held = [
        PositionView(instrument_id=0, position_lots=1, realised_e8=100 * E8, unrealised_e8=-20 * E8, fees_e8=E8),
        PositionView(instrument_id=1, position_lots=1, realised_e8=E8 // 1_000, unrealised_e8=0),
        PositionView(instrument_id=2, position_lots=1, realised_e8=7 * E8),
    ]
    status = with_account(StatusView(), held, (usd, btc, unknown), "USD")
    assert (status.realised_e8, status.unrealised_e8, status.fees_e8) == (160 * E8, -20 * E8, E8)
    assert (status.currency, status.unrated_positions) == ("USD", 1)


def test_the_rates_are_those_that_the_desk_started_with(memory_of_desk: Descriptor) -> None:
    limits = RiskLimits(base_currency="EUR", rates={"USD": 0.9})
    setup = DeskSetup(name="main", mode=Mode.SIM, venues=(), config=StationConfig(core=CoreConfig(risk=limits)))
    registry = Registry("main", "1", 0, 0, 0, msgspec.to_builtins(memory_of_desk), msgspec.to_builtins(setup), [])
    attachment = Attachment(registry, memory_of_desk)
    assert attachment.rates == {"EUR": 1.0, "USD": 0.9}
