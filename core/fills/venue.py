"""The state of the paper venue: orders that rest in it, requests on their way to it, reports on their way back.

Both ways take `latency_ns`, always the same, so that each way is a queue in order of time. Reports are EVENT records
(EXECUTION_REPORT) as an order process would write them; ids begin with the core's epoch, so that a report of an
earlier core is never taken for one of this.
"""

from typing import NamedTuple

import numpy as np

from core.kernel import kernel
from core.records.event import EVENT

RESTING = 1
FREE = 0
NEVER = (1 << 62) - 1

PAPER_ORDER = np.dtype(
    [
        ("client_id", np.int64),
        ("venue_order_id", np.int64),  # grows: who came first
        ("price_ticks", np.int64),
        ("quantity_lots", np.int64),
        ("filled_lots", np.int64),
        ("queue_ahead_lots", np.int64),
        ("instrument_id", np.int32),
        ("account_id", np.int16),
        ("strategy_id", np.int16),
        ("source_id", np.int16),
        ("flags", np.int16),
        ("side", np.int8),
        ("order_type", np.int8),
        ("time_in_force", np.int8),
        ("state", np.int8),  # FREE or RESTING
    ]
)

PAPER_STATE = np.dtype(
    [
        ("latency_ns", np.int64),
        ("next_order_id", np.int64),
        ("next_execution_id", np.int64),
        ("next_sequence", np.int64),
        ("request_head", np.int64),
        ("requests", np.int64),  # on their way
        ("report_head", np.int64),
        ("reports", np.int64),  # on their way back
        ("resting", np.int64),
        ("lost", np.int64),  # requests and reports that found no room: the desk must halt
    ]
)


class PaperVenue(NamedTuple):
    orders: np.ndarray
    """PAPER_ORDER[n]"""
    requests: np.ndarray
    """EVENT[r], a queue"""
    request_due_ns: np.ndarray
    """int64[r]: when the venue has it"""
    reports: np.ndarray
    """EVENT[q], a queue"""
    report_due_ns: np.ndarray
    """int64[q]: when the core has it"""
    state: np.ndarray
    """PAPER_STATE[1]"""


def make_paper(capacity: int, *, latency_ns: int, epoch: int = 0) -> PaperVenue:
    """Room for `capacity` resting orders, on the way four times as many requests and sixteen times as many reports."""
    venue = PaperVenue(
        orders=np.zeros(capacity, PAPER_ORDER),
        requests=np.zeros(4 * capacity, EVENT),
        request_due_ns=np.zeros(4 * capacity, np.int64),
        reports=np.zeros(16 * capacity, EVENT),
        report_due_ns=np.zeros(16 * capacity, np.int64),
        state=np.zeros(1, PAPER_STATE),
    )
    venue.state["latency_ns"] = latency_ns
    for name in ("next_order_id", "next_execution_id", "next_sequence"):
        venue.state[name] = (epoch << 32) + 1
    return venue


@kernel
def next_due_ns(venue: PaperVenue) -> int:
    """When the venue wants to be called again; NEVER when nothing is on its way."""
    state = venue.state[0]
    due_ns = NEVER
    if state["requests"] > 0:
        due_ns = int(venue.request_due_ns[state["request_head"]])
    if state["reports"] > 0:
        due_ns = min(due_ns, int(venue.report_due_ns[state["report_head"]]))
    return due_ns


@kernel
def find_resting(venue: PaperVenue, client_id: int) -> int:
    """The row of a resting order, or -1."""
    for row in range(venue.orders.shape[0]):
        if venue.orders[row]["state"] == RESTING and venue.orders[row]["client_id"] == client_id:
            return row
    return -1


@kernel
def free_row(venue: PaperVenue) -> int:
    for row in range(venue.orders.shape[0]):
        if venue.orders[row]["state"] == FREE:
            return row
    return -1


@kernel
def take_out(venue: PaperVenue, row: int) -> None:
    if venue.orders[row]["state"] == RESTING:
        venue.state[0]["resting"] -= 1
    venue.orders[row]["state"] = FREE
    venue.orders[row]["client_id"] = 0


@kernel
def report_room(venue: PaperVenue) -> int:
    return venue.reports.shape[0] - venue.state[0]["reports"]


@kernel
def next_report(venue: PaperVenue, now_ns: int) -> int:
    """The index of a report to fill, due one latency from now. When full, the last one is overwritten and counted."""
    state = venue.state[0]
    length = venue.reports.shape[0]
    if state["reports"] == length:
        state["lost"] += 1
        return (state["report_head"] + length - 1) % length
    index = (state["report_head"] + state["reports"]) % length
    state["reports"] += 1
    venue.report_due_ns[index] = now_ns + state["latency_ns"]
    venue.reports[index]["sequence"] = state["next_sequence"]
    state["next_sequence"] += 1
    return index
