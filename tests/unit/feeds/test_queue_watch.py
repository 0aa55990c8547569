"""What stands before our own orders: counted along with every change, it is what a walk over the whole book finds."""

from decimal import Decimal
from functools import cache

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from core.memory.files import address_of
from core.records.market import MARKET_EVENT
from core.vocabulary import Command, EventKind, FeedState, Mode, OrderType, Report, Side, TimeInForce
from feeds.decode import parse_orders
from feeds.order_entry.names import number_of
from feeds.own_orders import OwnOrders
from feeds.queue_watch import MOST_WATCHED, NOT_TOLD
from feeds.text_ids import number_of_text
from tests.core_world import World
from tests.unit.feeds.test_order_book import SHAPE, Bench, Change
from tests.unit.feeds.venues.test_coinbase_exchange import FIRST, SECOND, THIRD, _level_3, _message, _orders

OURS = 7
"""Client id of the order that is watched"""
OUR_ID = "d0d0d0d0-af29-4f45-8744-56dd1ef57dc0"
BID = {
    "instrument_id": 0,
    "side": Side.BUY,
    "order_type": OrderType.LIMIT,
    "time_in_force": TimeInForce.GTC,
    "price_ticks": 6_000_000,
    "quantity_lots": 1,
}
ids = cache(Bench)
TOLD = ("instrument_id", "side", "price_ticks", "quantity_lots", "flags", "detail", "reference_id", "venue_ns")
CHANGES = st.lists(
    st.tuples(st.integers(1, 9), st.sampled_from([1, -1]), st.integers(1, 3), st.integers(0, 4)), max_size=60
)


def _told(bench: Bench) -> dict[int, int]:
    """client id → lots, of what went into the ring."""
    told = {}
    while len(records := bench.ring.peek()):
        told |= {
            int(row["reference_id"]): int(row["quantity_lots"])
            for row in records
            if row["kind"] == EventKind.QUEUE_AHEAD
        }
        bench.ring.release(len(records))
    return told


@settings(max_examples=100, deadline=None)
@given(CHANGES, st.integers(1, 7), st.booleans(), st.integers(0, 3))
def test_what_is_told_is_what_a_walk_over_the_book_finds(
    changes: list[Change], frame: int, ids_rise: bool, snapshot_at: int
) -> None:
    bench = Bench(ids_rise=ids_rise)
    bench.book.watch([(number, 100 + number, NOT_TOLD) for number in (3, 5, 6)])
    shown: dict[int, int] = {}
    for turn, first in enumerate(range(0, len(changes), frame)):
        is_snapshot = turn > 0 and turn == snapshot_at
        if is_snapshot:
            shown.clear()  # as the core does
        rows = changes[first : first + frame]
        bench.apply([row for row in rows if row[3]] if is_snapshot else rows, is_snapshot=is_snapshot)
        bench.book.tell_queues(1, 1)
        shown |= _told(bench)
        for number in (3, 5, 6):
            ahead = bench.book.ahead_of(number)
            assert ahead < 0 or shown[100 + number] == ahead


def test_a_snapshot_of_rising_ids_has_the_older_order_first_whatever_its_row() -> None:
    for ids_rise, ahead in ((True, 4), (False, 0)):
        bench = Bench(ids_rise=ids_rise)
        bench.apply([(5, 1, 10, 1), (3, 1, 10, 4)], is_snapshot=True)
        assert bench.book.ahead_of(5) == ahead
        bench.apply([(1, 1, 10, 2)])
        assert bench.book.ahead_of(5) == ahead, "what comes later stands behind, whatever its id"


def test_nothing_is_told_twice_and_a_full_ring_loses_nothing() -> None:
    bench = Bench()
    bench.apply([(1, 1, 10, 5), (2, 1, 10, 1)], is_snapshot=True)
    bench.book.watch([(2, OURS, NOT_TOLD)])
    assert (bench.book.tell_queues(1, 1), bench.book.tell_queues(1, 1)) == (1, 0)
    ring = bench.buffers.publisher.ring
    while bench.buffers.publisher.publish_state(FeedState.LIVE):
        pass
    bench.apply([(1, 1, 10, 3)])
    assert bench.book.tell_queues(1, 1) == 0
    assert ring["own"][0] > 0
    _told(bench)
    bench.buffers.publisher.tell_loss()
    assert bench.book.tell_queues(1, 1) == 1
    assert _told(bench) == {OURS: 3}


def test_more_orders_than_can_be_watched_are_left_to_the_core() -> None:
    bench = Bench()
    bench.book.watch([(number, number, NOT_TOLD) for number in range(1, MOST_WATCHED + 50)])
    assert bench.book.watched == MOST_WATCHED


@given(st.text("0123456789abcdefXYZ-_", min_size=1, max_size=40))
def test_an_id_is_one_number_in_a_book_and_in_an_answer(text: str) -> None:
    row = msgspec.json.encode([[text, "b", 1, 1]])
    ids().buffers.text[: len(row)] = row
    assert parse_orders(address_of(ids().decoder), address_of(SHAPE), len(row), 0) == 1
    assert ids().buffers._records[0]["reference_id"] == number_of_text(text)
    if not text.isdigit():
        assert number_of(text) == number_of_text(text)


class Desk:
    """A level-3 connector and a core with an order in its book; what the one shows, the other one reads."""

    def __init__(self) -> None:
        self.bench = _level_3()
        self.world = World(mode=Mode.LIVE)
        self.bench.take = self.take  # type: ignore[method-assign]
        self.cells = self.bench.memory.cells("orders")
        self.own = OwnOrders(self.bench.memory, [self.bench.market])
        self.bench.snapshot("BTC-USD", _orders(20))
        self.world.armed()
        self.world.command(Command.PLACE_ORDER, **BID)
        self.client_id = self.world.last_client_id
        self.world.report(Report.ACCEPTED, self.client_id, side=Side.BUY, reference_id=number_of(OUR_ID))
        self.order = self.world.state.blotter.orders[self.world.state.blotter.open_slots[0]]
        self.beat()

    def take(self) -> None:
        """The ring into the core."""
        while len(records := self.bench.ring.peek()):
            for record in records:
                fields = {name: record[name] for name in MARKET_EVENT.names or () if name in TOLD}
                self.world.say(EventKind(int(record["kind"])), **fields)
            self.bench.ring.release(len(records))

    def beat(self) -> None:
        """Of both: the core shows its order, the market process looks."""
        self.cells.counts[0, 0] += 1
        self.cells.values[0] = self.order
        self.cells.counts[0, 0] += 1
        self.own.look()
        self.take()

    def says(self, kind: str, sequence: int, **more: str) -> tuple[int, bool]:
        """A frame of the venue: lots ahead, are they exact?"""
        self.bench.feed(_message(kind, sequence, **more))
        return self.ahead

    @property
    def ahead(self) -> tuple[Decimal, bool]:
        lots = int(self.order["queue_ahead_lots"])
        return lots * self.bench.instruments["BTC-USD"].lot, bool(self.order["queue_is_exact"])


def test_the_core_knows_the_exact_place_of_an_order_at_a_venue_with_level_3() -> None:
    desk = Desk()
    desk.says("received", 21)
    assert desk.ahead[1] is False, "the order is not in the book yet"
    opened = {"order_id": OUR_ID, "price": "60000.00", "remaining_size": "0.25", "side": "buy"}
    assert desk.says("open", 22, **opened) == (2, True)
    behind = {**opened, "order_id": THIRD[::-1]}
    assert desk.says("open", 23, **behind) == (2, True)
    taken = {"trade_id": "5", "maker_order_id": FIRST, "size": "0.5", "price": "60000.00", "side": "buy"}
    assert desk.says("match", 24, **taken) == (Decimal("1.5"), True)
    assert desk.says("done", 25, order_id=behind["order_id"], side="buy") == (Decimal("1.5"), True)
    assert desk.says("done", 26, order_id=SECOND, side="buy") == (1, True), "a cancel before us: no estimate sees it"
    desk.beat()
    assert desk.says("done", 28, order_id=FIRST, side="buy") == (1, False), "a message was lost"
    desk.bench.snapshot("BTC-USD", _orders(30).replace(f'"{SECOND}"], ["60000.00", "0.5"', "").replace(SECOND, OUR_ID))
    assert desk.ahead == (Decimal("1.5"), True)


def test_a_core_that_forgot_is_told_again_at_the_next_beat() -> None:
    desk = Desk()
    opened = {"order_id": OUR_ID, "price": "60000.00", "remaining_size": "0.25", "side": "buy"}
    assert desk.says("open", 21, **opened) == (2, True)
    desk.beat()
    desk.order["queue_ahead_lots"], desk.order["queue_is_exact"] = -1, 0
    desk.beat()
    assert desk.ahead == (2, True)
