"""The two logs of an order process do not grow for ever: when it starts, what nobody can ask for any more is left out.

    kept     all records of an order that is open, or of which a report is among the newest, has not reached the ring,
             or tells an execution that the venue will be asked for again; since when the account is ours
    dropped  every other order as a whole, and requests that neither begin an order nor replace it

The log of requests is rewritten first: a report without its request is an order that is known, a request without its
reports would be one whose outcome nobody knows.
"""

from pathlib import Path

import numpy as np

from core.memory.journal import HEADER_BYTES, RECORD_BYTES, read_journal, rewrite_journal
from core.vocabulary import EventKind, Report, Request
from feeds.reconciliation import OVERLAP_NS
from feeds.sent_orders import SentOrders

KEPT_REPORTS = 50_000
"""A start reads twice as many in three seconds."""


def shorten_logs(
    requests_path: Path, reports_path: Path, *, last_in_ring: np.void | None, most: int = KEPT_REPORTS
) -> bool:
    """When one of them holds more than twice what is kept anyway; whether it was so.

    Raises OSError, and the logs are as they were or shorter; JournalDamaged.
    """
    if not any(_is_long(path, 2 * most) for path in (requests_path, reports_path)):
        return False
    requests, reports = still_needed(
        read_journal(requests_path), read_journal(reports_path), last_in_ring=last_in_ring, most=most
    )
    rewrite_journal(requests_path, requests)
    rewrite_journal(reports_path, reports)
    return True


def still_needed(
    requests: np.ndarray, reports: np.ndarray, *, last_in_ring: np.void | None, most: int
) -> tuple[np.ndarray, np.ndarray]:
    """Of both logs."""
    orders = SentOrders()
    orders.restore(requests, reports)
    is_recent = np.zeros(len(reports), bool)
    is_recent[-most:] = True
    if last_in_ring is not None:  # else it is a new desk, whose core has a checkpoint
        is_recent |= reports["sequence"] > last_in_ring["sequence"]
    is_recent |= (reports["detail"] == Report.FILLED) & (reports["venue_ns"] >= orders.latest_fill_ns - OVERLAP_NS)
    kept = np.union1d(reports["client_id"][is_recent], np.array(sorted(orders.open_ids), np.int64))
    is_mark = requests["kind"] == EventKind.SESSION
    is_order = np.isin(requests["detail"], (Request.NEW, Request.REPLACE))
    is_needed = ~is_mark & is_order & np.isin(requests["client_id"], kept)
    is_needed[np.flatnonzero(is_mark)[-1:]] = True
    return requests[is_needed], reports[np.isin(reports["client_id"], kept)]


def _is_long(path: Path, records: int) -> bool:
    try:
        return path.stat().st_size > HEADER_BYTES + records * RECORD_BYTES
    except FileNotFoundError:
        return False
