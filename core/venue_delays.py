"""How slow is a venue? Until it has an order, and how old its market is by the time that we see it.

    ack_ns     from an order to its acknowledgement
    feed_ns    from the venue's stamp on its data to their receipt: as true as both clocks are
    delay_ns   both together; FIRST_ACK_NS for the one that it has not shown yet

What a price may have moved on in meanwhile is this, and the time that its feed has been silent. The first two are means
that move by an eighth of the difference, of a venue group: its acknowledgements as they come, its books ten times a
second. What a recording was stamped with says nothing, nor does a clock that runs ahead.
"""

import math

import numpy as np

from core.kernel import kernel
from core.orders.blotter import find
from core.state import FIRST_ACK_NS, State
from core.vocabulary import BookState

LONGEST_NS = 10_000_000_000


@kernel
def time_acknowledgement(state: State, event: np.void) -> None:
    """Report ACCEPTED."""
    source_id, slot = event["source_id"], find(state.blotter, event["client_id"])
    if slot < 0 or not (source_id >= 0 and source_id < state.gateways.shape[0]):
        return
    order, gateway = state.blotter.orders[slot], state.gateways[source_id]
    if order["order_type"] != order["asked_type"]:
        return  # it was held for a while
    gateway["ack_ns"] = _moved(int(gateway["ack_ns"]), int(event["now_ns"]) - int(order["created_ns"]))
    _add_up(gateway)


@kernel
def time_feeds(state: State) -> None:
    """Of every book that is LIVE, the last data that came."""
    for slot in range(min(state.books.heads.shape[0], state.instrument_count[0])):
        head = state.books.heads[slot]
        source_id = int(state.instruments[head["instrument_id"]]["source_id"])
        if head["state"] != BookState.LIVE or head["venue_ns"] <= 0:
            continue
        if source_id >= 0 and source_id < state.gateways.shape[0]:
            gateway = state.gateways[source_id]
            age_ns = int(head["received_ns"]) + int(state.bars.wall_offset_ns[0]) - int(head["venue_ns"])
            gateway["feed_ns"] = _moved(int(gateway["feed_ns"]), age_ns)
            _add_up(gateway)


@kernel
def _moved(mean_ns: int, took_ns: int) -> int:
    if not (took_ns > 0 and took_ns < LONGEST_NS):
        return mean_ns
    return mean_ns + ((took_ns - mean_ns) >> 3) if mean_ns > 0 else took_ns


@kernel
def _add_up(gateway: np.void) -> None:
    ack_ns = int(gateway["ack_ns"])
    gateway["delay_ns"] = (ack_ns if ack_ns > 0 else FIRST_ACK_NS) + int(gateway["feed_ns"])


@kernel
def slowness(state: State, slot: int, source_id: int, now_ns: int) -> float:
    """How far the market of a book is expected to move until its venue has an order: a part of its price."""
    silent_ns = min(max(0, now_ns - int(state.books.heads[slot]["heard_ns"])), LONGEST_NS)
    waited_ns = int(state.gateways[source_id]["delay_ns"]) + silent_ns
    moved = float(state.signals.values[slot]["volatility"]) * math.sqrt(float(waited_ns) * 1e-9)
    return moved if moved >= 0.0 else 0.0
