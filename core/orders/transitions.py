"""What a report makes of an order: one table, NEXT[status, report] -> status. 0 (NONE): that cannot be, count it.

FIX order life. Reports arrive late, twice and out of order; the venue is the truth. Four words on reading the table:

    column PARTLY   a FILLED report that leaves something open (0 is no Report, so its column is free)
    column STATE    the venue's word from a look-up: VENUE_SAYS means "the status that the report carries"
    BEFORE          the status that a refused cancel or replace goes back to
    NEVER_LEFT      the order's end, unless the venue has accepted it: then the word is wrong and nothing changes
"""

import numpy as np

from core.kernel import kernel
from core.vocabulary import OPEN_STATUSES, OrderStatus, Report

PARTLY = 0
VENUE_SAYS = 100
BEFORE = 101
NEVER_LEFT = 102

_S, _R = OrderStatus, Report
STATUSES, REPORTS = len(OrderStatus), len(Report) + 1


def _table() -> np.ndarray:
    table = np.zeros((STATUSES, REPORTS), np.int8)
    opened = (_S.PENDING_NEW, _S.NEW, _S.PARTIALLY_FILLED, _S.PENDING_CANCEL, _S.PENDING_REPLACE, _S.UNKNOWN)
    for status in opened:
        table[status, _R.FILLED] = _S.FILLED
        table[status, PARTLY] = _S.PARTIALLY_FILLED
        table[status, _R.CANCELED] = _S.CANCELED  # also unasked: self-trade prevention, the venue's own kill
        table[status, _R.EXPIRED] = _S.EXPIRED
        table[status, _R.UNKNOWN] = _S.UNKNOWN
        table[status, _R.STATE] = VENUE_SAYS
        table[status, _R.ADOPTED] = VENUE_SAYS
        table[status, _R.CANCEL_REJECTED] = status
        table[status, _R.REPLACE_REJECTED] = status
    table[_S.PENDING_NEW, _R.ACCEPTED] = _S.NEW
    table[_S.PENDING_NEW, _R.REJECTED] = _S.REJECTED
    table[_S.PENDING_NEW, _R.NOT_SENT] = _S.NOT_SENT
    table[_S.UNKNOWN, _R.ACCEPTED] = _S.NEW  # the answer came after all
    table[_S.UNKNOWN, _R.REJECTED] = _S.REJECTED
    table[_S.UNKNOWN, _R.NOT_SENT] = _S.NOT_SENT
    table[_S.UNKNOWN, _R.REPLACED] = _S.NEW

    # The request to cancel or replace overtook the answer to the order itself.
    for status in (_S.PENDING_CANCEL, _S.PENDING_REPLACE):
        table[status, _R.ACCEPTED] = status
        table[status, _R.REJECTED] = _S.REJECTED
        table[status, _R.NOT_SENT] = NEVER_LEFT  # a venue's limit, a halt; and what was asked of it went nowhere
        table[status, PARTLY] = status  # a fill overtakes the cancel
    table[_S.PENDING_CANCEL, _R.CANCEL_REJECTED] = BEFORE
    table[_S.PENDING_CANCEL, _R.REPLACED] = _S.PENDING_CANCEL  # replaced just before it is cancelled
    table[_S.PENDING_REPLACE, _R.REPLACED] = _S.NEW
    table[_S.PENDING_REPLACE, _R.REPLACE_REJECTED] = BEFORE

    # Said twice, or said late: nothing changes.
    for status in (_S.NEW, _S.PARTIALLY_FILLED):
        table[status, _R.ACCEPTED] = status
        table[status, _R.NOT_SENT] = status
        table[status, _R.REPLACED] = status  # a replace that we had given up: price and size are the venue's

    for status in (_S.FILLED, _S.CANCELED, _S.EXPIRED, _S.REJECTED, _S.NOT_SENT):
        # An execution overtaken by the end of its order, or by a wrong word on it, is still an execution.
        table[status, _R.FILLED] = _S.FILLED
        table[status, PARTLY] = status
        for report in (_R.ACCEPTED, _R.CANCELED, _R.EXPIRED, _R.CANCEL_REJECTED, _R.REPLACE_REJECTED, _R.UNKNOWN):
            table[status, report] = status  # too late to matter
        for report in (_R.REPLACED, _R.REJECTED, _R.NOT_SENT):
            table[status, report] = status
        table[status, _R.STATE] = VENUE_SAYS  # it lives after all: we were told wrong
        table[status, _R.ADOPTED] = VENUE_SAYS
    # What is filled is filled.
    table[_S.FILLED, _R.STATE] = _S.FILLED
    table[_S.FILLED, _R.ADOPTED] = _S.FILLED

    # NONE and DENIED have no order at a venue: every report on them is nonsense and stays 0.
    return table


NEXT = _table()
NEXT.setflags(write=False)

OPEN = np.zeros(STATUSES, np.bool_)
OPEN[list(OPEN_STATUSES)] = True
OPEN.setflags(write=False)

SPOKEN = np.zeros(STATUSES, np.bool_)
"""What a venue may say of an order in a look-up."""
for _status in (
    OrderStatus.NEW,
    OrderStatus.PARTIALLY_FILLED,
    OrderStatus.FILLED,
    OrderStatus.CANCELED,
    OrderStatus.REJECTED,
    OrderStatus.EXPIRED,
    OrderStatus.NOT_SENT,
    OrderStatus.UNKNOWN,
):
    SPOKEN[_status] = True
SPOKEN.setflags(write=False)


@kernel
def is_open(status: int) -> bool:
    """May it still trade? UNKNOWN may."""
    return status >= 0 and status < STATUSES and OPEN[status]


@kernel
def next_status(status: int, report: int, status_before: int, said: int) -> int:
    """The status after a report (PARTLY for a fill that leaves something); 0 when that cannot be."""
    if not (status >= 0 and status < STATUSES and report >= 0 and report < REPORTS):
        return 0
    following = int(NEXT[status, report])
    if following == BEFORE:
        return int(status_before) + 0 if is_open(status_before) else OrderStatus.NEW.value
    if following == NEVER_LEFT:
        return OrderStatus.NOT_SENT.value if status_before == OrderStatus.PENDING_NEW else int(status) + 0
    if following == VENUE_SAYS:
        return int(said) + 0 if 0 <= said and said < STATUSES and SPOKEN[said] else 0
    return following + 0
