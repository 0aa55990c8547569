"""The circuit breaker at work: what it counts of reports and books, what it tells, and what happens when it opens."""

import numpy as np

from core.cancelling import cancel_all
from core.kernel import kernel
from core.orders.blotter import find
from core.orders.positions import TOTAL, find_row
from core.records.decisions import Decisions, next_decision
from core.risk.breaker import arm_again, feeds_are, look
from core.risk.limits import set_limit, spread
from core.risk.trades import first_execution, forget_slips, slipped, traded
from core.state import State
from core.venue_delays import time_feeds
from core.vocabulary import BookState, BreakerCause, BreakerState, EventKind, InstrumentState, Limit

PEAK_TOLD_AGAIN = 1_000
"""The peak of the equity goes to the journal when it grew by more than this part of itself."""


@kernel
def watch(state: State, decisions: Decisions, event: np.void) -> None:
    """Look at every cause; when the breaker changes its state, say so, and cancel everything when it opened."""
    breaker = state.risk.breaker[0]
    before = breaker["state"]
    if breaker["is_running"] == 0 or not look(state.risk, event["now_ns"]):
        return
    tell(state, decisions, before, event)
    if breaker["state"] == BreakerState.TRIGGERED:
        state.core[0]["strategies_enabled"] = 0
        cancel_all(state, decisions, event, -1, 0)


@kernel
def tell(state: State, decisions: Decisions, before: int, event: np.void) -> None:
    breaker = state.risk.breaker[0]
    record = decisions.records[next_decision(decisions, EventKind.BREAKER, event)]
    record["detail"] = breaker["state"]
    record["status"] = before
    record["reason"] = breaker["cause"]
    record["amount"] = breaker["value"]
    record["reference_id"] = breaker["limit"]
    record["valid_until_ns"] = breaker["until_ns"]


@kernel
def count_execution(state: State, slot: int, event: np.void) -> None:
    """An execution was applied; `slot`: its order, or negative."""
    row = find_row(state.positions, event["account_id"], event["instrument_id"], TOTAL)
    if row >= 0:
        traded(state.risk, row, state.positions.rows[row])
    breaker = state.risk.breaker[0]
    if slot < 0:
        breaker["trades"] += 1  # an order that we do not know
        return
    order = state.blotter.orders[slot]
    if _begins_a_trade(state, order, int(event["price_ticks"]), int(event["quantity_lots"])):
        breaker["trades"] += 1
    slipped(state.risk, slot, order["client_id"], event)


@kernel
def _begins_a_trade(state: State, order: np.void, price_ticks: int, lots: int) -> bool:
    """Nothing else of the order has filled, nor of the one that it is a slice of: all slices are one trade."""
    if not first_execution(order, price_ticks, lots):
        return False
    slot = find(state.blotter, order["parent_id"])
    if slot < 0:
        return True
    parent = state.blotter.orders[slot]
    # Nothing at all: the parent was over when this came.
    is_empty = parent["filled_notional_high"] == 0 and parent["filled_notional_low"] == 0
    return is_empty or first_execution(parent, price_ticks, lots)


@kernel
def keep_watch(state: State, decisions: Decisions, event: np.void) -> None:
    """Ten times a second: the feeds and their delay, the peak of the equity, and a look at all causes."""
    live, known, gaps = 0, 0, 0
    for slot in range(min(state.books.heads.shape[0], state.instrument_count[0])):
        head = state.books.heads[slot]
        gaps += head["gaps"]
        if head["frames"] > 0 and state.instruments[head["instrument_id"]]["state"] == InstrumentState.OPEN:
            known += 1
            live += 1 if head["state"] == BookState.LIVE else 0
    feeds_are(state.risk, live, known, gaps, event["now_ns"])
    time_feeds(state)
    for currency in range(state.risk.equity.shape[0]):
        own = state.risk.equity[currency]
        if (own["peak_e8"] - own["told_peak_e8"]) * 1.0 * PEAK_TOLD_AGAIN > own["peak_e8"]:
            own["told_peak_e8"] = own["peak_e8"]
            record = decisions.records[next_decision(decisions, EventKind.BREAKER, event)]
            record["detail"] = state.risk.breaker[0]["state"]
            record["status"] = record["detail"]
            record["reason"] = BreakerCause.DRAWDOWN
            record["amount"] = own["peak_e8"]
            record["sequence"] = currency
    watch(state, decisions, event)


@kernel
def set_limit_by(state: State, decisions: Decisions, event: np.void) -> int:
    """Command SET_LIMIT; a DenyReason."""
    limit = int(event["execution_id"])
    old = state.risk.settings_words[limit] if 0 <= limit < state.risk.settings_words.shape[0] else 0
    reason = set_limit(state.risk, limit, int(event["amount"]), int(event["filled_lots"]))
    if reason != 0:
        return reason
    if limit == Limit.SLIPPAGE_FILLS:
        forget_slips(state.risk.breaker[0])
    record = decisions.records[next_decision(decisions, EventKind.LIMIT_SET, event)]
    record["reference_id"] = limit
    record["amount"] = event["amount"]
    record["price_ticks"] = old
    record["execution_id"] = event["filled_lots"]
    record["origin"] = event["origin"]
    watch(state, decisions, event)
    return 0


@kernel
def arm_breaker(state: State, decisions: Decisions, event: np.void) -> int:
    """Command REARM_BREAKER; a DenyReason."""
    reason = arm_again(state.risk, int(event["filled_lots"]), event["now_ns"])
    if reason == 0:
        tell(state, decisions, BreakerState.TRIGGERED.value, event)
        last = decisions.records[decisions.used[0] - 1]
        last["execution_id"] = event["filled_lots"]
        for currency in range(state.risk.equity.shape[0]):
            state.risk.equity[currency]["told_peak_e8"] = 0  # a lower peak is told too
    return reason


@kernel
def restore_breaker(state: State, event: np.void) -> None:
    """A BREAKER record of the journal: a peak of the equity, or a change of state."""
    breaker = state.risk.breaker[0]
    if event["detail"] == event["status"]:
        currency = int(event["sequence"])
        if currency >= 0 and currency < state.risk.equity.shape[0]:
            state.risk.equity[currency]["peak_e8"] = event["amount"]
            state.risk.equity[currency]["told_peak_e8"] = event["amount"]
        return
    breaker["state"] = event["detail"]
    breaker["cause"] = event["reason"]
    breaker["value"] = event["amount"]
    breaker["limit"] = event["reference_id"]
    breaker["since_ns"] = event["now_ns"]
    breaker["until_ns"] = event["valid_until_ns"]
    if event["status"] == BreakerState.TRIGGERED:
        breaker["losses"] = 0


@kernel
def restore_limit(state: State, event: np.void) -> None:
    """A LIMIT_SET record of the journal."""
    limit = int(event["reference_id"])
    if limit >= 0 and limit < state.risk.settings_words.shape[0]:
        state.risk.settings_words[limit] = event["amount"]
        spread(state.risk)
