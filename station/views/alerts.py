"""When does an alert go off? One small state machine an alert; the machine sees a reading and a time, nothing else.

    test        goes off when                                           and again when
    > < >= <=   the reading is beyond the value                         it was back by the band, then beyond again
    crosses     the reading was on one side and is on the other         it crosses again
    is, not     the word is the one, is not the one                     it was otherwise, then so again
    happens     the reading (a count) has grown                         it grows again

`once`: never again. `every`: again after so long while it still holds, and never sooner. A reading that is absent
changes nothing. The first reading of `crosses` and `happens` only says where it begins.
"""

from enum import Enum

import msgspec

Reading = float | str | None
"""A number, a word (the state of a feed or a book), or absent"""


class Test(Enum):
    __test__ = False
    """pytest: no test"""

    ABOVE = ">"
    BELOW = "<"
    AT_LEAST = ">="
    AT_MOST = "<="
    CROSSES = "crosses"
    IS = "is"
    IS_NOT = "not"
    HAPPENS = "happens"


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    line: str
    """As it was written, without `alert`; what it is called by"""
    subject: str
    """BTC-USD.imbalance, pnl, latency.step.p99, alpha.feed, fill"""
    test: Test
    value: float = 0.0
    word: str = ""
    """Of is and not; of `fill` the pattern"""
    band: float = 0.0
    once: bool = False
    every_ns: int = 0
    """0: only after it was otherwise"""
    command: tuple[str, ...] = ()
    """A program and its arguments, started when it goes off; only the file can name one"""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where an alert is."""

    reading: Reading = None
    """The last that was not absent"""
    is_absent: bool = True
    """There is none now"""
    holds: bool = False
    times: int = 0
    gone_off_ns: int = 0
    """The last time; 0: never"""


def stepped(alert: Alert, before: Standing, reading: Reading, now_ns: int) -> tuple[Standing, bool]:
    """Where it stands after a reading, and whether it goes off."""
    if reading is None:
        return msgspec.structs.replace(before, is_absent=True), False
    holds, is_new = _judged(alert, before, reading)
    waited = now_ns - before.gone_off_ns
    may = not (alert.once and before.times) and not (alert.every_ns and before.times and waited < alert.every_ns)
    goes_off = may and (is_new or (holds and bool(alert.every_ns)))
    return (
        Standing(
            reading=reading,
            is_absent=False,
            holds=holds,
            times=before.times + goes_off,
            gone_off_ns=now_ns if goes_off else before.gone_off_ns,
        ),
        goes_off,
    )


def _judged(alert: Alert, before: Standing, reading: float | str) -> tuple[bool, bool]:
    """Does it hold now, and did that begin now?"""
    if alert.test in (Test.IS, Test.IS_NOT):
        is_it = str(reading).casefold() == alert.word.casefold()
        holds = is_it is (alert.test is Test.IS)
        return holds, holds and not before.holds
    if not isinstance(reading, float | int) or (before.reading is not None and isinstance(before.reading, str)):
        return False, False
    if alert.test is Test.HAPPENS:
        return False, before.reading is not None and reading > before.reading
    if alert.test is Test.CROSSES:
        return False, before.reading is not None and _crossed(before.reading, reading, alert.value)
    holds = _beyond(alert.test, reading, alert.value)
    if before.holds and not holds:
        # Still held while it is not back by the whole band.
        direction = 1 if alert.test in (Test.ABOVE, Test.AT_LEAST) else -1
        return (alert.value - reading) * direction < alert.band, False
    return holds, holds and not before.holds


def _crossed(before: float, now: float, value: float) -> bool:
    return before < value <= now or before > value >= now


def _beyond(test: Test, reading: float, value: float) -> bool:
    match test:
        case Test.ABOVE:
            return reading > value
        case Test.BELOW:
            return reading < value
        case Test.AT_LEAST:
            return reading >= value
        case _:
            return reading <= value


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the pane."""

    alert: Alert
    standing: Standing
    reading_text: str = ""
    """With its unit; blank: absent"""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """An alert that went off."""

    wall_ns: int
    line: str
    reading_text: str = ""


class AlertsView(msgspec.Struct, frozen=True, kw_only=True):
    alerts: tuple[Watched, ...] = ()
    told: tuple[Told, ...] = ()
    """The newest first"""
    snoozed_until_wall_ns: int = 0
    """0: not"""
    is_mute: bool = False
