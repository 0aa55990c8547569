"""Ask for the end of many orders at once, and count what was asked. Cancels are never gated."""

import numpy as np

from core.kernel import kernel
from core.orders.requests import cancel
from core.records.decisions import Decisions
from core.risk.recent import charge_cancel
from core.state import State
from core.vocabulary import DenyReason, EventKind, Request


@kernel
def cancel_all(state: State, decisions: Decisions, cause: np.void, instrument_id: int, side: int) -> int:
    """Ask to cancel every open order of an instrument (-1: of all) and side (0: both)."""
    count = state.blotter.counts[0]["open_orders"]
    asked = 0
    for place in range(count):
        slot = state.blotter.open_slots[place]
        order = state.blotter.orders[slot]
        if instrument_id >= 0 and order["instrument_id"] != instrument_id:
            continue
        if side != 0 and order["side"] != side:
            continue
        if cancel(state.blotter, decisions, slot, cause) == 0:
            asked += 1
    return 0 if asked > 0 else DenyReason.NOTHING_TO_DO


@kernel
def count_cancels(state: State, decisions: Decisions, now_ns: int) -> None:
    """Those that one event led to, by whatever stage: each is a message of its venue group."""
    for index in range(decisions.used[0]):
        record = decisions.records[index]
        if record["kind"] == EventKind.ORDER_REQUEST and record["detail"] == Request.CANCEL:
            state.core[0]["cancels"] += 1
            charge_cancel(state.risk, int(state.risk.limits[record["instrument_id"]]["group"]), now_ns)
