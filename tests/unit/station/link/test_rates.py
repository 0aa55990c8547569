"""What a currency is worth: as the desk was told when it started."""

import msgspec

from core.config import CoreConfig
from core.memory.files import Descriptor
from core.risk_limits import RiskLimits
from core.vocabulary import Mode
from station.config import DeskSetup, StationConfig
from station.desk.registry import Registry
from station.link.attach import Attachment


def test_the_rates_are_those_that_the_desk_started_with(memory_of_desk: Descriptor) -> None:
    limits = RiskLimits(base_currency="EUR", rates={"USD": 0.9})
    setup = DeskSetup(name="main", mode=Mode.SIM, venues=(), config=StationConfig(core=CoreConfig(risk=limits)))
    registry = Registry("main", "1", 0, 0, 0, msgspec.to_builtins(memory_of_desk), msgspec.to_builtins(setup), [])
    attachment = Attachment(registry, memory_of_desk)
    assert attachment.rates == {"EUR": 1.0, "USD": 0.9}
