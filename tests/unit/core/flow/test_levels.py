"""Consumed, pulled, stacked, icebergs: by hand, and against an exchange that knows who was hit and who cancelled."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from random import Random
from typing import NamedTuple

import pytest

from core.vocabulary import Reject, Side
from station.link.flow.reader import FlowReader
from station.views.book import BookView
from station.views.flow import LevelFlow
from tests.flow_world import BEGIN, BUY, END, LAST, SECOND, SELL, WALL_OFFSET_NS, World
from tests.matching_engine import FIRST_TICKS, Engine, limit

MS = 1_000_000
MIDDLE = FIRST_TICKS + 64


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    made.snapshot({99: 10, 98: 20}, {101: 7, 102: 9})
    yield made
    made.close()


def levels(world: World) -> dict[int, LevelFlow]:
    world.look()
    return FlowReader(world.core, WALL_OFFSET_NS).level_flow(0).levels


def test_a_fall_that_a_trade_explains_is_consumed(world: World) -> None:
    world.trade(BUY, 101, 3, 0)
    world.level(SELL, 101, 4)
    level = levels(world)[101]
    assert (level.consumed_ask_lots, level.pulled_ask_lots, level.bought_lots) == (3, 0, 3)


def test_a_fall_that_nobody_traded_is_pulled(world: World) -> None:
    world.level(BUY, 99, 4)
    assert (levels(world)[99].consumed_bid_lots, levels(world)[99].pulled_bid_lots) == (0, 6)


def test_a_rise_is_stacked(world: World) -> None:
    world.level(BUY, 97, 4)
    assert levels(world)[97].stacked_bid_lots == 4


def test_a_venue_may_tell_the_book_before_the_trade(world: World) -> None:
    world.level(BUY, 99, 2)
    world.trade(SELL, 99, 5, after_ns=249 * MS)
    level = levels(world)[99]
    assert (level.consumed_bid_lots, level.pulled_bid_lots, level.sold_lots) == (5, 3, 5)


def test_what_comes_too_late_explains_nothing(world: World) -> None:
    world.level(BUY, 99, 2)
    world.trade(SELL, 99, 5, after_ns=251 * MS)
    world.level(BUY, 99, 1, after_ns=251 * MS)
    level = levels(world)[99]
    assert (level.consumed_bid_lots, level.pulled_bid_lots, level.sold_lots) == (0, 9, 5)


def test_a_snapshot_is_no_flow(world: World) -> None:
    world.snapshot({99: 1}, {101: 1})
    assert levels(world) == {}


def test_what_is_older_than_ten_seconds_is_gone(world: World) -> None:
    world.level(BUY, 99, 4)
    assert 99 in levels(world)
    world.look(11 * SECOND)
    assert levels(world) == {}


def test_of_two_prices_in_one_row_the_nearer_one_stays(world: World) -> None:
    world.level(BUY, 99, 4)
    world.level(SELL, 99 + 512, 4)
    assert sorted(levels(world)) == [99]


def test_a_level_that_is_filled_up_again_and_again_is_an_iceberg(world: World) -> None:
    for _ in range(3):
        world.trade(BUY, 101, 5, 0, after_ns=100 * MS)
        world.level(SELL, 101, 2)
        world.level(SELL, 101, 7, after_ns=MS)
    world.look()
    (iceberg,) = FlowReader(world.core, WALL_OFFSET_NS).hints(BookView(instrument_id=0)).icebergs
    assert iceberg == (101, SELL, 15, 3, 7)


def test_a_level_that_others_fill_up_later_is_none(world: World) -> None:
    for _ in range(4):
        world.trade(BUY, 101, 5, 0, after_ns=100 * MS)
        world.level(SELL, 101, 2)
        world.level(SELL, 101, 7, after_ns=50 * MS)
    world.look()
    assert FlowReader(world.core, WALL_OFFSET_NS).hints(BookView(instrument_id=0)).icebergs == ()


class Said(NamedTuple):
    at_ns: int
    kind: str
    side: Side
    price: int
    lots: int


Truth = dict[int, Counter[str]]


def a_market(seed: int, orders: int = 250) -> tuple[list[Said], Truth]:
    """Orders at random, one every 15 ms: what the exchange told, and by price what was traded and cancelled."""
    random, engine = Random(seed), Engine()
    said: list[Said] = []
    truth: Truth = defaultdict(Counter)
    resting: dict[int, tuple[Side, int]] = {}
    for number in range(1, orders):
        at_ns, known = number * 15 * MS, engine.resting()
        if known and random.random() < 0.45:
            client_id = random.choice(known)
            side, price = resting[client_id]
            truth[price]["pulled"] += dict(engine.queue(side, price))[client_id]
            engine.cancel(client_id)
        else:
            side = random.choice((BUY, SELL))
            price = MIDDLE + random.randint(-6, 3) * side
            resting[number] = side, price
            assert engine.enter(limit(random.randint(1, 3), number, side, price, random.randint(1, 40))) in Reject
        for told in engine.said_market:
            said.append(Said(at_ns, *told))
            if told[0] == "trade":
                truth[told[2]]["consumed"] += told[3]
        engine.said_market.clear()
    return said, truth


def judged(said: list[Said]) -> dict[int, Counter[str]]:
    """What the onlooker makes of it. Not longer than its window."""
    world = World()
    world.level(0, 0, 0, BEGIN | END | LAST)
    began_ns = world.now_ns
    for one in said:
        tell = world.trade if one.kind == "trade" else world.level
        tell(one.side, one.price, one.lots, after_ns=max(0, began_ns + one.at_ns - world.now_ns))
    found = levels(world)
    world.close()
    return {
        price: Counter(
            consumed=level.consumed_bid_lots + level.consumed_ask_lots,
            pulled=level.pulled_bid_lots + level.pulled_ask_lots,
        )
        for price, level in found.items()
    }


def share_right(found: dict[int, Counter[str]], truth: Truth) -> float:
    """Of all lots that left the book."""
    left = sum(sum(count.values()) for count in truth.values())
    wrong = sum(abs(found.get(price, Counter())["consumed"] - count["consumed"]) for price, count in truth.items())
    return 1 - wrong / left


def test_every_lot_is_judged_right_when_the_venue_tells_all_in_order() -> None:
    said, truth = a_market(1)
    found = judged(said)
    assert {price: +count for price, count in found.items() if +count} == {
        price: +count for price, count in truth.items() if +count
    }


def test_the_sums_are_right_when_each_book_comes_before_its_trades() -> None:
    said, truth = a_market(2)
    found = judged(sorted(said, key=lambda one: (one.at_ns, one.kind == "trade")))
    assert share_right(found, truth) == 1.0


@pytest.mark.parametrize("late", ["trade", "level"])
def test_most_is_judged_right_when_trades_and_book_come_apart(late: str) -> None:
    said, truth = a_market(3)
    random = Random(4)
    delays = {one.at_ns: random.randint(0, 100 * MS) for one in said}
    # One stream keeps its order: a level's total is the last one told.
    moved, latest_ns = [], 0
    for one in said:
        latest_ns = max(latest_ns, one.at_ns + delays[one.at_ns])
        moved.append(one._replace(at_ns=latest_ns) if one.kind == late else one)
    assert share_right(judged(sorted(moved, key=lambda one: one.at_ns)), truth) > 0.9


def test_most_is_judged_right_when_the_book_is_told_ten_times_a_second() -> None:
    said, truth = a_market(5)
    last: dict[tuple[int, Side, int], Said] = {}
    for one in said:
        if one.kind == "level":
            at_ns = (one.at_ns // (100 * MS) + 1) * 100 * MS
            last[at_ns, one.side, one.price] = one._replace(at_ns=at_ns)
    told = [one for one in said if one.kind == "trade"] + list(last.values())
    assert share_right(judged(sorted(told, key=lambda one: one.at_ns)), truth) > 0.8
