"""Orders that hang together: the legs of a group, and the slices of a larger order. Who must know of a fill?

    entry           neither WAITS nor ONE_CANCELS. What fills of it releases as large a part of every leg that WAITS
    WAITS           a leg that may do no more than its share of what the entry has filled      (OTO)
    ONE_CANCELS     a leg whose fill takes as much from the others of its kind                 (OCO)
    both            stop and targets of a bracket; several targets share the entry, the stop holds what is left
    parent_id       a slice: its fill is its parent's, and what it did not fill the parent may send again

This is all that a fill does here, so that a journal which is applied again leads to the same sums. What follows from
them (release, resize, cancel) is done by core/held.py whenever it looks.
"""

import numpy as np

from core.kernel import kernel
from core.money import add, add_e8, multiply
from core.orders.blotter import Blotter, closed, find
from core.orders.slicing import share
from core.orders.terms import ONE_CANCELS, WAITS
from core.orders.transitions import is_open
from core.vocabulary import OrderStatus

NO_GROUP = 0


@kernel
def is_entry(order: np.void) -> bool:
    return bool(order["group_id"] != NO_GROUP and order["flags"] & (WAITS | ONE_CANCELS) == 0)


@kernel
def spread_fill(blotter: Blotter, slot: int, grown_lots: int) -> None:
    """An order has filled `grown_lots` more: its group's other legs take note."""
    order = blotter.orders[slot]
    for place in range(blotter.counts[0]["open_orders"]):
        other = blotter.open_slots[place]
        leg = blotter.orders[other]
        if other == slot or leg["group_id"] != order["group_id"]:
            continue
        if is_entry(order):
            if leg["flags"] & WAITS != 0:
                leg["whole_lots"] += grown_lots
                leg["released_lots"] = share(leg["asked_lots"], order["filled_lots"], order["quantity_lots"])
                blotter.dirty[other] = 1
        elif order["flags"] & leg["flags"] & ONE_CANCELS != 0:
            leg["taken_lots"] += grown_lots
            blotter.dirty[other] = 1


@kernel
def left_lots(leg: np.void) -> int:
    """What a leg may still do: its share of the entry's fills, less what it and those it competes with have done."""
    filled = int(leg["filled_lots"])
    left = (int(leg["asked_lots"]) if leg["flags"] & WAITS == 0 else int(leg["released_lots"])) - filled
    if leg["flags"] & ONE_CANCELS != 0:
        left = min(left, free_lots(leg))
    return max(0, left)


@kernel
def free_lots(leg: np.void) -> int:
    """What a leg and those that it competes with may still do together."""
    whole = int(leg["asked_lots"]) if leg["flags"] & WAITS == 0 else int(leg["whole_lots"])
    return whole - int(leg["taken_lots"]) - int(leg["filled_lots"])


@kernel
def has_open_entry(blotter: Blotter, group_id: int) -> bool:
    for place in range(blotter.counts[0]["open_orders"]):
        order = blotter.orders[blotter.open_slots[place]]
        if order["group_id"] == group_id and is_entry(order):
            return True
    return False


@kernel
def fill_parent(blotter: Blotter, child: np.void, grown_lots: int, price_ticks: int, fee_e8: int) -> int:
    """A slice has filled: so has its parent, and with the last one it is over. The parent's slot, or -1."""
    slot = find(blotter, child["parent_id"])
    if slot < 0 or not is_open(blotter.orders[slot]["status"]):
        return -1
    parent = blotter.orders[slot]
    parent["filled_lots"] = min(int(parent["quantity_lots"]), int(parent["filled_lots"]) + grown_lots)
    high, low = multiply(price_ticks, grown_lots)
    high, low = add(parent["filled_notional_high"], parent["filled_notional_low"], high, low)
    parent["filled_notional_high"] = high
    parent["filled_notional_low"] = low
    parent["fees_e8"] = add_e8(parent["fees_e8"], fee_e8)
    blotter.dirty[slot] = 1
    if parent["filled_lots"] >= parent["quantity_lots"]:
        parent["status"] = OrderStatus.FILLED
        closed(blotter, slot)
    elif parent["status"] == OrderStatus.NEW:
        parent["status"] = OrderStatus.PARTIALLY_FILLED
    return slot


@kernel
def resize_slice(blotter: Blotter, child: np.void, more_lots: int) -> None:
    """A slice has another size: so much more, or less, of its parent was sent."""
    slot = find(blotter, child["parent_id"])
    if slot >= 0 and is_open(blotter.orders[slot]["status"]):
        blotter.orders[slot]["sent_lots"] = max(0, int(blotter.orders[slot]["sent_lots"]) + more_lots)
        blotter.dirty[slot] = 1


@kernel
def end_of_slice(blotter: Blotter, child: np.void) -> None:
    """A slice is over: what it has not filled was not sent."""
    slot = find(blotter, child["parent_id"])
    if slot >= 0 and is_open(blotter.orders[slot]["status"]):
        rest = int(child["quantity_lots"]) - int(child["filled_lots"])
        blotter.orders[slot]["sent_lots"] = max(0, int(blotter.orders[slot]["sent_lots"]) - rest)
        blotter.dirty[slot] = 1
