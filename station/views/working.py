"""What an order is and where it stands, in words and in one mark: at the venue, held here, in slices, waiting.

mark   means
▲ ▼    a stop that buys, that sells        ↑ ↓   a trailing stop
◇      waits for its price to be touched   ○     waits for the entry of its group
≡      worked in slices                    ‖     paused
~      follows the market                  …     asked for    ?   nobody knows
"""

from collections.abc import Sequence

from core.vocabulary import EventFlag, OrderStatus, OrderType, Phase, Side, TimeInForce
from station.views.instrument import InstrumentView
from station.views.orders import SLICED, OrderView
from station.views.words import ORDER_STATES, denied_sentence

PENDING = frozenset({OrderStatus.PENDING_NEW, OrderStatus.PENDING_CANCEL, OrderStatus.PENDING_REPLACE})
NO_MARK = " "
TOUCHED = (OrderType.MARKET_IF_TOUCHED, OrderType.LIMIT_IF_TOUCHED)
KINDS: dict[OrderType, str] = {
    OrderType.NONE: "",
    OrderType.LIMIT: "limit",
    OrderType.MARKET: "market",
    OrderType.STOP: "stop",
    OrderType.STOP_LIMIT: "stop limit",
    OrderType.MARKET_IF_TOUCHED: "touch",
    OrderType.LIMIT_IF_TOUCHED: "touch limit",
    OrderType.TRAILING_STOP: "trail",
    OrderType.ICEBERG: "iceberg",
    OrderType.TWAP: "twap",
    OrderType.VWAP: "vwap",
    OrderType.MARKET_TO_LIMIT: "mtl",
    OrderType.PEGGED: "peg",
}


def mark_of(order: OrderView) -> str:
    if order.status is OrderStatus.UNKNOWN:
        return "?"
    if order.status in PENDING:
        return "…"
    return held_mark(order)


def held_mark(order: OrderView) -> str:
    """One cell; blank for an order that simply rests."""
    if order.phase is Phase.PAUSED:
        return "‖"
    if order.phase is Phase.WAITING:
        return "○"
    if order.kind in SLICED and order.is_held:
        return "≡"
    if order.phase is Phase.FOLLOWING:
        return "~"
    if not order.has_trigger:
        return NO_MARK
    if order.kind in TOUCHED:
        return "◇"
    up, down = ("↑", "↓") if order.kind is OrderType.TRAILING_STOP else ("▲", "▼")
    return up if order.side is Side.BUY else down


def asked_text(order: OrderView, instrument: InstrumentView) -> str:
    """What was asked: "stop 990 limit 985 reduce"."""
    words = [KINDS[order.kind].split(" ", maxsplit=1)[0]]
    if order.kind is OrderType.TRAILING_STOP:
        words.append(offset_text(order))
        words += [f"from {instrument.price(order.activation_ticks)}"] if order.activation_ticks else []
    if order.trigger_ticks and order.kind is not OrderType.TRAILING_STOP:
        words.append(instrument.price(order.trigger_ticks))
    if order.kind is OrderType.PEGGED:
        words.append("mid" if order.flags & EventFlag.TO_MID else "best")
        words += [f"-{offset_text(order)}"] if order.offset else []
    elif order.price_ticks and order.kind in (OrderType.STOP_LIMIT, OrderType.LIMIT_IF_TOUCHED):
        words.append(f"limit {instrument.price(order.price_ticks)}")
    elif order.price_ticks and order.kind is not OrderType.MARKET:
        words.append(instrument.price(order.price_ticks))
    if order.kind in SLICED and order.display_lots:
        words.append(f"shows {instrument.short(order.display_lots)}")
    if order.kind in (OrderType.TWAP, OrderType.VWAP) and order.offset:
        words.append(f"cap {order.offset / 10_000:g}%")
    return " ".join((*words, *flag_words(order)))


def flag_words(order: OrderView) -> list[str]:
    words = ["post"] if order.flags & EventFlag.POST_ONLY else []
    words += ["reduce"] if order.flags & EventFlag.REDUCE_ONLY else []
    plain = (TimeInForce.NONE, TimeInForce.GTC)
    return words + ([] if order.time_in_force in plain else [order.time_in_force.name.lower()])


def offset_text(order: OrderView) -> str:
    return f"{order.offset / 100:g}%" if order.flags & EventFlag.IN_BPS else f"{order.offset}t"


def is_denied(order: OrderView) -> bool:
    """It is to go out, or its next slice is, and the last review said no: it is asked for again."""
    return order.phase in (Phase.WORKING, Phase.TRIGGERED) and order.reason != 0


def stands_text(order: OrderView, instrument: InstrumentView) -> str:
    """Where it is now: "held here: stop 990", "12 of 24 slices, 40 %", "waits for its entry"."""
    if order.status in PENDING or order.status is OrderStatus.UNKNOWN:
        return ORDER_STATES[order.status]
    if is_denied(order):
        return f"denied at {done_percent(order)} %: {denied_sentence(order.reason)}"
    match order.phase:
        case Phase.WAITING:
            return "waits for its entry"
        case Phase.WATCHING if order.trigger_ticks:
            return f"held here: {KINDS[order.kind].split(' ')[0]} {instrument.price(order.trigger_ticks)}"
        case Phase.WATCHING:
            return f"held here: from {instrument.price(order.activation_ticks)}"
        case Phase.TRIGGERED:
            return "triggered, goes out"
        case Phase.WORKING:
            return f"{order.slices} of {order.slices_in_all} slices, {done_percent(order)} %"
        case Phase.PAUSED:
            return f"paused at {done_percent(order)} %"
        case Phase.FOLLOWING:
            return "follows the market"
    return "protection · at venue" if order.is_insurance else ORDER_STATES[order.status]


def stands_short(order: OrderView) -> str:
    """The same in eight letters."""
    if order.status in PENDING or order.status is OrderStatus.UNKNOWN:
        return ORDER_STATES[order.status]
    if is_denied(order):
        return "denied"
    words = {Phase.WAITING: "waits", Phase.WATCHING: "held", Phase.TRIGGERED: "goes out", Phase.PAUSED: "paused"}
    if order.phase is Phase.WORKING:
        return f"{order.slices}/{order.slices_in_all}"
    if order.is_insurance:
        return "protects"
    return words.get(order.phase, "follows" if order.phase is Phase.FOLLOWING else ORDER_STATES[order.status])


def worked_text(order: OrderView, venue: str) -> str:
    """By whom: the venue as it was asked, or the core."""
    if order.is_emulated or order.is_held:
        return "worked here"
    if order.is_insurance:
        return f"the core's protection, at {venue}"
    return f"native at {venue}" if order.kind not in (OrderType.LIMIT, OrderType.MARKET) else f"at {venue}"


def done_percent(order: OrderView) -> int:
    return 100 * order.filled_lots // max(1, order.quantity_lots)


def queue_text(order: OrderView, instrument: InstrumentView) -> str:
    """What stands before it; an estimate says so by its first letter."""
    if order.queue_ahead_lots < 0:
        return ""
    return f"{'' if order.is_queue_exact else '~'}{instrument.short(order.queue_ahead_lots)}"


def in_families(orders: Sequence[OrderView]) -> list[OrderView]:
    """Newest first, but what hangs together stands together: entry, then its slices, then what waits."""
    family = _families(orders)
    newest: dict[tuple[bool, int], int] = {}
    for order in orders:
        key = family[order.client_id]
        newest[key] = max(newest.get(key, 0), order.client_id)

    def place(order: OrderView) -> tuple[int, bool, int, bool, int]:
        waits = bool(order.flags & EventFlag.WAITS)
        leader = order.parent_id or order.client_id
        return -newest[family[order.client_id]], waits, -leader, bool(order.parent_id), -order.client_id

    return sorted(orders, key=place)


def branches(orders: Sequence[OrderView]) -> list[str]:
    """Of orders in families, the piece of a bracket before each: ┌ ├ └, or blank for one alone."""
    family = _families(orders)
    keys = [None, *(family[order.client_id] for order in orders), None]
    pieces = {(False, False): " ", (False, True): "┌", (True, True): "├", (True, False): "└"}
    return [pieces[keys[at] == keys[at - 1], keys[at] == keys[at + 1]] for at in range(1, len(keys) - 1)]


def _families(orders: Sequence[OrderView]) -> dict[int, tuple[bool, int]]:
    """Client id → what the order belongs to: its group, its parent, that one's group, or itself."""
    by_id = {order.client_id: order for order in orders}

    def key(order: OrderView) -> tuple[bool, int]:
        leader = by_id.get(order.parent_id, order)
        return (True, leader.group_id) if leader.group_id else (False, order.parent_id or order.client_id)

    return {order.client_id: key(order) for order in orders}
