"""A small market to trade in by hand: instruments, intents, reports, and what a review must know."""

from typing import Any

import numpy as np

from core.orders.blotter import NO_ASK, NO_BID, begin_epoch, find, make_blotter, recycle
from core.orders.positions import TOTAL, find_row, make_positions, mark
from core.orders.reports import apply_report
from core.orders.requests import cancel, doubt, look_up_unknown, place, replace, restore
from core.records.decisions import make_decisions
from core.records.event import EVENT
from core.records.instrument import INSTRUMENT
from core.risk.exposure import position_changed
from core.risk.limits import Risk, make_risk
from core.risk.review import review
from core.risk.rows import SITUATION
from core.vocabulary import BookState, EventKind, OrderType, Origin, Report, Request, Side, TimeInForce
from tests.generous import generous_limits

BTC, ETH, DUST = 1, 2, 3
"""Instruments: 10 units of 1e-8 a tick and lot; the same in another currency; a tenth of a unit."""
NOW_NS = 1_000_000_000_000
BID, ASK = 10_000, 10_002


def instruments() -> np.ndarray:
    """Four rows; row 0 has no symbol and allows nothing."""
    rows = np.zeros(4, INSTRUMENT)
    rows["symbol"] = [b"", b"BTC-USD.alpha", b"ETH-EUR.alpha", b"ETH-BTC.beta"]
    rows["settlement"] = [b"", b"USD", b"EUR", b"USD"]
    rows["value_numerator"], rows["value_denominator"] = [0, 10, 10, 1], [0, 1, 1, 10]
    rows["min_lots"], rows["max_lots"] = 1, 1 << 40
    rows["book_slot"] = [-1, 0, 1, 2]
    rows["maker_fee_ppm"], rows["taker_fee_ppm"] = -100, 1_000
    return rows


def intent(**fields: Any) -> np.void:
    """A key's limit order to buy 10 BTC lots at the bid, good until cancelled."""
    record = np.zeros(1, EVENT)[0]
    defaults: dict[str, Any] = {
        "kind": EventKind.COMMAND,
        "instrument_id": BTC,
        "side": Side.BUY,
        "price_ticks": BID,
        "quantity_lots": 10,
        "order_type": OrderType.LIMIT,
        "time_in_force": TimeInForce.GTC,
        "strategy_id": -1,
        "origin": Origin.KEY,
        "now_ns": NOW_NS,
        "received_ns": NOW_NS - 1_000_000,
        "valid_until_ns": NOW_NS + 499_000_000,
    }
    for name, value in {**defaults, **fields}.items():
        record[name] = value
    return record


def report(kind: Report, client_id: int, **fields: Any) -> np.void:
    """What an order process tells of an order."""
    record = np.zeros(1, EVENT)[0]
    defaults: dict[str, Any] = {
        "kind": EventKind.EXECUTION_REPORT,
        "detail": kind,
        "client_id": client_id,
        "instrument_id": BTC,
        "side": Side.BUY,
        "now_ns": NOW_NS + 1,
    }
    for name, value in {**defaults, **fields}.items():
        record[name] = value
    return record


def situation(**fields: Any) -> np.void:
    """A live book, nothing held, nothing working."""
    record = np.zeros(1, SITUATION)[0]
    defaults: dict[str, Any] = {
        "best_bid_ticks": BID,
        "best_ask_ticks": ASK,
        "weighted_mid": 10_001.0,
        "own_best_bid_ticks": NO_BID,
        "own_best_ask_ticks": NO_ASK,
        "position_row": -1,
        "book_state": BookState.LIVE,
    }
    for name, value in {**defaults, **fields}.items():
        record[name] = value
    return record


def risk(**limits: Any) -> Risk:
    """Not halted, nothing traded."""
    made = make_risk(instruments(), generous_limits(**limits), positions=8)
    made.state["is_halted"] = 0
    return made


class Desk:
    """Blotter and positions with the decisions of the last call."""

    def __init__(self, capacity: int = 8) -> None:
        self.blotter = make_blotter(capacity, instruments=4, executions=1_024)
        self.positions = make_positions(16, instruments=4)
        self.decisions = make_decisions(64)
        self.instruments = instruments()
        begin_epoch(self.blotter, 7)

    def place(self, **fields: Any) -> int:
        """The client id of a new order; 0 when there was no room."""
        self.decisions.used[0] = 0
        slot = place(self.blotter, self.positions, self.decisions, intent(**fields), 0, 3, 0)
        return int(self.blotter.orders[slot]["client_id"]) if slot >= 0 else 0

    def tell(self, kind: Report, client_id: int, **fields: Any) -> int:
        self.decisions.used[0] = 0
        event = report(kind, client_id, **fields)
        return int(apply_report(self.blotter, self.positions, self.decisions, event, self.instruments))

    def cancel(self, client_id: int) -> int:
        self.decisions.used[0] = 0
        return int(cancel(self.blotter, self.decisions, find(self.blotter, client_id), intent()))

    def replace(self, client_id: int, **fields: Any) -> int:
        self.decisions.used[0] = 0
        slot = find(self.blotter, client_id)
        return int(replace(self.blotter, self.positions, self.decisions, slot, intent(**fields)))

    def order(self, client_id: int) -> np.void:
        row: np.void = self.blotter.orders[find(self.blotter, client_id)]
        return row

    def position(self, instrument_id: int = BTC, strategy_id: int = TOTAL) -> np.void:
        row: np.void = self.positions.rows[find_row(self.positions, 0, instrument_id, strategy_id)]
        return row

    def count(self, name: str) -> int:
        return int(self.blotter.counts[0][name])

    @property
    def decided(self) -> list[np.void]:
        return list(self.decisions.records[: self.decisions.used[0]])

    @property
    def kinds(self) -> list[EventKind]:
        return [EventKind(int(record["kind"])) for record in self.decided]


def compile_orders() -> None:
    """One order's life, so that no test waits for the compiler."""
    desk = Desk()
    first = desk.place()
    desk.tell(Report.ACCEPTED, first)
    desk.replace(first, quantity_lots=12)
    desk.tell(Report.FILLED, first, price_ticks=BID, quantity_lots=1)
    desk.cancel(first)
    recycle(desk.blotter, NOW_NS, 0, 1)
    doubt(desk.blotter, NOW_NS)
    look_up_unknown(desk.blotter, desk.decisions, intent())
    restore(desk.blotter, desk.positions, intent(detail=Request.NEW, client_id=5))
    mark(desk.positions, BTC, BID, ASK, desk.instruments[BTC])
    made = risk()
    position_changed(made, 0, desk.position())
    review(intent(), situation(), made, NOW_NS)
