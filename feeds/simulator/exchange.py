"""The exchange as a function of its seed and of what arrives: no clock, no file, no socket.

    submit(arrival_ns, request)   an order, cancel or replace reaches the venue at a virtual time
    advance(virtual_ns)           everything that happens until then
    take_market, take_reports     what was told since the last call

The same seed and the same list of (virtual arrival time, request) give the same events, bit for bit, no matter in how
many steps time was advanced: arrivals are worked on at the end of the matching cycle (crowd.CYCLE_NS) that they fall
into, by arrival time, then by order of submission.
"""

import heapq
from typing import NamedTuple

import numpy as np

from core.records.event import EVENT
from core.records.market import MARKET_EVENT
from core.vocabulary import EventKind, OrderStatus, OrderType, Reject, Report, Request
from feeds.instruments import Instrument, as_row
from feeds.simulator.announce import end_frame, tell_account, tell_state
from feeds.simulator.crowd import CYCLE_NS, CrowdState, make_crowd, set_rate
from feeds.simulator.flow import first_orders, run_crowd
from feeds.simulator.ledger import Ledger
from feeds.simulator.matching import cancel, enter, has_room, replace
from feeds.simulator.queues import give_row_back, take_row
from feeds.simulator.settings import SimulatorSettings
from feeds.simulator.state import ExchangeState, make_state
from feeds.simulator.stops import cancel_stop, enter_stop, move_stop


class Arrival(NamedTuple):
    """Sorts by time, then by number."""

    arrival_ns: int
    number: int
    request: np.void
    """EVENT: instrument_id is the book's index, account_id the exchange's account (1 …)"""


class Exchange:
    """Sixteen books, the crowd, the accounts."""

    def __init__(self, instruments: list[Instrument], settings: SimulatorSettings, *, start_ns: int) -> None:
        rows = [as_row(row, source_id=0, book_slot=book, bar_slot=book) for book, row in enumerate(instruments)]
        self.instruments = instruments
        self.state: ExchangeState = make_state(np.concatenate(rows), seed=settings.seed)
        self.crowd: CrowdState = make_crowd(instruments, seed=settings.seed)
        self.ledger = Ledger()
        self.arrivals: list[Arrival] = []
        self.arrivals_submitted = 0
        self._reports: list[np.ndarray] = []
        self._market: list[np.ndarray] = []
        self.state.counters["now_ns"] = start_ns // CYCLE_NS * CYCLE_NS
        self.set_character(settings)

    def open_market(self) -> None:
        """Once, before anything else: the crowd has put its first orders into every book."""
        for book in range(len(self.instruments)):
            first_orders(self.state, self.crowd, book)
            self._fetch()
        self.take_market()

    def set_character(self, settings: SimulatorSettings) -> None:
        """Rate and latency; the rest of the settings is fixed at birth."""
        set_rate(self.crowd, self.instruments, settings.rate)
        self.state.counters["latency_ns"] = settings.latency_us * 1_000
        self.state.counters["jitter_ns"] = settings.jitter_us * 1_000

    @property
    def now_ns(self) -> int:
        """Virtual time of the last matching cycle."""
        return int(self.state.counters["now_ns"][0])

    @property
    def next_arrival_ns(self) -> int | None:
        """When the next arrival will have been worked on."""
        return _end_of_cycle(self.arrivals[0].arrival_ns) if self.arrivals else None

    def as_arrival(self, arrival_ns: int, request: np.void, *, account: int, book: int) -> np.ndarray:
        """EVENT[1]: a request (ORDER_REQUEST, or INSTRUMENT_STATE of the venue's operator) as the exchange will see
        it, at that time or the next that is still free to arrive at."""
        arrival = np.zeros(1, EVENT)
        arrival[0] = request
        arrival["venue_ns"] = max(arrival_ns, self.now_ns + 1)
        arrival["sequence"] = self.arrivals_submitted
        arrival["account_id"], arrival["instrument_id"] = account, book
        return arrival

    def submit(self, arrival: np.void) -> None:
        """What `as_arrival` made, perhaps read back from a journal."""
        self.arrivals_submitted = int(arrival["sequence"]) + 1
        heapq.heappush(self.arrivals, Arrival(int(arrival["venue_ns"]), int(arrival["sequence"]), arrival))

    def advance(self, virtual_ns: int) -> None:
        """Everything up to a virtual time. Never goes back."""
        until_ns = virtual_ns // CYCLE_NS * CYCLE_NS
        while self.arrivals and _end_of_cycle(self.arrivals[0].arrival_ns) <= until_ns:
            self._run_crowd(_end_of_cycle(self.arrivals[0].arrival_ns))
            self._work_on(heapq.heappop(self.arrivals).request)
        self._run_crowd(until_ns)
        self._fetch()

    def jump(self, virtual_ns: int) -> None:
        """The market was closed until then: time passes and nothing happens. What arrived meanwhile waits no longer."""
        self.advance(max(self.now_ns, max((arrival.arrival_ns for arrival in self.arrivals), default=0) + CYCLE_NS))
        self.state.counters["now_ns"] = max(self.now_ns, virtual_ns // CYCLE_NS * CYCLE_NS)

    def take_market(self) -> np.ndarray:
        """MARKET_EVENT[n] since the last call, whole frames; instrument_id is the book's index."""
        taken = self._market
        self._market = []
        if len(taken) == 1:
            return taken[0]
        return np.concatenate(taken) if taken else np.zeros(0, MARKET_EVENT)

    def take_reports(self) -> np.ndarray:
        """EVENT[n] since the last call; received_ns: the virtual time at which the account hears of it."""
        taken = self._reports
        self._reports = []
        return np.concatenate(taken) if taken else np.zeros(0, EVENT)

    def _run_crowd(self, until_ns: int) -> None:
        while run_crowd(self.state, self.crowd, until_ns) + CYCLE_NS <= until_ns:
            self._fetch()

    def _fetch(self) -> None:
        """Empty what the kernels told into lists of ours, and note the reports."""
        counters = self.state.counters[0]
        market, reports = int(counters["market_count"]), int(counters["report_count"])
        if market:
            self._market.append(self.state.market[:market].copy())
            counters["market_count"] = counters["frame_start"] = 0
        if reports:
            told = self.state.reports[:reports].copy()
            counters["report_count"] = 0
            for report in told:
                self.ledger.note(report)
            self._reports.append(told)

    def _work_on(self, request: np.void) -> None:
        if not has_room(self.state):
            self._fetch()
        if request["kind"] == EventKind.INSTRUMENT_STATE:  # the venue's operator opens, closes, suspends
            self.state.books[request["instrument_id"]]["state"] = request["detail"]
            tell_state(self.state, int(request["instrument_id"]))
            end_frame(self.state)
            return
        account, client_id = int(request["account_id"]), int(request["client_id"])
        known = self.ledger.by_client(account, client_id) if client_id else None
        if request["detail"] == Request.NEW:
            self._enter(request, is_duplicate=known is not None)
        else:
            self._fetch()  # the ledger's word on what is open
            if known is None:
                known = self.ledger.by_order(account, int(request["reference_id"]))
            self._change(request, known)
        self._fetch()

    def _enter(self, request: np.void, *, is_duplicate: bool) -> None:
        if is_duplicate:
            self._refuse(request, Report.REJECTED, OrderStatus.REJECTED, Reject.DUPLICATE_ID)
        elif not 0 <= request["instrument_id"] < len(self.instruments):
            self._refuse(request, Report.REJECTED, OrderStatus.REJECTED, Reject.UNKNOWN_INSTRUMENT)
        else:
            row = self._written(request)
            order = self.state.orders[row]
            order["order_id"] = self.state.counters["order_id"][0] + 1  # what `enter` will give it
            self.ledger.enter(row, order, self.now_ns)
            if order["trigger_ticks"]:
                enter_stop(self.state, row)
            else:
                enter(self.state, row)

    def _change(self, request: np.void, known: np.void | None) -> None:
        """Cancel or replace."""
        is_cancel = request["detail"] == Request.CANCEL
        if known is None or known["row"] == 0:
            report = Report.CANCEL_REJECTED if is_cancel else Report.REPLACE_REJECTED
            status = OrderStatus.REJECTED if known is None else OrderStatus(int(known["status"]))
            reason = Reject.UNKNOWN_ORDER if known is None else Reject.TOO_LATE
            self._refuse(request, report, status, reason, known)
            return
        row, lots = int(known["row"]), int(request["quantity_lots"])
        if self.state.orders[row]["trigger_ticks"]:
            if is_cancel:
                cancel_stop(self.state, row)
            else:
                move_stop(self.state, row, int(request["execution_id"]), lots)
        elif is_cancel:
            cancel(self.state, row)
        else:
            replace(self.state, row, int(request["price_ticks"]), lots)

    def _written(self, request: np.void) -> int:
        """A row of the pool that holds the request. The caps on resting orders keep rows free."""
        row = int(take_row(self.state))
        order = self.state.orders[row]
        book = int(request["instrument_id"])
        order["account"], order["book"] = request["account_id"], book if 0 <= book < len(self.instruments) else 0
        for name in ("client_id", "side", "order_type", "time_in_force", "price_ticks", "quantity_lots", "flags"):
            order[name] = request[name]
        if request["order_type"] == OrderType.STOP:
            order["trigger_ticks"] = request["execution_id"]
        return row

    def _refuse(
        self, request: np.void, report: Report, status: OrderStatus, reason: Reject, known: np.void | None = None
    ) -> None:
        """A report on something that does not come into a book."""
        row = self._written(request)
        order = self.state.orders[row]
        if known is not None:
            order["order_id"], order["filled_lots"] = known["order_id"], known["filled_lots"]
        index = tell_account(self.state, row, report, reason)
        self.state.reports[index]["status"] = status
        self.state.reports[index]["instrument_id"] = request["instrument_id"]
        give_row_back(self.state, row)


def _end_of_cycle(arrival_ns: int) -> int:
    return -(-arrival_ns // CYCLE_NS) * CYCLE_NS
