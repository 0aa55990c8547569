"""The exchange in real time, through the door that the order gateway uses."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from core.clock import wall_offset_ns
from core.vocabulary import OrderStatus, Reject, Report, Request, Side, TimeInForce
from feeds.errors import NotSent
from feeds.simulator.instruments import simulator_instruments
from feeds.simulator.keeping import Keeper
from feeds.simulator.live import LiveExchange
from feeds.simulator.settings import SimulatorSettings
from feeds.simulator.venue import SimulatedVenue
from feeds.venues.contract import VenueReport
from tests.deadline import until
from tests.unit.feeds.simulator.test_exchange import best_bid, request

pytestmark = [
    pytest.mark.compiled,
    pytest.mark.usefixtures("simulator_kernels"),
]  # seconds of virtual or real time: plain Python is too slow for them

FIRST_ID = 40
"""The station's number of the first book: not the exchange's."""


class Session:
    """One account's session on a live exchange, and what it heard."""

    def __init__(self, folder: Path, **changes: object) -> None:
        fields = {"seed": 7, "journal_folder": str(folder), **changes}
        settings = SimulatorSettings(**fields)  # type: ignore[arg-type]
        offset_ns = wall_offset_ns()
        instruments = simulator_instruments()
        self.keeper = Keeper(instruments, settings, now_ns=time.monotonic_ns() + offset_ns)
        self.live = LiveExchange(self.keeper.exchange, settings, wall_offset_ns=offset_ns, keeper=self.keeper)
        ids = [FIRST_ID + book for book in range(len(instruments))]
        self.venue = SimulatedVenue(self.live, account=1, instrument_ids=ids)
        self.heard: list[VenueReport] = []
        self.market: list[np.ndarray] = []
        self.live.on_market = self.market.append

    @property
    def bid(self) -> int:
        return best_bid(self.live.exchange)

    def asked(self, detail: Request, client_id: int, **fields: object) -> np.void:
        return request(detail, client_id, instrument_id=FIRST_ID, **fields)

    def reports(self, client_id: int) -> list[Report]:
        return [report.report for report in self.heard if report.client_id == client_id]


@pytest.fixture
async def session(tmp_path: Path) -> AsyncIterator[Session]:
    session = Session(tmp_path)
    session.live.start()
    await session.venue.start(session.heard.append)
    yield session
    session.live.close()


async def test_an_order_is_accepted_rests_and_is_cancelled(session: Session) -> None:
    await session.venue.place(session.asked(Request.NEW, 1, price_ticks=session.bid - 200))
    await until(lambda: session.reports(1) == [Report.ACCEPTED])
    (order,) = await session.venue.open_orders()
    assert (order.client_id, order.instrument_id, order.status) == (1, FIRST_ID, OrderStatus.NEW)
    await session.venue.cancel(session.asked(Request.CANCEL, 1))
    await until(lambda: session.reports(1) == [Report.ACCEPTED, Report.CANCELED])
    assert session.heard[-1].is_final
    assert await session.venue.open_orders() == []


async def test_an_execution_moves_the_position_and_is_known_for_ever(session: Session) -> None:
    ask = session.bid + 100
    await session.venue.place(session.asked(Request.NEW, 1, price_ticks=ask, time_in_force=TimeInForce.IOC))
    await until(lambda: session.heard and session.heard[-1].is_final)
    fills = await session.venue.fills_since(0)
    heard = [report for report in session.heard if report.report is Report.FILLED]
    assert [fill.execution_id for fill in fills] == [report.execution_id for report in heard]
    assert sum(fill.quantity_lots for fill in fills) == 100
    assert await session.venue.fills_since(fills[-1].venue_ns + 1) == []
    (position,) = await session.venue.positions()
    assert (position.instrument_id, position.position_lots) == (FIRST_ID, 100)


async def test_reports_come_after_the_latency_there_and_back(session: Session) -> None:
    loop = asyncio.get_running_loop()
    sent_s = loop.time()
    await session.venue.place(session.asked(Request.NEW, 1, price_ticks=session.bid - 200))
    await until(lambda: session.heard)
    assert loop.time() - sent_s >= 2 * 200e-6


async def test_a_question_does_not_overtake_the_order_before_it(session: Session) -> None:
    for client_id in range(1, 30):
        await session.venue.place(session.asked(Request.NEW, client_id, price_ticks=session.bid - 200))
        order = await session.venue.look_up(client_id, FIRST_ID)
        assert order is not None
        assert order.status is OrderStatus.NEW
    assert await session.venue.look_up(999, FIRST_ID) is None


async def test_a_cancel_does_not_overtake_its_order(session: Session) -> None:
    for client_id in range(1, 30):
        await session.venue.place(session.asked(Request.NEW, client_id, price_ticks=session.bid - 200))
        await session.venue.cancel(session.asked(Request.CANCEL, client_id))
    await until(lambda: len(session.heard) == 58)
    assert Report.CANCEL_REJECTED not in {report.report for report in session.heard}


async def test_a_duplicate_client_id_is_refused(session: Session) -> None:
    for _ in range(2):
        await session.venue.place(session.asked(Request.NEW, 1, price_ticks=session.bid - 200))
    await until(lambda: len(session.heard) == 2)
    assert session.heard[-1].reject is Reject.DUPLICATE_ID


async def test_an_instrument_that_is_not_there_is_refused(session: Session) -> None:
    await session.venue.place(request(Request.NEW, 1, instrument_id=3, price_ticks=10))
    await until(lambda: session.heard)
    assert session.heard[-1].reject is Reject.UNKNOWN_INSTRUMENT


async def test_an_arrival_that_cannot_be_recorded_is_not_sent(session: Session) -> None:
    def full(arrival: np.ndarray) -> None:
        raise OSError(28, "No space left on device")

    session.keeper.record = full  # type: ignore[method-assign]
    with pytest.raises(NotSent):
        await session.venue.place(session.asked(Request.NEW, 1, price_ticks=session.bid - 200))
    assert await session.venue.look_up(1, FIRST_ID) is None


async def test_the_market_is_told_while_time_passes(session: Session) -> None:
    await until(lambda: sum(map(len, session.market)) > 300)
    events = np.concatenate(session.market)
    assert (np.diff(events["venue_ns"]) >= 0).all()


async def test_snapshots_are_written_in_time(tmp_path: Path) -> None:
    session = Session(tmp_path, snapshot_every_s=1)
    first = session.keeper.snapshot_due_ns
    session.live.start()
    await until(lambda: session.keeper.snapshot_due_ns > first)
    assert session.live.exchange.now_ns >= first
    session.live.close()
    assert len(list(tmp_path.glob("state-*.bin"))) == 2


async def test_a_session_begins_where_the_last_process_ended(tmp_path: Path) -> None:
    first = Session(tmp_path)
    first.live.start()
    await first.venue.start(first.heard.append)
    await first.venue.place(first.asked(Request.NEW, 1, price_ticks=first.bid - 500, side=Side.BUY))
    first.live.close()  # before the order arrived
    second = Session(tmp_path)
    second.live.start()
    await second.venue.start(second.heard.append)
    order = await second.venue.look_up(1, FIRST_ID)
    assert order is not None
    assert order.status is OrderStatus.NEW
    second.live.close()
