"""What all positions are worth and have earned today: by settlement currency, by sector, and together.

Each position row has its share of these sums in `exposures`; when the row changes, the difference is added. At the
daily loss a currency is broken until ROLLOVER: a loss that comes back above the limit does not make it whole.
"""

import numpy as np

from core.kernel import kernel
from core.money import LARGEST_E8, add_e8, subtract_e8, value_e8
from core.risk.limits import Risk, count_equity, share_e8

TOTAL = -1


@kernel
def position_changed(risk: Risk, row: int, position: np.void) -> bool:
    """A position's row changed in lots, working lots or mark. True: its currency stands at a limit on losses.

    Only the account's total counts; rows of strategies are passed over.
    """
    if position["strategy_id"] != TOTAL:
        return False
    lots = int(position["position_lots"])
    buying, selling = int(position["working_buy_lots"]), int(position["working_sell_lots"])
    return count_position(risk, row, position, lots, buying, selling)


@kernel
def count_position(risk: Risk, row: int, position: np.void, lots: int, buying: int, selling: int) -> bool:
    """The same with other lots than the row says: as if a group in review had left already."""
    instrument_id = int(position["instrument_id"])
    if not (row >= 0 and row < risk.exposures.shape[0]):
        return False
    if not (instrument_id >= 0 and instrument_id < risk.limits.shape[0]):
        return False
    limits = risk.limits[instrument_id]
    exposure = risk.exposures[row]
    sums = risk.currencies[limits["currency"]]
    totals = risk.totals[0]
    gross_e8 = gross_notional_e8(position["mark_ticks"], lots, buying, selling, limits)
    margin_e8 = share_e8(gross_e8, limits["margin_ppm"])
    base_e8 = share_e8(gross_e8, limits["rate_ppm"])
    is_open = 1 if lots != 0 or buying != 0 or selling != 0 else 0
    profit_e8 = subtract_e8(add_e8(position["realised_e8"], position["unrealised_e8"]), position["fees_e8"])
    has_earned = profit_e8 != exposure["profit_e8"]
    sums["gross_notional_e8"] = _moved(sums["gross_notional_e8"], exposure["gross_notional_e8"], gross_e8)
    sums["margin_e8"] = _moved(sums["margin_e8"], exposure["margin_e8"], margin_e8)
    sums["profit_e8"] = _moved(sums["profit_e8"], exposure["profit_e8"], profit_e8)
    sector = limits["sector"]
    risk.sectors[sector] = _moved(risk.sectors[sector], exposure["base_e8"], base_e8)
    totals["portfolio_e8"] = _moved(totals["portfolio_e8"], exposure["base_e8"], base_e8)
    totals["open_positions"] += is_open - exposure["is_open"]
    exposure["gross_notional_e8"] = gross_e8
    exposure["margin_e8"] = margin_e8
    exposure["base_e8"] = base_e8
    exposure["profit_e8"] = profit_e8
    exposure["is_open"] = is_open
    exposure["currency"] = limits["currency"]
    if has_earned:
        count_equity(risk, limits["currency"])
    return is_at_a_loss(risk, limits["currency"])


@kernel
def is_at_a_loss(risk: Risk, currency: int) -> bool:
    """Does a currency stand at one of the limits that the breaker looks at? Marks it broken at the daily loss."""
    sums = risk.currencies[currency]
    if sums["is_broken"] == 0 and not -sums["daily_loss_e8"] < sums["profit_e8"]:
        sums["is_broken"] = 1
    if sums["is_broken"] != 0 or not -sums["warning_loss_e8"] < sums["profit_e8"]:
        return True
    equity_e8 = risk.equity[currency]["start_e8"] + sums["profit_e8"]
    return not sums["reduce_equity_e8"] < equity_e8


@kernel
def _moved(sum_e8: int, before_e8: int, after_e8: int) -> int:
    return add_e8(subtract_e8(sum_e8, before_e8), after_e8)


@kernel
def gross_notional_e8(mark_ticks: int, lots: int, buying: int, selling: int, limits: np.void) -> int:
    """At the mark, the larger of both sides if all its working orders filled."""
    largest = max(abs(lots + buying), abs(lots - selling))
    if mark_ticks == 0:
        return 0  # never marked: nothing of it has been traded on a live book
    worth_e8 = value_e8(abs(int(mark_ticks)), largest, limits)
    return worth_e8 if worth_e8 >= 0 else LARGEST_E8


@kernel
def end_day(risk: Risk) -> None:
    """ROLLOVER, before the positions forget their day: what was earned becomes equity, trades are counted anew.

    Call when all rows are counted; then begin the positions' new day, count them again, and call `begin_day`.
    """
    for currency in range(risk.currencies.shape[0]):
        risk.equity[currency]["start_e8"] = add_e8(
            risk.equity[currency]["start_e8"], risk.currencies[currency]["profit_e8"]
        )
        risk.currencies[currency]["is_broken"] = 0
    for row in range(risk.trades.shape[0]):
        trade = risk.trades[row]
        trade["opened_e8"] = subtract_e8(trade["opened_e8"], trade["result_e8"])
        trade["result_e8"] = 0
    risk.breaker[0]["trades"] = 0


@kernel
def begin_day(risk: Risk) -> None:
    """What is open was valued in yesterday's equity already: it is not earned twice. The peak is of today."""
    for currency in range(risk.currencies.shape[0]):
        own = risk.equity[currency]
        equity_e8 = int(own["start_e8"])
        own["start_e8"] = subtract_e8(equity_e8, risk.currencies[currency]["profit_e8"])
        own["peak_e8"] = equity_e8
        risk.currencies[currency]["is_broken"] = 0
        count_equity(risk, currency)
        is_at_a_loss(risk, currency)
