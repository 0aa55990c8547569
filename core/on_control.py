"""What the loop itself told: timers, halts, silence, full rings, ends of leases, a new day."""

import numpy as np

from core.bars.series import close_due
from core.book.apply import begin_day
from core.book.integrity import distrust_all, review_silence
from core.breaking import keep_watch
from core.counted import count_exposures, turn_day
from core.fills.paper import paper_disown, paper_rollover
from core.groups import forget_legs
from core.held import cancel_day_orders, cancel_held, work_held
from core.kernel import kernel
from core.memory.control import DESK_LINE, FLATTEN
from core.orders.blotter import VISIBLE_NS, begin_epoch, recycle
from core.orders.requests import look_up_unknown
from core.orders.timers import arm, pop_due
from core.records.decisions import Decisions
from core.risk.breaker import begin_session
from core.risk.halt import apply_halt, halt_seen
from core.risk.lease import release
from core.risk.limits import spread
from core.signals.update import on_bar
from core.stage import stage
from core.state import HOUSEKEEPING_NS, HOUSEKEEPING_TIMER, State
from core.strategy.slots import swap
from core.trust import ask_resync, distrust_group, tell_book_state
from core.vocabulary import BookState, EventKind, Mode

RESYNC_EVERY_NS = 1_000_000_000
RECYCLE_AT_MOST = 64


@stage
def on_control(state: State, decisions: Decisions, event: np.void) -> None:
    kind = event["kind"]
    if kind == EventKind.TIMER:
        _on_timer(state, decisions, event)
    elif kind == EventKind.HALT:
        _on_halt(state, decisions, event)
    elif kind == EventKind.FEED_STALE:
        if event["detail"] == 1:
            distrust_group(state, decisions, event)
    elif kind == EventKind.ORDERS_STALE:
        state.gateways[event["source_id"]]["is_down"] = event["detail"]
    elif kind == EventKind.RING_FULL:
        if event["source_id"] < 0:
            state.core[0]["journal_full"] = event["detail"]
        else:
            state.gateways[event["source_id"]]["is_full"] = event["detail"]
    elif kind == EventKind.LEASE_ENDED:
        _end_lease(state, event["source_id"])
    elif kind == EventKind.FLATTENED:
        state.halt.is_flattening[0] = 0
    elif kind == EventKind.STRATEGY_SWAPPED:
        swap(state.slots, event["strategy_id"], event["amount"])
    elif kind == EventKind.ROLLOVER:
        _begin_day(state, decisions, event)
    elif kind == EventKind.RESUMED:
        distrust_all(state.books)
    elif kind == EventKind.SESSION:
        _begin_session(state, decisions, event)


@kernel
def _begin_session(state: State, decisions: Decisions, event: np.void) -> None:
    """A core goes on from what another one left: what that one waited for is asked for again."""
    begin_epoch(state.blotter, event["client_id"])
    # Until here the desk counts as halted. Lines that changed meanwhile are read by the loop and told as HALT.
    apply_halt(state.halt, state.risk)
    count_exposures(state)
    spread(state.risk)
    begin_session(state.risk, event["now_ns"])
    if state.core[0]["mode"] != Mode.PAPER:
        look_up_unknown(state.blotter, decisions, event)
        return
    for place in range(state.blotter.counts[0]["open_orders"]):
        paper_disown(state.paper, state.blotter.orders[state.blotter.open_slots[place]], event["now_ns"])


@kernel
def _on_timer(state: State, decisions: Decisions, event: np.void) -> None:
    """`venue_ns` is when it was due: the same timer is taken here as the loop saw."""
    timer = pop_due(state.timers, event["venue_ns"])
    if timer == HOUSEKEEPING_TIMER:
        arm(state.timers, HOUSEKEEPING_TIMER, event["now_ns"] + HOUSEKEEPING_NS)
        _keep_house(state, decisions, event)
        keep_watch(state, decisions, event)


@kernel
def _keep_house(state: State, decisions: Decisions, event: np.void) -> None:
    """Bars that closed in silence, books that fell silent, snapshots that did not come, slots to give back."""
    now_ns = event["now_ns"]
    is_resync_due = now_ns >= state.core[0]["next_resync_ns"]
    if is_resync_due:
        state.core[0]["next_resync_ns"] = now_ns + RESYNC_EVERY_NS
    for slot in range(min(state.books.heads.shape[0], state.instrument_count[0])):
        before = state.books.heads[slot]["state"]
        closed = close_due(state.bars, slot, now_ns)
        if closed != 0:
            on_bar(state.signals, state.bars, slot, closed)
        if is_resync_due and _needs_snapshot(state, slot):
            ask_resync(state, decisions, slot, event)
        elif review_silence(state.books, slot, now_ns, state.core[0]["stale_after_ns"]):
            tell_book_state(state, decisions, slot, before, event)
    if state.blotter.counts[0]["watched_orders"] > 0:
        work_held(state, decisions, event)
    recycle(state.blotter, now_ns, VISIBLE_NS, RECYCLE_AT_MOST)


@kernel
def _needs_snapshot(state: State, slot: int) -> bool:
    """Gapped, or never whole: a core that starts beside a running feed has missed its snapshots."""
    head = state.books.heads[slot]
    if head["is_syncing"] == 1:
        return False
    return bool(head["state"] == BookState.GAPPED or head["state"] == BookState.SYNCING)


@kernel
def _on_halt(state: State, decisions: Decisions, event: np.void) -> None:
    """Nothing more is sent; hot keys and strategies are off, and stay off when the desk is armed again.

    What the core holds itself ends when a person says halt (a key, a command, a signal, the file KILL), or when
    everything is flattened. When the desk or a process says it, because one fell silent, it stays and does nothing
    until the desk is armed again: a stop must not be lost because its core died.
    """
    halt_seen(state.halt, state.risk, event["source_id"], event["reference_id"])
    if state.risk.state[0]["is_halted"] == 0:
        return
    line = event["source_id"]
    is_known = line >= 0 and line < state.halt.seen.shape[0]
    # A restarted core is told of every line again: a flatten that was acknowledged is over.
    if event["amount"] & FLATTEN != 0 and is_known and state.halt.seen[line] != state.halt.acknowledged[line]:
        state.halt.is_flattening[0] = 1
    state.core[0]["strategies_enabled"] = 0
    is_meant = line < DESK_LINE or event["amount"] != 0
    if is_meant and is_known and state.halt.seen[line] != state.halt.acknowledged[line]:
        cancel_held(state, decisions, event)
    for instrument_id in range(state.targets.shape[0]):
        state.targets[instrument_id]["is_wanted"] = 0
    for seat in range(state.seats.shape[0]):
        state.lease.armed[seat] = 0
        state.seats[seat]["is_armed"] = 0


@kernel
def _end_lease(state: State, seat: int) -> None:
    release(state.lease, seat)
    forget_legs(state, seat)
    for each in range(state.seats.shape[0]):
        state.seats[each]["is_armed"] = 0
        state.seats[each]["holds_lease"] = 0


@kernel
def _begin_day(state: State, decisions: Decisions, event: np.void) -> None:
    cancel_day_orders(state, decisions, event)
    for slot in range(min(state.books.heads.shape[0], state.instrument_count[0])):
        begin_day(state.books, slot)
    turn_day(state)
    if state.core[0]["mode"] == Mode.PAPER:
        paper_rollover(state.paper, event["now_ns"])
