"""Which orders there are: slots, found by client id (client_ids.py), and what is open of them at a glance.

A slot is taken by `open_order` and given back some seconds after its order closed, or when it is needed: until then
the screen still shows what became of it. Open orders stand without holes in `open_slots`, so that cancel-all and
searches touch those alone. The best own price of each instrument and side is kept for the self-cross check
(own_prices.py).
"""

from typing import NamedTuple

import numpy as np

from core.kernel import kernel
from core.orders.client_ids import EMPTY, add, find_slot, remove
from core.orders.new_order import write_order
from core.orders.own_prices import NO_RANK, NOBODY, OwnPrices, best_rank, make_own_prices, put, take
from core.orders.terms import is_held, is_insurance, is_watched
from core.orders.transitions import is_open
from core.records.order import ORDER
from core.vocabulary import OrderStatus, OrderType

NO_BID = NO_RANK
NO_ASK = -NO_RANK
VISIBLE_NS = 5_000_000_000
"""How long a closed order stays in its slot when nobody needs the slot."""

COUNTS = np.dtype(
    [
        ("epoch", np.int64),
        ("next_counter", np.int64),
        ("free_slots", np.int64),
        ("open_orders", np.int64),
        ("unknown_orders", np.int64),
        ("closed_head", np.int64),  # oldest entry of the closed queue
        ("closed_entries", np.int64),
        ("reports", np.int64),  # applied
        ("duplicates", np.int64),  # reports and executions that we had already
        ("impossible", np.int64),  # reports that the table has no row for, or with values that cannot be
        ("overfills", np.int64),  # executions of more than was left: refused
        ("strangers", np.int64),  # executions of orders that we do not know: applied to the position
        ("adopted", np.int64),
        ("fills", np.int64),
        ("missing_lots", np.int64),  # orders that the venue calls more filled than the executions we saw
        ("no_room", np.int64),  # orders or positions that found no slot
        ("watched_orders", np.int64),
        ("insurances", np.int64),  # of the open ones: the core's own stops at venues
    ]
)

OWN = np.dtype(
    [
        ("best_bid_ticks", np.int64),  # NO_BID: none open
        ("best_ask_ticks", np.int64),  # NO_ASK: none open
        ("open_orders", np.int64),
        ("watched_orders", np.int64),  # of the open ones: those that the core works or looks at again
    ]
)


class Blotter(NamedTuple):
    orders: np.ndarray
    """ORDER[n]"""
    dirty: np.ndarray
    """uint8[n]: 1 when the cell of the slot must be published again; the publisher sets it back"""
    counts: np.ndarray
    """COUNTS[1]"""
    own: np.ndarray
    """OWN[instruments]: best own prices"""
    own_prices: OwnPrices
    """Behind them: two heaps for each instrument, its bids and its asks"""
    free: np.ndarray
    """int64[n]: a stack of free slots"""
    open_slots: np.ndarray
    """int64[n]: the first counts.open_orders are the slots of open orders, in no order"""
    open_places: np.ndarray
    """int64[n]: where a slot stands in open_slots; -1: not open"""
    keys: np.ndarray
    """int64[m]: client ids, open addressing; 0: empty"""
    places: np.ndarray
    """int64[m]: the slot of each key"""
    closed_slots: np.ndarray
    """int64[2n]: a queue of closed slots, oldest first"""
    closed_ids: np.ndarray
    """int64[2n]: whose they were then: a slot that was reopened or reused is passed over"""
    executions: np.ndarray
    """int64[sets, 8, 2]: executions seen (id, whose), see orders/seen.py"""
    executions_next: np.ndarray
    """int64[sets]"""
    reports_seen: np.ndarray
    """int64[sources]: sequence of the last report applied, by source_id"""


def make_blotter(capacity: int, *, instruments: int = 256, sources: int = 64, executions: int = 1 << 16) -> Blotter:
    """Room for `capacity` orders, open and just closed; it remembers about `executions` executions."""
    places = 1 << (4 * capacity - 1).bit_length()
    sets = max(1, 1 << (executions // 8 - 1).bit_length())
    blotter = Blotter(
        orders=np.zeros(capacity, ORDER),
        dirty=np.zeros(capacity, np.uint8),
        counts=np.zeros(1, COUNTS),
        own=np.zeros(instruments, OWN),
        own_prices=make_own_prices(capacity, 2 * instruments),
        free=np.arange(capacity - 1, -1, -1, dtype=np.int64),
        open_slots=np.zeros(capacity, np.int64),
        open_places=np.full(capacity, -1, np.int64),
        keys=np.zeros(places, np.int64),
        places=np.zeros(places, np.int64),
        closed_slots=np.zeros(2 * capacity, np.int64),
        closed_ids=np.zeros(2 * capacity, np.int64),
        executions=np.zeros((sets, 8, 2), np.int64),
        executions_next=np.zeros(sets, np.int64),
        reports_seen=np.zeros(sources, np.int64),
    )
    blotter.counts["free_slots"] = capacity
    blotter.counts["next_counter"] = 1
    blotter.own["best_bid_ticks"] = NO_BID
    blotter.own["best_ask_ticks"] = NO_ASK
    return blotter


@kernel
def begin_epoch(blotter: Blotter, epoch: int) -> None:
    """A core starts: its client ids carry this number from now on."""
    counts = blotter.counts[0]
    counts["epoch"] = epoch
    counts["next_counter"] = 1


@kernel
def open_order(blotter: Blotter, intent: np.void, now_ns: int, source_id: int, seat: int, phase: int) -> int:
    """A new order from an intent that risk approved: its slot, PENDING_NEW, with a client id; -1 when full."""
    counts = blotter.counts[0]
    client_id = (int(counts["epoch"]) << 32) | int(counts["next_counter"])
    slot = insert_order(blotter, client_id, intent, now_ns)
    if slot >= 0:
        counts["next_counter"] += 1
        order = blotter.orders[slot]
        order["source_id"] = source_id
        order["seat"] = seat
        order["phase"] = phase
        order["status"] = OrderStatus.PENDING_NEW
        entered(blotter, slot)
    return slot


@kernel
def insert_order(blotter: Blotter, client_id: int, intent: np.void, now_ns: int) -> int:
    """A slot that holds the intent's fields under this client id; not counted as open yet. -1 when full or known."""
    if client_id == EMPTY or find(blotter, client_id) >= 0:
        return -1
    counts = blotter.counts[0]
    if counts["free_slots"] == 0:
        recycle(blotter, now_ns, 0, 1)
        if counts["free_slots"] == 0:
            counts["no_room"] += 1
            return -1
    counts["free_slots"] -= 1
    slot = int(blotter.free[counts["free_slots"]])
    write_order(blotter.orders[slot], client_id, intent, now_ns)
    add(blotter.keys, blotter.places, client_id, slot)
    return slot


@kernel
def identify(record: np.void, order: np.void) -> None:
    """Whose a decision is: the fields that every record about an order carries."""
    record["client_id"] = order["client_id"]
    record["reference_id"] = order["venue_order_id"]
    record["filled_lots"] = order["filled_lots"]
    record["instrument_id"] = order["instrument_id"]
    record["group_id"] = order["group_id"]
    record["strategy_id"] = order["strategy_id"]
    record["account_id"] = order["account_id"]
    record["source_id"] = order["source_id"]
    record["side"] = order["side"]
    record["order_type"] = order["order_type"]
    record["time_in_force"] = order["time_in_force"]
    record["flags"] = order["flags"]
    record["origin"] = order["origin"]


@kernel
def find(blotter: Blotter, client_id: int) -> int:
    """The slot of an order, or -1."""
    return find_slot(blotter.keys, blotter.places, client_id)


@kernel
def find_at_venue(blotter: Blotter, venue_order_id: int, instrument_id: int) -> int:
    """The slot of an order by the venue's own id, or -1. A walk over all slots: for orders that are not ours."""
    if venue_order_id == 0:
        return -1
    for slot in range(blotter.orders.shape[0]):
        order = blotter.orders[slot]
        if (
            order["venue_order_id"] == venue_order_id
            and order["instrument_id"] == instrument_id
            and order["client_id"] != EMPTY
        ):
            return slot
    return -1


@kernel
def entered(blotter: Blotter, slot: int) -> None:
    """The order of a slot is open now: count it. Call once, when its status became an open one."""
    counts = blotter.counts[0]
    order = blotter.orders[slot]
    blotter.open_places[slot] = counts["open_orders"]
    blotter.open_slots[counts["open_orders"]] = slot
    counts["open_orders"] += 1
    own = blotter.own[order["instrument_id"]]
    own["open_orders"] += 1
    order["is_watched"] = 1 if is_watched(order) else 0
    own["watched_orders"] += order["is_watched"]
    counts["watched_orders"] += order["is_watched"]
    counts["insurances"] += 1 if is_insurance(order) else 0
    blotter.dirty[slot] = 1
    follow_own(blotter, slot)


@kernel
def follow_own(blotter: Blotter, slot: int) -> None:
    """Our best prices, after an order came, moved, was held or let go, or ended."""
    order, prices = blotter.orders[slot], blotter.own_prices
    rank = _reach(order) if blotter.open_places[slot] >= 0 else NO_RANK
    before = prices.nodes[slot]["rank"]
    if rank == before:
        return
    own, side = blotter.own[order["instrument_id"]], int(order["side"])
    heap = 2 * int(order["instrument_id"]) + ((1 - side) >> 1)
    if before != NO_RANK:
        take(prices, slot)
    if rank != NO_RANK:
        put(prices, slot, heap, rank)
    if side > 0:
        own["best_bid_ticks"] = best_rank(prices, heap)
    else:
        own["best_ask_ticks"] = -best_rank(prices, heap)


@kernel
def _reach(order: np.void) -> int:
    """The rank of the best price at which it may trade: while a replace is on its way, of both of its prices."""
    if order["order_type"] != OrderType.LIMIT or is_held(order["phase"]):
        return NO_RANK
    side = int(order["side"])
    rank = int(order["price_ticks"]) * side
    if order["replace_quantity_lots"] > 0:
        rank = max(rank, int(order["replace_price_ticks"]) * side)
    return rank


@kernel
def rank_all(blotter: Blotter) -> None:
    """All of them anew: a checkpoint of another version may not know them."""
    for slot in range(blotter.orders.shape[0]):
        blotter.own_prices.nodes[slot]["rank"] = NO_RANK
    for heap in range(blotter.own_prices.roots.shape[0]):
        blotter.own_prices.roots[heap] = NOBODY
    for place in range(blotter.counts[0]["open_orders"]):
        follow_own(blotter, blotter.open_slots[place])


@kernel
def closed(blotter: Blotter, slot: int) -> None:
    """The order of a slot has ended: no longer open, still shown, its slot waits to be used again."""
    counts = blotter.counts[0]
    place = blotter.open_places[slot]
    if place < 0:
        return
    counts["open_orders"] -= 1
    last = blotter.open_slots[counts["open_orders"]]
    blotter.open_slots[place] = last
    blotter.open_places[last] = place
    blotter.open_places[slot] = -1
    instrument_id = blotter.orders[slot]["instrument_id"]
    blotter.own[instrument_id]["open_orders"] -= 1
    blotter.own[instrument_id]["watched_orders"] -= blotter.orders[slot]["is_watched"]
    counts["watched_orders"] -= blotter.orders[slot]["is_watched"]
    counts["insurances"] -= 1 if is_insurance(blotter.orders[slot]) else 0
    blotter.dirty[slot] = 1
    follow_own(blotter, slot)
    if counts["free_slots"] == 0:
        recycle(blotter, 0, 0, 1)  # here rather than when the next order waits for it
    queue(blotter, slot)


@kernel
def queue(blotter: Blotter, slot: int) -> None:
    """Line a closed slot up for recycling. The queue is twice as long as there are slots; if full, its head goes."""
    counts = blotter.counts[0]
    length = blotter.closed_slots.shape[0]
    if counts["closed_entries"] == length:
        _free_oldest(blotter)
    place = (counts["closed_head"] + counts["closed_entries"]) % length
    blotter.closed_slots[place] = slot
    blotter.closed_ids[place] = blotter.orders[slot]["client_id"]
    counts["closed_entries"] += 1


@kernel
def recycle(blotter: Blotter, now_ns: int, visible_ns: int, at_most: int) -> int:
    """Give back slots whose orders closed at least `visible_ns` ago, oldest first; how many."""
    counts = blotter.counts[0]
    freed = 0
    while freed < at_most and counts["closed_entries"] > 0:
        slot = blotter.closed_slots[counts["closed_head"]]
        # 0: whatever its age, also when the clock of its report was later than ours.
        if visible_ns > 0 and now_ns - blotter.orders[slot]["updated_ns"] < visible_ns:
            break
        freed += _free_oldest(blotter)
    return freed


@kernel
def _free_oldest(blotter: Blotter) -> int:
    """Take the head of the closed queue; 1 when its slot became free, 0 when it was passed over."""
    counts = blotter.counts[0]
    head = counts["closed_head"]
    slot = blotter.closed_slots[head]
    client_id = blotter.closed_ids[head]
    counts["closed_head"] = (head + 1) % blotter.closed_slots.shape[0]
    counts["closed_entries"] -= 1
    order = blotter.orders[slot]
    if client_id == EMPTY or order["client_id"] != client_id or is_open(order["status"]):
        return 0
    remove(blotter.keys, blotter.places, client_id)
    order["client_id"] = EMPTY
    order["status"] = 0
    blotter.dirty[slot] = 1
    blotter.free[counts["free_slots"]] = slot
    counts["free_slots"] += 1
    return 1


@kernel
def working_lots(order: np.void) -> int:
    """What may still trade of an order at the venue: the larger of both sizes while a replace is on its way.

    0 of one that is held: its children, or it itself when it goes out, are counted then; and of an insurance.
    """
    if not is_open(order["status"]) or is_held(order["phase"]) or is_insurance(order):
        return 0
    lots = max(int(order["quantity_lots"]), int(order["replace_quantity_lots"])) - int(order["filled_lots"])
    return lots if lots > 0 else 0
