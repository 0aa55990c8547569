"""What the core shows: dirty books, orders, positions … into their cells, off the measured path.

A cell is written when its source changed, at most once a millisecond: the loop calls this no oftener. The state is
read only; the dirty marks are the publisher's to clear.
"""

from typing import Any, NamedTuple

import numpy as np

from core.book.depth import fill_top
from core.kernel import kernel
from core.memory.cell import write_cell
from core.memory.files import Memory, cells_row
from core.publish.risk import PPM, fill_risk
from core.publish.tape import DROPPED, NEXT_SEQUENCE
from core.records.order import ORDER, POSITION
from core.records.risk import PROTECTION, RISK_SHOWN
from core.records.snapshot import BOOK_TOP, HEALTH, SIGNALS, STRATEGY, TRADES

# Rows of Cells.rows.
BOOKS = 0
TRADES_CELLS = 1
SIGNALS_CELLS = 2
POSITIONS = 3
ORDERS = 4
STRATEGIES = 5
HEALTH_CELL = 6
RISK_CELL = 7
PROTECTIONS = 8
NAMES = ("books", "trades", "signals", "positions", "orders", "strategies", "health", "risk", "protections")

SLOW_EVERY_NS = 50_000_000
"""Health, risk and strategies change all the time: they are shown twenty times a second."""

ORDER_BYTES = ORDER.itemsize
POSITION_BYTES = POSITION.itemsize
PARAMETERS = 8
PROTECTION_BYTES = PROTECTION.itemsize
SIGNALS_BYTES = SIGNALS.itemsize
TRADES_BYTES = TRADES.itemsize


class Cells(NamedTuple):
    rows: np.ndarray
    """CELLS[9]"""
    top: np.ndarray
    """BOOK_TOP[1], scratch"""
    health: np.ndarray
    """HEALTH[1], scratch; what never changes in it is filled in once"""
    strategy: np.ndarray
    """STRATEGY[1], scratch"""
    risk: np.ndarray
    """RISK_SHOWN[1], scratch"""
    next_slow_ns: np.ndarray
    """int64[1]"""
    busy: np.ndarray
    """int64[2]: busy time and clock when health was last shown"""


def make_cells(memory: Memory) -> Cells:
    """Even out what a killed predecessor left odd, and begin."""
    rows = np.concatenate([cells_row(memory.cells(name)) for name in NAMES])
    return Cells(
        rows=rows,
        top=np.zeros(1, BOOK_TOP),
        health=np.zeros(1, HEALTH),
        strategy=np.zeros(1, STRATEGY),
        risk=np.zeros(1, RISK_SHOWN),
        next_slow_ns=np.zeros(1, np.int64),
        busy=np.zeros(2, np.int64),
    )


@kernel
def publish_dirty(cells: Cells, state: Any, tape_counts: np.ndarray, busy_ns: int, now_ns: int) -> None:
    """Everything that changed since it was last shown. `state` is core.state.State."""
    _books(cells, state, now_ns)
    orders = state.blotter
    positions = state.positions
    _rows(cells.rows[ORDERS], orders.orders.ctypes.data, ORDER_BYTES, orders.dirty, orders.dirty.shape[0])
    _rows(cells.rows[POSITIONS], positions.rows.ctypes.data, POSITION_BYTES, positions.dirty, positions.used[0])
    if now_ns >= cells.next_slow_ns[0]:
        cells.next_slow_ns[0] = now_ns + SLOW_EVERY_NS
        _health(cells, state, tape_counts, busy_ns, now_ns)
        _strategies(cells, state)
        fill_risk(cells.risk[0], state, now_ns)
        write_cell(cells.rows[RISK_CELL], 0, cells.risk.ctypes.data)
        risk = state.risk
        dirty = risk.protections_dirty
        _rows(cells.rows[PROTECTIONS], risk.protections.ctypes.data, PROTECTION_BYTES, dirty, dirty.shape[0])


@kernel
def _books(cells: Cells, state: Any, now_ns: int) -> None:
    for slot in range(state.books.heads.shape[0]):
        head = state.books.heads[slot]
        if head["is_dirty"] == 0:
            continue
        head["is_dirty"] = 0
        top = cells.top[0]
        fill_top(state.books, slot, top)
        top["published_ns"] = now_ns
        top["instrument_state"] = state.instruments[head["instrument_id"]]["state"]
        write_cell(cells.rows[BOOKS], slot, cells.top.ctypes.data)
        write_cell(cells.rows[SIGNALS_CELLS], slot, state.signals.values.ctypes.data + slot * SIGNALS_BYTES)
        write_cell(cells.rows[TRADES_CELLS], slot, state.trades.ctypes.data + slot * TRADES_BYTES)


@kernel
def _rows(row: np.void, address: int, record_bytes: int, dirty: np.ndarray, count: int) -> None:
    for index in range(count):
        if dirty[index] != 0:
            dirty[index] = 0
            write_cell(row, index, address + index * record_bytes)


@kernel
def fill_money(health: np.void, state: Any) -> None:
    """All that is held and was earned today, each position in the base currency; those without a rate are counted."""
    realised, unrealised, fees, unrated = 0.0, 0.0, 0.0, 0
    for row in range(state.positions.used[0]):
        position = state.positions.rows[row]
        if position["strategy_id"] != -1:
            continue
        rate = float(state.risk.limits[position["instrument_id"]]["rate_ppm"]) / PPM
        if rate == 0.0:
            unrated += 1
            continue
        realised += float(position["realised_e8"]) * rate
        unrealised += float(position["unrealised_e8"]) * rate
        fees += float(position["fees_e8"]) * rate
    health["realised_e8"] = int(realised)
    health["unrealised_e8"] = int(unrealised)
    health["fees_e8"] = int(fees)
    health["gross_notional_e8"] = state.risk.totals[0]["portfolio_e8"]
    health["unrated_positions"] = unrated


@kernel
def _strategies(cells: Cells, state: Any) -> None:
    shown = cells.strategy[0]
    slots = state.slots
    for slot in range(slots.current.shape[0]):
        index = slots.current[slot]
        if index < 0:
            continue
        record = slots.records[index]
        tally = slots.tallies[slot]
        shown["name"] = record["name"]
        shown["instrument_id"] = record["instrument_id"]
        shown["is_enabled"] = slots.is_enabled[slot]
        shown["version"] = record["version"]
        shown["code_hash"] = record["code_hash"]
        shown["calls"] = tally["calls"]
        shown["intents"] = tally["intents"]
        shown["denied"] = tally["denied"]
        shown["position_lots"] = 0
        shown["realised_e8"] = 0
        for row in range(state.positions.used[0]):
            position = state.positions.rows[row]
            if position["strategy_id"] == slot:
                shown["position_lots"] = position["position_lots"]
                shown["realised_e8"] = position["realised_e8"]
        for parameter in range(PARAMETERS):
            shown["parameters"][parameter] = record["parameters"][parameter]
        write_cell(cells.rows[STRATEGIES], slot, cells.strategy.ctypes.data)


@kernel
def _health(cells: Cells, state: Any, tape_counts: np.ndarray, busy_ns: int, now_ns: int) -> None:
    health = cells.health[0]
    core = state.core[0]
    health["is_halted"] = state.risk.state[0]["is_halted"]
    health["strategies_enabled"] = core["strategies_enabled"]
    health["is_flattening"] = state.halt.is_flattening[0]
    health["now_ns"] = now_ns
    health["events"] = core["events"]
    health["frames"] = core["frames"]
    health["commands"] = core["commands"]
    health["reports"] = core["reports"]
    health["requests"] = core["requests"]
    health["cancels"] = core["cancels"]
    health["denied"] = core["denied"]
    health["last_deny_reason"] = core["last_deny_reason"]
    health["fills"] = core["fills"]
    health["open_orders"] = state.blotter.counts[0]["open_orders"]
    health["unknown_orders"] = state.blotter.counts[0]["unknown_orders"]
    health["tape_written"] = tape_counts[NEXT_SEQUENCE] - tape_counts[DROPPED]
    health["tape_dropped"] = tape_counts[DROPPED]
    health["lease_seat"] = state.lease.holder[0]
    health["lease_generation"] = state.lease.generation[0]
    fill_money(health, state)
    for group in range(state.gateways.shape[0]):
        health["ack_ns"][group] = state.gateways[group]["ack_ns"]
        health["delay_ns"][group] = state.gateways[group]["delay_ns"]
    elapsed_ns = now_ns - cells.busy[1]
    if elapsed_ns > 0:
        health["busy_ppm"] = (busy_ns - cells.busy[0]) * 1_000_000 // elapsed_ns
    cells.busy[0] = busy_ns
    cells.busy[1] = now_ns
    for seat in range(state.seats.shape[0]):
        health["seats"][seat] = state.seats[seat]
    write_cell(cells.rows[HEALTH_CELL], 0, cells.health.ctypes.data)
