"""When is an instrument traded? Sessions of its venue, in the venue's own time; none of them: always.

Hours are what a week has without holidays; whether the market is open now is an INSTRUMENT_STATE, which the venue tells
(feeds/trading_states.py).
"""

import msgspec

from core.vocabulary import AssetClass


class Session(msgspec.Struct, frozen=True):
    """Of each working day, Monday to Friday."""

    opens: str
    closes: str
    zone: str
    name: str = ""


US_EQUITIES = (Session("09:30", "16:00", "America/New_York"),)
"""The regular session of the exchanges (NYSE rule 7.1). Half days and holidays: the venue's calendar."""
ALWAYS = "always"


def sessions_of(asset_class: AssetClass) -> tuple[Session, ...]:
    """Every equity that we know is American; everything else never closes."""
    return US_EQUITIES if asset_class is AssetClass.EQUITY else ()


def hours_text(sessions: tuple[Session, ...]) -> str:
    """Mon–Fri 09:30–16:00 New York"""
    told = (f"Mon–Fri {one.opens}–{one.closes} {one.zone.rpartition('/')[2].replace('_', ' ')}" for one in sessions)
    return ", ".join(told) or ALWAYS
