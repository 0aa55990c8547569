"""The paper venue: what a real one would have made of our orders."""

from typing import Any

import numpy as np
import pytest

from core.book.ladder import Books, make_books, set_level
from core.fills.paper import (
    make_paper,
    next_due_ns,
    paper_disown,
    paper_due,
    paper_on_book,
    paper_on_trade,
    paper_request,
    paper_rollover,
)
from core.fills.venue import NEVER
from core.records.decisions import make_decisions
from core.records.event import EVENT
from core.records.order import ORDER
from core.vocabulary import (
    BookState,
    EventFlag,
    EventKind,
    OrderStatus,
    OrderType,
    Reject,
    Report,
    Request,
    Side,
    TimeInForce,
)
from tests.orders_world import BTC, ETH, instruments

LATENCY_NS = 100
BIDS = ((100, 5), (99, 7))
ASKS = ((102, 3), (103, 4))


class Venue:
    """A paper venue beside a book of two levels a side; answers are asked for one latency later."""

    def __init__(self, capacity: int = 8, epoch: int = 2) -> None:
        self.books: Books = make_books(3, window_ticks=256, far_levels=64)
        for price, lots in BIDS:
            set_level(self.books, 0, 1, price, lots)
        for price, lots in ASKS:
            set_level(self.books, 0, -1, price, lots)
        self.books.heads["state"] = BookState.LIVE
        self.paper = make_paper(capacity, latency_ns=LATENCY_NS, epoch=epoch)
        self.reports = make_decisions(64)
        self.instruments = instruments()
        self.now_ns = 0

    def ask(self, kind: Request, client_id: int, **fields: Any) -> bool:
        request = np.zeros(1, EVENT)[0]
        defaults: dict[str, Any] = {
            "detail": kind,
            "client_id": client_id,
            "instrument_id": BTC,
            "side": Side.BUY,
            "price_ticks": 100,
            "quantity_lots": 5,
            "order_type": OrderType.LIMIT,
            "time_in_force": TimeInForce.GTC,
            "source_id": 63,
        }
        for name, value in {**defaults, **fields}.items():
            request[name] = value
        return bool(paper_request(self.paper, request, self.now_ns))

    def answers(self) -> list[np.void]:
        """After one way there and one way back."""
        self.reports.used[0] = 0
        for _ in range(2):
            self.now_ns += LATENCY_NS
            self.due()
        return [record.copy() for record in self.reports.records[: self.reports.used[0]]]

    def due(self) -> int:
        return int(paper_due(self.paper, self.books, self.instruments, self.now_ns, self.reports))

    def told(self) -> list[tuple[Report, int, int]]:
        """(report, price, lots) of the answers."""
        return [
            (Report(int(each["detail"])), int(each["price_ticks"]), int(each["quantity_lots"]))
            for each in self.answers()
        ]

    def trade(self, price: int, lots: int, taker: Side, instrument: int = BTC) -> None:
        event = np.zeros(1, EVENT)[0]
        event["kind"], event["instrument_id"], event["side"] = EventKind.TRADE, instrument, taker
        event["price_ticks"], event["quantity_lots"] = price, lots
        paper_on_trade(self.paper, self.instruments, event, self.now_ns)

    def frame(self) -> None:
        paper_on_book(self.paper, self.books, self.instruments, BTC, self.now_ns)


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    venue = Venue()
    venue.ask(Request.NEW, 1)
    venue.answers()
    venue.trade(100, 1, Side.SELL)
    venue.frame()
    next_due_ns(venue.paper)
    paper_rollover(venue.paper, 0)
    paper_disown(venue.paper, np.zeros(1, ORDER)[0], 0)


def test_nothing_arrives_before_its_time() -> None:
    venue = Venue()
    assert next_due_ns(venue.paper) == NEVER
    venue.ask(Request.NEW, 1)
    assert next_due_ns(venue.paper) == LATENCY_NS
    venue.now_ns = LATENCY_NS - 1
    assert venue.due() == 0
    assert venue.paper.state[0]["resting"] == 0
    venue.now_ns = LATENCY_NS
    assert venue.due() == 0
    assert venue.paper.state[0]["resting"] == 1
    assert next_due_ns(venue.paper) == 2 * LATENCY_NS
    venue.now_ns = 2 * LATENCY_NS
    assert venue.due() == 1
    assert next_due_ns(venue.paper) == NEVER


def test_a_marketable_order_takes_what_is_displayed_level_by_level_and_the_rest_rests() -> None:
    venue = Venue()
    venue.ask(Request.NEW, 1, price_ticks=103, quantity_lots=9)
    answers = venue.answers()
    assert [int(each["detail"]) for each in answers] == [Report.ACCEPTED, Report.FILLED, Report.FILLED]
    assert [(int(each["price_ticks"]), int(each["quantity_lots"])) for each in answers[1:]] == [(102, 3), (103, 4)]
    assert [int(each["filled_lots"]) for each in answers[1:]] == [3, 7]
    assert venue.paper.state[0]["resting"] == 1


def test_takers_pay_and_makers_are_paid_a_share_of_the_notional() -> None:
    venue = Venue()
    venue.ask(Request.NEW, 1, price_ticks=102, quantity_lots=3)
    assert venue.answers()[1]["amount"] == round(102 * 3 * 10 * 1_000 / 1_000_000)
    venue.ask(Request.NEW, 2, price_ticks=101, quantity_lots=1_000)
    venue.answers()
    venue.trade(101, 1_000, Side.SELL)
    fill = venue.answers()[0]
    assert fill["amount"] == round(-101 * 1_000 * 10 * 100 / 1_000_000)
    assert fill["flags"] & EventFlag.MAKER


def test_an_order_joins_behind_what_is_displayed_and_trades_move_it_forward() -> None:
    venue = Venue()
    venue.ask(Request.NEW, 1, price_ticks=100, quantity_lots=4)
    venue.answers()
    venue.trade(100, 5, Side.SELL)
    assert venue.told() == []
    venue.trade(100, 3, Side.SELL)
    assert venue.told() == [(Report.FILLED, 100, 3)]
    venue.trade(100, 3, Side.SELL)
    assert venue.told() == [(Report.FILLED, 100, 1)]


def test_trades_on_the_other_side_at_better_prices_or_elsewhere_do_nothing() -> None:
    venue = Venue()
    venue.ask(Request.NEW, 1, price_ticks=99, quantity_lots=4)
    venue.answers()
    venue.trade(100, 50, Side.SELL)
    venue.trade(99, 50, Side.BUY)
    venue.trade(99, 50, Side.SELL, instrument=ETH)
    assert venue.told() == []


def test_a_trade_beyond_our_price_fills_us_and_two_orders_never_get_more_than_traded() -> None:
    venue = Venue()
    venue.ask(Request.NEW, 1, price_ticks=100, quantity_lots=4)
    venue.ask(Request.NEW, 2, price_ticks=101, quantity_lots=4)
    venue.answers()
    venue.trade(99, 6, Side.SELL)
    told = venue.told()
    assert sum(lots for _, _, lots in told) == 6
    assert all(report == Report.FILLED for report, _, _ in told)


def test_at_one_trade_the_better_price_is_served_first() -> None:
    venue = Venue()
    set_level(venue.books, 0, 1, 100, 0)
    venue.ask(Request.NEW, 1, price_ticks=100, quantity_lots=4)
    venue.ask(Request.NEW, 2, price_ticks=101, quantity_lots=4)
    venue.answers()
    venue.trade(100, 5, Side.SELL)
    assert venue.told() == [(Report.FILLED, 101, 4), (Report.FILLED, 100, 1)]


def test_a_level_that_shrinks_bounds_what_is_ahead() -> None:
    venue = Venue()
    venue.ask(Request.NEW, 1, price_ticks=100, quantity_lots=4)
    venue.answers()
    set_level(venue.books, 0, 1, 100, 2)
    venue.frame()
    set_level(venue.books, 0, 1, 100, 50)
    venue.frame()
    venue.trade(100, 3, Side.SELL)
    assert venue.told() == [(Report.FILLED, 100, 1)]


def test_a_book_that_reaches_our_price_fills_us_with_what_is_displayed_at_our_price() -> None:
    venue = Venue()
    venue.ask(Request.NEW, 1, price_ticks=101, quantity_lots=4)
    venue.answers()
    set_level(venue.books, 0, -1, 101, 3)
    venue.frame()
    assert venue.told() == [(Report.FILLED, 101, 3)]
    venue.books.heads["state"] = BookState.CROSSED
    venue.frame()
    assert venue.told() == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"price_ticks": 102, "time_in_force": TimeInForce.IOC},
            [(Report.ACCEPTED, 102, 5), (Report.FILLED, 102, 3), (Report.CANCELED, 102, 5)],
        ),
        (
            {"price_ticks": 100, "time_in_force": TimeInForce.IOC},
            [(Report.ACCEPTED, 100, 5), (Report.CANCELED, 100, 5)],
        ),
        ({"price_ticks": 102, "time_in_force": TimeInForce.FOK}, [(Report.REJECTED, 102, 5)]),
        (
            {"price_ticks": 103, "time_in_force": TimeInForce.FOK},
            [(Report.ACCEPTED, 103, 5), (Report.FILLED, 102, 3), (Report.FILLED, 103, 2)],
        ),
        ({"price_ticks": 102, "flags": EventFlag.POST_ONLY}, [(Report.REJECTED, 102, 5)]),
        ({"price_ticks": 101, "flags": EventFlag.POST_ONLY}, [(Report.ACCEPTED, 101, 5)]),
        (
            {"price_ticks": 0, "order_type": OrderType.MARKET, "time_in_force": TimeInForce.IOC, "quantity_lots": 9},
            [(Report.ACCEPTED, 0, 9), (Report.FILLED, 102, 3), (Report.FILLED, 103, 4), (Report.CANCELED, 0, 9)],
        ),
        (
            {"price_ticks": 99, "side": Side.SELL, "quantity_lots": 12},
            [(Report.ACCEPTED, 99, 12), (Report.FILLED, 100, 5), (Report.FILLED, 99, 7)],
        ),
        ({"instrument_id": 0}, [(Report.REJECTED, 100, 5)]),
        ({"quantity_lots": 0}, [(Report.REJECTED, 100, 0)]),
    ],
)
def test_each_kind_of_order(fields: dict[str, Any], expected: list[tuple[Report, int, int]]) -> None:
    venue = Venue()
    venue.ask(Request.NEW, 1, **fields)
    assert venue.told() == expected


def test_a_book_that_is_not_live_takes_no_orders() -> None:
    venue = Venue()
    venue.books.heads["state"] = BookState.GAPPED
    venue.ask(Request.NEW, 1)
    assert venue.answers()[0]["reason"] == Reject.MARKET_CLOSED


def test_cancel_and_replace_arrive_one_latency_later() -> None:
    venue = Venue()
    venue.ask(Request.NEW, 1, price_ticks=100, quantity_lots=5)
    venue.answers()
    venue.ask(Request.REPLACE, 1, price_ticks=99, quantity_lots=6)
    assert venue.told() == [(Report.REPLACED, 99, 6)]
    venue.ask(Request.CANCEL, 1)
    venue.trade(99, 10, Side.SELL)
    assert venue.told() == [(Report.FILLED, 99, 3), (Report.CANCELED, 99, 6)]
    venue.ask(Request.CANCEL, 1)
    venue.ask(Request.REPLACE, 1)
    assert [int(each["reason"]) for each in venue.answers()] == [Reject.UNKNOWN_ORDER] * 2


def test_a_smaller_order_keeps_its_place_and_a_larger_one_loses_it() -> None:
    venue = Venue()
    venue.ask(Request.NEW, 1, price_ticks=100, quantity_lots=5)
    venue.answers()
    venue.trade(100, 4, Side.SELL)
    venue.ask(Request.REPLACE, 1, price_ticks=100, quantity_lots=3)
    venue.answers()
    venue.trade(100, 2, Side.SELL)
    assert venue.told() == [(Report.FILLED, 100, 1)]
    venue.ask(Request.REPLACE, 1, price_ticks=100, quantity_lots=9)
    venue.answers()
    venue.trade(100, 4, Side.SELL)
    assert venue.told() == []


def test_a_replace_that_cannot_be_leaves_the_order_as_it_was() -> None:
    venue = Venue()
    venue.ask(Request.NEW, 1, price_ticks=100, quantity_lots=5, flags=EventFlag.POST_ONLY)
    venue.answers()
    venue.ask(Request.REPLACE, 1, price_ticks=102, quantity_lots=5)
    venue.ask(Request.REPLACE, 1, price_ticks=100, quantity_lots=0)
    assert [int(each["reason"]) for each in venue.answers()] == [Reject.WOULD_TAKE, Reject.BAD_QUANTITY]
    assert venue.paper.orders[0]["price_ticks"] == 100


def test_a_replace_to_a_price_that_trades_takes() -> None:
    venue = Venue()
    venue.ask(Request.NEW, 1, price_ticks=100, quantity_lots=5)
    venue.answers()
    venue.ask(Request.REPLACE, 1, price_ticks=102, quantity_lots=5)
    assert venue.told() == [(Report.REPLACED, 102, 5), (Report.FILLED, 102, 3)]


def test_the_same_client_id_twice_is_refused() -> None:
    venue = Venue()
    venue.ask(Request.NEW, 1)
    venue.ask(Request.NEW, 1)
    assert venue.answers()[1]["reason"] == Reject.DUPLICATE_ID


def test_a_full_venue_refuses_and_too_many_requests_are_counted() -> None:
    venue = Venue(capacity=1)
    assert all(venue.ask(Request.NEW, client_id) for client_id in range(1, 5))
    assert not venue.ask(Request.NEW, 5)
    assert venue.paper.state[0]["lost"] == 1
    assert [int(each["detail"]) for each in venue.answers()] == [Report.ACCEPTED] + [Report.REJECTED] * 3


def test_a_look_up_tells_what_rests_and_what_never_came() -> None:
    venue = Venue()
    venue.ask(Request.NEW, 1)
    venue.answers()
    venue.ask(Request.LOOK_UP, 1)
    venue.ask(Request.LOOK_UP, 9)
    found, missing = venue.answers()
    assert (found["detail"], found["status"]) == (Report.STATE, OrderStatus.NEW)
    assert missing["detail"] == Report.NOT_SENT


def test_day_orders_expire_at_rollover() -> None:
    venue = Venue()
    venue.ask(Request.NEW, 1, time_in_force=TimeInForce.DAY)
    venue.ask(Request.NEW, 2)
    venue.answers()
    paper_rollover(venue.paper, venue.now_ns)
    assert venue.told() == [(Report.EXPIRED, 100, 5)]


def test_orders_of_an_earlier_core_are_told_to_be_gone() -> None:
    venue = Venue()
    order = np.zeros(1, ORDER)[0]
    order["client_id"], order["instrument_id"], order["quantity_lots"], order["filled_lots"] = 77, BTC, 5, 2
    paper_disown(venue.paper, order, venue.now_ns)
    answer = venue.answers()[0]
    assert (answer["client_id"], answer["detail"], answer["filled_lots"]) == (77, Report.CANCELED, 2)
    assert venue.paper.state[0]["resting"] == 0


def test_ids_of_two_epochs_never_meet_and_sequences_have_no_holes() -> None:
    first, second = Venue(epoch=1), Venue(epoch=2)
    for venue in (first, second):
        venue.ask(Request.NEW, 1, price_ticks=102, quantity_lots=3)
    one, two = first.answers(), second.answers()
    assert one[1]["execution_id"] >> 32 == 1
    assert two[1]["execution_id"] >> 32 == 2
    assert [int(each["sequence"]) for each in two] == [(2 << 32) + 1, (2 << 32) + 2]
