"""Slots: given out, found by client id, kept for a while, and given back."""

from core.orders.blotter import NO_ASK, NO_BID, VISIBLE_NS, closed, find, find_at_venue, insert_order, recycle
from core.orders.reports import STRANGER
from core.vocabulary import OrderStatus, Report, Side
from tests.orders_world import BID, BTC, ETH, NOW_NS, Desk, intent


def test_a_client_id_names_epoch_and_place() -> None:
    desk = Desk()
    assert desk.place() == 7 << 32 | 1
    assert desk.place() == 7 << 32 | 2
    assert find(desk.blotter, 7 << 32 | 3) == -1
    assert find(desk.blotter, 0) == -1


def test_a_new_order_is_pending_and_holds_what_was_wished() -> None:
    desk = Desk()
    order = desk.order(desk.place(price_ticks=123, quantity_lots=7, strategy_id=2))
    assert (order["price_ticks"], order["quantity_lots"], order["strategy_id"]) == (123, 7, 2)
    assert (order["status"], order["seat"], order["created_ns"]) == (OrderStatus.PENDING_NEW, 3, NOW_NS)


def test_a_full_blotter_refuses_and_keeps_what_it_has() -> None:
    desk = Desk(capacity=2)
    first, second = desk.place(), desk.place()
    assert desk.place() == 0
    assert desk.count("no_room") == 1
    assert find(desk.blotter, first) >= 0
    assert find(desk.blotter, second) >= 0


def test_a_closed_order_stays_visible_until_its_slot_is_needed() -> None:
    desk = Desk(capacity=2)
    first, second = desk.place(), desk.place()
    desk.tell(Report.CANCELED, first)
    assert desk.order(first)["status"] == OrderStatus.CANCELED
    third = desk.place()
    assert third != 0
    assert find(desk.blotter, first) == -1
    assert find(desk.blotter, second) >= 0


def test_a_closed_order_goes_after_some_seconds() -> None:
    desk = Desk()
    first = desk.place()
    desk.tell(Report.CANCELED, first, now_ns=NOW_NS)
    assert recycle(desk.blotter, NOW_NS + VISIBLE_NS - 1, VISIBLE_NS, 8) == 0
    assert find(desk.blotter, first) >= 0
    assert recycle(desk.blotter, NOW_NS + VISIBLE_NS, VISIBLE_NS, 8) == 1
    assert find(desk.blotter, first) == -1


def test_an_order_that_lives_after_all_is_not_recycled() -> None:
    desk = Desk()
    first = desk.place()
    desk.tell(Report.NOT_SENT, first)
    desk.tell(Report.STATE, first, status=OrderStatus.NEW)
    assert recycle(desk.blotter, NOW_NS + 10 * VISIBLE_NS, VISIBLE_NS, 8) == 0
    assert desk.order(first)["status"] == OrderStatus.NEW
    assert desk.count("open_orders") == 1


def test_best_own_prices_follow_the_open_orders_of_their_instrument() -> None:
    desk = Desk()
    low, high = desk.place(price_ticks=100), desk.place(price_ticks=102)
    desk.place(price_ticks=110, side=Side.SELL)
    desk.place(price_ticks=200, instrument_id=ETH)
    own = desk.blotter.own[BTC]
    assert (own["best_bid_ticks"], own["best_ask_ticks"], own["open_orders"]) == (102, 110, 3)
    desk.tell(Report.CANCELED, high)
    assert own["best_bid_ticks"] == 100
    desk.tell(Report.CANCELED, low)
    assert own["best_bid_ticks"] == NO_BID
    assert desk.blotter.own[ETH]["best_ask_ticks"] == NO_ASK


def test_an_order_is_found_by_the_venues_own_id() -> None:
    desk = Desk()
    first = desk.place()
    desk.tell(Report.ACCEPTED, first, reference_id=99)
    assert find_at_venue(desk.blotter, 99, BTC) == find(desk.blotter, first)
    assert find_at_venue(desk.blotter, 99, ETH) == -1
    assert find_at_venue(desk.blotter, 0, BTC) == -1


def test_ids_that_collide_are_all_found_and_removed_one_by_one() -> None:
    desk = Desk(capacity=4)
    place = desk.blotter.keys.shape[0]
    ids = []
    for number in range(4):
        desk.blotter.counts[0]["next_counter"] = 1 + number * place
        ids.append(desk.place())
    assert all(find(desk.blotter, client_id) >= 0 for client_id in ids)
    for gone, client_id in enumerate(ids):
        desk.tell(Report.CANCELED, client_id)
        assert recycle(desk.blotter, NOW_NS + 2 * VISIBLE_NS, VISIBLE_NS, 1) == 1
        assert [find(desk.blotter, other) >= 0 for other in ids] == [False] * (gone + 1) + [True] * (3 - gone)


def test_a_client_id_is_given_once_and_none_is_no_id() -> None:
    desk = Desk()
    first = desk.place()
    assert insert_order(desk.blotter, first, intent(), NOW_NS) == -1
    assert insert_order(desk.blotter, 0, intent(), NOW_NS) == -1
    assert insert_order(desk.blotter, first + 1, intent(), NOW_NS) >= 0


def test_an_order_without_an_id_of_the_venue_is_nobody_elses() -> None:
    desk = Desk()
    desk.place()
    assert find_at_venue(desk.blotter, 0, BTC) == -1
    fill = {"price_ticks": BID, "quantity_lots": 1, "filled_lots": 1, "execution_id": 7, "reference_id": 0}
    assert desk.tell(Report.FILLED, 0, **fill) == STRANGER


def test_an_order_that_has_ended_ends_once() -> None:
    desk = Desk()
    first = desk.place()
    desk.place()
    desk.tell(Report.CANCELED, first)
    before = desk.blotter.counts.copy()
    closed(desk.blotter, find(desk.blotter, first))
    assert (desk.blotter.counts == before).all()
    assert desk.blotter.own[BTC]["open_orders"] == 1
