"""What reports do: to orders, to positions, and which decisions follow."""

from typing import Any

import pytest

from core.orders.blotter import recycle
from core.orders.reports import LARGEST_POSITION, REFUSED, STRANGER
from core.vocabulary import DenyReason, EventFlag, EventKind, OrderStatus, OrderType, Origin, Reject, Report, Side
from tests.orders_world import BTC, ETH, NOW_NS, Desk

SECONDS = 1_000_000_000


def fill(lots: int, execution_id: int, **fields: Any) -> dict[str, Any]:
    return {"price_ticks": 100, "quantity_lots": lots, "execution_id": execution_id, **fields}


def test_accepted_then_filled_in_two_parts() -> None:
    desk = Desk()
    client_id = desk.place(quantity_lots=10, strategy_id=1)
    desk.tell(Report.ACCEPTED, client_id, reference_id=55)
    assert (desk.order(client_id)["status"], desk.order(client_id)["venue_order_id"]) == (OrderStatus.NEW, 55)
    desk.tell(Report.FILLED, client_id, **fill(4, 1, filled_lots=4, amount=12, flags=EventFlag.MAKER))
    assert desk.kinds == [EventKind.FILL, EventKind.ORDER_UPDATE]
    told = desk.decided[0]
    assert (told["quantity_lots"], told["price_ticks"], told["amount"], told["strategy_id"]) == (4, 100, 12, 1)
    assert told["flags"] & EventFlag.MAKER
    assert desk.order(client_id)["status"] == OrderStatus.PARTIALLY_FILLED
    assert desk.position()["working_buy_lots"] == 6
    desk.tell(Report.FILLED, client_id, **fill(6, 2, filled_lots=10, amount=18))
    order = desk.order(client_id)
    assert (order["status"], order["filled_lots"], order["fees_e8"]) == (OrderStatus.FILLED, 10, 30)
    for strategy in (-1, 1):
        position = desk.position(strategy_id=strategy)
        assert (position["position_lots"], position["working_buy_lots"], position["fees_e8"]) == (10, 0, 30)


def test_the_same_report_twice_changes_nothing() -> None:
    desk = Desk()
    client_id = desk.place()
    assert desk.tell(Report.FILLED, client_id, sequence=5, **fill(4, 1)) >= 0
    assert desk.tell(Report.FILLED, client_id, sequence=5, **fill(4, 9)) == REFUSED
    assert desk.tell(Report.FILLED, client_id, sequence=4, **fill(4, 8)) == REFUSED
    assert desk.kinds == []
    assert desk.position()["position_lots"] == 4
    assert desk.count("duplicates") == 2


def test_sequences_of_another_source_are_its_own() -> None:
    desk = Desk()
    client_id = desk.place()
    desk.tell(Report.ACCEPTED, client_id, sequence=5, source_id=0)
    assert desk.tell(Report.FILLED, client_id, sequence=1, source_id=1, **fill(4, 1)) >= 0


def test_an_execution_is_known_by_its_id_whoever_tells_it() -> None:
    desk = Desk()
    client_id = desk.place()
    desk.tell(Report.FILLED, client_id, sequence=1, **fill(4, 77))
    assert desk.tell(Report.FILLED, client_id, sequence=2, **fill(4, 77)) == REFUSED
    assert desk.position()["position_lots"] == 4


def test_one_trade_of_the_venue_may_have_us_on_both_sides_and_in_two_instruments() -> None:
    desk = Desk()
    buy, sell = desk.place(), desk.place(side=Side.SELL)
    other = desk.place(instrument_id=ETH)
    desk.tell(Report.FILLED, buy, **fill(4, 77))
    assert desk.tell(Report.FILLED, sell, side=Side.SELL, **fill(3, 77)) >= 0
    assert desk.tell(Report.FILLED, other, instrument_id=ETH, **fill(2, 77)) >= 0
    assert desk.position()["position_lots"] == 1


def test_a_fill_after_the_cancel_still_counts() -> None:
    desk = Desk()
    client_id = desk.place(quantity_lots=10)
    desk.cancel(client_id)
    desk.tell(Report.CANCELED, client_id)
    assert desk.position()["working_buy_lots"] == 0
    desk.tell(Report.FILLED, client_id, **fill(4, 1))
    assert desk.order(client_id)["status"] == OrderStatus.CANCELED
    assert (desk.position()["position_lots"], desk.position()["working_buy_lots"]) == (4, 0)


def test_an_execution_of_an_order_that_is_forgotten_counts_for_the_account() -> None:
    desk = Desk()
    client_id = desk.place(quantity_lots=10, strategy_id=2)
    desk.tell(Report.CANCELED, client_id)
    recycle(desk.blotter, NOW_NS + 60 * SECONDS, SECONDS, 8)
    assert desk.tell(Report.FILLED, client_id, **fill(4, 1)) == STRANGER
    assert desk.position()["position_lots"] == 4
    assert desk.decided[0]["origin"] == Origin.EXTERNAL
    assert desk.count("strangers") == 1


def test_an_overfill_is_refused_and_counted() -> None:
    desk = Desk()
    client_id = desk.place(quantity_lots=10)
    assert desk.tell(Report.FILLED, client_id, **fill(11, 1)) == REFUSED
    desk.tell(Report.FILLED, client_id, **fill(6, 2))
    assert desk.tell(Report.FILLED, client_id, **fill(5, 3)) == REFUSED
    assert desk.tell(Report.FILLED, client_id, **fill(4, 4, filled_lots=11)) == REFUSED
    assert desk.count("overfills") == 3
    assert desk.position()["position_lots"] == 6
    # A refused execution is not remembered: told rightly, it counts.
    assert desk.tell(Report.FILLED, client_id, **fill(4, 4, filled_lots=10)) >= 0


def test_executions_may_come_in_any_order() -> None:
    desk = Desk()
    client_id = desk.place(quantity_lots=10)
    desk.tell(Report.FILLED, client_id, **fill(6, 2, filled_lots=10))
    assert desk.order(client_id)["status"] == OrderStatus.FILLED
    desk.tell(Report.FILLED, client_id, **fill(4, 1, filled_lots=4))
    order = desk.order(client_id)
    assert (order["status"], order["filled_lots"]) == (OrderStatus.FILLED, 10)
    assert order["filled_notional_low"] == 1_000
    assert desk.position()["position_lots"] == 10


@pytest.mark.parametrize(
    "field",
    ["quantity_lots", "filled_lots", "price_ticks", "amount", "side", "instrument_id", "detail"],
)
@pytest.mark.parametrize("end", ["min", "max"])
def test_values_at_the_ends_of_their_field_are_refused(field: str, end: str) -> None:
    import numpy as np

    from tests.orders_world import report

    desk = Desk()
    client_id = desk.place()
    event = report(Report.FILLED, client_id, **fill(4, 1))
    limits = np.iinfo(event.dtype.fields[field][0])  # type: ignore[index]
    value = limits.min if end == "min" else limits.max
    fields = {**fill(4, 1), field: value}
    assert desk.tell(Report.FILLED, client_id, **fields) == REFUSED
    assert desk.count("impossible") == 1
    assert desk.kinds == []


@pytest.mark.parametrize(
    "wrong", [{"side": 2}, {"side": -2}, {"side": 0}, {"instrument_id": -1}, {"instrument_id": 4}, {"quantity_lots": 0}]
)
def test_what_cannot_be_is_refused_of_an_order_that_nobody_knows_too(wrong: dict[str, int]) -> None:
    desk = Desk()
    assert desk.tell(Report.FILLED, 0, **{**fill(4, 1), **wrong}) == REFUSED
    assert (desk.count("impossible"), desk.count("strangers"), desk.positions.used[0]) == (1, 0, 0)


def test_an_order_that_is_accepted_while_its_cancel_is_on_its_way_is_new_when_that_is_refused() -> None:
    desk = Desk()
    client_id = desk.place()
    desk.cancel(client_id)
    desk.tell(Report.ACCEPTED, client_id, reference_id=55)
    assert desk.order(client_id)["status"] == OrderStatus.PENDING_CANCEL
    desk.tell(Report.CANCEL_REJECTED, client_id)
    assert desk.order(client_id)["status"] == OrderStatus.NEW


@pytest.mark.parametrize("word", [Report.STATE, Report.CANCEL_REJECTED])
def test_a_cancel_that_was_answered_is_asked_again_at_once(word: Report) -> None:
    desk = Desk()
    client_id = desk.place()
    desk.tell(Report.ACCEPTED, client_id, reference_id=55)
    for is_sent in (True, False):
        desk.cancel(client_id)
        assert (desk.kinds == [EventKind.ORDER_REQUEST]) == is_sent
    desk.tell(word, client_id, status=OrderStatus.NEW)
    desk.cancel(client_id)
    assert desk.kinds == [EventKind.ORDER_REQUEST]


@pytest.mark.parametrize("word", [Report.STATE, Report.ADOPTED, Report.REPLACED])
def test_price_and_size_are_what_the_venue_says(word: Report) -> None:
    desk = Desk()
    client_id = desk.place()
    desk.tell(Report.ACCEPTED, client_id, reference_id=55)
    desk.tell(word, client_id, status=OrderStatus.NEW, price_ticks=9_990, quantity_lots=12)
    order = desk.order(client_id)
    assert (order["status"], order["price_ticks"], order["quantity_lots"]) == (OrderStatus.NEW, 9_990, 12)


def test_a_position_never_leaves_its_range() -> None:
    desk = Desk()
    client_id = desk.place()
    row = desk.position()
    row["position_lots"] = LARGEST_POSITION
    assert desk.tell(Report.FILLED, client_id, **fill(1, 1)) == REFUSED
    assert desk.position()["position_lots"] == LARGEST_POSITION


def test_a_report_for_another_side_or_instrument_is_no_report_of_this_order() -> None:
    desk = Desk()
    client_id = desk.place()
    assert desk.tell(Report.FILLED, client_id, side=Side.SELL, **fill(1, 1)) == REFUSED
    assert desk.tell(Report.FILLED, client_id, instrument_id=ETH, **fill(1, 1)) == REFUSED
    assert desk.tell(Report.CANCELED, client_id, instrument_id=ETH) == REFUSED
    assert desk.count("impossible") == 3


def test_a_word_on_an_order_that_nobody_knows_is_counted() -> None:
    desk = Desk()
    assert desk.tell(Report.CANCELED, 12345) == REFUSED
    assert desk.count("impossible") == 1


def test_a_rejected_order_says_why() -> None:
    desk = Desk()
    client_id = desk.place()
    desk.tell(Report.REJECTED, client_id, reason=Reject.INSUFFICIENT_FUNDS)
    assert desk.kinds == [EventKind.ORDER_UPDATE]
    assert desk.decided[0]["reason"] == Reject.INSUFFICIENT_FUNDS
    assert desk.decided[0]["status"] == OrderStatus.REJECTED
    assert desk.position()["working_buy_lots"] == 0


def test_a_refused_cancel_leaves_the_order_working() -> None:
    desk = Desk()
    client_id = desk.place()
    desk.tell(Report.ACCEPTED, client_id)
    desk.tell(Report.FILLED, client_id, **fill(4, 1))
    assert desk.cancel(client_id) == DenyReason.NONE
    desk.tell(Report.CANCEL_REJECTED, client_id, reason=Reject.TOO_LATE)
    assert desk.order(client_id)["status"] == OrderStatus.PARTIALLY_FILLED


def test_a_replace_counts_the_larger_size_until_it_is_answered() -> None:
    desk = Desk()
    client_id = desk.place(quantity_lots=10, price_ticks=100)
    desk.tell(Report.ACCEPTED, client_id)
    assert desk.replace(client_id, quantity_lots=15, price_ticks=101) == DenyReason.NONE
    assert desk.position()["working_buy_lots"] == 15
    assert desk.blotter.own[BTC]["best_bid_ticks"] == 101
    desk.tell(Report.REPLACE_REJECTED, client_id)
    order = desk.order(client_id)
    assert (order["status"], order["price_ticks"], order["quantity_lots"]) == (OrderStatus.NEW, 100, 10)
    assert desk.position()["working_buy_lots"] == 10
    desk.replace(client_id, quantity_lots=5, price_ticks=99)
    assert desk.position()["working_buy_lots"] == 10
    desk.tell(Report.REPLACED, client_id)
    order = desk.order(client_id)
    assert (order["status"], order["price_ticks"], order["quantity_lots"]) == (OrderStatus.NEW, 99, 5)
    assert desk.position()["working_buy_lots"] == 5
    assert desk.blotter.own[BTC]["best_bid_ticks"] == 99


def test_an_execution_that_overtakes_its_larger_replace_is_no_overfill() -> None:
    desk = Desk()
    client_id = desk.place(quantity_lots=1)
    desk.tell(Report.ACCEPTED, client_id)
    desk.replace(client_id, quantity_lots=2)
    desk.tell(Report.FILLED, client_id, **fill(2, 1))
    order = desk.order(client_id)
    assert (order["status"], order["quantity_lots"], order["filled_lots"]) == (OrderStatus.FILLED, 2, 2)


def replaced_and_cancelled(desk: Desk) -> int:
    """2 lots at 100, to be 10 lots at 99, and then to be cancelled, twice: nothing is answered yet."""
    client_id = desk.place(quantity_lots=2, price_ticks=100)
    desk.tell(Report.ACCEPTED, client_id)
    desk.replace(client_id, quantity_lots=10, price_ticks=99)
    desk.cancel(client_id)
    return client_id


def test_a_cancel_that_came_too_late_leaves_the_replacement_on_its_way() -> None:
    desk = Desk()
    client_id = replaced_and_cancelled(desk)
    desk.tell(Report.CANCEL_REJECTED, client_id, status=OrderStatus.FILLED, quantity_lots=2, filled_lots=10)
    assert desk.order(client_id)["status"] == OrderStatus.PENDING_REPLACE
    assert desk.position()["working_buy_lots"] == 10
    desk.tell(Report.FILLED, client_id, **fill(10, 1, filled_lots=10))
    order = desk.order(client_id)
    assert (order["status"], order["quantity_lots"], order["filled_lots"]) == (OrderStatus.FILLED, 10, 10)
    assert (desk.position()["position_lots"], desk.count("overfills")) == (10, 0)


@pytest.mark.parametrize("end", [Report.CANCELED, Report.EXPIRED, Report.STATE])
def test_an_execution_of_the_replacement_counts_after_the_end_too(end: Report) -> None:
    desk = Desk()
    client_id = replaced_and_cancelled(desk)
    desk.tell(end, client_id, status=OrderStatus.CANCELED, filled_lots=8)
    desk.tell(Report.FILLED, client_id, **fill(8, 1, filled_lots=8))
    assert desk.order(client_id)["filled_lots"] == 8
    assert (desk.position()["position_lots"], desk.position()["working_buy_lots"]) == (8, 0)
    assert desk.count("overfills") == 0


def test_a_replacement_that_is_answered_binds_no_more_lots() -> None:
    desk = Desk()
    client_id = replaced_and_cancelled(desk)
    desk.tell(Report.CANCEL_REJECTED, client_id)
    desk.tell(Report.REPLACE_REJECTED, client_id)
    assert desk.order(client_id)["status"] == OrderStatus.NEW
    assert desk.position()["working_buy_lots"] == 2


def test_a_replacement_that_was_done_while_a_cancel_is_on_its_way_is_over() -> None:
    desk = Desk()
    client_id = replaced_and_cancelled(desk)
    desk.tell(Report.REPLACED, client_id)
    desk.tell(Report.CANCEL_REJECTED, client_id)
    order = desk.order(client_id)
    assert (order["status"], order["quantity_lots"], order["price_ticks"]) == (OrderStatus.NEW, 10, 99)


def test_an_execution_may_be_the_first_that_names_the_order_at_the_venue() -> None:
    desk = Desk()
    client_id = desk.place(quantity_lots=10)
    desk.tell(Report.FILLED, client_id, reference_id=77, **fill(4, 1))
    desk.tell(Report.FILLED, client_id, reference_id=78, **fill(4, 2))
    assert desk.order(client_id)["venue_order_id"] == 77


def test_a_look_up_tells_the_price_of_what_rests_and_leaves_a_market_order_without() -> None:
    for order_type, told in ((OrderType.LIMIT, 101), (OrderType.MARKET, 100)):
        desk = Desk()
        client_id = desk.place(quantity_lots=10, price_ticks=100, order_type=order_type)
        desk.tell(Report.STATE, client_id, status=OrderStatus.NEW, quantity_lots=10, price_ticks=101)
        assert desk.order(client_id)["price_ticks"] == told


def test_an_order_without_an_answer_is_unknown_until_the_venue_has_spoken() -> None:
    desk = Desk()
    client_id = desk.place()
    desk.tell(Report.UNKNOWN, client_id)
    assert (desk.order(client_id)["status"], desk.count("unknown_orders")) == (OrderStatus.UNKNOWN, 1)
    assert desk.position()["working_buy_lots"] == 10
    desk.tell(Report.STATE, client_id, status=OrderStatus.NEW, quantity_lots=10, price_ticks=100, reference_id=4)
    assert (desk.order(client_id)["status"], desk.count("unknown_orders")) == (OrderStatus.NEW, 0)


def test_a_look_up_may_know_of_executions_that_have_not_reached_us() -> None:
    desk = Desk()
    client_id = desk.place(quantity_lots=10)
    desk.tell(Report.STATE, client_id, status=OrderStatus.PARTIALLY_FILLED, filled_lots=4)
    assert desk.order(client_id)["filled_lots"] == 4
    assert (desk.position()["position_lots"], desk.position()["working_buy_lots"]) == (0, 6)
    assert desk.count("missing_lots") == 4
    desk.tell(Report.FILLED, client_id, **fill(4, 1, filled_lots=4))
    assert (desk.position()["position_lots"], desk.position()["working_buy_lots"]) == (4, 6)
    assert desk.order(client_id)["filled_lots"] == 4


def test_a_stranger_at_the_venue_is_adopted_and_counts() -> None:
    desk = Desk()
    fields = {"price_ticks": 90, "quantity_lots": 7, "filled_lots": 2, "reference_id": 1234}
    slot = desk.tell(Report.ADOPTED, 0, status=OrderStatus.PARTIALLY_FILLED, **fields)
    order = desk.blotter.orders[slot]
    assert order["flags"] & EventFlag.EXTERNAL
    assert (order["origin"], order["venue_order_id"]) == (Origin.EXTERNAL, 1234)
    assert desk.position()["working_buy_lots"] == 5
    assert desk.blotter.own[BTC]["best_bid_ticks"] == 90
    # Later reports name it by the venue's id alone.
    desk.tell(Report.FILLED, 0, reference_id=1234, **fill(5, 3, filled_lots=7))
    assert order["status"] == OrderStatus.FILLED
    assert desk.position()["position_lots"] == 5


def test_an_adopted_order_that_cannot_be_is_refused() -> None:
    desk = Desk()
    assert desk.tell(Report.ADOPTED, 0, status=OrderStatus.FILLED, quantity_lots=7) == REFUSED
    assert desk.tell(Report.ADOPTED, 0, status=OrderStatus.NEW, quantity_lots=0) == REFUSED
    assert desk.tell(Report.ADOPTED, 0, status=OrderStatus.NEW, quantity_lots=1, side=0) == REFUSED
    assert desk.tell(Report.ADOPTED, 0, status=OrderStatus.NEW, quantity_lots=1, filled_lots=2) == REFUSED
    assert desk.count("open_orders") == 0
