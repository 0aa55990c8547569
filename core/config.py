"""What the core can be told. Frozen, closed and complete; `station/config.py` composes it into the whole file."""

from collections.abc import Collection

import msgspec

from core.vocabulary import Mode, WaitPolicy

LARGEST_NOTIONAL = 40e9
"""Of one currency: below what money in 64 bits can count (core/money.py)."""


class RiskLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Limits of every instrument, in its settlement currency unless the unit says otherwise."""

    max_order_notional: float = 250_000.0
    """Of one order, at its limit price (market orders: at the far touch)."""
    max_position_notional: float = 1_000_000.0
    """Of one instrument, if all working orders on the worse side filled."""
    max_gross_notional: float = 5_000_000.0
    """Of all instruments of one settlement currency together."""
    max_order_lots: int = 1_000_000_000_000
    """A single larger order is denied."""
    collar_bps: float = 200.0
    """Orders farther than this through the weighted mid are denied. 0 turns trading off."""
    max_open_orders: int = 256
    orders_per_second: int = 200
    """Of the desk; cancels are never counted and never refused."""
    daily_loss: float = 50_000.0
    """Realised plus unrealised minus fees, of one settlement currency; at this loss only risk is reduced."""
    command_valid_ms: int = 500
    """A key press or CLI order that reaches the core later than this is denied: COMMAND_TOO_OLD."""


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
    found = [
        f"core.risk.{key}: {value}; allowed: more than {least} and at most {most}, {unit}"
        for key, (least, most, unit) in _MONEY_AND_RATES.items()
        if not least < (value := getattr(config.risk, key)) <= most
    ]
    found += [
        f"core.risk.{key}: {value}; allowed: {least} to {most}, {unit}"
        for key, (least, most, unit) in _WHOLE.items()
        if not least <= (value := getattr(config.risk, key)) <= most
    ]
    found += [
        f"core.{key}: {value}; allowed: {least} to {most}, {unit}"
        for key, (least, most, unit) in _TIMES.items()
        if not least <= (value := getattr(config, key)) <= most
    ]
    if not 0 <= config.risk.collar_bps <= 10_000:
        found.append(f"core.risk.collar_bps: {config.risk.collar_bps}; allowed: 0 (nothing trades) to 10000")
    if usable_cpus is not None and config.cpu != -1 and config.cpu not in usable_cpus:
        usable = ", ".join(str(cpu) for cpu in sorted(usable_cpus))
        found.append(f"core.cpu: {config.cpu} does not exist or is not ours; allowed: -1, {usable}")
    elif not -1 <= config.cpu <= 4_095:
        found.append(f"core.cpu: {config.cpu}; allowed: -1 (choose), or a CPU from 0")
    if config.risk.max_order_notional > config.risk.max_position_notional:
        found.append("core.risk.max_order_notional: larger than max_position_notional; allowed: at most that")
    if config.risk.max_position_notional > config.risk.max_gross_notional:
        found.append("core.risk.max_position_notional: larger than max_gross_notional; allowed: at most that")
    return found


_MONEY_AND_RATES = {
    "max_order_notional": (0, LARGEST_NOTIONAL, "in the settlement currency"),
    "max_position_notional": (0, LARGEST_NOTIONAL, "in the settlement currency"),
    "max_gross_notional": (0, LARGEST_NOTIONAL, "in the settlement currency"),
    "daily_loss": (0, LARGEST_NOTIONAL, "in the settlement currency"),
}
_WHOLE = {
    "max_order_lots": (1, 1 << 52, "lots"),
    "max_open_orders": (0, 1 << 20, "orders"),
    "orders_per_second": (0, 1_000_000, "orders"),
    "command_valid_ms": (1, 60_000, "milliseconds"),
}
_TIMES = {
    "stale_after_ms": (1, 3_600_000, "milliseconds"),
    "heartbeat_ms": (200, 60_000, "milliseconds"),
    "lease_ms": (1_000, 3_600_000, "milliseconds"),
    "paper_latency_us": (0, 10_000_000, "microseconds"),
    "rollover_utc_s": (0, 86_399, "seconds of the day in UTC"),
}
