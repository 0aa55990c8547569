"""What our fills were worth after 1, 10 and 60 seconds: against the mid of a LIVE book, positive is good for us.

A fill is valued with the book as it stood right before the first record that came at or after its moment. In money of
the settlement currency, 1e-8, without fees; when the book is not LIVE then, it is not valued at all.
"""

import numpy as np

from core.book.head import NO_TICKS
from core.flow.state import Flow
from core.kernel import kernel
from core.money import inverse_e8, notional_e8, value_e8
from core.records.flow import FILLS, HORIZONS_NS, MARK_OUTS_KEPT, NEXT_MARK_NS
from core.vocabulary import BookState, EventFlag

LIVE = int(BookState.LIVE)
MAKER = int(EventFlag.MAKER)
NEVER = (1 << 63) - 1
VALUED, NOT_VALUED = 1, 2
FIRST_NS, SECOND_NS, THIRD_NS = HORIZONS_NS


@kernel
def horizon_of(which: int) -> int:
    if which == 0:
        return FIRST_NS
    return SECOND_NS if which == 1 else THIRD_NS


@kernel
def filled(flow: Flow, event: np.void) -> None:
    """A FILL record."""
    instrument_id = event["instrument_id"]
    if not (instrument_id >= 0 and instrument_id < flow.instruments.shape[0] and event["quantity_lots"] > 0):
        return
    row = flow.mark_outs[flow.words[FILLS] % MARK_OUTS_KEPT]
    row["filled_ns"] = event["now_ns"]
    row["instrument_id"] = instrument_id
    row["side"] = event["side"]
    row["price_ticks"] = event["price_ticks"]
    row["lots"] = event["quantity_lots"]
    row["is_maker"] = 1 if event["flags"] & MAKER else 0
    row["notional_e8"] = value_e8(event["price_ticks"], event["quantity_lots"], flow.instruments[instrument_id])
    for which in range(3):
        row["after_e8"][which] = 0
        row["state"][which] = 0
    flow.words[FILLS] += 1
    flow.words[NEXT_MARK_NS] = min(flow.words[NEXT_MARK_NS], event["now_ns"] + FIRST_NS)


@kernel
def value_due(flow: Flow, now_ns: int) -> None:
    """All that are due by now, and when the next one is."""
    next_ns = NEVER
    for index in range(min(MARK_OUTS_KEPT, flow.words[FILLS])):
        row = flow.mark_outs[index]
        for which in range(3):
            if row["state"][which] == 0:
                due_ns = row["filled_ns"] + horizon_of(which)
                if due_ns <= now_ns:
                    _value(flow, row, which)
                else:
                    next_ns = min(next_ns, due_ns)
    flow.words[NEXT_MARK_NS] = next_ns


@kernel
def _value(flow: Flow, row: np.void, which: int) -> None:
    slot = flow.slots[row["instrument_id"]]
    row["state"][which] = NOT_VALUED
    if slot < 0:
        return
    book = flow.books.heads[slot]
    if book["state"] != LIVE or book["best_bid_ticks"] == NO_TICKS or book["best_ask_ticks"] == NO_TICKS:
        return
    instrument = flow.instruments[row["instrument_id"]]
    numerator, denominator = instrument["value_numerator"], instrument["value_denominator"]
    lots = row["lots"] * row["side"]
    # Twice the mid is a whole number of ticks; the fraction takes the half back.
    middle_twice = book["best_bid_ticks"] + book["best_ask_ticks"]
    if instrument["is_inverse"] != 0:
        paid_e8 = inverse_e8(row["price_ticks"], lots, numerator, denominator)
        row["after_e8"][which] = paid_e8 - inverse_e8(middle_twice, lots, 2 * numerator, denominator)
    else:
        row["after_e8"][which] = notional_e8(middle_twice - 2 * row["price_ticks"], lots, numerator, 2 * denominator)
    row["state"][which] = VALUED
