"""What the onlooker is told at its start: each of its jobs its own."""

import msgspec

from core.flow.settings import FlowSettings
from core.portfolio.settings import PortfolioSettings


class OnlookerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    flow: FlowSettings
    portfolio: PortfolioSettings
