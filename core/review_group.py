"""Legs that are reviewed together: each with the earlier ones counted, and none of them when one is denied.

    begin_review_group(state)
    for each leg that goes out at once:
        reason = review_leg(state, intent)
        if reason == 0:
            count_reviewed(state, intent, False)        one more that works
            count_reviewed(state, intent, True)         or: as if it had filled, for legs that wait for it
    end_review_group(state, is_approved)                always; then `place` each leg, without another review

Counted are working lots or position, exposure in every sum, own prices, open orders, tokens, averages and duplicates.
At most MOST_LEGS legs. After `end_review_group` nothing of the group is left in any sum, whatever the answer was: what
`place` then sends counts itself. When it was denied, tokens and averages are as before `begin_review_group`.
"""

import numpy as np

from core.counted import count_exposure, mark_when_new
from core.intents import review_intent
from core.kernel import kernel
from core.orders.positions import TOTAL, row_of
from core.risk.exposure import count_position
from core.risk.group import add_leg, begin_group, end_group
from core.state import State
from core.vocabulary import DenyReason


@kernel
def begin_review_group(state: State) -> None:
    begin_group(state.risk)


@kernel
def review_leg(state: State, intent: np.void) -> int:
    """A DenyReason, with the legs before it counted."""
    group = state.risk.group[0]
    if group["is_open"] == 0 or group["legs"] >= state.risk.legs.shape[0]:
        return DenyReason.GROUP
    return review_intent(state, intent, -1)


@kernel
def count_reviewed(state: State, intent: np.void, is_filled: bool) -> bool:
    """A leg that was approved; False: there is no room for it, so the group must be denied."""
    account_id, instrument_id = intent["account_id"], intent["instrument_id"]
    row = row_of(state.positions, account_id, instrument_id, TOTAL)
    if row < 0 or not add_leg(state.risk, intent, is_filled):
        return False
    mark_when_new(state, instrument_id)
    position = state.positions.rows[row]
    lots = int(position["position_lots"])
    buying, selling = int(position["working_buy_lots"]), int(position["working_sell_lots"])
    for number in range(state.risk.group[0]["legs"]):
        leg = state.risk.legs[number]
        if leg["instrument_id"] != instrument_id or leg["account_id"] != account_id:
            continue
        if leg["is_filled"] != 0:
            lots += leg["side"] * leg["lots"]
        elif leg["side"] > 0:
            buying += leg["lots"]
        else:
            selling += leg["lots"]
    count_position(state.risk, row, position, lots, buying, selling)
    return True


@kernel
def end_review_group(state: State, is_approved: bool) -> None:
    """Take the legs out of all sums; what was denied leaves nothing behind."""
    for number in range(state.risk.group[0]["legs"]):
        leg = state.risk.legs[number]
        count_exposure(state, leg["account_id"], leg["instrument_id"])
    end_group(state.risk, is_approved)
