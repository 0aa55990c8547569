"""Icebergs, TWAP and VWAP: what is sent when, and what a parent knows of its slices."""

from typing import Any

import pytest

from core.money import value_e8
from core.vocabulary import (
    BookState,
    Command,
    DenyReason,
    EventFlag,
    EventKind,
    FeedState,
    OrderStatus,
    OrderType,
    Phase,
    Report,
    Request,
    Side,
)
from tests.core_world import SECOND
from tests.held_orders import LAST_IN_FRAME, Desk, requests

REDUCE_ONLY = int(EventFlag.REDUCE_ONLY)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_an_iceberg_shows_a_part_and_the_next_when_it_is_gone(desk: Desk) -> None:
    parent = desk.place(order_type=OrderType.ICEBERG, price_ticks=1000, quantity_lots=100, filled_lots=20)
    sent = 0
    for _ in range(20):
        said = requests(desk.wait(0.2))
        if not said:
            break
        assert len(said) == 1
        assert said[0][2] == 1000
        assert 1 <= said[0][3] <= 25
        child = desk.sent[0]
        assert desk.order(child)["parent_id"] == parent
        assert requests(desk.wait(0.2)) == []  # one at a time
        desk.report(Report.ACCEPTED, child)
        sent += said[0][3]
        desk.fill(child, Side.BUY, 1000, said[0][3], said[0][3])
        assert desk.order(parent)["filled_lots"] == sent
    assert sent == 100
    assert desk.order(parent)["status"] == OrderStatus.FILLED


def test_a_cancelled_iceberg_takes_its_part_back_first(desk: Desk) -> None:
    parent = desk.place(order_type=OrderType.ICEBERG, price_ticks=1000, quantity_lots=100, filled_lots=20)
    desk.wait(0.2)
    child = desk.sent[0]
    desk.report(Report.ACCEPTED, child)
    said = requests(desk.command(Command.CANCEL_ORDER, client_id=parent))
    assert [row[0] for row in said] == [Request.CANCEL]
    assert desk.order(parent)["status"] == OrderStatus.PENDING_CANCEL
    desk.fill(child, Side.BUY, 1000, 3, 3)
    desk.report(Report.CANCELED, child, filled_lots=3)
    assert desk.order(parent)["status"] == OrderStatus.CANCELED
    assert desk.order(parent)["filled_lots"] == 3


def test_a_twap_is_done_at_its_end_and_never_ahead_of_time(desk: Desk) -> None:
    begin, seconds, lots = desk.now_ns, 60, 1000
    parent = desk.place(order_type=OrderType.TWAP, quantity_lots=lots, venue_ns=begin + seconds * SECOND)
    filled = 0
    for _ in range(400):
        said = requests(desk.wait(0.2))
        for request, side, price, size in said:
            assert (request, side, price) == (Request.NEW, Side.BUY, 1002)
            filled += size
            child = desk.sent[0]
            desk.fill(child, Side.BUY, 1002, size, size)
        passed = min(1.0, (desk.now_ns - begin) / (seconds * SECOND))
        assert filled <= lots * passed * 1.25 + 1
        if filled == lots:
            break
    assert desk.order(parent)["status"] == OrderStatus.FILLED
    assert desk.order(parent)["slices"] > 10
    assert requests(desk.wait(1)) == []


def test_a_twap_never_takes_more_than_its_part_of_the_volume_and_then_expires(desk: Desk) -> None:
    parent = desk.place(
        order_type=OrderType.TWAP, quantity_lots=100, venue_ns=desk.now_ns + 10 * SECOND, amount=100_000
    )
    traded = filled = 0
    for _ in range(100):
        desk.trade(1001, 10)
        traded += 10
        for *_, size in requests(desk.wait(0.2)):
            child = desk.sent[0]
            desk.fill(child, Side.BUY, 1002, size, size)
            filled += size
            assert filled <= traded // 10
        if desk.order(parent)["status"] == OrderStatus.EXPIRED:
            break
    assert 0 < filled < 100
    assert desk.order(parent)["status"] == OrderStatus.EXPIRED


def test_a_vwap_goes_with_the_volume(desk: Desk) -> None:
    desk.trade(1001, 600)  # the pace: 600 in the running minute
    parent = desk.place(order_type=OrderType.VWAP, quantity_lots=100, venue_ns=desk.now_ns + 60 * SECOND)
    desk.wait(0.2)
    assert desk.order(parent)["sent_lots"] == 0  # nothing has traded since
    desk.trade(1001, 300)
    desk.wait(1)
    assert 15 <= desk.order(parent)["sent_lots"] <= 42  # a third of what is expected by now, a quarter more or less


def test_what_a_slice_fills_is_told_of_its_parent_too(desk: Desk) -> None:
    parent = desk.place(order_type=OrderType.ICEBERG, price_ticks=1000, quantity_lots=20, filled_lots=5)
    desk.wait(0.2)
    child = desk.sent[0]
    desk.report(Report.ACCEPTED, child)
    desk.fill(child, Side.BUY, 1000, 1, 1)
    decided = desk.decisions.records[: desk.decisions.used[0]]
    told = [int(row["client_id"]) for row in decided if row["kind"] == EventKind.ORDER_UPDATE]
    assert sorted(told) == sorted([parent, child])


def worked_off(desk: Desk, side: Side, ticks: int) -> int:
    """Fill every slice that goes out in the next ten seconds; how many there were."""
    slices = 0
    for _ in range(60):
        for *_, size in requests(desk.wait(0.2)):
            desk.fill(desk.sent[0], side, ticks, size, size)
            slices += 1
    return slices


@pytest.mark.parametrize(
    "terms",
    [
        {"order_type": OrderType.TWAP},
        {"order_type": OrderType.ICEBERG, "price_ticks": 1002, "filled_lots": 10},
    ],
)
def test_all_slices_of_an_order_are_one_trade_and_one_size(desk: Desk, terms: dict[str, Any]) -> None:
    end = {"venue_ns": desk.now_ns + 10 * SECOND} if terms["order_type"] == OrderType.TWAP else {}
    desk.place(quantity_lots=100, **terms, **end)
    assert worked_off(desk, Side.BUY, 1002) > 3
    assert desk.position_lots == 100
    assert desk.state.risk.breaker[0]["trades"] == 1
    assert desk.state.risk.sizes[0]["own_count"] == 1
    desk.hold(5)
    assert desk.state.risk.breaker[0]["trades"] == 2


IN_SLICES = [
    {"order_type": OrderType.TWAP},
    {"order_type": OrderType.VWAP},
    {"order_type": OrderType.ICEBERG, "price_ticks": 1000, "filled_lots": 10},
]


@pytest.mark.parametrize("terms", IN_SLICES)
@pytest.mark.parametrize("flags", [0, REDUCE_ONLY])
@pytest.mark.parametrize("limits", [{"reduce_only": 1}, {"max_trades": 1}])
def test_an_order_in_slices_that_only_reduces_goes_on_while_the_desk_only_reduces(
    terms: dict[str, Any], flags: int, limits: dict[str, int]
) -> None:
    desk = Desk()
    desk.hold(100)
    for name, value in limits.items():
        desk.state.risk.settings[0][name] = value
    end = {} if terms["order_type"] == OrderType.ICEBERG else {"venue_ns": desk.now_ns + 5 * SECOND}
    assert desk.place(side=Side.SELL, quantity_lots=100, flags=flags, **terms, **end)
    assert worked_off(desk, Side.SELL, 1000) > 0
    assert desk.position_lots == 0
    assert desk.state.risk.denials.sum() == 0
    assert desk.place() == 0
    assert desk.last_reason == DenyReason.REDUCING


def test_an_order_in_slices_that_opens_stops_where_the_desk_only_reduces_and_says_why(desk: Desk) -> None:
    desk.state.risk.settings[0]["max_trades"] = 1  # it is the last one of the day
    parent = desk.place(order_type=OrderType.TWAP, quantity_lots=100, venue_ns=desk.now_ns + 5 * SECOND)
    assert worked_off(desk, Side.BUY, 1002) == 1
    assert 0 < desk.position_lots < 100
    order = desk.order(parent)
    assert (order["status"], order["reason"]) == (OrderStatus.EXPIRED, DenyReason.REDUCING)


def test_an_order_in_slices_goes_on_when_the_desk_may_open_again(desk: Desk) -> None:
    parent = desk.place(order_type=OrderType.TWAP, quantity_lots=100, venue_ns=desk.now_ns + 5 * SECOND)
    desk.state.risk.settings[0]["reduce_only"] = 1
    assert requests(desk.wait(1)) == []
    assert desk.order(parent)["reason"] == DenyReason.REDUCING
    desk.state.risk.settings[0]["reduce_only"] = 0
    assert requests(desk.wait(0.3))
    assert desk.order(parent)["reason"] == 0


def test_a_position_that_slices_close_was_one_losing_trade(desk: Desk) -> None:
    desk.hold(100, 1010)
    end = desk.now_ns + 10 * SECOND
    desk.place(order_type=OrderType.TWAP, side=Side.SELL, quantity_lots=100, venue_ns=end)
    assert worked_off(desk, Side.SELL, 1000) > 3
    assert desk.position_lots == 0
    assert desk.state.risk.breaker[0]["losses"] == 1
    assert desk.state.risk.breaker[0]["trades"] == 2


def test_the_size_of_an_order_that_waits_here_is_learned_once(desk: Desk) -> None:
    desk.place(order_type=OrderType.STOP, side=Side.BUY, execution_id=1010)
    assert requests(desk.trade(1010))
    assert desk.state.risk.sizes[0]["own_count"] == 1


def test_a_stop_looks_at_no_book_that_is_not_live(desk: Desk) -> None:
    stop = desk.place(order_type=OrderType.STOP, side=Side.SELL, execution_id=980)
    head = desk.state.books.heads[0]
    head["best_bid_ticks"], head["best_ask_ticks"], head["state"] = 970, 972, BookState.GAPPED
    desk.wait(0.2)
    assert desk.order(stop)["phase"] == Phase.WATCHING
    desk.book(970, 972)
    assert desk.order(stop)["phase"] != Phase.WATCHING


def test_no_slice_is_asked_for_while_the_book_is_not_live(desk: Desk) -> None:
    desk.place(order_type=OrderType.TWAP, quantity_lots=100, venue_ns=desk.now_ns + 5 * SECOND)
    desk.say(EventKind.FEED_STATE, instrument_id=0, detail=FeedState.STALE)
    assert requests(desk.wait(1)) == []
    assert desk.state.risk.denials.sum() == 0


@pytest.mark.parametrize(("side", "limit", "comes"), [(Side.BUY, 1001, (998, 1000)), (Side.SELL, 1001, (1002, 1004))])
def test_no_slice_goes_out_behind_the_market(desk: Desk, side: Side, limit: int, comes: tuple[int, int]) -> None:
    end = desk.now_ns + 5 * SECOND
    desk.place(order_type=OrderType.TWAP, side=side, price_ticks=limit, quantity_lots=100, venue_ns=end)
    assert requests(desk.wait(1)) == []
    said = desk.book(*comes)
    desk.now_ns += SECOND
    said += desk.level(Side.BUY, 1, 1, LAST_IN_FRAME)
    assert {row[1] for row in requests(said)} == {side}


def test_slices_are_worth_what_the_venue_takes_at_least(desk: Desk) -> None:
    desk.state.risk.limits["min_notional_e8"] = 7 * value_e8(1000, 1, desk.state.risk.limits[0])
    begin = desk.now_ns
    assert desk.place(order_type=OrderType.TWAP, quantity_lots=20, venue_ns=begin + 10 * SECOND)  # with no limit price
    sizes = []
    for _ in range(80):
        for *_, size in requests(desk.wait(0.2)):
            sizes.append(size)
            desk.fill(desk.sent[0], Side.BUY, 1002, size, size)
    assert sum(sizes) == 20
    assert min(sizes) >= 7


def test_an_iceberg_whose_rest_is_too_small_for_the_venue_is_over(desk: Desk) -> None:
    desk.state.risk.limits["min_notional_e8"] = 7 * value_e8(1000, 1, desk.state.risk.limits[0])
    parent = desk.place(order_type=OrderType.ICEBERG, price_ticks=1000, quantity_lots=20, filled_lots=20)
    desk.wait(0.2)
    child = desk.sent[0]
    desk.report(Report.ACCEPTED, child)
    desk.fill(child, Side.BUY, 1000, 15, 15)
    desk.report(Report.CANCELED, child, filled_lots=15)
    desk.wait(0.2)
    order = desk.order(parent)
    assert (order["status"], order["reason"]) == (OrderStatus.CANCELED, DenyReason.BAD_QUANTITY)


def test_a_paused_order_sends_nothing_until_it_goes_on(desk: Desk) -> None:
    parent = desk.place(order_type=OrderType.TWAP, quantity_lots=1000, venue_ns=desk.now_ns + 10 * SECOND)
    desk.command(Command.PAUSE_ORDER, client_id=parent, amount=1)
    assert requests(desk.wait(3)) == []
    desk.command(Command.PAUSE_ORDER, client_id=parent, amount=0)
    assert len(requests(desk.wait(0.2))) == 1


def test_an_order_in_a_slot_of_a_slice_is_nobodys_slice(desk: Desk) -> None:
    parent = desk.place(order_type=OrderType.ICEBERG, price_ticks=1000, quantity_lots=30, filled_lots=20)
    desk.wait(0.2)
    desk.fill(desk.sent[0], Side.BUY, 1000, 1, 1)
    desk.report(Report.CANCELED, desk.sent[0], filled_lots=1)
    desk.state.blotter.counts[0]["free_slots"] = 0  # the next one takes the slot of the slice
    other = desk.place(order_type=OrderType.STOP, execution_id=1010)
    assert desk.order(other)["parent_id"] == 0 != parent


def test_a_late_fill_of_a_slice_changes_nothing_of_an_order_that_is_over(desk: Desk) -> None:
    parent = desk.place(order_type=OrderType.ICEBERG, price_ticks=1000, quantity_lots=20, filled_lots=20)
    desk.wait(0.2)
    (child,) = desk.sent
    desk.report(Report.ACCEPTED, child)
    desk.command(Command.CANCEL_ORDER, client_id=parent)
    desk.report(Report.CANCELED, child)
    assert desk.order(parent)["status"] == OrderStatus.CANCELED
    size = int(desk.order(child)["quantity_lots"])
    desk.fill(child, Side.BUY, 1000, size, size)
    assert (desk.order(parent)["status"], desk.order(parent)["filled_lots"]) == (OrderStatus.CANCELED, 0)
    assert desk.position_lots == size
