"""A group in review: the legs that were approved so far, and how a later leg sees them."""

import numpy as np

from core.kernel import kernel
from core.risk.limits import Risk
from core.vocabulary import OrderType


@kernel
def begin_group(risk: Risk) -> None:
    """Keep what a review writes: tokens, averages, what was sent."""
    risk.group[0]["is_open"] = 1
    risk.group[0]["legs"] = 0
    _copy(risk.buckets, risk.kept_buckets)
    _copy(risk.sizes, risk.kept_sizes)
    _copy(risk.sent, risk.kept_sent)
    for seat in range(risk.sent_next.shape[0]):
        risk.kept_sent_next[seat] = risk.sent_next[seat]


@kernel
def end_group(risk: Risk, is_approved: bool) -> None:
    """No more legs; when one was denied, none of them was ever reviewed."""
    risk.group[0]["is_open"] = 0
    risk.group[0]["legs"] = 0
    if is_approved:
        return
    _copy(risk.kept_buckets, risk.buckets)
    _copy(risk.kept_sizes, risk.sizes)
    _copy(risk.kept_sent, risk.sent)
    for seat in range(risk.sent_next.shape[0]):
        risk.sent_next[seat] = risk.kept_sent_next[seat]


@kernel
def _copy(source: np.ndarray, target: np.ndarray) -> None:
    for row in range(source.shape[0]):
        target[row] = source[row]


@kernel
def add_leg(risk: Risk, intent: np.void, is_filled: bool) -> bool:
    """One approved leg; False when there is no room or no group."""
    group = risk.group[0]
    if group["is_open"] == 0 or not (0 <= group["legs"] and group["legs"] < risk.legs.shape[0]):
        return False
    leg = risk.legs[group["legs"]]
    group["legs"] += 1
    leg["instrument_id"] = intent["instrument_id"]
    leg["account_id"] = intent["account_id"]
    leg["side"] = intent["side"]
    leg["lots"] = intent["quantity_lots"]
    leg["price_ticks"] = intent["price_ticks"]
    leg["is_limit"] = 1 if intent["order_type"] == OrderType.LIMIT and not is_filled else 0
    leg["is_filled"] = 1 if is_filled else 0
    return True


@kernel
def see_legs(risk: Risk, situation: np.void, intent: np.void) -> None:
    """The situation of an intent as if the group's earlier legs had left."""
    for number in range(risk.group[0]["legs"]):
        leg = risk.legs[number]
        if leg["is_filled"] == 0:
            situation["open_orders"] += 1
        if leg["instrument_id"] != intent["instrument_id"] or leg["account_id"] != intent["account_id"]:
            continue
        if leg["is_filled"] != 0:
            situation["position_lots"] += leg["side"] * leg["lots"]
        elif leg["side"] > 0:
            situation["working_buy_lots"] += leg["lots"]
        else:
            situation["working_sell_lots"] += leg["lots"]
        if leg["is_limit"] != 0 and leg["side"] > 0:
            situation["own_best_bid_ticks"] = max(situation["own_best_bid_ticks"], leg["price_ticks"])
        elif leg["is_limit"] != 0:
            situation["own_best_ask_ticks"] = min(situation["own_best_ask_ticks"], leg["price_ticks"])
