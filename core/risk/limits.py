"""What is allowed, per instrument: the limits of the configuration as integers that a review compares.

    make_limits(instruments, config)   cold: one LIMITS row per instrument, and the settlement currencies
    SITUATION                          what a review must know beside the intent; the caller fills it anew each time

A limit that is no number, negative or absurd becomes 0: nothing is allowed. `core.config.mistakes` says so before.
"""

from typing import NamedTuple

import numpy as np

from core.config import RiskLimits
from core.money import LARGEST_E8
from core.records.instrument import INSTRUMENT
from core.units import MONEY_SCALE

LIMITS = np.dtype(
    [
        ("min_lots", np.int64),
        ("max_order_lots", np.int64),  # the smaller of ours and the venue's
        ("min_notional_e8", np.int64),
        ("max_order_notional_e8", np.int64),
        ("max_position_notional_e8", np.int64),
        ("max_gross_notional_e8", np.int64),
        ("max_open_orders", np.int64),  # of the desk
        ("value_numerator", np.int64),
        ("value_denominator", np.int64),
        ("is_inverse", np.int64),
        ("command_valid_ns", np.int64),
        ("collar", np.float64),  # fraction of the weighted mid; 0: nothing may trade
        ("instrument_id", np.int32),
        ("currency", np.int32),  # row of Risk.currencies
    ]
)

SITUATION = np.dtype(
    [
        ("best_bid_ticks", np.int64),
        ("best_ask_ticks", np.int64),
        ("weighted_mid", np.float64),  # ticks
        ("position_lots", np.int64),  # of the account, signed
        ("working_buy_lots", np.int64),  # of the account, without this order
        ("working_sell_lots", np.int64),
        ("own_best_bid_ticks", np.int64),  # orders.blotter.OWN
        ("own_best_ask_ticks", np.int64),
        ("open_orders", np.int64),  # of the desk
        ("position_row", np.int64),  # of the account's total; -1: never traded
        ("book_state", np.int8),  # vocabulary.BookState
        ("instrument_state", np.int8),  # vocabulary.InstrumentState
        ("is_replace", np.int8),  # the order it replaces is taken out of the fields above
        ("is_held", np.int8),  # it is not to trade now: what the market of now allows is asked when it goes out
        ("_reserved", np.uint8, (4,)),
    ]
)

CURRENCY = np.dtype(
    [
        ("gross_notional_e8", np.int64),  # of positions and working orders
        ("profit_e8", np.int64),  # today: realised plus unrealised minus fees
        ("daily_loss_e8", np.int64),  # the limit, positive
        ("is_broken", np.int64),  # the loss was reached: only risk is reduced until ROLLOVER
    ]
)

EXPOSURE = np.dtype(
    [
        ("gross_notional_e8", np.int64),  # this position's share of its currency's sums
        ("profit_e8", np.int64),
        ("currency", np.int64),  # -1: not counted yet
    ]
)

RISK_STATE = np.dtype(
    [
        ("is_halted", np.int64),  # 0: trading is allowed
        ("rate_period_ns", np.int64),  # one order in so many nanoseconds
        ("rate_burst_ns", np.int64),  # how far the bucket may run ahead: one second
        ("rate_filled_ns", np.int64),  # when the bucket is empty again
    ]
)


class Risk(NamedTuple):
    limits: np.ndarray
    """LIMITS[instruments]"""
    currencies: np.ndarray
    """CURRENCY[n], by the order in which settlement currencies appear in the instruments"""
    exposures: np.ndarray
    """EXPOSURE[rows of positions]"""
    state: np.ndarray
    """RISK_STATE[1]"""


def make_risk(instruments: np.ndarray, config: RiskLimits, *, positions: int = 512) -> Risk:
    """Limits and sums for these instruments; halted until the halt lines have been read."""
    limits, currencies = make_limits(instruments, config)
    exposures = np.zeros(positions, EXPOSURE)
    exposures["currency"] = -1
    state = np.zeros(1, RISK_STATE)
    state["is_halted"] = 1
    rate = config.orders_per_second
    state["rate_period_ns"] = 1_000_000_000 // rate if rate > 0 else 0
    state["rate_burst_ns"] = 1_000_000_000
    return Risk(limits, currencies, exposures, state)


def make_limits(instruments: np.ndarray, config: RiskLimits) -> tuple[np.ndarray, np.ndarray]:
    """LIMITS[n] and CURRENCY[m]. Rows without a symbol allow nothing."""
    if instruments.dtype != INSTRUMENT:
        raise TypeError("make_limits takes rows of records/instrument.INSTRUMENT")
    limits = np.zeros(len(instruments), LIMITS)
    names: list[bytes] = []
    for row, instrument in enumerate(instruments):
        limits[row]["instrument_id"] = row
        if not bytes(instrument["symbol"]):
            continue
        settlement = bytes(instrument["settlement"])
        if settlement not in names:
            names.append(settlement)
        _fill(limits[row], instrument, config)
        limits[row]["currency"] = names.index(settlement)
    currencies = np.zeros(max(1, len(names)), CURRENCY)
    currencies["daily_loss_e8"] = _money(config.daily_loss)
    return limits, currencies


def _fill(limits: np.void, instrument: np.void, config: RiskLimits) -> None:
    limits["min_lots"] = max(1, int(instrument["min_lots"]))
    limits["max_order_lots"] = max(0, min(config.max_order_lots, int(instrument["max_lots"])))
    limits["min_notional_e8"] = instrument["min_notional_e8"]
    limits["max_order_notional_e8"] = _money(config.max_order_notional)
    limits["max_position_notional_e8"] = _money(config.max_position_notional)
    limits["max_gross_notional_e8"] = _money(config.max_gross_notional)
    limits["max_open_orders"] = max(0, config.max_open_orders)
    limits["value_numerator"] = instrument["value_numerator"]
    limits["value_denominator"] = instrument["value_denominator"]
    limits["is_inverse"] = instrument["is_inverse"]
    limits["command_valid_ns"] = max(0, config.command_valid_ms) * 1_000_000
    limits["collar"] = config.collar_bps / 10_000 if 0 < config.collar_bps <= 10_000 else 0.0


def _money(amount: float) -> int:
    """In 1e-8; 0 when it is no sensible amount."""
    return int(amount * MONEY_SCALE) if 0 < amount * MONEY_SCALE < LARGEST_E8 else 0
