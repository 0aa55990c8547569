"""What the onlooker makes of a tape, and what it does when it missed some of it."""

import threading
from collections.abc import Iterator

import pytest

from core.records.flow import BEGUN, MISSED
from core.vocabulary import BookState, EventKind
from station.link.flow.reader import FlowReader
from station.views.flow import Candle, Print
from tests.deadline import eventually
from tests.flow_world import BUY, SECOND, SELL, START_NS, WALL_OFFSET_NS, World


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.close()


def reader(world: World) -> FlowReader:
    return FlowReader(world.core, WALL_OFFSET_NS)


def test_before_the_first_record_every_view_is_empty(world: World) -> None:
    views = reader(world)
    assert views.candles(0, 3).candles == ()
    assert views.prints(0).prints == ()
    assert views.heat(0, 1).columns == ()
    assert views.profile(0).total_lots == 0
    assert views.state().since_wall_ns == 0


def test_trades_become_bars_of_every_frame(world: World) -> None:
    world.trade(BUY, 101, 3)
    world.trade(SELL, 99, 4, after_ns=SECOND)
    world.look()
    second, minute = reader(world).candles(0, 0), reader(world).candles(0, 3)
    start_ns = START_NS + WALL_OFFSET_NS
    assert second.candles == (
        Candle(start_ns, 101, 101, 101, 101, 3, 3, 1, 303.0),
        Candle(start_ns + SECOND, 99, 99, 99, 99, 4, 0, 1, 396.0),
    )
    assert minute.candles == (Candle(start_ns // (60 * SECOND) * 60 * SECOND, 101, 101, 99, 99, 7, 3, 2, 699.0),)


def test_a_silent_second_is_a_bar_without_volume(world: World) -> None:
    world.trade(BUY, 101, 3)
    world.look(2 * SECOND)
    assert [bar.volume_lots for bar in reader(world).candles(0, 0).candles] == [3, 0, 0]


def test_history_goes_into_bars_and_nowhere_else(world: World) -> None:
    told_ns = START_NS + WALL_OFFSET_NS - 120 * SECOND
    world.say(EventKind.HISTORY, price_ticks=50, quantity_lots=9, side=BUY, venue_ns=told_ns)
    world.trade(BUY, 101, 3)
    world.look()
    views = reader(world)
    assert views.candles(0, 3).candles[0].open_ticks == 50
    assert (views.profile(0).total_lots, len(views.prints(0).prints)) == (3, 1)


def test_trades_of_one_aggressor_are_one_print(world: World) -> None:
    world.trade(BUY, 101, 3, 0, venue_ns=7)
    world.trade(BUY, 102, 5, 0, venue_ns=7, after_ns=5_000_000)
    world.trade(BUY, 102, 1, venue_ns=8, after_ns=500_000)
    world.trade(SELL, 99, 2, after_ns=100)
    world.trade(SELL, 99, 2, after_ns=2_000_000)
    world.look()
    shown = reader(world).prints(0).prints
    first_ns = START_NS + WALL_OFFSET_NS + 1_000
    assert shown[-1] == Print(first_ns, 101, 102, 9, BUY, 3)
    assert [(one.lots, one.side, one.fills) for one in shown] == [(2, SELL, 1), (2, SELL, 1), (9, BUY, 3)]


def test_the_speed_of_the_tape_is_that_of_the_last_five_seconds(world: World) -> None:
    for _ in range(10):
        world.trade(BUY, 101, 4)
    world.look(SECOND)
    assert (reader(world).prints(0).per_second, reader(world).prints(0).lots_per_second) == (2.0, 8.0)
    world.look(5 * SECOND)
    assert reader(world).prints(0).per_second == 0


def test_a_rollover_begins_the_session_anew(world: World) -> None:
    world.trade(BUY, 101, 3)
    world.say(EventKind.ROLLOVER, instrument_id=-1, source_id=-1)
    world.trade(SELL, 90, 2)
    world.look()
    view = reader(world).profile(0)
    assert (view.total_lots, view.open_ticks, view.high_ticks, view.low_ticks) == (2, 90, 90, 90)
    assert view.since_wall_ns == START_NS + WALL_OFFSET_NS + 2_000


def test_instruments_that_the_desk_appends_are_followed(world: World) -> None:
    world.core.lines("instrument_count")[0, 0] = 1
    world.start().tick(world.now_ns)
    world.trade(BUY, 11, 1, instrument_id=1)
    world.look()
    assert reader(world).prints(1).prints == ()
    world.core.lines("instrument_count")[0, 0] = 2
    world.trade(BUY, 12, 1, instrument_id=1)
    world.look()
    assert [one.price_from_ticks for one in reader(world).prints(1).prints] == [12]


def test_a_new_process_goes_on_where_the_last_one_stopped(world: World) -> None:
    world.snapshot({99: 10}, {101: 7})
    world.trade(BUY, 101, 3)
    world.look()
    world.process.memory.close()
    world.trade(BUY, 101, 2)
    world.start()
    world.look()
    views = reader(world)
    assert views.profile(0).total_lots == 5
    assert views.state().missed == 0


def test_a_batch_in_which_a_process_died_is_left_out_and_counted(world: World) -> None:
    world.trade(BUY, 101, 3)
    world.look()
    world.trade(BUY, 101, 2)
    world.flow.words[BEGUN] = world.tape.produced
    world.flow.versions[0, 0] += 1
    world.start()
    world.trade(BUY, 101, 1)
    world.look()
    views = reader(world)
    assert (views.profile(0).total_lots, views.state().missed) == (4, 1)


def test_who_falls_a_lap_behind_says_so_and_goes_on_from_the_newest() -> None:
    world = World(tape=64)
    world.snapshot({99: 10, 98: 4}, {101: 7})
    world.look(SECOND)
    for _ in range(100):
        world.trade(BUY, 101, 1)
    world.look()
    views = reader(world)
    assert (views.state().missed, views.profile(0).total_lots) == (100, 0)
    assert world.flow.books.heads["state"][0] == BookState.GAPPED
    world.look(SECOND // 4)
    assert views.heat(0, 0).columns[-1].is_gap
    world.trade(BUY, 101, 1)
    world.look()
    assert reader(world).profile(0).total_lots == 1
    world.close()


def test_a_book_that_was_lost_here_alone_is_seeded_from_what_the_core_shows() -> None:
    world = World(tape=64)
    world.snapshot({99: 10, 98: 4}, {101: 7})
    world.look()
    for lots in range(1, 101):
        world.level(BUY, 97, lots)
    world.look()
    world.show_book({99: 10, 98: 4, 97: 100}, {101: 7})
    world.look(20_000_000)
    head = world.flow.books.heads[0]
    assert (head["state"], head["best_bid_ticks"], head["best_ask_lots"]) == (BookState.LIVE, 99, 7)
    world.look(SECOND)
    column = reader(world).heat(0, 0).columns[-1]
    assert not column.is_gap
    assert (column.bid_ticks, sum(code > 0 for code in column.codes)) == (99, 4)
    world.close()


def test_a_book_is_not_seeded_from_a_cell_that_is_older_than_it(world: World) -> None:
    world.show_book({99: 10}, {101: 7})
    world.level(BUY, 97, 5)
    world.look()
    world.look(20_000_000)
    assert world.flow.books.heads["state"][0] == BookState.SYNCING


def test_a_book_is_not_seeded_from_what_a_dead_core_showed(world: World) -> None:
    world.snapshot({99: 10}, {101: 7})
    world.show_book({99: 10}, {101: 7})
    world.say(EventKind.SESSION, instrument_id=-1, source_id=-1)
    world.look()
    world.look(20_000_000)
    assert world.flow.books.heads["state"][0] == BookState.SYNCING
    world.show_book({99: 10}, {101: 7})
    world.look(20_000_000)
    assert world.flow.books.heads["state"][0] == BookState.LIVE


def test_after_a_suspend_no_book_is_believed(world: World) -> None:
    world.snapshot({99: 10}, {101: 7})
    world.say(EventKind.RESUMED, instrument_id=-1, source_id=-1, reference_id=10**9)
    world.look()
    assert world.flow.books.heads["state"][0] == BookState.GAPPED


def test_what_the_tape_lost_is_counted_and_costs_every_book_its_trust(world: World) -> None:
    world.snapshot({99: 10}, {101: 7})
    world.say(EventKind.LOSS, instrument_id=-1, source_id=-1, reference_id=12)
    world.look()
    assert world.flow.words[MISSED] == 12
    assert world.flow.books.heads["state"][0] == BookState.GAPPED


@pytest.mark.parametrize("state", [BookState.GAPPED, BookState.SYNCING, BookState.STALE])
def test_a_book_is_believed_when_the_core_believes_it(world: World, state: BookState) -> None:
    world.snapshot({99: 10}, {101: 7})
    world.say(EventKind.BOOK_STATE, detail=state)
    world.look(SECOND)
    assert world.flow.books.heads["state"][0] == state
    assert reader(world).heat(0, 0).columns[-1].is_gap


def test_the_equity_has_a_point_a_second_and_one_a_minute(world: World) -> None:
    cells = world.core.cells("health")
    views = reader(world)
    for second, realised in enumerate([100, 160, 130]):
        cells.values["epoch"], cells.values["fees_e8"], cells.values["realised_e8"] = 1, 20, realised
        cells.counts[0, 0] += 2
        world.look(SECOND if second else 0)
    points = views.equity(False).points
    assert [(point.equity_e8, point.drawdown_e8) for point in points] == [(80, 0), (140, 0), (110, 30)]
    assert points[0].wall_ns == START_NS + WALL_OFFSET_NS
    assert [point.equity_e8 for point in views.equity(True).points] == [80]
    assert views.equity(False) is views.equity(False)


def test_a_view_is_the_same_object_until_it_would_differ(world: World) -> None:
    world.snapshot({99: 10}, {101: 7})
    world.trade(BUY, 101, 3)
    world.look()
    views = reader(world)
    before = views.prints(0), views.candles(0, 6), views.level_flow(0), views.profile(0)
    world.level(BUY, 98, 1, instrument_id=1)
    world.look()
    assert all(new is old for new, old in zip((views.prints(0), views.candles(0, 6)), before[:2], strict=True))
    assert views.level_flow(0) is before[2]
    assert views.profile(0) is before[3]
    world.trade(BUY, 101, 1)
    world.look()
    assert views.prints(0) is not before[0]


def test_a_table_that_is_being_written_is_shown_as_it_was(world: World) -> None:
    world.trade(BUY, 101, 3)
    world.look()
    views = reader(world)
    before = views.prints(0)
    world.trade(BUY, 101, 1)
    world.look()
    world.flow.versions[0, 0] += 1
    assert views.prints(0) is before
    world.flow.versions[0, 0] += 1
    assert views.prints(0) is not before


def test_what_is_shown_belongs_together_while_the_process_writes(world: World) -> None:
    ends = threading.Event()

    def write() -> None:
        for number in range(20_000):
            if ends.is_set():
                return
            world.trade(BUY if number % 3 else SELL, 90 + number % 17, 1 + number % 5, after_ns=700_000)
            world.look()

    world.trade(BUY, 90, 1)
    world.look()
    writer = threading.Thread(target=write)
    writer.start()
    totals: list[int] = []

    def has_grown() -> bool:
        view, shown = reader(world).profile(0), reader(world).candles(0, 8).candles
        assert sum(row.buy_lots + row.sell_lots for row in view.rows) == view.total_lots
        assert all(bar.low_ticks <= min(bar.open_ticks, bar.close_ticks) for bar in shown)
        if view.total_lots:  # a new reader has nothing that it could show instead
            totals.append(view.total_lots)
        return len(totals) > 1 and totals[-1] > totals[0]

    try:
        for _ in range(150):
            has_grown()
        eventually(has_grown)
    finally:
        ends.set()
        writer.join()
    assert totals == sorted(totals)
