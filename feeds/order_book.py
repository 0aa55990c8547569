"""Order by order (level 3) to levels: what the venue says of single orders, as new totals at their prices.

Orders stand in one hash table by their id, totals in another by price (feeds/order_tables.py). A change that moves an
order to another price, or makes it larger, sends it to the back of its queue, as venues do. So the book knows exactly
how much stands before one order: `ahead_of`, and for our own, told with each change, feeds/queue_watch.py.

    ids     numbers as they are, other texts hashed (feeds/scan.py)
    0 lots  the order is gone; it needs no price then
    no price on a change: the price that it had (BitMEX)
    `zero_price_deletes`: price 0 means gone, whatever the amount says (Bitfinex R0)
"""

from collections.abc import Sequence

import numpy as np

from core.kernel import kernel
from core.memory.atomics import array_at, market_events_at
from core.memory.files import address_of
from core.vocabulary import Side
from feeds.checked_book import tell_level
from feeds.decode import DECODER, TOO_LONG
from feeds.order_tables import ORDER, ORDERS, TOTAL, WATCH, home_of, order_place, total_place
from feeds.queue_watch import MOST_WATCHED, count_again, count_all_again, leave_queue, tell_queues

BUY = int(Side.BUY)
SELL = int(Side.SELL)

MOST_ORDERS = 1 << 17


class OrderBook:
    """One instrument's orders behind its decoder."""

    def __init__(
        self,
        decoder: np.ndarray,
        *,
        capacity: int = MOST_ORDERS,
        zero_price_deletes: bool = False,
        ids_rise: bool = False,
    ) -> None:
        """`capacity`: a power of two; up to three quarters of it are used. `ids_rise`: with time, so that of one price
        in a snapshot the smaller id stands first; else the earlier row does."""
        self._orders, self._totals = np.zeros(capacity, ORDER), np.zeros(capacity, TOTAL)
        self._watches = np.zeros(MOST_WATCHED, WATCH)
        self.state = row = np.zeros(1, ORDERS)
        row["decoder_address"], row["capacity"] = address_of(decoder), capacity
        row["orders_address"], row["totals_address"] = address_of(self._orders), address_of(self._totals)
        row["watches_address"] = address_of(self._watches)
        row["zero_price_deletes"], row["ids_rise"] = zero_price_deletes, ids_rise
        self._address = address_of(row)
        self.watched = 0

    def apply(self, count: int, *, is_snapshot: bool) -> int:
        """The orders that `parse_orders` left in the records become levels; their number, or TOO_LONG."""
        return apply_orders(self._address, count, 1 if is_snapshot else 0)

    def take_from(self, count: int) -> int:
        """The records name what was taken from known orders (a trade): as what is left of them, for `apply`."""
        return take_from_orders(self._address, count)

    def watch(self, wanted: Sequence[tuple[int, int, int]]) -> None:
        """From now on these orders of ours: (the venue's order id, ours, lots before it that the core shows as exact,
        or NOT_TOLD). What is counted already is not counted again."""
        before = {int(row["order_id"]): row for row in self._watches[: self.watched].copy()}
        for index, (order_id, client_id, shown_lots) in enumerate(wanted[:MOST_WATCHED]):
            self._watches[index] = before.get(order_id, np.zeros((), WATCH))
            watch = self._watches[index]
            watch["order_id"], watch["client_id"], watch["told_lots"] = order_id, client_id, shown_lots
        self.state["watches"] = self.watched = min(len(wanted), MOST_WATCHED)

    def tell_queues(self, received_ns: int, venue_ns: int) -> int:
        """Where our orders stand, into the ring if it is news; how many records."""
        return tell_queues(self._address, received_ns, venue_ns)

    def ahead_of(self, order_id: int) -> int:
        """Lots that stand before this order at its price; -1 when it is not in the book. Walks all orders: cold."""
        rows = self.rows()
        found = rows[rows["id"] == order_id]
        if not len(found):
            return -1
        mine = found[0]
        same = (rows["price_ticks"] == mine["price_ticks"]) & (rows["side"] == mine["side"])
        is_tied = (rows["arrival"] == mine["arrival"]) & (rows["id"] < order_id)
        return int(rows["lots"][same & (is_tied | (rows["arrival"] < mine["arrival"]))].sum())

    def rows(self) -> np.ndarray:
        """ORDER of every order, in no order. Cold."""
        rows: np.ndarray = self._orders[self._orders["id"] != 0]
        return rows

    def __len__(self) -> int:
        return int(self.state["orders"][0])


@kernel
def apply_orders(orders_address: int, count: int, is_snapshot: int) -> int:
    state = array_at(orders_address, 1, ORDERS)[0]
    decoder = array_at(state["decoder_address"], 1, DECODER)[0]
    records = market_events_at(decoder["records_address"], decoder["capacity"])
    state["in_snapshot"] = is_snapshot
    if is_snapshot == 1:
        _forget(state)
    end = count
    for index in range(count):
        end = _apply(state, decoder, records, index, end)
        if end < 0:
            return TOO_LONG
    # Totals are read last: an order of this frame may have changed a level that an earlier one had named.
    totals = array_at(state["totals_address"], state["capacity"], TOTAL)
    kept = 0
    for index in range(end):
        record = records[index]
        if record["price_ticks"] > 0:
            place = total_place(totals, _key(record["price_ticks"], record["side"]))
            target = records[kept]
            target["price_ticks"] = record["price_ticks"]
            target["side"] = record["side"]
            target["quantity_lots"] = totals[place]["lots"]
            target["kind"] = record["kind"]
            target["instrument_id"] = record["instrument_id"]
            target["flags"] = 0
            target["detail"] = 0
            kept += 1
    _free_empty_totals(state, totals, records, kept)
    return kept


@kernel
def take_from_orders(orders_address: int, count: int) -> int:
    state = array_at(orders_address, 1, ORDERS)[0]
    decoder = array_at(state["decoder_address"], 1, DECODER)[0]
    records = market_events_at(decoder["records_address"], decoder["capacity"])
    orders = array_at(state["orders_address"], state["capacity"], ORDER)
    for index in range(count):
        record = records[index]
        identity = max(record["reference_id"], 1)
        order = orders[order_place(orders, identity)]
        left = order["lots"] - record["quantity_lots"] if order["id"] == identity else 0
        record["quantity_lots"] = max(left, 0)
        record["price_ticks"] = 0  # the one that it has
    return count


@kernel
def _forget(state: np.void) -> None:
    orders = array_at(state["orders_address"], state["capacity"], ORDER)
    totals = array_at(state["totals_address"], state["capacity"], TOTAL)
    for index in range(orders.shape[0]):
        orders[index]["id"] = 0
        totals[index]["key"] = 0
        totals[index]["lots"] = 0
    state["orders"] = 0
    state["totals"] = 0
    state["arrivals"] += 1
    count_all_again(state)


@kernel
def _apply(state: np.void, decoder: np.void, records: np.ndarray, index: int, end: int) -> int:
    """One order's change; the number of records with the level that it left, or below 0."""
    orders = array_at(state["orders_address"], state["capacity"], ORDER)
    record = records[index]
    identity = max(record["reference_id"], 1)
    place = order_place(orders, identity)
    is_known = orders[place]["id"] == identity
    price_ticks, lots = record["price_ticks"], record["quantity_lots"]
    is_gone = lots == 0 or (price_ticks == 0 and state["zero_price_deletes"] == 1)
    if not is_known and (is_gone or price_ticks == 0):
        state["unknown"] += 1
        record["price_ticks"] = 0  # says nothing about any level
        return end
    if is_known:
        old = orders[place]
        if not _add(state, old["price_ticks"], old["side"], -old["lots"]):
            return TOO_LONG
        if is_gone:
            leave_queue(state, old, old["lots"])
            count_again(state, identity)
            record["price_ticks"] = old["price_ticks"]
            record["side"] = old["side"]
            _remove_order(orders, place)
            state["orders"] -= 1
            return end
        if price_ticks == 0:
            price_ticks = old["price_ticks"]
            record["price_ticks"] = price_ticks
            record["side"] = old["side"]
        has_moved = price_ticks != old["price_ticks"] or record["side"] != old["side"]
        if has_moved:
            end = tell_level(decoder, records, end, old["side"], old["price_ticks"], 0)
        if has_moved or lots > old["lots"]:
            leave_queue(state, old, old["lots"])
            count_again(state, identity)
            old["arrival"] = _next_arrival(state)
        else:
            leave_queue(state, old, old["lots"] - lots)
    else:
        if state["orders"] * 4 >= state["capacity"] * 3:
            return TOO_LONG
        state["orders"] += 1
        orders[place]["id"] = identity
        orders[place]["arrival"] = _next_arrival(state)
    orders[place]["price_ticks"] = price_ticks
    orders[place]["lots"] = lots
    orders[place]["side"] = record["side"]
    return end if _add(state, price_ticks, record["side"], lots) else TOO_LONG


@kernel
def _next_arrival(state: np.void) -> int:
    if state["in_snapshot"] == 0 or state["ids_rise"] == 0:
        state["arrivals"] += 1
    return int(state["arrivals"])


@kernel
def _key(price_ticks: int, side: int) -> int:
    return price_ticks * 2 + (1 if side == SELL else 0)


@kernel
def _add(state: np.void, price_ticks: int, side: int, lots: int) -> bool:
    """False: no room for another price."""
    totals = array_at(state["totals_address"], state["capacity"], TOTAL)
    key = _key(price_ticks, side)
    place = total_place(totals, key)
    if totals[place]["key"] == 0:
        if state["totals"] * 4 >= state["capacity"] * 3:
            return False
        state["totals"] += 1
        totals[place]["key"] = key
        totals[place]["lots"] = 0
    totals[place]["lots"] += lots
    return True


@kernel
def _remove_order(orders: np.ndarray, hole: int) -> None:
    """Knuth 6.4, algorithm R: what was pushed beyond the hole moves into it."""
    mask = orders.shape[0] - 1
    place = hole
    while True:
        place = (place + 1) & mask
        if orders[place]["id"] == 0:
            break
        home = home_of(orders[place]["id"], orders.shape[0])
        if ((place - home) & mask) >= ((place - hole) & mask):
            orders[hole] = orders[place]
            hole = place
    orders[hole]["id"] = 0


@kernel
def _free_empty_totals(state: np.void, totals: np.ndarray, records: np.ndarray, count: int) -> None:
    """Prices without an order give their place back, so that the table does not fill up over the days."""
    for index in range(count):
        record = records[index]
        if record["quantity_lots"] == 0:
            place = total_place(totals, _key(record["price_ticks"], record["side"]))
            if totals[place]["key"] != 0 and totals[place]["lots"] == 0:
                _remove_total(totals, place)
                state["totals"] -= 1


@kernel
def _remove_total(totals: np.ndarray, hole: int) -> None:
    mask = totals.shape[0] - 1
    place = hole
    while True:
        place = (place + 1) & mask
        if totals[place]["key"] == 0:
            break
        home = home_of(totals[place]["key"], totals.shape[0])
        if ((place - home) & mask) >= ((place - hole) & mask):
            totals[hole] = totals[place]
            hole = place
    totals[hole]["key"] = 0
    totals[hole]["lots"] = 0
