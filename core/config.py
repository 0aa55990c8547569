"""What the core can be told. Frozen, closed and complete; `station/config.py` composes it into the whole file."""

import msgspec

from core.vocabulary import Mode, WaitPolicy


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
