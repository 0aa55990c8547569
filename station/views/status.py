"""The state of the desk: what the status line, the banner and the health pane say."""

import msgspec

from core.vocabulary import FeedState, Mode, ProcessState


class FeedView(msgspec.Struct, frozen=True, kw_only=True):
    venue: str
    state: FeedState
    events: int = 0
    events_per_s: int = 0
    bytes_per_s: int = 0
    venue_age_ns: int = 0
    """Of the last frame when it came, by the venue's clock and ours; 0: the venue says no time"""
    is_recorded: bool = False
    """That age is of a recording and says nothing"""
    silent_ns: int = -1
    """Since the last frame came; -1: none came yet"""
    gaps: int = 0
    resyncs: int = 0
    bad_frames: int = 0
    dropped: int = 0
    untrusted_ns: int = 0
    """How long books that had been live were not, added up over all of them; …"""
    untrusted_for_ns: int = 0
    """… and for how long one of them is not now"""
    message: str = ""


class GatewayView(msgspec.Struct, frozen=True, kw_only=True):
    """The order side of one venue."""

    venue: str
    state: FeedState
    open_at_venue: int = 0
    unknown: int = 0
    halt_cancelled: int = 0
    is_clean: bool = False
    """Nothing is open at the venue since the present halt: its proof."""
    is_flat: bool = False
    message: str = ""


class DelayView(msgspec.Struct, frozen=True, kw_only=True):
    """How slow a venue group is."""

    ack_ns: int = 0
    """From an order to its acknowledgement, a mean; 0: none came yet"""
    delay_ns: int = 0
    """What routing counts: that, and how old its market data are when they come"""


class TapeView(msgspec.Struct, frozen=True, kw_only=True):
    state: ProcessState = ProcessState.NONE
    written: int = 0
    rows_per_s: int = 0
    dropped: int = 0
    behind: int = 0
    message: str = ""


class ProcessView(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    state: ProcessState
    pid: int = 0
    restarts: int = 0


class SeatView(msgspec.Struct, frozen=True, kw_only=True):
    """Our own seat."""

    seat: int = -1
    """-1: none was free, this client only watches (and can kill)"""
    is_armed: bool = False
    holds_lease: bool = False
    denied: int = 0
    last_reason: int = 0
    """vocabulary.DenyReason"""
    answered_sequence: int = 0


class StatusView(msgspec.Struct, frozen=True, kw_only=True):
    desk: str = "main"
    mode: Mode = Mode.SIM
    is_attached: bool = True
    """False: the core has not published for a second; what is shown is old"""
    is_halted: bool = False
    halt_reason: str = ""
    is_flattening: bool = False
    strategies_enabled: bool = False
    lease_seat: int = -1
    lease_place: str = ""
    """The terminal or machine from which it is held"""
    is_lease_orphaned: bool = False
    """Whoever held it is gone; it ends when his seat has been silent for 30 s"""
    open_orders: int = 0
    unknown_orders: int = 0
    denied: int = 0
    core_cpu: int = -1
    core_busy_ppm: int = 0
    """Of the loop's time, with something to do"""
    currency: str = ""
    """Of the three that follow; empty: not known"""
    realised_e8: int = 0
    unrealised_e8: int = 0
    fees_e8: int = 0
    unrated_positions: int = 0
    """They are settled in a currency without a rate, and are not in these sums"""
    wall_s: int = 0
    uptime_s: int = 0
    seat: SeatView = SeatView()
    feeds: tuple[FeedView, ...] = ()
    gateways: tuple[GatewayView, ...] = ()
    delays: tuple[DelayView, ...] = ()
    """By venue group"""
    processes: tuple[ProcessView, ...] = ()
    tape: TapeView = TapeView()

    @property
    def is_halt_proven(self) -> bool:
        """Halted, and every venue shows nothing open."""
        return self.is_halted and bool(self.gateways) and all(gateway.is_clean for gateway in self.gateways)


EMPTY_STATUS = StatusView(is_attached=False)
