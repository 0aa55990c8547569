"""What an execution report does: to its order, to the positions, and which decisions follow.

    seen before (source and sequence, or execution id)   counted, nothing else
    values that cannot be                                counted as impossible, nothing else
    an order that we know                                table of transitions, ORDER_UPDATE
    an execution                                         position of account and strategy, fees, FILL
    an execution of an order that we do not know         position of the account: it is real and counts for risk
    ADOPTED                                              an order of ours again, or one flagged EXTERNAL

`filled_lots` of a report is the venue's total after it and wins over our own sum, so that executions may come in any
order. An execution that would fill more than the order holds is refused and counted as an overfill.
"""

import numpy as np

from core.kernel import kernel
from core.money import LARGEST_E8, LARGEST_STEPS, add, add_e8, multiply
from core.orders.blotter import (
    Blotter,
    closed,
    entered,
    find,
    find_at_venue,
    follow_own,
    insert_order,
    working_lots,
)
from core.orders.contingency import NO_GROUP, end_of_slice, fill_parent, resize_slice, spread_fill
from core.orders.positions import TOTAL, Positions, on_fill, row_of, working_changed
from core.orders.seen import (
    is_execution_seen,
    is_report_seen,
    remember_execution,
    remember_report,
    whose,
)
from core.orders.terms import has_fixed_trigger, no_terms
from core.orders.told import emit_fill, emit_update
from core.orders.transitions import PARTLY, is_open, next_status
from core.records.decisions import Decisions
from core.vocabulary import EventFlag, OrderStatus, OrderType, Origin, Report

EXTERNAL = int(EventFlag.EXTERNAL)
LARGEST_POSITION = 1 << 58
"""Lots; an execution beyond it is no execution."""
REFUSED = -1
STRANGER = -2


@kernel
def apply_report(
    blotter: Blotter, positions: Positions, decisions: Decisions, event: np.void, instruments: np.ndarray
) -> int:
    """One EXECUTION_REPORT. The slot of its order; STRANGER: an execution without an order; REFUSED: nothing done."""
    counts = blotter.counts[0]
    if is_report_seen(blotter, event):
        counts["duplicates"] += 1
        return REFUSED
    remember_report(blotter, event)
    if not _is_possible(event, instruments):
        counts["impossible"] += 1
        return REFUSED
    slot = find(blotter, event["client_id"])
    if slot < 0:
        slot = find_at_venue(blotter, event["reference_id"], event["instrument_id"])
    if event["detail"] == Report.FILLED:
        return _apply_execution(blotter, positions, decisions, event, instruments, slot)
    if slot < 0 and event["detail"] == Report.ADOPTED:
        return _adopt(blotter, positions, decisions, event)
    if slot < 0 or blotter.orders[slot]["instrument_id"] != event["instrument_id"]:
        counts["impossible"] += 1
        return REFUSED
    return _apply_word(blotter, positions, decisions, event, slot)


@kernel
def _is_possible(event: np.void, instruments: np.ndarray) -> bool:
    """What may be in a report at all: states what is allowed."""
    if not (event["instrument_id"] >= 0 and event["instrument_id"] < instruments.shape[0]):
        return False
    if not (event["price_ticks"] >= -LARGEST_STEPS and event["price_ticks"] <= LARGEST_STEPS):
        return False
    if not (event["quantity_lots"] >= 0 and event["quantity_lots"] <= LARGEST_STEPS):
        return False
    if not (event["filled_lots"] >= 0 and event["filled_lots"] <= LARGEST_STEPS):
        return False
    if not (event["amount"] >= -LARGEST_E8 and event["amount"] <= LARGEST_E8):
        return False
    if not (event["side"] >= -1 and event["side"] <= 1):
        return False
    if event["detail"] == Report.FILLED:
        return bool(event["quantity_lots"] > 0 and event["side"] != 0)
    return bool(event["detail"] >= Report.ACCEPTED and event["detail"] <= Report.STATE)


@kernel
def _apply_word(blotter: Blotter, positions: Positions, decisions: Decisions, event: np.void, slot: int) -> int:
    """Every report but an execution, on an order that we know."""
    order = blotter.orders[slot]
    status = next_status(order["status"], event["detail"], order["status_before"], event["status"])
    if status == 0:
        blotter.counts[0]["impossible"] += 1
        return REFUSED
    if event["detail"] == Report.CANCEL_REJECTED and order["replace_quantity_lots"] > 0 and is_open(status):
        status = OrderStatus.PENDING_REPLACE.value  # that answer is still to come: it may fill what was asked for
    before_lots = working_lots(order)
    before_status, before_filled, before_size = (
        int(order["status"]),
        int(order["filled_lots"]),
        int(order["quantity_lots"]),
    )
    if order["venue_order_id"] == 0:
        order["venue_order_id"] = event["reference_id"]
    _take_terms(blotter, order, event)
    if event["detail"] == Report.CANCEL_REJECTED or event["detail"] == Report.STATE:
        order["cancel_asked_ns"] = 0  # it was answered: the next one goes out at once
    if event["detail"] == Report.ACCEPTED:
        order["status_before"] = OrderStatus.NEW
    _settle(blotter, order, status, event)
    _tell_others(blotter, decisions, slot, before_filled, before_size, event)
    _follow(blotter, positions, slot, before_status, before_lots)
    emit_update(blotter, decisions, slot, event)
    return slot


@kernel
def _take_terms(blotter: Blotter, order: np.void, event: np.void) -> None:
    """Price, size and filled as the venue says them, where the report speaks of them."""
    detail = event["detail"]
    if detail == Report.REPLACED or detail == Report.STATE or detail == Report.ADOPTED:
        if detail == Report.REPLACED and order["replace_quantity_lots"] > 0:
            order["price_ticks"] = order["replace_price_ticks"]
            if order["replace_trigger_ticks"] != 0:
                order["trigger_ticks"] = order["replace_trigger_ticks"]
            # Executions that overtook the replace may have filled more than it left.
            order["quantity_lots"] = max(int(order["replace_quantity_lots"]), int(order["filled_lots"]))
        if event["quantity_lots"] > 0 and event["quantity_lots"] >= order["filled_lots"]:
            order["quantity_lots"] = event["quantity_lots"]
            if order["order_type"] == OrderType.LIMIT:
                order["price_ticks"] = event["price_ticks"]
        if event["execution_id"] > 0 and has_fixed_trigger(order["order_type"]):
            order["trigger_ticks"] = event["execution_id"]
        order["queue_ahead_lots"] = -1
    if detail == Report.REPLACED or detail == Report.REPLACE_REJECTED:
        _end_replace(order)
    if event["filled_lots"] > order["filled_lots"] and event["filled_lots"] <= order["quantity_lots"]:
        # The venue knows of executions that have not reached us; each will be applied to the position when it does.
        blotter.counts[0]["missing_lots"] += event["filled_lots"] - order["filled_lots"]
        order["filled_lots"] = event["filled_lots"]


@kernel
def _end_replace(order: np.void) -> None:
    order["replace_quantity_lots"] = 0
    order["replace_price_ticks"] = 0
    order["replace_trigger_ticks"] = 0


@kernel
def _settle(blotter: Blotter, order: np.void, status: int, event: np.void) -> None:
    """Write the new status, with the filled part of an open order told."""
    filled = order["filled_lots"]
    if status == OrderStatus.NEW and filled > 0:
        status = OrderStatus.PARTIALLY_FILLED.value
    if (status == OrderStatus.NEW or status == OrderStatus.PARTIALLY_FILLED) and filled >= order["quantity_lots"]:
        status = OrderStatus.FILLED.value
    # What was asked for stands until it is settled; and an execution of it may come after the order's end.
    if (status == OrderStatus.NEW or status == OrderStatus.PARTIALLY_FILLED) and event["filled_lots"] <= filled:
        _end_replace(order)
    unknown = blotter.counts[0]
    if order["status"] == OrderStatus.UNKNOWN:
        unknown["unknown_orders"] -= 1
    if status == OrderStatus.UNKNOWN:
        unknown["unknown_orders"] += 1
        if order["status"] == OrderStatus.NEW or order["status"] == OrderStatus.PARTIALLY_FILLED:
            order["status_before"] = order["status"]
    order["status"] = status
    order["reason"] = event["reason"]
    order["updated_ns"] = event["now_ns"]


@kernel
def _follow(blotter: Blotter, positions: Positions, slot: int, before_status: int, before_lots: int) -> None:
    """Open list, own best prices and working lots after an order changed."""
    order = blotter.orders[slot]
    was_open = is_open(before_status)
    now_open = is_open(order["status"])
    blotter.counts[0]["reports"] += 1
    blotter.dirty[slot] = 1
    if was_open and not now_open:
        if order["parent_id"] != 0:
            end_of_slice(blotter, order)
        closed(blotter, slot)
    elif now_open and not was_open:
        entered(blotter, slot)
    elif now_open:
        follow_own(blotter, slot)
    count_working(positions, order, working_lots(order) - before_lots)


@kernel
def count_working(positions: Positions, order: np.void, difference_lots: int) -> None:
    """Working lots of an order grew or shrank: on the account's row and on its strategy's."""
    if difference_lots == 0:
        return
    account_id, instrument_id = order["account_id"], order["instrument_id"]
    working_changed(positions, row_of(positions, account_id, instrument_id, TOTAL), order["side"], difference_lots)
    if order["strategy_id"] >= 0:
        row = row_of(positions, account_id, instrument_id, order["strategy_id"])
        working_changed(positions, row, order["side"], difference_lots)


@kernel
def _apply_execution(
    blotter: Blotter,
    positions: Positions,
    decisions: Decisions,
    event: np.void,
    instruments: np.ndarray,
    slot: int,
) -> int:
    counts = blotter.counts[0]
    account_id = int(event["account_id"])
    strategy_id = TOTAL
    if slot >= 0:
        order = blotter.orders[slot]
        account_id, strategy_id = int(order["account_id"]), int(order["strategy_id"])
        if order["side"] != event["side"] or order["instrument_id"] != event["instrument_id"]:
            counts["impossible"] += 1
            return REFUSED
    execution_id = int(event["execution_id"])
    whose_key = whose(event["instrument_id"], account_id, event["side"])
    if execution_id != 0 and is_execution_seen(blotter, execution_id, whose_key):
        counts["duplicates"] += 1
        return REFUSED
    if slot >= 0 and _overfills(blotter.orders[slot], event):
        counts["overfills"] += 1
        return REFUSED
    if not _move_positions(positions, event, instruments, account_id, strategy_id):
        counts["impossible"] += 1
        return REFUSED
    if execution_id != 0:
        remember_execution(blotter, execution_id, whose_key)
    counts["fills"] += 1
    emit_fill(decisions, event, blotter, slot, account_id)
    if slot < 0:
        counts["strangers"] += 1
        return STRANGER
    _fill_order(blotter, positions, decisions, slot, event)
    emit_update(blotter, decisions, slot, event)
    return slot


@kernel
def _overfills(order: np.void, event: np.void) -> bool:
    size = max(order["quantity_lots"], order["replace_quantity_lots"])
    return not (event["quantity_lots"] <= size and _filled_after(order, event) <= size)


@kernel
def _filled_after(order: np.void, event: np.void) -> int:
    """The venue's total, or our own sum where it tells none."""
    if event["filled_lots"] > 0:
        return max(int(order["filled_lots"]), int(event["filled_lots"]))
    return int(order["filled_lots"]) + int(event["quantity_lots"])


@kernel
def _move_positions(
    positions: Positions, event: np.void, instruments: np.ndarray, account_id: int, strategy_id: int
) -> bool:
    """Apply an execution to the account's row and the strategy's. False, and nothing moved, when it cannot be."""
    instrument_id = event["instrument_id"]
    instrument = instruments[instrument_id]
    side, lots = int(event["side"]), int(event["quantity_lots"])
    total = row_of(positions, account_id, instrument_id, TOTAL)
    if total < 0:
        return False
    after_lots = int(positions.rows[total]["position_lots"]) + side * lots
    if not (after_lots >= -LARGEST_POSITION and after_lots <= LARGEST_POSITION):
        return False
    price, fee, now_ns = int(event["price_ticks"]), int(event["amount"]), int(event["now_ns"])
    on_fill(positions, total, side, price, lots, fee, instrument, now_ns)
    if strategy_id >= 0:
        row = row_of(positions, account_id, instrument_id, strategy_id)
        if row >= 0:
            on_fill(positions, row, side, price, lots, fee, instrument, now_ns)
    return True


@kernel
def _fill_order(blotter: Blotter, positions: Positions, decisions: Decisions, slot: int, event: np.void) -> None:
    order = blotter.orders[slot]
    before_lots = working_lots(order)
    before_status, before_filled, before_size = (
        int(order["status"]),
        int(order["filled_lots"]),
        int(order["quantity_lots"]),
    )
    order["filled_lots"] = _filled_after(order, event)
    if order["filled_lots"] > order["quantity_lots"]:
        # Only the larger size that was asked for can have filled so much: the execution overtook its REPLACED.
        order["quantity_lots"] = order["replace_quantity_lots"]
        order["price_ticks"] = order["replace_price_ticks"]
    high, low = multiply(event["price_ticks"], event["quantity_lots"])
    high, low = add(order["filled_notional_high"], order["filled_notional_low"], high, low)
    order["filled_notional_high"] = high
    order["filled_notional_low"] = low
    order["fees_e8"] = add_e8(order["fees_e8"], event["amount"])
    if order["venue_order_id"] == 0:
        order["venue_order_id"] = event["reference_id"]
    size = max(order["quantity_lots"], order["replace_quantity_lots"])
    column = Report.FILLED.value if order["filled_lots"] >= size else PARTLY
    status = next_status(order["status"], column, order["status_before"], 0)
    if status != 0:
        _settle(blotter, order, status, event)
    _tell_others(blotter, decisions, slot, before_filled, before_size, event)
    _follow(blotter, positions, slot, before_status, before_lots)


@kernel
def _tell_others(
    blotter: Blotter, decisions: Decisions, slot: int, before_filled: int, before_size: int, event: np.void
) -> None:
    """What filled, or grew, of an order that belongs to others: its group's legs, the order that it is a slice of."""
    order = blotter.orders[slot]
    if order["parent_id"] != 0 and order["quantity_lots"] != before_size:
        resize_slice(blotter, order, int(order["quantity_lots"]) - before_size)
    grown_lots = int(order["filled_lots"]) - before_filled
    if grown_lots <= 0:
        return
    if order["group_id"] != NO_GROUP:
        spread_fill(blotter, slot, grown_lots)
    if order["parent_id"] != 0:
        is_execution = event["detail"] == Report.FILLED
        price_ticks = int(event["price_ticks"]) if is_execution else int(order["price_ticks"])
        fee_e8 = int(event["amount"]) if is_execution else 0
        parent = fill_parent(blotter, order, grown_lots, price_ticks, fee_e8)
        if parent >= 0:
            emit_update(blotter, decisions, parent, event)


@kernel
def _adopt(blotter: Blotter, positions: Positions, decisions: Decisions, event: np.void) -> int:
    """An open order at the venue that we did not know: ours of an earlier life, or EXTERNAL. It counts for risk."""
    counts = blotter.counts[0]
    possible = event["quantity_lots"] > 0 and event["side"] != 0 and event["filled_lots"] <= event["quantity_lots"]
    if not (possible and is_open(event["status"])):
        counts["impossible"] += 1
        return REFUSED
    client_id = int(event["client_id"])
    is_foreign = client_id == 0
    if is_foreign:
        client_id = (int(counts["epoch"]) << 32) | int(counts["next_counter"])
    slot = insert_order(blotter, client_id, event, event["now_ns"])
    if slot < 0:
        return REFUSED
    order = blotter.orders[slot]
    if is_foreign:
        counts["next_counter"] += 1
        order["origin"] = Origin.EXTERNAL
        order["flags"] |= EXTERNAL
        order["strategy_id"] = TOTAL
    order["venue_order_id"] = event["reference_id"]
    order["order_type"] = OrderType.LIMIT
    no_terms(order)
    order["filled_lots"] = event["filled_lots"]
    order["status_before"] = OrderStatus.NEW
    _settle(blotter, order, event["status"], event)
    counts["adopted"] += 1
    if is_open(order["status"]):
        entered(blotter, slot)
        count_working(positions, order, working_lots(order))
    else:
        entered(blotter, slot)
        closed(blotter, slot)
    emit_update(blotter, decisions, slot, event)
    return slot
