"""The core's risk cells as a view, and a person's number as the core keeps it."""

import hashlib

import numpy as np

from core.memory import numpy_cell
from core.memory.files import Memory
from core.records.risk import NOT_USED
from core.risk_limits import SPECS, field_of
from core.vocabulary import BreakerCause, BreakerState, DenyReason, Limit, TradingState
from station.errors import BadArgument
from station.views.risk import CauseView, LimitView, ProtectionView, RiskView

NEVER = 1 << 62


class RiskCells:
    """One process's reading of them: the same view until something changed."""

    def __init__(self, memory: Memory, wall_offset_ns: int) -> None:
        self._risk, self._protections = memory.cells("risk"), memory.cells("protections")
        self._wall_offset_ns = wall_offset_ns
        self._seen = (-1, -1)
        self._view = RiskView()

    def view(self) -> RiskView:
        seen = numpy_cell.version(self._risk, 0), int(self._protections.counts[:, 0].sum())
        if seen != self._seen:
            row = numpy_cell.read(self._risk, 0)
            if row is None:
                return self._view
            self._view = risk_view(row, self._read_protections(), self._wall_offset_ns)
            self._seen = seen
        return self._view

    def _read_protections(self) -> tuple[ProtectionView, ...]:
        rows = (numpy_cell.read(self._protections, int(at)) for at in np.flatnonzero(self._protections.values["side"]))
        return tuple(protection_view(row) for row in rows if row is not None)


def risk_view(row: np.void, protections: tuple[ProtectionView, ...], wall_offset_ns: int) -> RiskView:
    denials = [(DenyReason(code), int(row["denials"][code])) for code in DenyReason if row["denials"][code]]
    since_ns, until_ns = int(row["since_ns"]), int(row["until_ns"])
    return RiskView(
        trading_state=TradingState(int(row["trading_state"])),
        breaker=BreakerState(int(row["breaker_state"])),
        cause=BreakerCause(int(row["breaker_cause"])),
        value=int(row["breaker_value"]),
        at=int(row["breaker_limit"]),
        since_wall_ns=since_ns + wall_offset_ns if since_ns else 0,
        until_wall_ns=until_ns + wall_offset_ns if until_ns else 0,
        equity_e8=int(row["equity_e8"]),
        limits=tuple(limit_view(limit, row["limits"][limit]) for limit in Limit),
        causes=tuple(cause_view(cause, row["causes"][cause]) for cause in BreakerCause if cause),
        denied=tuple(sorted(denials, key=lambda pair: -pair[1])),
        protections=protections,
    )


def limit_view(limit: Limit, row: np.void) -> LimitView:
    spec = SPECS[limit]
    used = int(row["used"])
    return LimitView(limit, int(row["limit"]) / spec.scale, None if used == NOT_USED else used / spec.scale, spec.unit)


def cause_view(cause: BreakerCause, row: np.void) -> CauseView:
    warning, trigger = int(row["warning"]), int(row["trigger"])
    return CauseView(
        cause, int(row["value"]), None if warning == NEVER else warning, None if trigger == NEVER else trigger
    )


def protection_view(row: np.void) -> ProtectionView:
    names = (
        "stop_ticks", "trail_ticks", "first_target_ticks", "second_target_ticks", "best_ticks", "targets_hit",
        "venue_stop_ticks",
    )  # fmt: skip
    return ProtectionView(
        instrument_id=int(row["instrument_id"]),
        side=int(row["side"]),
        is_closing=bool(row["is_closing"]),
        **{name: int(row[name]) for name in names},
    )


def limit_named(name: str) -> Limit:
    """Raises BadArgument."""
    known = {field_of(limit): limit for limit in Limit}
    wanted = name.lower().replace("-", "_")
    if wanted not in known:
        raise BadArgument(f"there is no limit {name!r}; `station limits` lists them")
    return known[wanted]


def limit_value(limit: Limit, text: str) -> int:
    """As the core keeps it. Raises BadArgument, with what is allowed."""
    spec = SPECS[limit]
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not spec.least <= number <= spec.most:
        allowed = f"{spec.least:.15g} to {spec.most:.15g} {spec.unit}"
        raise BadArgument(f"{field_of(limit)}: {text!r}; allowed: {allowed}")
    return round(number * spec.scale)


def reason_hash(reason: str) -> int:
    """What stands on the tape for a reason; its words stand in the desk's log. 0: there is none."""
    words = reason.strip()
    if not words:
        return 0
    return int.from_bytes(hashlib.blake2b(words.encode(), digest_size=8).digest(), "big") >> 2 | 1
