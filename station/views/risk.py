"""Risk as a screen draws it: limits as bars, the breaker and why, what was denied, the stops of each position."""

from dataclasses import dataclass

from core.vocabulary import BreakerCause, BreakerState, DenyReason, Limit, TradingState


@dataclass(frozen=True, slots=True)
class LimitView:
    limit: Limit
    most: float
    """In its own unit, as risk.toml has it."""
    used: float | None
    """In the same unit; None: nothing of it can be used up."""
    unit: str

    @property
    def share(self) -> float | None:
        """How much is used, 0 … 1 and more; None: it has no bar."""
        if self.used is None:
            return None
        return self.used / self.most if self.most > 0 else 1.0

    @property
    def name(self) -> str:
        return self.limit.name.lower()


@dataclass(frozen=True, slots=True)
class CauseView:
    """What the breaker looks at; None: it never warns, or never opens."""

    cause: BreakerCause
    value: int
    warning: int | None
    trigger: int | None


@dataclass(frozen=True, slots=True)
class ProtectionView:
    """The protective stop of one position, in ticks; 0: none."""

    instrument_id: int
    side: int
    stop_ticks: int
    trail_ticks: int
    first_target_ticks: int
    second_target_ticks: int
    best_ticks: int
    targets_hit: int
    is_closing: bool
    venue_stop_ticks: int = 0
    """Where the stop stands that the venue holds for it; 0: only the core protects it"""


@dataclass(frozen=True, slots=True)
class RiskView:
    trading_state: TradingState = TradingState.HALTED
    breaker: BreakerState = BreakerState.NORMAL
    cause: BreakerCause = BreakerCause.NONE
    value: int = 0
    at: int = 0
    """The limit that the value had reached."""
    since_wall_ns: int = 0
    until_wall_ns: int = 0
    """TRIGGERED: nobody can arm it before; 0: it is not open."""
    equity_e8: int = 0
    limits: tuple[LimitView, ...] = ()
    causes: tuple[CauseView, ...] = ()
    denied: tuple[tuple[DenyReason, int], ...] = ()
    """Most often first."""
    protections: tuple[ProtectionView, ...] = ()
