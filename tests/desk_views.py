"""Fixed views of a desk: what runs, how fast, and what risk says of it."""

import math
from itertools import pairwise

from core.vocabulary import (
    BreakerCause,
    BreakerState,
    DenyReason,
    FeedState,
    Hop,
    Limit,
    Mode,
    ProcessState,
    TradingState,
)
from station.views.latency import DECADES, FIRST_DECADE_NS, HopView
from station.views.machine import MachineView, ProcessUse, RingUse
from station.views.portfolio import HeldView, Losses, PortfolioView, StressView
from station.views.risk import CauseView, LimitView, ProtectionView, RiskView
from station.views.status import FeedView, GatewayView, ProcessView, SeatView, StatusView, TapeView
from tests.market_views import MONEY, WALL_S


def risk() -> RiskView:
    def limit(name: Limit, used: float | None, most: float, unit: str) -> LimitView:
        return LimitView(name, most, used, unit)

    money, percent = "of the base currency", "percent"
    return RiskView(
        trading_state=TradingState.REDUCING,
        breaker=BreakerState.WARNING,
        cause=BreakerCause.DRAWDOWN,
        value=104_000,
        at=100_000,
        since_wall_ns=(WALL_S - 95) * 10**9,
        equity_e8=448_000 * MONEY,
        limits=(
            limit(Limit.MAX_ORDER_NOTIONAL, None, 10_000, money),
            limit(Limit.MAX_POSITION_NOTIONAL, 9_980, 10_000, money),
            limit(Limit.MAX_GROSS_NOTIONAL, 38_211, 50_000, money),
            limit(Limit.MAX_SECTOR_NOTIONAL, 12_004, 30_000, money),
            limit(Limit.MAX_POSITIONS, 2, 5, "positions"),
            limit(Limit.DAILY_LOSS, 1_204.5, 5_000, money),
            limit(Limit.HALT_DRAWDOWN_PCT, 10.4, 15, percent),
            limit(Limit.MAX_TRADES, 16, 50, "trades"),
            limit(Limit.MAX_LEVERAGE, 0.4, 1, "times the equity"),
            limit(Limit.MAX_OPEN_ORDERS, 300, 256, "orders"),
        ),
        causes=(
            CauseView(BreakerCause.DAILY_LOSS, 1_204 * MONEY, 4_000 * MONEY, 5_000 * MONEY),
            CauseView(BreakerCause.DRAWDOWN, 104_000, 100_000, 150_000),
            CauseView(BreakerCause.LOSING_STREAK, 1, None, 5),
            CauseView(BreakerCause.SLIPPAGE, 120, 1_000, 5_000),
            CauseView(BreakerCause.GAPS, 0, 60, 600),
        ),
        denied=((DenyReason.PRICE_COLLAR, 12), (DenyReason.MAX_POSITION, 3), (DenyReason.DUPLICATE, 1)),
        protections=(
            ProtectionView(0, 1, 125_600, 0, 132_080, 134_640, 128_300, 0, is_closing=False, venue_stop_ticks=125_286),
            ProtectionView(1, -1, 348_000, 345_100, 330_900, 324_100, 340_000, 1, is_closing=True),
        ),
    )


def portfolio() -> PortfolioView:
    names = ("price -20 %", "volatility x 3", "correlations to 1", "spread x 10", "venue gone")
    return PortfolioView(
        measured_ns=1,
        currency="USD",
        samples=4_000,
        gross=38_211.0,
        net=12_004.0,
        historical=Losses(412, 688, 540, 802),
        parametric=Losses(398, 561, 499, 640),
        monte_carlo=Losses(405, 590, 510, 671),
        held=tuple(
            HeldView(
                number, 9_980.0 - number * 2_000, 0.021, 1.0, tuple(1 - abs(number - other) * 0.6 for other in range(4))
            )
            for number in range(4)
        ),
        stress=tuple(StressView(name, loss) for name, loss in zip(names, (2_400.0, 610, 820, 96, -40), strict=True)),
    )


def status(*, is_armed: bool = True, is_halted: bool = False, mode: Mode = Mode.SIM) -> StatusView:
    return StatusView(
        desk="main",
        mode=mode,
        is_halted=is_halted,
        halt_reason="kill key (seat 0)" if is_halted else "",
        strategies_enabled=not is_halted,
        lease_seat=0,
        open_orders=6,
        unknown_orders=1,
        denied=2,
        core_cpu=1,
        core_busy_ppm=123_000,
        currency="USD",
        realised_e8=int(858.5 * MONEY),
        unrealised_e8=int(-306.25 * MONEY),
        fees_e8=int(23.33 * MONEY),
        wall_s=WALL_S,
        uptime_s=5_025,
        seat=SeatView(seat=0, is_armed=is_armed, holds_lease=True, denied=2, last_reason=DenyReason.PRICE_COLLAR),
        feeds=(
            FeedView(venue="alpha", state=FeedState.LIVE, events=4_211_804, events_per_s=1_204, bytes_per_s=77_056,
                     venue_age_ns=212_000, silent_ns=3_800_000),
            FeedView(venue="beta", state=FeedState.SYNCING, events=3_902_551, events_per_s=980, bytes_per_s=62_720,
                     venue_age_ns=240_000, silent_ns=4_100_000, gaps=2, resyncs=2,
                     message="update 88121 is missing, waiting for a snapshot"),
        ),
        gateways=(
            GatewayView(venue="alpha", state=FeedState.LIVE, open_at_venue=4 * (not is_halted), halt_cancelled=6,
                        is_clean=is_halted),
            GatewayView(venue="beta", state=FeedState.LIVE, open_at_venue=2 * (not is_halted), is_clean=is_halted),
        ),
        processes=(
            ProcessView(name="core", state=ProcessState.RUNNING, pid=4102),
            ProcessView(name="market.sim", state=ProcessState.RUNNING, pid=4103, restarts=1),
            ProcessView(name="recorder", state=ProcessState.RUNNING, pid=4105),
        ),
        tape=TapeView(state=ProcessState.RUNNING, written=18_402_113, rows_per_s=23_480, behind=112),
    )  # fmt: skip


def machine() -> MachineView:
    uses = (("desk", 4_101, 0.01, 58), ("core", 4_102, 0.98, 412), ("market.sim", 4_103, 0.31, 240),
            ("recorder", 4_105, 0.12, 322))  # fmt: skip
    return MachineView(
        processes=tuple(
            ProcessUse(name, pid, cpu, megabytes * 1_000_000, 5_025 * 10**9) for name, pid, cpu, megabytes in uses
        ),
        rings=(RingUse("market.sim", 9_200, 16_384), RingUse("tape", 112, 1 << 20), RingUse("cancels.sim", 0, 1_024)),
        file_bytes=412_000_000,
        free_bytes=41_200_000_000,
    )


def latency() -> tuple[HopView, ...]:
    shapes = {
        Hop.VENUE_TO_FEED: (12.3, 0.20), Hop.DECODE: (7.6, 0.16), Hop.FEED_TO_CORE: (8.9, 0.22),
        Hop.STEP: (5.7, 0.2), Hop.TICK_TO_ORDER: (9.2, 0.3), Hop.KEY_TO_CORE: (11.0, 0.25),
        Hop.CORE_TO_WIRE: (10.4, 0.2), Hop.WIRE_TO_ACK: (15.6, 0.18), Hop.REPORT_TO_CORE: (9.9, 0.3),
        Hop.CORE_TO_SCREEN: (17.0, 0.12), Hop.HALT_TO_CORE: (11.5, 0.3), Hop.RECORD: (17.7, 0.25),
    }  # fmt: skip
    return tuple(_hop(hop, middle, width) for hop, (middle, width) in shapes.items())


def _hop(hop: Hop, middle: float, width: float) -> HopView:
    """A log-normal with a tail: exp(middle) nanoseconds."""
    columns, steps = [], 112
    edges = [math.log(FIRST_DECADE_NS) + DECADES * math.log(10) * step / steps for step in range(steps + 1)]
    for low, high in pairwise(edges):
        at = (low + high) / 2
        body = 40_000 * math.exp(-(((at - middle) / width) ** 2) / 2)
        tail = 300 * math.exp(-(at - middle) / 0.6) if at > middle else 0
        columns.append(int(body + tail))
    return HopView(
        hop=hop,
        count=sum(columns),
        p50_ns=int(math.exp(middle)),
        p90_ns=int(math.exp(middle + 1.3 * width)),
        p99_ns=int(math.exp(middle + 2.3 * width)),
        p999_ns=int(math.exp(middle + 6 * width)),
        max_ns=int(math.exp(middle + 14 * width)),
        columns=tuple(columns),
        course=tuple(_second(hop, at, middle, width) for at in range(200)),
    )


def _second(hop: Hop, at: int, middle: float, width: float) -> tuple[int, int]:
    """Quiet, but for some seconds that were not, and some in which nothing was counted."""
    if at % 47 == 31:
        return 0, 0
    slower = 0.12 * math.sin(at / 9 + hop) + (0.9 if at % 61 in (17, 18) else 0)
    return int(math.exp(middle + slower / 2)), int(math.exp(middle + 2.3 * width + slower))
