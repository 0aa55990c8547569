"""What our executions came to: trades that closed with a loss, orders that traded today, slippage behind the touch.

A trade begins when a position leaves flat and ends when it comes back to it or turns round; it lost when what was
realised minus all fees since it began is negative. One order that traded counts once, however many executions it had,
and so do all the slices of a larger one together (core/breaking.py).
"""

import numpy as np

from core.kernel import kernel
from core.money import multiply, subtract_e8
from core.risk.limits import PPM, Risk
from core.risk.rows import SLIPPAGE_KEPT
from core.vocabulary import EventFlag

MAKER = int(EventFlag.MAKER)
LARGEST_SLIP_PPM = 1_000_000


@kernel
def traded(risk: Risk, row: int, position: np.void) -> None:
    """After an execution: did a trade end, and how?"""
    if not (row >= 0 and row < risk.trades.shape[0]):
        return
    trade = risk.trades[row]
    before, after = int(trade["lots"]), int(position["position_lots"])
    result_e8 = subtract_e8(position["realised_e8"], position["fees_e8"])
    if before == 0:
        trade["opened_e8"] = trade["result_e8"]
    elif after == 0 or (after > 0) != (before > 0):
        earned_e8 = subtract_e8(result_e8, trade["opened_e8"])
        breaker = risk.breaker[0]
        breaker["losses"] = breaker["losses"] + 1 if earned_e8 < 0 else 0
        trade["opened_e8"] = result_e8
    trade["lots"] = after
    trade["result_e8"] = result_e8


@kernel
def first_execution(order: np.void, price_ticks: int, lots: int) -> bool:
    """Is all that an order has filled this one execution?"""
    high, low = multiply(price_ticks, lots)
    return bool(order["filled_notional_high"] == high and order["filled_notional_low"] == low)


@kernel
def decided(risk: Risk, slot: int, client_id: int, side: int, situation: np.void) -> None:
    """An order leaves: keep the price that it could have traded at."""
    if slot >= 0 and slot < risk.touches.shape[0]:
        touch = risk.touches[slot]
        touch["client_id"] = client_id
        touch["ticks"] = situation["best_ask_ticks"] if side > 0 else situation["best_bid_ticks"]


@kernel
def slipped(risk: Risk, slot: int, client_id: int, event: np.void) -> None:
    """An execution that took: how far behind the touch at its decision. Better prices count as none."""
    if event["flags"] & MAKER != 0 or not (slot >= 0 and slot < risk.touches.shape[0]):
        return
    touch = risk.touches[slot]
    if touch["client_id"] != client_id or touch["ticks"] <= 0:
        return
    worse_ticks = (int(event["price_ticks"]) - int(touch["ticks"])) * int(event["side"])
    share = float(worse_ticks) * float(PPM) / float(touch["ticks"])
    slip_ppm = LARGEST_SLIP_PPM if share >= LARGEST_SLIP_PPM else max(0, int(share))
    breaker = risk.breaker[0]
    window = min(max(int(risk.settings[0]["slippage_fills"]), 1), SLIPPAGE_KEPT)
    slips = int(breaker["slips"])
    if slips >= window:
        breaker["slip_sum"] -= breaker["slip_ppm"][(slips - window) % SLIPPAGE_KEPT]
    breaker["slip_ppm"][slips % SLIPPAGE_KEPT] = slip_ppm
    breaker["slip_sum"] += slip_ppm
    breaker["slips"] = slips + 1


@kernel
def forget_slips(breaker: np.void) -> None:
    """Another window, or armed again: the average begins anew."""
    breaker["slips"] = 0
    breaker["slip_sum"] = 0
    for place in range(SLIPPAGE_KEPT):
        breaker["slip_ppm"][place] = 0
