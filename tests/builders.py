"""A desk at rest that a screen is shown: its views are fixed, what it is asked for is kept."""

from core.vocabulary import BookState
from station.link.wishes import Arm, Rearm, Wish
from station.views.book import BookView, TradesView, WatchView
from station.views.day import DayView
from station.views.instrument import InstrumentView
from station.views.kill import KillView
from station.views.latency import HopView
from station.views.machine import MachineView
from station.views.orders import OrderNews, OrderView, PositionView
from station.views.portfolio import PortfolioView
from station.views.risk import RiskView
from station.views.signals import SignalsView, StrategyView
from station.views.status import StatusView
from tests.day_views import day
from tests.desk_views import latency, machine, portfolio, risk, status
from tests.flow_views import FixedFlow
from tests.market_views import WALL_S, book, instruments, signals, trades, watch
from tests.order_views import orders, positions, strategies


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
