"""Has this execution, or this report, been applied already?

Reports come again: the order process refills its ring from its log after a restart, and a look-up at the venue tells
of executions that had arrived. A report is known by its source and sequence; an execution by the venue's id together
with instrument and side (venues count trades by symbol, and one trade may have us on both sides).

Executions lie in sets of eight; a new one takes the place of the oldest of its set.
"""

import numpy as np

from core.kernel import kernel
from core.orders.blotter import Blotter

WAYS = 8


@kernel
def whose(instrument_id: int, account_id: int, side: int) -> int:
    """The second half of an execution's key; never 0."""
    return (int(instrument_id) + 1) << 20 | (int(account_id) & 0xFFFF) << 2 | (int(side) + 2)


@kernel
def is_execution_seen(blotter: Blotter, execution_id: int, whose_key: int) -> bool:
    row = (execution_id ^ (execution_id >> 32)) & (blotter.executions.shape[0] - 1)
    for way in range(WAYS):
        if blotter.executions[row, way, 0] == execution_id and blotter.executions[row, way, 1] == whose_key:
            return True
    return False


@kernel
def remember_execution(blotter: Blotter, execution_id: int, whose_key: int) -> None:
    row = (execution_id ^ (execution_id >> 32)) & (blotter.executions.shape[0] - 1)
    way = blotter.executions_next[row]
    blotter.executions[row, way, 0] = execution_id
    blotter.executions[row, way, 1] = whose_key
    blotter.executions_next[row] = (way + 1) & (WAYS - 1)


@kernel
def is_report_seen(blotter: Blotter, event: np.void) -> bool:
    """Sequence 0 means that the source does not count; a source beyond the table is never known."""
    source_id = int(event["source_id"])
    if not (source_id >= 0 and source_id < blotter.reports_seen.shape[0]):
        return False
    return bool(event["sequence"] > 0 and event["sequence"] <= blotter.reports_seen[source_id])


@kernel
def remember_report(blotter: Blotter, event: np.void) -> None:
    source_id = int(event["source_id"])
    if source_id >= 0 and source_id < blotter.reports_seen.shape[0]:
        blotter.reports_seen[source_id] = max(blotter.reports_seen[source_id], int(event["sequence"]))
