"""The session's volume at price, its range and average, and the tape as one line per aggressor.

Volume lies in PROFILE_ROWS rows of `profile_ticks_per_row` prices each: 1 at first, doubled whenever the session's
range does not fit. A session begins with a ROLLOVER.

A print is what one aggressor did, as far as can be told: trades of one side that follow each other with the same time
of the venue, or within SAME_NS of our clock.
"""

from core.flow.state import Flow
from core.kernel import kernel
from core.records.flow import PRINTS_KEPT, PROFILE_ROWS

SAME_NS = 1_000_000


@kernel
def session_traded(flow: Flow, slot: int, price_ticks: int, lots: int, side: int) -> None:
    head = flow.heads[slot]
    if head["open_ticks"] == 0:
        head["open_ticks"] = price_ticks
        head["high_ticks"] = price_ticks
        head["low_ticks"] = price_ticks
        head["profile_ticks_per_row"] = 1
        head["profile_first_row"] = price_ticks - PROFILE_ROWS // 2
    head["high_ticks"] = max(head["high_ticks"], price_ticks)
    head["low_ticks"] = min(head["low_ticks"], price_ticks)
    head["total_lots"] += lots
    head["value"] += float(price_ticks) * float(lots)
    row = price_ticks // head["profile_ticks_per_row"] - head["profile_first_row"]
    if not (row >= 0 and row < PROFILE_ROWS):
        _make_room(flow, slot)
        row = price_ticks // head["profile_ticks_per_row"] - head["profile_first_row"]
    flow.profile[slot, row, 0 if side > 0 else 1] += lots


@kernel
def _make_room(flow: Flow, slot: int) -> None:
    """Lay the rows out anew, so that the session's range lies in their middle half, or nearly."""
    head = flow.heads[slot]
    old_step, old_first = head["profile_ticks_per_row"], head["profile_first_row"]
    step = old_step
    while (head["high_ticks"] // step - head["low_ticks"] // step) * 4 > PROFILE_ROWS * 3:
        step *= 2
    first = (head["high_ticks"] // step + head["low_ticks"] // step - PROFILE_ROWS) // 2
    head["profile_ticks_per_row"] = step
    head["profile_first_row"] = first
    for row in range(PROFILE_ROWS):
        for side in range(2):
            flow.old_profile[row, side] = flow.profile[slot, row, side]
            flow.profile[slot, row, side] = 0
    for row in range(PROFILE_ROWS):
        for side in range(2):
            if flow.old_profile[row, side] != 0:
                moved = (old_first + row) * old_step // step - first
                flow.profile[slot, moved, side] += flow.old_profile[row, side]


@kernel
def begin_session(flow: Flow, slot: int, wall_ns: int) -> None:
    head = flow.heads[slot]
    head["since_wall_ns"] = wall_ns
    head["open_ticks"] = 0
    head["high_ticks"] = 0
    head["low_ticks"] = 0
    head["total_lots"] = 0
    head["value"] = 0.0
    head["profile_ticks_per_row"] = 0
    for row in range(PROFILE_ROWS):
        flow.profile[slot, row, 0] = 0
        flow.profile[slot, row, 1] = 0


@kernel
def print_trade(flow: Flow, slot: int, price_ticks: int, lots: int, side: int) -> None:
    """The clocks are those of `flow.books`' last event, which is this trade."""
    book, head = flow.books.heads[slot], flow.heads[slot]
    now_ns, received_ns, venue_ns = book["heard_ns"], book["received_ns"], book["venue_ns"]
    last = flow.prints[slot, (head["prints"] - 1) % PRINTS_KEPT]
    same_moment = (venue_ns != 0 and venue_ns == last["venue_ns"]) or received_ns - last["received_ns"] <= SAME_NS
    if head["prints"] > 0 and last["side"] == side and same_moment:
        last["lots"] += lots
        last["fills"] += 1
        last["price_to_ticks"] = price_ticks
        last["received_ns"] = received_ns
        return
    row = flow.prints[slot, head["prints"] % PRINTS_KEPT]
    row["wall_ns"] = now_ns + flow.wall_offset_ns[0]
    row["received_ns"] = received_ns
    row["venue_ns"] = venue_ns
    row["price_from_ticks"] = price_ticks
    row["price_to_ticks"] = price_ticks
    row["lots"] = lots
    row["fills"] = 1
    row["side"] = side
    head["prints"] += 1
