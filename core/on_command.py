"""What a seat asked for: who may, what it leads to, and the answer that the seat reads.

Cancels and disarming are never gated. The reason of a refusal stands in the seat's row and, for an order, on the tape.
"""

import numpy as np

from core.breaking import arm_breaker, set_limit_by
from core.cancelling import cancel_all
from core.groups import forget_legs, place_group, stage_leg
from core.held_changes import amend_held, break_even, pause
from core.intents import deny, submit, submit_replace
from core.kernel import kernel
from core.orders.blotter import find
from core.orders.requests import cancel
from core.orders.terms import is_held
from core.records.decisions import Decisions
from core.risk.halt import rearm
from core.risk.lease import arm, may_command, release, take
from core.routing import is_routable, route
from core.stage import stage
from core.state import State
from core.strategies import enable_strategies, set_parameter
from core.targets import want_flat, want_reverse
from core.vocabulary import Command, DenyReason, EventFlag, OrderType

MORE = int(EventFlag.MORE)
PERSONAL_FLAGS = int(
    EventFlag.POST_ONLY
    | EventFlag.REDUCE_ONLY
    | EventFlag.ONE_CANCELS
    | EventFlag.WAITS
    | EventFlag.MORE
    | EventFlag.IN_BPS
    | EventFlag.TO_MID
    | EventFlag.ROUTE
)
ROUTE = int(EventFlag.ROUTE)
"""What a person may ask for; all other flags are the core's and the venue's."""


@stage
def on_command(state: State, decisions: Decisions, event: np.void) -> None:
    """One COMMAND event, and its answer in the seat's row."""
    state.core[0]["commands"] += 1
    seat = event["source_id"]
    if not (seat >= 0 and seat < state.seats.shape[0]):
        return
    answer = state.seats[seat]
    answer["last_client_id"] = event["client_id"]
    reason = may_command(state.lease, event)
    if reason == 0:
        reason = _carry_out(state, decisions, event, seat)
    elif _is_order(event["detail"]):
        forget_legs(state, seat)
        deny(state, decisions, event, reason)
    if reason != 0:
        answer["denied"] += 1
    answer["last_reason"] = reason
    answer["last_sequence"] = event["sequence"]
    for other in range(state.seats.shape[0]):
        state.seats[other]["is_armed"] = state.lease.armed[other]
        state.seats[other]["holds_lease"] = 1 if state.lease.holder[0] == other else 0


@kernel
def _is_order(command: int) -> bool:
    return command == Command.PLACE_ORDER or command == Command.REPLACE_ORDER or command == Command.REVERSE


@kernel
def _carry_out(state: State, decisions: Decisions, event: np.void, seat: int) -> int:
    """A DenyReason."""
    command = event["detail"]
    if command == Command.PLACE_ORDER:
        return _place(state, decisions, event, seat)
    if command == Command.CANCEL_ORDER:
        return cancel(state.blotter, decisions, find(state.blotter, event["client_id"]), event)
    if command == Command.CANCEL_ALL:
        return cancel_all(state, decisions, event, event["instrument_id"], event["side"])
    if command == Command.REPLACE_ORDER:
        slot = find(state.blotter, event["client_id"])
        if slot >= 0 and is_held(state.blotter.orders[slot]["phase"]):
            return amend_held(state, decisions, slot, event)
        _take_intent(state, event)
        return submit_replace(state, decisions, state.intent[0], slot)
    if command == Command.FLATTEN:
        cancel_all(state, decisions, event, event["instrument_id"], 0)
        return want_flat(state, decisions, event, seat)
    if command == Command.REVERSE:
        cancel_all(state, decisions, event, event["instrument_id"], 0)
        return want_reverse(state, decisions, event, seat)
    if command == Command.BREAK_EVEN:
        return break_even(state, decisions, event)
    if command == Command.PAUSE_ORDER:
        return pause(state, decisions, find(state.blotter, event["client_id"]), event["amount"], event)
    if command == Command.SET_LIMIT:
        return set_limit_by(state, decisions, event)
    if command == Command.REARM_BREAKER:
        return arm_breaker(state, decisions, event)
    return _switch(state, event, seat)


@kernel
def _switch(state: State, event: np.void, seat: int) -> int:
    """Commands that send nothing."""
    command = event["detail"]
    if command == Command.ARM:
        arm(state.lease, seat, 1)
    elif command == Command.DISARM:
        arm(state.lease, seat, 0)
    elif command == Command.TAKE_LEASE:
        take(state.lease, seat)
    elif command == Command.RELEASE_LEASE:
        release(state.lease, seat)
    elif command == Command.REARM:
        return rearm(state.halt, state.risk, event["amount"])
    elif command == Command.ENABLE_STRATEGIES:
        return enable_strategies(state, event["strategy_id"], event["amount"])
    elif command == Command.SET_PARAMETER:
        return set_parameter(state, event["strategy_id"], event["reference_id"], event["amount"])
    return 0


@kernel
def _take_intent(state: State, event: np.void) -> None:
    """The command as an intent; a person has no strategy, and nobody but the core names flags that it owns."""
    state.intent[0] = event
    intent = state.intent[0]
    intent["strategy_id"] = -1
    intent["flags"] = event["flags"] & PERSONAL_FLAGS
    intent["group_id"] = 0
    if event["order_type"] == OrderType.LIMIT or event["order_type"] == OrderType.MARKET:
        intent["amount"] = 0  # whose slice it is: the core's word alone
    if intent["valid_until_ns"] == 0:
        intent["valid_until_ns"] = event["received_ns"] + state.core[0]["command_valid_ns"]


@kernel
def _place(state: State, decisions: Decisions, event: np.void, seat: int) -> int:
    _take_intent(state, event)
    if event["flags"] & ROUTE != 0:
        return _route(state, decisions, seat)
    is_last = event["flags"] & MORE == 0
    if not is_last or state.staged_legs[seat] > 0:
        reason = stage_leg(state, state.intent[0], seat)
        if reason != 0:
            deny(state, decisions, state.intent[0], reason)
        if reason != 0 or not is_last:
            return reason
        slot = place_group(state, decisions, seat)
    else:
        slot = submit(state, decisions, state.intent[0])
    if slot < 0:
        return -1 - slot
    state.seats[seat]["last_client_id"] = state.blotter.orders[slot]["client_id"]
    return 0


@kernel
def _route(state: State, decisions: Decisions, seat: int) -> int:
    """Spread over the venues of its pair: all parts are sent, or none. A DenyReason."""
    intent = state.intent[0]
    reason = 0
    if not is_routable(state, intent):
        reason = DenyReason.BAD_ORDER_TYPE.value
    if reason == 0:
        state.staged_legs[seat] = route(state, intent, seat)
        if state.staged_legs[seat] == 0:
            reason = DenyReason.BOOK_NOT_LIVE.value
    if reason != 0:
        deny(state, decisions, intent, reason)
        return reason
    slot = place_group(state, decisions, seat)
    if slot < 0:
        return -1 - slot
    state.seats[seat]["last_client_id"] = state.blotter.orders[slot]["client_id"]
    return 0
