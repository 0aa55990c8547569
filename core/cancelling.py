"""Ask for the end of many orders at once. Cancels are never gated."""

import numpy as np

from core.kernel import kernel
from core.orders.requests import cancel
from core.records.decisions import Decisions
from core.state import State
from core.vocabulary import DenyReason


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
    state.core[0]["cancels"] += asked
    return 0 if asked > 0 else DenyReason.NOTHING_TO_DO
