"""A small market to trade in by hand: instruments, intents, reports, and what a review must know."""

from typing import Any

import numpy as np

from core.config import RiskLimits
from core.orders.blotter import NO_ASK, NO_BID
from core.records.event import EVENT
from core.records.instrument import INSTRUMENT
from core.risk.limits import SITUATION, Risk, make_risk
from core.vocabulary import BookState, EventKind, Origin, OrderType, Report, Side, TimeInForce

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
    made = make_risk(instruments(), RiskLimits(**limits), positions=8)
    made.state["is_halted"] = 0
    return made
