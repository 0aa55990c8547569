"""Fixed views and a source that shows them: what a screen test needs of a desk."""

import math
from itertools import pairwise
from typing import Any

from core.vocabulary import (
    BookState,
    BreakerCause,
    BreakerState,
    DenyReason,
    EventFlag,
    FeedState,
    Hop,
    InstrumentState,
    Limit,
    Mode,
    OrderStatus,
    OrderType,
    Phase,
    ProcessState,
    Side,
    TimeInForce,
    TradingState,
)
from station.link.wishes import Arm, Rearm, Wish
from station.views.book import BookView, TradesView, TradeView, WatchView
from station.views.day import DayView
from station.views.instrument import InstrumentView
from station.views.kill import KillView
from station.views.latency import DECADES, FIRST_DECADE_NS, HopView
from station.views.machine import MachineView, ProcessUse, RingUse
from station.views.orders import OrderNews, OrderView, PositionView
from station.views.portfolio import HeldView, Losses, PortfolioView, StressView
from station.views.risk import CauseView, LimitView, ProtectionView, RiskView
from station.views.signals import SignalsView, StrategyView
from station.views.status import FeedView, GatewayView, ProcessView, SeatView, StatusView, TapeView
from tests.day_views import day
from tests.flow_views import FixedFlow

WALL_S = 13 * 3600 + 37 * 60 + 42
MONEY = 100_000_000

SHAPES = (
    # name, tick (mantissa, exponent), lot, reference price in ticks
    ("BTC-USD", (5, -1), (1, -4), 128_241),
    ("ETH-USD", (1, -2), (1, -3), 341_285),
    ("ETH-BTC", (1, -6), (1, -3), 53_222),
    ("SOL-USD", (1, -3), (1, -2), 148_330),
    ("XRP-USD", (1, -5), (1, 0), 61_240),
    ("AAPL", (1, -2), (1, 0), 23_412),
    ("NVDA", (1, -2), (1, 0), 14_233),
    ("ES-FUT", (25, -2), (1, 0), 24_041),
)


def instruments() -> tuple[InstrumentView, ...]:
    made: list[InstrumentView] = []
    for venue in ("alpha", "beta"):
        for name, tick, lot, reference in SHAPES:
            e8 = 8 + tick[1] + lot[1]
            made.append(
                InstrumentView(
                    value_numerator=tick[0] * lot[0] * 10 ** max(0, e8),
                    value_denominator=10 ** max(0, -e8),
                    instrument_id=len(made),
                    symbol=f"{name}.{venue}",
                    venue=venue,
                    settlement="BTC" if name == "ETH-BTC" else "USD",
                    tick_mantissa=tick[0],
                    tick_exponent=tick[1],
                    lot_mantissa=lot[0],
                    lot_exponent=lot[1],
                    reference_ticks=reference,
                    book_slot=len(made),
                    min_lots=100 if name == "BTC-USD" else 1,
                    rate=0.0 if name == "ETH-BTC" else 1.0,
                    pair_id=len(made) % len(SHAPES),
                )
            )
    return tuple(made)


def book(instrument: InstrumentView, *, state: BookState = BookState.LIVE, levels: int = 40) -> BookView:
    """Depth that decays from the touch, with a hole here and there; the same for the same instrument."""
    middle, lots = instrument.reference_ticks, 400 + 37 * instrument.instrument_id

    def side(direction: int) -> tuple[tuple[int, int], ...]:
        rows, ticks = [], middle + (1 if direction > 0 else -1)
        for level in range(levels):
            wave = 1.0 + 0.7 * math.sin(1.7 * level + direction + instrument.instrument_id)
            rows.append((ticks, max(1, int(lots * wave * (1.2 + level / 6)))))
            ticks += direction * (2 if (level * 7 + direction) % 9 == 0 else 1)
        return tuple(rows)

    return BookView(
        instrument_id=instrument.instrument_id,
        state=state,
        bids=side(-1),
        asks=side(1),
        last_ticks=middle + 1,
        last_lots=120,
        last_side=1,
        day_volume_lots=8_402_113,
        day_open_ticks=middle - 210,
        day_high_ticks=middle + 330,
        day_low_ticks=middle - 412,
        since_wall_ns=(WALL_S - 12) * 1_000_000_000,
    )


def trades(instrument: InstrumentView) -> TradesView:
    rows = []
    for index in range(64):
        side = 1 if (index * 5) % 7 < 4 else -1
        rows.append(
            TradeView(
                wall_ns=(WALL_S * 1000 - index * 137 - (index * index) % 91) * 1_000_000,
                price_ticks=instrument.reference_ticks + side - index // 9,
                quantity_lots=1 + (index * 389) % 977 * (9 if index % 11 == 3 else 1),
                side=side,
            )
        )
    return TradesView(instrument_id=instrument.instrument_id, seen=64, trades=tuple(rows))


def watch(known: tuple[InstrumentView, ...]) -> tuple[WatchView, ...]:
    lines = []
    for one in known:
        state = BookState.GAPPED if one.instrument_id == 11 else BookState.LIVE
        closed = one.instrument_id == 13
        middle = one.reference_ticks + (3 if one.instrument_id == 8 else 0)  # BTC-USD.beta crosses BTC-USD.alpha
        lines.append(
            WatchView(
                instrument_id=one.instrument_id,
                state=state,
                instrument_state=InstrumentState.CLOSED if closed else InstrumentState.OPEN,
                last_ticks=one.reference_ticks + 1,
                last_side=1 if one.instrument_id % 3 else -1,
                bid_ticks=middle - 1,
                ask_ticks=middle + 1,
                change_ppm=(one.instrument_id * 7_919) % 41_000 - 18_000,
                day_volume_lots=8_402_113 // (1 + one.instrument_id),
                position_lots={0: 3_000, 1: -12_500}.get(one.instrument_id, 0),
            )
        )
    return tuple(lines)


def orders(known: tuple[InstrumentView, ...]) -> tuple[OrderView, ...]:
    btc, eth = known[0], known[1]

    def order(
        number: int,
        instrument: InstrumentView,
        side: Side,
        away: int,
        lots: int,
        *,
        filled: int = 0,
        status: OrderStatus = OrderStatus.NEW,
        queue: int = -1,
    ) -> OrderView:
        return OrderView(
            client_id=(7 << 32) + number,
            instrument_id=instrument.instrument_id,
            side=side,
            order_type=OrderType.LIMIT,
            status=status,
            price_ticks=instrument.reference_ticks + away,
            quantity_lots=lots,
            filled_lots=filled,
            queue_ahead_lots=queue,
        )

    return (
        order(6, btc, Side.SELL, 4, 2_000, queue=1_310),
        order(5, btc, Side.BUY, -3, 1_000, status=OrderStatus.PENDING_NEW),
        order(4, btc, Side.BUY, -2, 5_000, filled=1_500, status=OrderStatus.PARTIALLY_FILLED, queue=420),
        order(3, btc, Side.BUY, -2, 500, queue=3_900),
        order(2, eth, Side.SELL, 12, 10_000, status=OrderStatus.PENDING_CANCEL),
        order(1, eth, Side.BUY, -40, 2_500, status=OrderStatus.UNKNOWN),
    )


def worked_orders(known: tuple[InstrumentView, ...]) -> tuple[OrderView, ...]:
    """A bracket in flight, a held stop, a trail, an iceberg with its slice, a paused VWAP, a peg, a native stop."""
    btc, eth = known[0], known[1]
    middle, exits = btc.reference_ticks, EventFlag.WAITS | EventFlag.ONE_CANCELS | EventFlag.REDUCE_ONLY
    base = 7 << 32

    def order(number: int, side: Side, lots: int, asked: OrderType, **more: Any) -> OrderView:
        fields = {"instrument_id": 0, "order_type": asked, "price_ticks": 0, **more}
        return OrderView(client_id=base + number, side=side, quantity_lots=lots, asked_type=asked, **fields)

    return (
        order(11, Side.BUY, 2_000, OrderType.STOP, instrument_id=1, trigger_ticks=eth.reference_ticks + 900),
        order(10, Side.BUY, 90_000, OrderType.VWAP, instrument_id=1, phase=Phase.PAUSED, filled_lots=36_000,
              sent_lots=36_000, slices=12, slices_in_all=24, offset=100_000, ends_wall_ns=(WALL_S + 900) * 10**9),
        order(9, Side.BUY, 4_000, OrderType.PEGGED, order_type=OrderType.LIMIT, phase=Phase.FOLLOWING, offset=2,
              price_ticks=middle - 3, queue_ahead_lots=1_310, is_queue_exact=True),
        order(8, Side.BUY, 500, OrderType.LIMIT, price_ticks=middle - 5, parent_id=base + 7, queue_ahead_lots=2_210),
        order(7, Side.BUY, 5_000, OrderType.ICEBERG, phase=Phase.WORKING, price_ticks=middle - 5, display_lots=500,
              sent_lots=2_000, filled_lots=1_500, slices=4, slices_in_all=10),
        order(6, Side.SELL, 3_000, OrderType.TRAILING_STOP, phase=Phase.WATCHING, trigger_ticks=middle - 9,
              offset=150, flags=EventFlag.IN_BPS | EventFlag.REDUCE_ONLY),
        order(5, Side.SELL, 1_000, OrderType.STOP_LIMIT, phase=Phase.WATCHING, trigger_ticks=middle - 7,
              price_ticks=middle - 8, time_in_force=TimeInForce.DAY),
        order(4, Side.BUY, 1_000, OrderType.LIMIT, price_ticks=middle - 2, group_id=77, queue_ahead_lots=420),
        order(3, Side.SELL, 500, OrderType.LIMIT, phase=Phase.WAITING, price_ticks=middle + 9, group_id=77,
              flags=exits),
        order(2, Side.SELL, 500, OrderType.LIMIT, phase=Phase.WAITING, price_ticks=middle + 6, group_id=77,
              flags=exits),
        order(1, Side.SELL, 1_000, OrderType.STOP, phase=Phase.WAITING, trigger_ticks=middle - 6, group_id=77,
              flags=exits),
    )  # fmt: skip


def positions(known: tuple[InstrumentView, ...]) -> tuple[PositionView, ...]:
    btc, eth = known[0], known[1]
    return (
        PositionView(
            instrument_id=btc.instrument_id,
            position_lots=3_000,
            average_ticks=btc.reference_ticks - 5.4,
            mark_ticks=btc.reference_ticks,
            realised_e8=int(812.5 * MONEY),
            unrealised_e8=int(81.25 * MONEY),
            fees_e8=int(14.31 * MONEY),
            fills=9,
        ),
        PositionView(
            instrument_id=eth.instrument_id,
            position_lots=-12_500,
            average_ticks=eth.reference_ticks - 31.0,
            mark_ticks=eth.reference_ticks,
            realised_e8=0,
            unrealised_e8=int(-387.5 * MONEY),
            fees_e8=int(8.02 * MONEY),
            fills=3,
        ),
        PositionView(
            instrument_id=5, position_lots=0, mark_ticks=23_412, realised_e8=int(46.0 * MONEY), fees_e8=MONEY, fills=4
        ),
    )


def signals(instrument: InstrumentView) -> SignalsView:
    return SignalsView(
        instrument_id=instrument.instrument_id,
        is_warm=0b0111111,
        imbalance=0.42,
        weighted_mid_ticks=instrument.reference_ticks + 0.31,
        micro_price_ticks=instrument.reference_ticks + 0.18,
        trade_flow=-0.27,
        volatility=0.000_113,
        rsi=71.4,
        macd_ticks=3.21,
        macd_signal_ticks=2.75,
    )


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


def strategies() -> tuple[StrategyView, ...]:
    return (
        StrategyView(slot=0, name="market_maker", instrument_id=0, is_enabled=True, version=1, calls=88_211,
                     intents=412, denied=3, position_lots=0, realised_e8=int(61.2 * MONEY)),
        StrategyView(slot=1, name="imbalance_taker", instrument_id=0, is_enabled=False, version=3, calls=88_211,
                     intents=0, denied=0, position_lots=0, realised_e8=0),
    )  # fmt: skip


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
            GatewayView(venue="alpha", state=FeedState.LIVE, open_at_venue=4, halt_cancelled=6, is_clean=is_halted),
            GatewayView(venue="beta", state=FeedState.LIVE, open_at_venue=2, is_clean=is_halted),
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


class FixedSource(FixedFlow):
    """A desk at rest. Keeps what it was asked for; arms and re-arms so that screens can be walked through."""

    def __init__(self, *, book_state: BookState = BookState.LIVE, status_view: StatusView | None = None) -> None:
        self.known = instruments()
        self.books = {one.instrument_id: book(one, state=book_state) for one in self.known}
        self.status_view = status_view or status()
        self.order_views = orders(self.known)
        self.position_views = positions(self.known)
        self.latency_views = latency()
        self.day_view = day(self.known)
        self.order_news: tuple[OrderNews, ...] = ()
        self.wishes: list[Wish] = []
        self.halts: list[tuple[str, bool]] = []
        self.notes: list[tuple[str, str]] = []
        self.kill_view: KillView | None = None
        self.asks_for_lease = ""
        self._trades = {one.instrument_id: trades(one) for one in self.known}
        self._watch = watch(self.known)
        self._strategies = strategies()

    def instruments(self) -> tuple[InstrumentView, ...]:
        return self.known

    def book(self, instrument_id: int) -> BookView:
        return self.books[instrument_id]

    def trades(self, instrument_id: int) -> TradesView:
        return self._trades[instrument_id]

    def signals(self, instrument_id: int) -> SignalsView:
        return signals(self.known[instrument_id])

    def watch(self) -> tuple[WatchView, ...]:
        return self._watch

    def orders(self) -> tuple[OrderView, ...]:
        return self.order_views

    def news(self) -> tuple[OrderNews, ...]:
        told, self.order_news = self.order_news, ()
        return told

    def positions(self) -> tuple[PositionView, ...]:
        return self.position_views

    def strategies(self) -> tuple[StrategyView, ...]:
        return self._strategies

    def status(self) -> StatusView:
        return self.status_view

    def kill_report(self) -> KillView | None:
        return self.kill_view

    def now(self) -> tuple[int, int]:
        return 90 * 10**9, WALL_S * 10**9

    def risk(self) -> RiskView:
        return risk()

    def portfolio(self) -> PortfolioView:
        return portfolio()

    def machine(self) -> MachineView:
        return machine()

    def day(self) -> DayView:
        return self.day_view

    def latency(self) -> tuple[HopView, ...]:
        return self.latency_views

    def beat(self) -> None:
        pass

    def lease_asked_by(self) -> str:
        return self.asks_for_lease

    def drawn(self, book: BookView) -> None:
        pass

    def send(self, wish: Wish) -> str | None:
        self.wishes.append(wish)
        if isinstance(wish, Arm):
            self.status_view = status(is_armed=wish.is_armed)
        if isinstance(wish, Rearm):
            self.status_view = status(is_armed=False)
        return None

    def note(self, what: str, text: str) -> None:
        self.notes.append((what, text))

    def halt(self, reason: str, *, flatten: bool) -> None:
        self.halts.append((reason, flatten))
        self.status_view = status(is_armed=False, is_halted=True)

    def close(self) -> None:
        pass
