"""What the core can be told. Frozen, closed and complete; `station/config.py` composes it into the whole file."""

from collections.abc import Collection

import msgspec

from core.risk_limits import RiskLimits, mistakes_of_limits
from core.vocabulary import Mode, WaitPolicy

__all__ = ["CoreConfig", "RiskLimits", "mistakes"]


class CoreConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the core runs."""

    mode: Mode = Mode.SIM
    wait_policy: WaitPolicy = WaitPolicy.BACKOFF
    cpu: int = -1
    """Pin the loop to this CPU. -1: to the last one that this process may use, when there is more than one."""
    risk: RiskLimits = RiskLimits()
    stale_after_ms: int = 3_000
    """A book whose feed said nothing for so long is STALE and cannot be traded."""
    heartbeat_ms: int = 1_000
    """A market or order process that did not beat for so long is stale."""
    lease_ms: int = 30_000
    """A client that did not beat for so long loses the trading lease."""
    paper_latency_us: int = 5_000
    """Paper mode: from the core's decision to the venue, and from the venue back."""
    rollover_utc_s: int = 0
    """The trading day turns at this second of the day, UTC."""


def mistakes(config: CoreConfig, *, usable_cpus: Collection[int] | None = None) -> list[str]:
    """What has the right type and still cannot be: key, value and what is allowed, one line each; empty when sound.

    `usable_cpus` are those that this process may run on; None: not checked.
    """
    found = mistakes_of_limits(config.risk, "core.risk.")
    found += [
        f"core.{key}: {value}; allowed: {least} to {most}, {unit}"
        for key, (least, most, unit) in _TIMES.items()
        if not least <= (value := getattr(config, key)) <= most
    ]
    if usable_cpus is not None and config.cpu != -1 and config.cpu not in usable_cpus:
        usable = ", ".join(str(cpu) for cpu in sorted(usable_cpus))
        found.append(f"core.cpu: {config.cpu} does not exist or is not ours; allowed: -1, {usable}")
    elif not -1 <= config.cpu <= 4_095:
        found.append(f"core.cpu: {config.cpu}; allowed: -1 (choose), or a CPU from 0")
    return found


_TIMES = {
    "stale_after_ms": (1, 3_600_000, "milliseconds"),
    "heartbeat_ms": (200, 60_000, "milliseconds"),
    "lease_ms": (1_000, 3_600_000, "milliseconds"),
    "paper_latency_us": (0, 10_000_000, "microseconds"),
    "rollover_utc_s": (0, 86_399, "seconds of the day in UTC"),
}
