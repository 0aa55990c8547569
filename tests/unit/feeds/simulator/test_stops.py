"""Stops that wait at the exchange: when they go off, how much they take, what is refused; a restart keeps them."""

import numpy as np
import pytest

from core.vocabulary import EventFlag, OrderStatus, OrderType, Reject, Report, Request, Side, TimeInForce
from feeds.simulator.exchange import Exchange
from feeds.simulator.instruments import simulator_instruments
from feeds.simulator.queues import take_row
from feeds.simulator.saved_state import load, save, state_digest
from feeds.simulator.settings import SimulatorSettings
from feeds.simulator.stops import cancel_stop, enter_stop, fire_stop, move_stop
from tests.matching_engine import CROWD, Engine, limit
from tests.unit.feeds.simulator.test_exchange import request

REDUCE_ONLY = int(EventFlag.REDUCE_ONLY)
US = 1


class Market(Engine):
    """The crowd bids 10 lots at 990 … 998 and offers 10 at 1,002 … 1,010; the last trade was at 1,002."""

    def __init__(self) -> None:
        super().__init__()
        for away in range(2, 12, 2):
            self.enter(limit(CROWD, 0, Side.BUY, 1000 - away, 10))
            self.enter(limit(CROWD, 0, Side.SELL, 1000 + away, 10))
        self.trades_at(Side.BUY, 1002)

    def trades_at(self, side: Side, ticks: int, lots: int = 1) -> None:
        """The crowd takes up to that price."""
        self.enter(limit(CROWD, 0, side, ticks, lots, time_in_force=TimeInForce.IOC))

    def held(self, lots: int) -> None:
        self.state.accounts[US, 0]["position_lots"] = lots

    def stop(self, client_id: int, side: Side, trigger: int, lots: int = 5, flags: int = 0) -> Reject:
        row = int(take_row(self.state))
        order = self.state.orders[row]
        order["account"], order["client_id"], order["book"], order["side"] = US, client_id, 0, side
        order["order_type"], order["time_in_force"] = OrderType.STOP, TimeInForce.GTC
        order["trigger_ticks"], order["quantity_lots"], order["price_ticks"] = trigger, lots, 0
        order["flags"] = flags
        reason = Reject(int(enter_stop(self.state, row)))
        self._listen()
        if reason is Reject.NONE:
            self.rows[client_id] = row
        return reason

    def cycles(self, count: int = 1) -> None:
        for _ in range(count):
            fire_stop(self.state)
            self._listen()

    def told(self, client_id: int) -> list[tuple[object, ...]]:
        """(report, status, lots, filled)"""
        rows = [row for row in self.said_reports if row[2] == client_id]
        return [(row[3], row[4], row[7], row[8]) for row in rows]


@pytest.fixture
def market() -> Market:
    return Market()


def test_a_stop_waits_until_the_last_trade_has_come_to_it(market: Market) -> None:
    assert market.stop(1, Side.SELL, 996) is Reject.NONE
    market.trades_at(Side.SELL, 998)
    market.cycles()
    assert market.told(1) == [(Report.ACCEPTED, OrderStatus.NEW, 5, 0)]
    market.trades_at(Side.SELL, 996, 12)
    market.cycles()
    assert market.told(1)[1:] == [(Report.FILLED, OrderStatus.FILLED, 5, 5)]
    assert market.state.counters[0]["first_stop"] == 0
    assert market.state.books[0]["account_orders"] == 0


def test_what_the_book_does_not_hold_expires(market: Market) -> None:
    market.stop(1, Side.BUY, 1004, lots=50)
    market.trades_at(Side.BUY, 1004, 10)
    market.cycles()
    assert market.told(1)[-1] == (Report.EXPIRED, OrderStatus.EXPIRED, 50, 39)


@pytest.mark.parametrize(
    ("side", "trigger", "lots", "reason"),
    [
        (Side.SELL, 1002, 5, Reject.BAD_PRICE),  # the last trade was there
        (Side.BUY, 1001, 5, Reject.BAD_PRICE),
        (Side.SELL, 1, 5, Reject.BAD_PRICE),
        (Side.SELL, 996, 0, Reject.BAD_QUANTITY),
        (Side.SELL, 996, 51, Reject.BAD_QUANTITY),
    ],
)
def test_a_stop_that_cannot_be_is_refused(market: Market, side: Side, trigger: int, lots: int, reason: Reject) -> None:
    assert market.stop(1, side, trigger, lots) is reason
    assert market.told(1) == [(Report.REJECTED, OrderStatus.REJECTED, lots, 0)]
    assert market.state.counters[0]["first_stop"] == 0


def test_a_moved_stop_goes_off_where_it_was_moved_to(market: Market) -> None:
    market.stop(1, Side.SELL, 990)
    assert move_stop(market.state, market.rows[1], 998, 7) == Reject.NONE
    assert move_stop(market.state, market.rows[1], 1500, 7) == Reject.BAD_PRICE
    market._listen()
    market.trades_at(Side.SELL, 998)
    market.cycles()
    assert market.told(1)[1:] == [
        (Report.REPLACED, OrderStatus.NEW, 7, 0),
        (Report.REPLACE_REJECTED, OrderStatus.NEW, 7, 0),
        (Report.FILLED, OrderStatus.FILLED, 7, 7),
    ]


def test_a_cancelled_stop_is_out_of_the_line_wherever_it_stands(market: Market) -> None:
    for client_id in (1, 2, 3):
        market.stop(client_id, Side.SELL, 996)
    cancel_stop(market.state, market.rows[2])
    cancel_stop(market.state, market.rows[1])
    market._listen()
    assert market.told(2)[-1] == (Report.CANCELED, OrderStatus.CANCELED, 5, 0)
    market.trades_at(Side.SELL, 996, 11)
    market.cycles(3)
    assert [market.told(client_id)[-1][0] for client_id in (1, 2, 3)] == [
        Report.CANCELED, Report.CANCELED, Report.FILLED,
    ]  # fmt: skip
    assert market.state.counters[0]["last_stop"] == 0


def test_one_goes_off_in_a_cycle_the_oldest_first(market: Market) -> None:
    market.stop(1, Side.SELL, 996)
    market.stop(2, Side.SELL, 998, lots=4)
    market.trades_at(Side.SELL, 996, 11)
    market.cycles()
    assert [len(market.told(client_id)) for client_id in (1, 2)] == [2, 1]
    market.cycles()
    assert [len(market.told(client_id)) for client_id in (1, 2)] == [2, 2]


@pytest.mark.parametrize(
    ("held", "told"),
    [
        (10, [(Report.FILLED, OrderStatus.FILLED, 5, 5)]),
        (3, [(Report.REPLACED, OrderStatus.NEW, 3, 0), (Report.FILLED, OrderStatus.FILLED, 3, 3)]),
        (0, [(Report.EXPIRED, OrderStatus.EXPIRED, 5, 0)]),
        (-4, [(Report.EXPIRED, OrderStatus.EXPIRED, 5, 0)]),
    ],
)
def test_a_stop_that_only_reduces_closes_what_is_held_and_no_more(
    market: Market, held: int, told: list[tuple[object, ...]]
) -> None:
    market.held(held)
    market.stop(1, Side.SELL, 996, flags=REDUCE_ONLY)
    market.trades_at(Side.SELL, 996, 11)
    market.cycles()
    assert market.told(1)[1:] == told


def test_a_stop_that_waits_is_in_the_ledger_and_in_a_saved_state() -> None:
    first, second = exchange(), exchange()
    book = 7
    trigger = int(first.state.books[book]["first_ticks"]) + 100
    asked = request(
        Request.NEW, 1, instrument_id=book, side=Side.SELL, order_type=OrderType.STOP, quantity_lots=3, price_ticks=0
    )
    asked["execution_id"] = trigger
    first.submit(first.as_arrival(0, asked, account=US, book=book)[0])
    first.advance(1_000_000)
    (known,) = first.ledger.open_orders(US)
    assert (known["order_type"], known["trigger_ticks"], known["quantity_lots"]) == (OrderType.STOP, trigger, 3)
    load(second, save(first, seed=7, number=1), seed=7)
    for one in (first, second):
        one.submit(one.as_arrival(0, moved(asked, trigger - 10), account=US, book=book)[0])
        one.advance(3_000_000)
        (known,) = one.ledger.open_orders(US)
        assert known["trigger_ticks"] == trigger - 10
    assert state_digest(first) == state_digest(second)


def exchange() -> Exchange:
    return Exchange(simulator_instruments(), SimulatorSettings(seed=7, journal_folder="", rate=0.01), start_ns=0)


def moved(asked: np.void, trigger: int) -> np.void:
    change = asked.copy()
    change["detail"], change["execution_id"] = Request.REPLACE, trigger
    return change
