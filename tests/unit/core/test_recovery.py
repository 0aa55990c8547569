"""A core that follows a dead one: what it knows, what it asks for, what it must not forget."""

from pathlib import Path

import numpy as np
import pytest

from core import recovery
from core.clock import monotonic_ns, suspended_ns
from core.config import CoreConfig
from core.loop import LEAST_SLEEP_NS, REQUEST_LOST, STARTED_NS, _take_halts, _take_timers, _watch
from core.memory.control import DESK_LINE, halt_sum, write_halt
from core.memory.files import Memory, create_files
from core.memory.layout import Capacities
from core.memory.numpy_ring import Consumer, Producer
from core.process import Core
from core.publish.tape import put_in_journal
from core.records.event import EVENT
from core.risk.halt import rearm
from core.settings import CoreSettings
from core.state import PAPER_SOURCE
from core.step import link_step
from core.vocabulary import (
    BookState,
    EventKind,
    Hop,
    Mode,
    OrderStatus,
    OrderType,
    Report,
    Request,
    Side,
    TimeInForce,
    WaitPolicy,
)
from tests.generous import generous_limits

DAY_NS = 86_400_000_000_000
GROUP = "double"
ORDER = 1 << 32 | 1


class Desk:
    """Memory and state folder that outlive every core."""

    def __init__(self, folder: Path, *, mode: Mode = Mode.SIM) -> None:
        small = Capacities(market=64, tape=1 << 10, execution_reports=64, order_requests=1 << 10, cancels=64)
        self.folder, self.mode = folder, mode
        self.descriptor = create_files("cores", (GROUP,), small)
        self.memory = Memory(self.descriptor, frozenset({"desk", f"order.{GROUP}"}))
        row = self.memory.table("instruments")[0]
        row["symbol"], row["settlement"], row["value_numerator"], row["value_denominator"] = b"A.double", b"USD", 1, 1
        row["min_lots"], row["max_lots"] = 1, 1 << 40
        self.memory.lines("instrument_count")[0, 0] = 1
        self.requests = Consumer(self.memory.ring(f"order_requests.{GROUP}"))

    def core(self, epoch: int, *, days_later: int = 0) -> Core:
        """Restored, its session not begun."""
        config = CoreConfig(mode=self.mode, wait_policy=WaitPolicy.BACKOFF, cpu=-1, risk=generous_limits())
        settings = CoreSettings(
            config=config, state_folder=str(self.folder), epoch=epoch, wall_offset_ns=days_later * DAY_NS
        )
        return Core(self.descriptor, settings)

    def begin(self, core: Core) -> Core:
        core.recovery.begin_session(core.loop, core.state, core.decisions)
        return core

    def asked(self) -> list[tuple[Request, int]]:
        return [(Request(int(row["detail"])), int(row["client_id"])) for row in self.requests.peek()]


@pytest.fixture(scope="module", autouse=True)
def linked() -> None:
    link_step()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def request(*, source_id: int = 0, sequence: int = 0) -> np.ndarray:
    """EVENT[1]: a new order as a core writes it down."""
    made = np.zeros(1, EVENT)
    made["kind"], made["detail"], made["client_id"] = EventKind.ORDER_REQUEST, Request.NEW, ORDER
    made["side"], made["price_ticks"], made["quantity_lots"] = Side.BUY, 100, 5
    made["order_type"], made["time_in_force"] = OrderType.LIMIT, TimeInForce.GTC
    made["strategy_id"], made["source_id"], made["sequence"] = -1, source_id, sequence
    made["now_ns"] = monotonic_ns()
    return made


def fill() -> np.ndarray:
    made = request()
    made["kind"], made["detail"], made["execution_id"], made["sequence"] = (
        EventKind.EXECUTION_REPORT,
        Report.FILLED,
        7,
        1,
    )
    made["filled_lots"] = 5
    return made


def wrote(core: Core, *records: np.ndarray) -> None:
    for record in records:
        assert put_in_journal(core.loop.journal[0], record[0])


def sent(core: Core, record: np.ndarray) -> None:
    wrote(core, record)
    assert Producer(core.memory.ring(f"order_requests.{GROUP}")).publish(record[0])


def status_of(core: Core) -> OrderStatus:
    rows = core.state.blotter.orders
    return OrderStatus(int(rows[rows["client_id"] == ORDER]["status"][0]))


def test_an_order_without_an_answer_is_unknown_and_asked_for_at_once(desk: Desk) -> None:
    sent(desk.begin(desk.core(1)), request())

    second = desk.begin(desk.core(2))

    assert status_of(second) == OrderStatus.UNKNOWN
    assert desk.asked() == [(Request.NEW, ORDER), (Request.LOOK_UP, ORDER)]


def test_an_order_that_never_got_into_its_ring_was_not_sent(desk: Desk) -> None:
    wrote(desk.begin(desk.core(1)), request())

    second = desk.begin(desk.core(2))

    assert status_of(second) == OrderStatus.NOT_SENT
    assert desk.asked() == []


def test_a_successor_that_dies_before_its_checkpoint_forgets_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent(desk.begin(desk.core(1)), request())

    def full_disk(*_: object) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(recovery, "save", full_disk)
        with pytest.raises(OSError, match="no space"):
            desk.begin(desk.core(2))

    assert status_of(desk.begin(desk.core(3))) == OrderStatus.UNKNOWN


def test_every_cell_is_shown_anew(desk: Desk) -> None:
    desk.begin(desk.core(1))

    second = desk.core(2)

    assert second.state.blotter.dirty.all()
    assert second.state.positions.dirty.all()


def test_what_rests_in_the_paper_venue_is_cancelled_with_it(tmp_path: Path) -> None:
    desk = Desk(tmp_path, mode=Mode.PAPER)
    wrote(desk.begin(desk.core(1)), request(source_id=PAPER_SOURCE))

    second = desk.begin(desk.core(2))
    _take_timers(second.loop, second.state, second.decisions, monotonic_ns() + 10**9)

    assert status_of(second) == OrderStatus.CANCELED
    assert second.state.blotter.counts[0]["open_orders"] == 0
    assert desk.asked() == []


def test_a_flatten_that_was_acknowledged_does_not_bar_the_next_re_arm(desk: Desk) -> None:
    page = desk.memory.control
    first = desk.begin(desk.core(1))
    write_halt(page, 3, at_ns=1, reason="flat", flatten=True)
    first.memory.lines("halt_acknowledged")[3, 0] = 1
    write_halt(page, DESK_LINE, at_ns=2, reason="the core is silent")

    second = desk.begin(desk.core(2))
    _take_halts(second.loop, second.state, second.decisions, monotonic_ns())

    assert second.state.risk.state[0]["is_halted"] == 1
    assert second.state.halt.is_flattening[0] == 0
    assert rearm(second.state.halt, second.state.risk, halt_sum(page)) == 0
    assert second.state.risk.state[0]["is_halted"] == 0


def test_the_age_of_a_halt_that_is_found_is_not_how_fast_halts_are_seen(desk: Desk) -> None:
    core = desk.begin(desk.core(1))
    seen = core.loop.histograms[Hop.HALT_TO_CORE]
    core.loop.words[STARTED_NS] = monotonic_ns()
    write_halt(desk.memory.control, 3, at_ns=monotonic_ns() - 557 * 10**9, reason="long ago")
    _take_halts(core.loop, core.state, core.decisions, monotonic_ns())
    assert seen["count"] == 0
    write_halt(desk.memory.control, 3, at_ns=monotonic_ns(), reason="now")
    _take_halts(core.loop, core.state, core.decisions, monotonic_ns())
    assert seen["count"] == 1


@pytest.mark.parametrize(("days_later", "fills"), [(0, 1), (1, 0)])
def test_daily_counts_begin_again_when_the_day_turned_meanwhile(desk: Desk, days_later: int, fills: int) -> None:
    first = desk.begin(desk.core(1))
    sent(first, request())
    wrote(first, fill())

    second = desk.begin(desk.core(2, days_later=days_later))

    row = second.state.positions.rows[0]
    assert int(row["position_lots"]) == 5
    assert int(row["fills"]) == fills


@pytest.mark.parametrize(("days_later", "is_broken"), [(0, 1), (1, 0)])
def test_a_breaker_stays_open_for_the_day_and_not_longer(desk: Desk, days_later: int, is_broken: int) -> None:
    first = desk.begin(desk.core(1))
    costly = fill()
    costly["amount"] = 10**15  # a fee far beyond the daily loss
    sent(first, request())
    wrote(first, costly)

    second = desk.begin(desk.core(2, days_later=days_later))

    assert int(second.state.risk.currencies[0]["is_broken"]) == is_broken


def test_a_machine_that_slept_is_told_to_the_core_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    core = desk.begin(desk.core(1))
    _watch(core.loop, core.state, core.decisions, monotonic_ns())  # nobody beats here: told once, before
    core.state.books.heads["state"], core.state.books.heads["is_trusted"] = BookState.LIVE, 1
    slept_before = suspended_ns()

    def watch_after(slept_ns: int) -> int:
        monkeypatch.setattr("core.process.suspended_ns", lambda: slept_before + slept_ns)
        core.notice_sleep()
        _watch(core.loop, core.state, core.decisions, monotonic_ns())
        tape = Consumer(desk.memory.ring("tape")).peek()
        return int((tape["kind"] == EventKind.RESUMED).sum())

    assert watch_after(LEAST_SLEEP_NS // 2) == 0
    assert core.state.books.heads["state"][0] == BookState.LIVE
    assert watch_after(10**12) == 1
    assert core.state.books.heads["state"][0] == BookState.GAPPED
    assert watch_after(10**12) == 1


def test_decisions_that_were_lost_once_do_not_halt_the_desk_for_ever(desk: Desk) -> None:
    core = desk.begin(desk.core(1))
    core.decisions.lost[0] = 1  # in an earlier event
    core.state.books.heads["state"], core.state.books.heads["is_trusted"] = BookState.LIVE, 1
    _watch(core.loop, core.state, core.decisions, monotonic_ns())
    assert EventKind.BOOK_STATE in Consumer(desk.memory.ring("tape")).peek()["kind"]
    assert core.loop.words[REQUEST_LOST] == 0
