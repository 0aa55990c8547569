"""How much stands before our own orders at a venue that shows every order? Counted with each change, told when new.

One walk over all orders begins the count of a watch; from then on every order before it that comes to an end, shrinks
or moves away is taken off. Nothing that comes later stands before it: whoever moves or grows goes to the back. After a
snapshot, and when our order itself has moved, the count begins again.
"""

import numpy as np

from core.kernel import kernel
from core.memory.atomics import array_at, market_events_at
from core.memory.rows import RING
from core.vocabulary import EventKind
from feeds.decode import DECODER
from feeds.order_tables import ORDER, ORDERS, WATCH, order_place
from feeds.publisher import PUBLISHER, publish_records

MOST_WATCHED = 256
"""Of one instrument; the core estimates the others."""
UNCOUNTED = 0
NOT_TOLD = -1
QUEUE_AHEAD = int(EventKind.QUEUE_AHEAD)


@kernel
def leave_queue(state: np.void, order: np.void, lots: int) -> None:
    """So many lots of this order are no longer where it stands."""
    watches = array_at(state["watches_address"], MOST_WATCHED, WATCH)
    for index in range(state["watches"]):
        watch = watches[index]
        if watch["price_ticks"] != order["price_ticks"] or watch["side"] != order["side"]:
            continue
        if watch["order_id"] != order["id"] and _is_before(order, watch["arrival"], watch["order_id"]):
            watch["ahead_lots"] -= lots


@kernel
def count_again(state: np.void, identity: int) -> None:
    """This order has moved, or is gone."""
    watches = array_at(state["watches_address"], MOST_WATCHED, WATCH)
    for index in range(state["watches"]):
        if watches[index]["order_id"] == identity:
            watches[index]["price_ticks"] = UNCOUNTED


@kernel
def count_all_again(state: np.void) -> None:
    """A snapshot begins: the core believes nothing of before it."""
    watches = array_at(state["watches_address"], MOST_WATCHED, WATCH)
    for index in range(state["watches"]):
        watches[index]["price_ticks"] = UNCOUNTED
        watches[index]["told_lots"] = NOT_TOLD


@kernel
def tell_queues(orders_address: int, received_ns: int, venue_ns: int) -> int:
    """QUEUE_AHEAD of each watched order whose place is not what was told; how many, none when the ring is full."""
    state = array_at(orders_address, 1, ORDERS)[0]
    decoder = array_at(state["decoder_address"], 1, DECODER)[0]
    records = market_events_at(decoder["records_address"], decoder["capacity"])
    watches = array_at(state["watches_address"], MOST_WATCHED, WATCH)
    count = 0
    for index in range(state["watches"]):
        watch = watches[index]
        if watch["price_ticks"] == UNCOUNTED:
            _count(state, watch)
        if watch["price_ticks"] != UNCOUNTED and watch["ahead_lots"] != watch["told_lots"]:
            _write(records[count], decoder["instrument_id"], watch, received_ns, venue_ns)
            count += 1
    if count == 0:
        return 0
    ring = array_at(decoder["ring_address"], 1, RING)[0]
    publisher = array_at(decoder["publisher_address"], 1, PUBLISHER)[0]
    if not publish_records(ring, publisher, records, count, received_ns):
        return 0
    for index in range(state["watches"]):
        if watches[index]["price_ticks"] != UNCOUNTED:
            watches[index]["told_lots"] = watches[index]["ahead_lots"]
    return count


@kernel
def _is_before(order: np.void, arrival: int, identity: int) -> bool:
    """Arrivals are equal in snapshots of venues whose ids rise with time."""
    return bool(order["arrival"] < arrival or (order["arrival"] == arrival and order["id"] < identity))


@kernel
def _count(state: np.void, watch: np.void) -> None:
    orders = array_at(state["orders_address"], state["capacity"], ORDER)
    place = order_place(orders, watch["order_id"])
    if orders[place]["id"] != watch["order_id"]:
        return
    mine = orders[place]
    watch["price_ticks"] = mine["price_ticks"]
    watch["side"] = mine["side"]
    watch["arrival"] = mine["arrival"]
    watch["ahead_lots"] = 0
    for index in range(orders.shape[0]):
        order = orders[index]
        if order["id"] == 0 or order["price_ticks"] != mine["price_ticks"] or order["side"] != mine["side"]:
            continue
        if _is_before(order, mine["arrival"], mine["id"]):
            watch["ahead_lots"] += order["lots"]


@kernel
def _write(record: np.void, instrument_id: int, watch: np.void, received_ns: int, venue_ns: int) -> None:
    record["kind"] = QUEUE_AHEAD
    record["instrument_id"] = instrument_id
    record["received_ns"] = received_ns
    record["venue_ns"] = venue_ns
    record["reference_id"] = watch["client_id"]
    record["price_ticks"] = watch["price_ticks"]
    record["quantity_lots"] = watch["ahead_lots"]
    record["side"] = watch["side"]
    record["flags"] = 0
    record["detail"] = 0
