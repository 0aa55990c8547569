"""What `step` decides: a list of EVENT records that the loop carries to the tape, the journal and the rings.

The list is emptied before each event. It is long enough for the widest single cause (cancel-all of a full blotter);
what would not fit is counted in `lost`, and the loop halts the desk: a decision is never dropped in silence.
"""

from typing import NamedTuple

import numpy as np

from core.kernel import kernel
from core.records.event import EVENT


class Decisions(NamedTuple):
    records: np.ndarray
    """EVENT[capacity]"""
    used: np.ndarray
    """int64[1]: how many of the records are filled"""
    lost: np.ndarray
    """int64[1], since the start"""


def make_decisions(capacity: int) -> Decisions:
    """One row more than is used: what does not fit is written there, so that no kernel writes out of bounds."""
    return Decisions(np.zeros(capacity + 1, EVENT), np.zeros(1, np.int64), np.zeros(1, np.int64))


@kernel
def clear_event(record: np.void) -> None:
    """No kind, no instrument, no strategy, no source; all else 0."""
    record["tape_sequence"] = 0
    record["now_ns"] = 0
    record["received_ns"] = 0
    record["venue_ns"] = 0
    record["sequence"] = 0
    record["price_ticks"] = 0
    record["quantity_lots"] = 0
    record["filled_lots"] = 0
    record["reference_id"] = 0
    record["execution_id"] = 0
    record["client_id"] = 0
    record["valid_until_ns"] = 0
    record["amount"] = 0
    record["instrument_id"] = -1
    record["group_id"] = 0
    record["strategy_id"] = -1
    record["account_id"] = 0
    record["source_id"] = -1
    record["flags"] = 0
    record["kind"] = 0
    record["detail"] = 0
    record["side"] = 0
    record["order_type"] = 0
    record["time_in_force"] = 0
    record["status"] = 0
    record["reason"] = 0
    record["origin"] = 0


@kernel
def next_decision(decisions: Decisions, kind: int, cause: np.void) -> int:
    """The index of a cleared record that carries the kind and its cause's clock; the caller fills the rest."""
    index = decisions.used[0]
    if index >= decisions.records.shape[0] - 1:
        index = decisions.records.shape[0] - 1
        decisions.lost[0] += 1
    else:
        decisions.used[0] = index + 1
    record = decisions.records[index]
    clear_event(record)
    record["kind"] = kind
    record["now_ns"] = cause["now_ns"]
    record["received_ns"] = cause["received_ns"]
    return index
