"""What all positions of one settlement currency are worth and have earned today; at the daily loss the breaker opens.

Each position row has its share of its currency's sums in `exposures`; when the row changes, the difference is added.
The breaker stays open until ROLLOVER: a loss that comes back above the limit does not close it.
"""

import numpy as np

from core.kernel import kernel
from core.money import LARGEST_E8, add_e8, subtract_e8, value_e8
from core.risk.limits import Risk

TOTAL = -1


@kernel
def position_changed(risk: Risk, row: int, position: np.void) -> bool:
    """A position's row changed in lots, working lots or mark. True when the breaker of its currency opened just now.

    Only the account's total counts; rows of strategies are passed over.
    """
    instrument_id = int(position["instrument_id"])
    if position["strategy_id"] != TOTAL or not (row >= 0 and row < risk.exposures.shape[0]):
        return False
    if not (instrument_id >= 0 and instrument_id < risk.limits.shape[0]):
        return False
    limits = risk.limits[instrument_id]
    exposure = risk.exposures[row]
    sums = risk.currencies[limits["currency"]]
    gross_e8 = gross_notional_e8(position, limits)
    profit_e8 = subtract_e8(add_e8(position["realised_e8"], position["unrealised_e8"]), position["fees_e8"])
    sums["gross_notional_e8"] = add_e8(subtract_e8(sums["gross_notional_e8"], exposure["gross_notional_e8"]), gross_e8)
    sums["profit_e8"] = add_e8(subtract_e8(sums["profit_e8"], exposure["profit_e8"]), profit_e8)
    exposure["gross_notional_e8"] = gross_e8
    exposure["profit_e8"] = profit_e8
    exposure["currency"] = limits["currency"]
    if sums["is_broken"] == 0 and not -sums["daily_loss_e8"] < sums["profit_e8"]:
        sums["is_broken"] = 1
        return True
    return False


@kernel
def gross_notional_e8(position: np.void, limits: np.void) -> int:
    """At the mark, the larger of both sides if all its working orders filled."""
    long_lots = abs(int(position["position_lots"]) + int(position["working_buy_lots"]))
    short_lots = abs(int(position["position_lots"]) - int(position["working_sell_lots"]))
    ticks = abs(int(position["mark_ticks"]))
    if ticks == 0:
        return 0  # never marked: nothing of it has been traded on a live book
    worth_e8 = value_e8(ticks, max(long_lots, short_lots), limits)
    return worth_e8 if worth_e8 >= 0 else LARGEST_E8


@kernel
def new_day(risk: Risk) -> None:
    """ROLLOVER: profit is counted from 0 again and every breaker closes. Call before the rows are counted anew."""
    for currency in range(risk.currencies.shape[0]):
        risk.currencies[currency]["profit_e8"] = 0
        risk.currencies[currency]["is_broken"] = 0
    for row in range(risk.exposures.shape[0]):
        risk.exposures[row]["profit_e8"] = 0
