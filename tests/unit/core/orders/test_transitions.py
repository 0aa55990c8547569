"""The table of order life: complete, closed, and its odd rows stand for what happens at venues."""

import pytest

from core.orders.transitions import (
    BEFORE,
    NEVER_LEFT,
    NEXT,
    OPEN,
    PARTLY,
    REPORTS,
    STATUSES,
    VENUE_SAYS,
    is_open,
    next_status,
)
from core.vocabulary import OrderStatus, Report

ENDED = (
    OrderStatus.FILLED,
    OrderStatus.CANCELED,
    OrderStatus.REJECTED,
    OrderStatus.EXPIRED,
    OrderStatus.NOT_SENT,
)


def following(status: int, report: int, before: int, said: int) -> int:
    """Compiled for whole numbers, as the core calls it."""
    return int(next_status(int(status), int(report), int(before), int(said)))


def test_every_cell_is_a_status_or_one_of_three_marks() -> None:
    allowed = {int(status) for status in OrderStatus} | {VENUE_SAYS, BEFORE, NEVER_LEFT}
    assert set(NEXT.flatten().tolist()) <= allowed
    assert NEXT.shape == (STATUSES, REPORTS)


def test_what_is_open_and_what_has_ended_is_every_status_of_an_order_at_a_venue() -> None:
    still_open = {status for status in OrderStatus if is_open(int(status))}
    assert still_open | set(ENDED) == set(OrderStatus) - {OrderStatus.NONE, OrderStatus.DENIED}
    assert not still_open & set(ENDED)


@pytest.mark.parametrize("status", [OrderStatus.NONE, OrderStatus.DENIED])
def test_an_order_that_never_left_hears_nothing(status: OrderStatus) -> None:
    assert not NEXT[status].any()


@pytest.mark.parametrize("status", [status for status in OrderStatus if OPEN[status]])
def test_every_open_order_can_be_filled_cancelled_and_become_unknown(status: OrderStatus) -> None:
    assert following(status, Report.FILLED, OrderStatus.NEW, 0) == OrderStatus.FILLED
    assert following(status, Report.CANCELED, OrderStatus.NEW, 0) == OrderStatus.CANCELED
    assert following(status, Report.UNKNOWN, OrderStatus.NEW, 0) == OrderStatus.UNKNOWN
    assert is_open(following(status, PARTLY, OrderStatus.NEW, 0))


@pytest.mark.parametrize("status", ENDED)
def test_an_execution_after_the_end_is_still_one_and_nothing_else_reopens(status: OrderStatus) -> None:
    assert following(status, Report.FILLED, OrderStatus.NEW, 0) == OrderStatus.FILLED
    for report in Report:
        if report not in (Report.STATE, Report.ADOPTED, Report.FILLED):
            assert following(status, report, OrderStatus.NEW, 0) in (0, status)


def test_only_the_venues_own_word_reopens_an_order_and_never_a_filled_one() -> None:
    assert following(OrderStatus.NOT_SENT, Report.STATE, 0, OrderStatus.NEW) == OrderStatus.NEW
    assert following(OrderStatus.FILLED, Report.STATE, 0, OrderStatus.NEW) == OrderStatus.FILLED


def test_a_fill_overtakes_the_cancel() -> None:
    assert following(OrderStatus.PENDING_CANCEL, PARTLY, OrderStatus.NEW, 0) == OrderStatus.PENDING_CANCEL
    assert following(OrderStatus.PENDING_CANCEL, Report.FILLED, OrderStatus.NEW, 0) == OrderStatus.FILLED


@pytest.mark.parametrize(
    ("pending", "refused"),
    [
        (OrderStatus.PENDING_CANCEL, Report.CANCEL_REJECTED),
        (OrderStatus.PENDING_REPLACE, Report.REPLACE_REJECTED),
    ],
)
def test_what_was_refused_goes_back_to_what_it_was(pending: OrderStatus, refused: Report) -> None:
    for before in (OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED, OrderStatus.PENDING_NEW):
        assert following(pending, refused, before, 0) == before
    assert following(pending, refused, OrderStatus.NONE, 0) == OrderStatus.NEW


@pytest.mark.parametrize("said", [OrderStatus.NONE, OrderStatus.PENDING_NEW, OrderStatus.DENIED, 99, -1])
def test_a_look_up_that_says_what_no_venue_can_say_changes_nothing(said: int) -> None:
    assert following(OrderStatus.UNKNOWN, Report.STATE, 0, said) == 0


@pytest.mark.parametrize(("status", "report"), [(-1, 1), (STATUSES, 1), (127, 1), (2, -1), (2, REPORTS), (-128, -128)])
def test_codes_beyond_the_table_change_nothing(status: int, report: int) -> None:
    assert following(status, report, 0, 0) == 0
    assert not is_open(127)
    assert not is_open(-128)


@pytest.mark.parametrize("pending", [OrderStatus.PENDING_CANCEL, OrderStatus.PENDING_REPLACE])
def test_an_order_that_never_left_is_over_whatever_was_asked_of_it_meanwhile(pending: OrderStatus) -> None:
    assert following(pending, Report.NOT_SENT, OrderStatus.PENDING_NEW, 0) == OrderStatus.NOT_SENT
    for accepted in (OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED):
        assert following(pending, Report.NOT_SENT, accepted, 0) == pending, "it did leave: a word that came late"
