"""The exchange as a function of its seed and of what arrives."""

from collections.abc import Iterable

import numpy as np
import pytest

from core.records.event import EVENT
from core.vocabulary import (
    EventFlag,
    EventKind,
    InstrumentState,
    OrderStatus,
    OrderType,
    Reject,
    Report,
    Request,
    Side,
    TimeInForce,
)
from feeds.simulator.depth import bids_and_asks, snapshot_events
from feeds.simulator.exchange import Exchange
from feeds.simulator.instruments import simulator_instruments
from feeds.simulator.ledger import Ledger
from feeds.simulator.saved_state import state_digest
from feeds.simulator.settings import SimulatorSettings

pytestmark = pytest.mark.usefixtures("simulator_kernels")

MS = 1_000_000


def opened(until_ns: int = 0, **changes: object) -> Exchange:
    exchange = Exchange(simulator_instruments(), SimulatorSettings(**{"seed": 7, **changes}), start_ns=0)  # type: ignore[arg-type]
    exchange.open_market()
    exchange.advance(until_ns)
    return exchange


def request(detail: Request, client_id: int, **fields: object) -> np.void:
    asked = np.zeros(1, EVENT)
    asked["kind"], asked["detail"], asked["client_id"] = EventKind.ORDER_REQUEST, detail, client_id
    asked["side"], asked["order_type"], asked["time_in_force"] = Side.BUY, OrderType.LIMIT, TimeInForce.GTC
    asked["quantity_lots"] = 100
    for name, value in fields.items():
        asked[name] = value
    return asked[0]


def arrive(exchange: Exchange, at_ns: int, asked: np.void, *, book: int = 0, account: int = 1) -> None:
    exchange.submit(exchange.as_arrival(at_ns, asked, account=account, book=book)[0])


def best_bid(exchange: Exchange, book: int = 0) -> int:
    return int(exchange.state.books["best_bid_ticks"][book])


def some_arrivals() -> list[tuple[int, np.void, int]]:
    """Orders of every kind, at odd times, around where the first prices will be."""
    arrivals = []
    reference = opened().state.books["first_ticks"] + (1 << 15)
    for number in range(60):
        book = number % 16
        detail = (Request.NEW, Request.NEW, Request.NEW, Request.REPLACE, Request.CANCEL)[number % 5]
        asked = request(
            detail,
            1_000 + (number if detail is Request.NEW else number - 2),
            side=Side.BUY if number % 2 else Side.SELL,
            order_type=OrderType.MARKET if number % 11 == 0 else OrderType.LIMIT,
            time_in_force=TimeInForce.IOC if number % 7 == 0 else TimeInForce.GTC,
            price_ticks=reference[book] + (number * 13) % 41 - 20,
        )
        arrivals.append((number * 1_370_001 + 777, asked, book if detail is Request.NEW else (number - 2) % 16))
    return arrivals


def told(exchange: Exchange, arrivals: Iterable[tuple[int, np.void, int]], steps_ns: int) -> tuple[bytes, bytes, str]:
    """Everything that is told in 100 ms, when time is advanced in steps of a given length."""
    for at_ns, asked, book in arrivals:
        arrive(exchange, at_ns, asked, book=book)
    market, reports = [], []
    for now_ns in range(0, 100 * MS + steps_ns, steps_ns):
        exchange.advance(min(now_ns, 100 * MS))
        market.append(exchange.take_market().tobytes())
        reports.append(exchange.take_reports().tobytes())
    return b"".join(market), b"".join(reports), state_digest(exchange)


def test_the_same_seed_and_arrivals_give_the_same_events_bit_for_bit() -> None:
    arrivals = some_arrivals()
    first = told(opened(), arrivals, 100 * MS)
    assert len(first[1]) >= 60 * EVENT.itemsize
    assert told(opened(), arrivals, 100 * MS) == first
    assert told(opened(), arrivals, 3 * MS) == first
    assert told(opened(), arrivals, 333_333) == first


def test_another_seed_gives_another_market() -> None:
    assert told(opened(seed=8), [], 50 * MS)[0] != told(opened(), [], 50 * MS)[0]


def test_an_arrival_submitted_late_is_worked_on_at_the_next_free_time() -> None:
    exchange = opened(10 * MS)
    arrive(exchange, 3 * MS, request(Request.NEW, 1, price_ticks=best_bid(exchange) - 5))
    assert exchange.next_arrival_ns is not None
    assert exchange.next_arrival_ns > 10 * MS
    exchange.advance(11 * MS)
    assert exchange.ledger.by_client(1, 1)["status"] == OrderStatus.NEW


def test_a_client_id_counts_once() -> None:
    exchange = opened(10 * MS)
    for _ in range(2):
        arrive(exchange, 0, request(Request.NEW, 1, price_ticks=best_bid(exchange) - 5))
    exchange.advance(11 * MS)
    reports = exchange.take_reports()
    assert reports["detail"].tolist() == [Report.ACCEPTED, Report.REJECTED]
    assert reports["reason"].tolist() == [Reject.NONE, Reject.DUPLICATE_ID]
    assert len(list(exchange.ledger.open_orders(1))) == 1


def test_two_accounts_may_use_the_same_client_id() -> None:
    exchange = opened(10 * MS)
    for account in (1, 2):
        arrive(exchange, 0, request(Request.NEW, 1, price_ticks=best_bid(exchange) - 5), account=account)
    exchange.advance(11 * MS)
    assert exchange.take_reports()["detail"].tolist() == [Report.ACCEPTED, Report.ACCEPTED]


def test_what_is_not_open_cannot_be_cancelled_or_replaced() -> None:
    exchange = opened(10 * MS)
    arrive(exchange, 0, request(Request.CANCEL, 5))
    arrive(exchange, 0, request(Request.NEW, 6, price_ticks=best_bid(exchange) - 5))
    arrive(exchange, 0, request(Request.CANCEL, 6))
    arrive(exchange, 0, request(Request.CANCEL, 6))
    arrive(exchange, 0, request(Request.REPLACE, 6, price_ticks=best_bid(exchange) - 6))
    exchange.advance(11 * MS)
    reports = exchange.take_reports()
    assert [(Report(int(row["detail"])), Reject(int(row["reason"]))) for row in reports] == [
        (Report.CANCEL_REJECTED, Reject.UNKNOWN_ORDER),
        (Report.ACCEPTED, Reject.NONE),
        (Report.CANCELED, Reject.NONE),
        (Report.CANCEL_REJECTED, Reject.TOO_LATE),
        (Report.REPLACE_REJECTED, Reject.TOO_LATE),
    ]


def test_nobody_cancels_the_order_of_another_account() -> None:
    exchange = opened(10 * MS)
    arrive(exchange, 0, request(Request.NEW, 6, price_ticks=best_bid(exchange) - 5))
    exchange.advance(11 * MS)
    order_id = exchange.ledger.by_client(1, 6)["order_id"]
    arrive(exchange, 0, request(Request.CANCEL, 6, reference_id=order_id), account=2)
    exchange.advance(12 * MS)
    assert exchange.take_reports()["reason"][-1] == Reject.UNKNOWN_ORDER
    assert len(list(exchange.ledger.open_orders(1))) == 1


def test_an_unknown_instrument_is_refused() -> None:
    exchange = opened(10 * MS)
    arrive(exchange, 0, request(Request.NEW, 1), book=16)
    exchange.advance(11 * MS)
    report = exchange.take_reports()[0]
    assert (report["detail"], report["reason"]) == (Report.REJECTED, Reject.UNKNOWN_INSTRUMENT)


def test_reports_travel_back_in_order_and_not_faster_than_the_latency() -> None:
    exchange = opened(10 * MS, latency_us=200, jitter_us=80)
    for number in range(1, 40):
        arrive(exchange, 0, request(Request.NEW, number, price_ticks=best_bid(exchange) - 5))
    exchange.advance(11 * MS)
    reports = exchange.take_reports()
    travel_ns = reports["received_ns"] - reports["venue_ns"]
    assert travel_ns.min() >= 200_000
    assert travel_ns.max() <= 280_000
    assert (np.diff(reports["received_ns"]) >= 0).all()


def test_the_ledger_agrees_with_the_accounts() -> None:
    exchange = opened()
    told(exchange, some_arrivals(), 100 * MS)
    fills = exchange.ledger.fills_since(1, 0)
    assert len(fills) > 3
    for book in range(16):
        mine = fills[fills["book"] == book]
        account = exchange.state.accounts[1, book]
        assert (mine["side"].astype(np.int64) * mine["quantity_lots"]).sum() == account["position_lots"]
        assert mine["fee_e8"].sum() == account["fees_e8"]


def test_the_operator_can_suspend_an_instrument() -> None:
    exchange = opened(10 * MS)
    asked = request(Request.NEW, 0, kind=EventKind.INSTRUMENT_STATE)
    asked["detail"] = InstrumentState.SUSPENDED
    arrive(exchange, 0, asked, book=3)
    exchange.advance(11 * MS)
    exchange.take_market()
    exchange.advance(200 * MS)
    market = exchange.take_market()
    assert not (market["kind"][market["instrument_id"] == 3] == EventKind.TRADE).any()


def book_from(events: np.ndarray, book: dict[tuple[int, int], int]) -> None:
    for event in events[events["kind"] == EventKind.BOOK_LEVEL]:
        if event["flags"] & EventFlag.SNAPSHOT_BEGIN:
            book.clear()
        book[int(event["side"]), int(event["price_ticks"])] = int(event["quantity_lots"])


@pytest.mark.parametrize("index", [0, 9])
def test_a_snapshot_and_the_events_after_it_give_the_book(index: int) -> None:
    exchange = opened(30 * MS)
    book: dict[tuple[int, int], int] = {}
    exchange.take_market()
    book_from(snapshot_events(exchange.state, index), book)
    exchange.advance(400 * MS)
    market = exchange.take_market()
    book_from(market[market["instrument_id"] == index], book)
    bids, asks = bids_and_asks(exchange.state, index)
    held = {key: lots for key, lots in book.items() if lots}
    assert held == {(1, int(price)): int(lots) for price, lots in bids} | {
        (-1, int(price)): int(lots) for price, lots in asks
    }


def test_a_book_is_never_crossed_at_the_end_of_a_frame() -> None:
    exchange = opened()
    exchange.advance(300 * MS)
    market = exchange.take_market()
    mine = market[market["instrument_id"] == 0]
    levels: dict[tuple[int, int], int] = {}
    for event in mine:
        if event["kind"] == EventKind.BOOK_LEVEL:
            levels[int(event["side"]), int(event["price_ticks"])] = int(event["quantity_lots"])
        if event["flags"] & EventFlag.LAST_IN_FRAME:
            bids = [price for (side, price), lots in levels.items() if side == 1 and lots]
            asks = [price for (side, price), lots in levels.items() if side == -1 and lots]
            assert not bids or not asks or max(bids) < min(asks)
    assert len(mine) > 10


def test_the_ledger_forgets_the_oldest_and_keeps_what_is_open() -> None:
    exchange = opened(10 * MS)
    exchange.ledger = Ledger(capacity=8)
    for number in range(1, 40):
        price = best_bid(exchange) - 200 if number % 13 == 1 else best_bid(exchange) + 60
        tif = TimeInForce.GTC if number % 13 == 1 else TimeInForce.IOC
        arrive(exchange, 0, request(Request.NEW, number, price_ticks=price, time_in_force=tif, quantity_lots=1))
        exchange.advance(exchange.now_ns + MS)
    assert {int(order["client_id"]) for order in exchange.ledger.open_orders(1)} == {1, 14, 27}
    assert exchange.ledger.by_client(1, 39) is not None
    assert exchange.ledger.by_client(1, 2) is None
    assert exchange.ledger.fill_count <= 8
    assert exchange.ledger.fills_noted == exchange.state.accounts[1, 0]["fills"]
    assert exchange.ledger.fills_since(1, 0)["client_id"][-1] == 39
