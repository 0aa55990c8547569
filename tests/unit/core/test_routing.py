"""One order over two venues of the same pair: where it goes, what it may cost, what rests."""

from typing import Any

import pytest

from core.vocabulary import (
    BookState,
    Command,
    DenyReason,
    EventFlag,
    EventKind,
    OrderType,
    Report,
    Request,
    Side,
    TimeInForce,
)
from tests.core_world import LAST, World

ROUTE = int(EventFlag.ROUTE)
ORDER: dict[str, Any] = {
    "instrument_id": 0,
    "side": Side.BUY,
    "order_type": OrderType.MARKET,
    "time_in_force": TimeInForce.IOC,
    "quantity_lots": 10,
    "flags": ROUTE,
}


@pytest.fixture
def world() -> World:
    """Two venues of one pair: 1000/1002 and 1000/1001, 50 lots each."""
    world = World()
    rows = world.state.instruments
    rows[1]["pair_id"] = rows[0]["pair_id"]
    world.book(1000, 1002, 50, 0)
    world.book(1000, 1001, 50, 1)
    return world.armed()


def sent(world: World, **fields: Any) -> list[tuple[int, Request, int, int]]:
    """(instrument, request, price, lots) of what leaves the house."""
    world.command(Command.PLACE_ORDER, **{**ORDER, **fields})
    rows = world.decisions.records[: world.decisions.used[0]]
    return [
        (int(r["instrument_id"]), Request(int(r["detail"])), int(r["price_ticks"]), int(r["quantity_lots"]))
        for r in rows
        if r["kind"] == 60
    ]


def test_it_goes_where_it_is_cheapest(world: World) -> None:
    assert sent(world) == [(1, Request.NEW, 1001, 10)]


def test_it_is_split_where_the_book_is_thin(world: World) -> None:
    assert sent(world, quantity_lots=80) == [(0, Request.NEW, 1002, 30), (1, Request.NEW, 1001, 50)]


def test_a_fee_can_make_the_better_price_the_worse_one(world: World) -> None:
    world.state.instruments[1]["taker_fee_ppm"] = 5_000
    assert sent(world) == [(0, Request.NEW, 1002, 10)]


def test_a_slow_venue_is_charged_for_what_the_market_does_meanwhile(world: World) -> None:
    world.state.signals.values["volatility"] = 0.001
    world.state.instruments[1]["source_id"] = 1
    world.state.gateways["delay_ns"] = [1_000_000, 4_000_000_000, 0, 0, 0, 0, 0, 0]
    assert sent(world) == [(0, Request.NEW, 1002, 10)]


def test_what_a_venue_takes_is_learned_from_its_answers_and_from_its_clock(world: World) -> None:
    first = int(world.state.gateways[0]["delay_ns"])
    sent(world, flags=0, instrument_id=0)
    world.now_ns += 7_000_000
    world.report(Report.ACCEPTED, world.last_client_id)
    assert 7_000_000 < world.state.gateways[0]["ack_ns"] < 8_000_000
    assert world.state.gateways[0]["delay_ns"] == world.state.gateways[0]["ack_ns"] < first
    world.state.books.heads["venue_ns"] = world.state.books.heads["received_ns"] - 20_000_000
    for _ in range(50):
        world.say(EventKind.TIMER, venue_ns=world.now_ns, instrument_id=-1)
        world.now_ns += 100_000_000
    assert world.state.gateways[0]["feed_ns"] == 20_000_000
    assert world.state.gateways[0]["delay_ns"] == world.state.gateways[0]["ack_ns"] + 20_000_000


@pytest.mark.parametrize("age_ns", [-5_000_000, 10**18])
def test_a_clock_ahead_and_a_recording_say_nothing_of_a_feeds_delay(world: World, age_ns: int) -> None:
    world.state.books.heads["venue_ns"] = world.state.books.heads["received_ns"] - age_ns
    world.state.bars.wall_offset_ns[0] = 2 * 10**18
    world.state.books.heads["venue_ns"] += 2 * 10**18
    world.say(EventKind.TIMER, venue_ns=world.now_ns, instrument_id=-1)
    assert world.state.gateways[0]["feed_ns"] == 0


def test_old_data_make_a_venue_dearer(world: World) -> None:
    world.state.signals.values["volatility"] = 0.001
    world.state.instruments[1]["source_id"] = 1
    assert sent(world) == [(1, Request.NEW, 1001, 10)]
    world.now_ns += 4_000_000_000
    world.state.books.heads[0]["heard_ns"] = world.now_ns  # the other has been silent for four seconds
    assert sent(world, received_ns=world.now_ns, quantity_lots=9) == [(0, Request.NEW, 1002, 9)]


def test_a_book_that_is_not_live_and_a_venue_that_is_down_get_nothing(world: World) -> None:
    world.state.books.heads[1]["state"] = BookState.GAPPED
    assert sent(world) == [(0, Request.NEW, 1002, 10)]


def test_the_limit_holds_everywhere_and_the_rest_may_rest_where_it_was_named(world: World) -> None:
    limit = {"order_type": OrderType.LIMIT, "price_ticks": 1001, "quantity_lots": 80}
    assert sent(world, **limit, time_in_force=TimeInForce.IOC) == [(1, Request.NEW, 1001, 50)]
    said = sent(world, **limit, time_in_force=TimeInForce.GTC)
    assert said == [(1, Request.NEW, 1001, 50), (0, Request.NEW, 1001, 30)]


def test_all_parts_are_sent_or_none(world: World) -> None:
    world.state.risk.limits[0]["max_order_lots"] = 20
    said = sent(world, quantity_lots=80)
    assert world.last_reason is DenyReason.MAX_ORDER_LOTS
    assert said == []


@pytest.mark.parametrize(
    "fields",
    [
        {"flags": ROUTE | int(EventFlag.POST_ONLY), "order_type": OrderType.LIMIT, "price_ticks": 1000},
        {"time_in_force": TimeInForce.FOK},
        {"instrument_id": 9},
        {"quantity_lots": 0},
        {"order_type": OrderType.STOP, "execution_id": 1010},
    ],
)
def test_what_cannot_be_spread_is_refused(world: World, fields: dict[str, Any]) -> None:
    assert sent(world, **fields) == []
    assert world.last_reason is DenyReason.BAD_ORDER_TYPE


def test_without_a_live_book_there_is_nothing_to_route(world: World) -> None:
    world.state.books.heads["state"] = BookState.STALE
    assert sent(world) == []
    assert world.last_reason is DenyReason.BOOK_NOT_LIVE


# The anti-slippage guard of every order, routed or not.


def test_an_order_that_would_slip_too_far_is_denied_before_it_is_sent(world: World) -> None:
    world.level(Side.SELL, 1020, 500, int(EventFlag.LAST_IN_FRAME))
    world.state.risk.settings["max_slippage_bps"] = 5_000  # in millionths: 50 basis points
    assert sent(world, flags=0, quantity_lots=50) == [(0, Request.NEW, 0, 50)]  # one tick: ten basis points
    assert sent(world, flags=0, quantity_lots=80) == []
    assert world.last_reason is DenyReason.SLIPPAGE
    limit = {"order_type": OrderType.LIMIT, "time_in_force": TimeInForce.GTC, "quantity_lots": 80, "flags": 0}
    assert sent(world, **limit, price_ticks=1002) == [(0, Request.NEW, 1002, 80)]  # what rests costs nothing
    assert sent(world, **limit, price_ticks=1020) == []
    assert world.last_reason is DenyReason.SLIPPAGE


def test_what_the_book_does_not_show_is_refused_when_nothing_is_known_of_the_volume(world: World) -> None:
    world.state.risk.settings["max_slippage_bps"] = 999_999
    assert sent(world, flags=0, quantity_lots=51) == []
    assert world.last_reason is DenyReason.SLIPPAGE


def test_a_position_is_closed_whatever_it_slips(world: World) -> None:
    assert sent(world, flags=0, side=Side.BUY)
    world.fill(world.last_client_id, Side.BUY, 1002, 10, 10)
    world.state.risk.settings["max_slippage_bps"] = 1
    assert sent(world, flags=int(EventFlag.REDUCE_ONLY), side=Side.SELL) == [(0, Request.NEW, 0, 10)]


def test_a_sale_is_routed_to_the_highest_bid(world: World) -> None:
    world.level(Side.BUY, 1000, 0, 0, 1)
    world.level(Side.BUY, 999, 50, LAST, 1)
    assert sent(world, side=Side.SELL) == [(0, Request.NEW, 1000, 10)]


def test_it_goes_on_to_a_venues_next_level_where_that_is_cheaper(world: World) -> None:
    world.level(Side.SELL, 1003, 50, LAST, 1)
    assert sent(world, quantity_lots=140) == [(0, Request.NEW, 1002, 50), (1, Request.NEW, 1003, 90)]


@pytest.mark.parametrize(("field", "value"), [("book_slot", -1), ("source_id", -1), ("source_id", 64)])
def test_a_venue_without_a_book_or_an_order_process_is_no_candidate(world: World, field: str, value: int) -> None:
    world.state.instruments[1][field] = value
    assert sent(world) == [(0, Request.NEW, 1002, 10)]
