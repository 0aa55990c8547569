"""Cells of a real memory file become views; what did not change stays the same object."""

from collections.abc import Iterator
from decimal import Decimal

import numpy as np
import pytest

from core.clock import monotonic_ns
from core.histogram.numpy_tally import Tally
from core.memory.control import Header, ProcessLine, write_halt, write_header, write_process
from core.memory.files import CellParts, Memory, create_files
from core.memory.layout import Capacities, seat_role
from core.vocabulary import BookState, FeedState, Hop, Mode, OrderStatus, ProcessState, Reject, Side
from feeds.instruments import Instrument, write_table
from station.link.health import Health
from station.link.latency import STEPS, Histograms
from station.link.snapshots import Snapshots
from station.views.latency import DECADES, FIRST_DECADE_NS
from station.views.status import DelayView

SMALL = Capacities(instruments=8, books=4, positions=8, open_orders=8, strategies=4, market=16, tape=16, journal=16,
                   order_requests=16, cancels=16, execution_reports=16, feed_requests=16, commands=16)  # fmt: skip
WALL_OFFSET_NS = 1_700_000_000_000_000_000


@pytest.fixture
def memory() -> Iterator[Memory]:
    """Writable for every role: the test plays all processes."""
    descriptor = create_files("test", ("sim",), SMALL)
    memory = Memory(descriptor, frozenset(descriptor.files))
    instruments = [
        Instrument(symbol=f"{base}-USD.alpha", venue_symbol=f"{base}USD", venue="alpha", base=base, quote="USD",
                   settlement="USD", tick=Decimal("0.5"), lot=Decimal("0.001"), reference_price=Decimal(100))
        for base in ("BTC", "ETH")
    ]  # fmt: skip
    write_table(memory.table("instruments"), memory.lines("instrument_count")[0], [(0, one) for one in instruments])
    write_header(memory.control, Header(1, 1, monotonic_ns(), WALL_OFFSET_NS, "test"))
    yield memory
    memory.close()


def publish(cells: CellParts, index: int, **fields: object) -> None:
    """As the core does: odd, write, even."""
    cells.counts[index, 0] += 1
    for name, value in fields.items():
        cells.values[index][name] = value
    cells.counts[index, 0] += 1


def publish_book(memory: Memory, slot: int, bids: list[tuple[int, int]], asks: list[tuple[int, int]]) -> None:
    cells = memory.cells("books")
    value = cells.values[slot]
    cells.counts[slot, 0] += 1
    value["state"] = BookState.LIVE
    value["bid_count"], value["ask_count"] = len(bids), len(asks)
    value["bids"][: len(bids)], value["asks"][: len(asks)] = bids, asks
    value["last_trade_ticks"], value["day_open_ticks"] = bids[0][0], bids[0][0] - 2
    cells.counts[slot, 0] += 1


def test_a_book_is_read_once_for_each_change(memory: Memory) -> None:
    snapshots = Snapshots(memory, WALL_OFFSET_NS)
    assert snapshots.book(0).state is BookState.SYNCING
    publish_book(memory, 0, [(200, 5), (198, 7)], [(201, 3)])
    first = snapshots.book(0)
    assert (first.bids, first.asks, first.is_live) == (((200, 5), (198, 7)), ((201, 3),), True)
    assert snapshots.book(0) is first
    publish_book(memory, 0, [(200, 6)], [(201, 3)])
    assert snapshots.book(0).bids == ((200, 6),)


def test_a_book_that_is_being_written_for_ever_stays_as_it_was(memory: Memory) -> None:
    snapshots = Snapshots(memory, WALL_OFFSET_NS)
    publish_book(memory, 0, [(200, 5)], [(201, 3)])
    before = snapshots.book(0)
    memory.cells("books").counts[0, 0] += 1  # its writer died in the middle
    assert snapshots.book(0) is before


def test_an_instrument_that_does_not_exist_has_an_empty_book(memory: Memory) -> None:
    snapshots = Snapshots(memory, WALL_OFFSET_NS)
    assert snapshots.book(-1).bids == ()
    assert snapshots.book(77).asks == ()


def test_a_state_that_this_version_does_not_know_is_not_trusted(memory: Memory) -> None:
    publish_book(memory, 0, [(200, 5)], [(201, 3)])
    publish(memory.cells("books"), 0, state=99)
    assert Snapshots(memory, WALL_OFFSET_NS).book(0).state is BookState.STALE


def test_trades_come_newest_first_when_the_ring_of_them_has_turned(memory: Memory) -> None:
    cells = memory.cells("trades")
    rows = cells.values[0]["rows"]
    for number in range(70):
        rows[number % 64] = (number, 200 + number, 1, 1)
    publish(cells, 0, count=70)
    trades = Snapshots(memory, WALL_OFFSET_NS).trades(0)
    assert [trade.price_ticks for trade in trades.trades] == list(range(269, 205, -1))
    assert trades.trades[0].wall_ns == 69 + WALL_OFFSET_NS


def test_orders_appear_change_and_go(memory: Memory) -> None:
    snapshots, cells = Snapshots(memory, WALL_OFFSET_NS), memory.cells("orders")
    assert snapshots.orders() == ()
    for index, client_id in ((0, 11), (5, 12)):
        publish(cells, index, client_id=client_id, side=Side.BUY, status=OrderStatus.NEW, price_ticks=200,
                quantity_lots=9)  # fmt: skip
    both = snapshots.orders()
    assert [order.client_id for order in both] == [12, 11]
    assert snapshots.orders() is both
    publish(cells, 5, filled_lots=4, status=OrderStatus.PARTIALLY_FILLED)
    assert snapshots.orders()[0].open_lots == 5
    publish(cells, 5, status=OrderStatus.FILLED)
    publish(cells, 0, client_id=0)
    assert snapshots.orders() == ()


def test_what_happens_to_orders_is_news_once_and_what_was_before_is_none(memory: Memory) -> None:
    cells = memory.cells("orders")
    publish(cells, 0, client_id=11, side=Side.BUY, status=OrderStatus.FILLED, quantity_lots=9, filled_lots=9)
    snapshots = Snapshots(memory, WALL_OFFSET_NS)
    assert snapshots.news() == ()
    publish(cells, 1, client_id=12, side=Side.SELL, status=OrderStatus.PARTIALLY_FILLED, quantity_lots=9, filled_lots=4)
    publish(cells, 2, client_id=13, side=Side.BUY, status=OrderStatus.REJECTED, reason=Reject.BAD_PRICE)
    filled, rejected = snapshots.news()
    assert (filled.client_id, filled.traded_lots) == (12, 4)
    assert (rejected.status, rejected.reason) == (OrderStatus.REJECTED, Reject.BAD_PRICE)
    assert snapshots.news() == ()
    publish(cells, 1, status=OrderStatus.FILLED, filled_lots=9, filled_notional_low=5 * 200)
    assert [(one.traded_lots, one.average_ticks) for one in snapshots.news()] == [(5, 200.0)]


def test_a_change_that_the_venue_refused_is_news_each_time(memory: Memory) -> None:
    cells = memory.cells("orders")
    publish(cells, 0, client_id=11, side=Side.BUY, status=OrderStatus.NEW, quantity_lots=9)
    snapshots = Snapshots(memory, WALL_OFFSET_NS)
    assert snapshots.news() == ()
    for _ in range(2):
        publish(cells, 0, status=OrderStatus.PENDING_REPLACE)
        assert [one.is_as_before for one in snapshots.news()] == [False]
        publish(cells, 0, status=OrderStatus.NEW, reason=Reject.ONLY_SIZE)
        (refused,) = snapshots.news()
        assert (refused.is_as_before, refused.reason) == (True, Reject.ONLY_SIZE)
    publish(cells, 0, reason=0)
    assert [one.is_as_before for one in snapshots.news()] == [False]


def test_a_short_position_of_more_than_64_bits_has_its_average(memory: Memory) -> None:
    cost = -(2**40) * 2**50
    publish(memory.cells("positions"), 3, instrument_id=1, strategy_id=-1, position_lots=-(2**40), updated_ns=1,
            fills=2, cost_high=np.int64(cost >> 62), cost_low=np.int64(cost & (2**62 - 1)))  # fmt: skip
    publish(memory.cells("positions"), 4, instrument_id=1, strategy_id=0, position_lots=5, updated_ns=1, fills=1)
    (position,) = Snapshots(memory, WALL_OFFSET_NS).positions()
    assert (position.position_lots, position.average_ticks) == (-(2**40), float(2**50))


def test_the_watchlist_has_a_line_for_every_instrument(memory: Memory) -> None:
    publish_book(memory, 1, [(200, 5)], [(203, 3)])
    snapshots = Snapshots(memory, WALL_OFFSET_NS)
    first, second = snapshots.watch()
    assert (first.bid_ticks, first.spread_ticks, first.state) == (None, None, BookState.SYNCING)
    assert (second.bid_ticks, second.spread_ticks, second.change_ppm) == (200, 3, 10_101)
    assert snapshots.watch()[1] is second


def test_hops_are_merged_over_processes_and_unchanged_ones_are_not_read_again(memory: Memory) -> None:
    histograms = Histograms(memory, seat=0)
    assert [hop.count for hop in histograms.hops()] == [0] * len(Hop)
    for role, duration in (("core", 1_000), ("market.sim", 100_000), (seat_role(0), 5_000_000)):
        Tally(memory.histograms(role)[Hop.STEP]).add(duration)
    step = histograms.hops()[Hop.STEP]
    assert (step.count, step.max_ns, sum(step.columns)) == (3, 5_000_000, 3)
    assert 100_000 <= step.p50_ns <= 102_000
    assert histograms.hops() is histograms.hops()


def test_the_ages_of_a_replay_are_no_durations(memory: Memory) -> None:
    seven_years_ns = 220_000_000_000_000_000
    Tally(memory.histograms("market.sim")[Hop.VENUE_TO_FEED]).add(seven_years_ns)
    hop = Histograms(memory, seat=None).hops()[Hop.VENUE_TO_FEED]
    assert (hop.count, hop.is_recorded, hop.max_ns, hop.columns) == (1, True, 0, ())


def test_a_duration_stands_in_the_column_of_its_logarithm(memory: Memory) -> None:
    Tally(memory.histograms("core")[Hop.STEP]).add(FIRST_DECADE_NS * 1_000)
    columns = Histograms(memory, seat=None).hops()[Hop.STEP].columns
    assert len(columns) == STEPS
    assert columns.index(1) == pytest.approx(3 * STEPS / DECADES, abs=1)


def health_of(memory: Memory, seat: int | None = 2) -> Health:
    return Health(
        memory, desk="test", started_ns=monotonic_ns(), wall_offset_ns=WALL_OFFSET_NS, seat=seat, currency="EUR"
    )


def test_the_status_is_told_from_cells_tables_and_the_control_page(memory: Memory) -> None:
    memory.heartbeat("core")[0] = monotonic_ns()
    publish(memory.cells("health"), 0, mode=Mode.PAPER, epoch=3, lease_seat=2, cpu=1, busy_ppm=123_000, tape_dropped=4)
    health = memory.cells("health").values[0]
    health["seats"][2] = (1, 1, 5, 11, 0, 9, (0, 0))
    health["realised_e8"], health["unrated_positions"], health["ack_ns"][1], health["delay_ns"][1] = 5, 1, 20, 70
    memory.table("feeds.sim")[0]["venue"], memory.table("feeds.sim")[0]["state"] = b"alpha", FeedState.LIVE
    memory.table("recorder")[0]["dropped"] = 3
    write_process(memory.control, 0, ProcessLine("core", 77, 1, ProcessState.RUNNING, 1, 0))
    status = health_of(memory).status()
    assert (status.mode, status.is_attached, status.core_busy_ppm, status.lease_seat) == (Mode.PAPER, True, 123_000, 2)
    assert (status.seat.is_armed, status.seat.denied, status.seat.last_reason) == (True, 5, 11)
    assert [feed.venue for feed in status.feeds] == ["alpha"]
    assert status.tape.dropped == 7
    assert (status.currency, status.realised_e8, status.unrated_positions) == ("EUR", 5, 1)
    assert status.delays[1] == DelayView(ack_ns=20, delay_ns=70)
    assert (status.processes[0].name, status.processes[0].restarts) == ("core", 1)


def test_a_halt_is_seen_with_its_reason_and_who_said_it(memory: Memory) -> None:
    health = health_of(memory)
    assert not health.status().is_halted
    write_halt(memory.control, 4, at_ns=monotonic_ns(), reason="news")
    status = health.status()
    assert (status.is_halted, status.halt_reason) == (True, "news (seat 4)")


def test_a_core_that_does_not_beat_is_silent(memory: Memory) -> None:
    memory.heartbeat("core")[0] = monotonic_ns() - 2_000_000_000
    assert not health_of(memory).status().is_attached


def test_without_a_seat_nothing_is_armed(memory: Memory) -> None:
    assert health_of(memory, seat=None).status().seat.seat == -1
