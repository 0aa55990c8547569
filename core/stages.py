"""The stages of the warm-up: each compiles one part of the core with the dtypes and shapes of production.

Run one by one, each in a process of its own, by core/warmup.py.
"""

from typing import Any

import numba
import numpy as np

import core.strategy.builtin  # noqa: F401  (registers)
from core.compiled_code import keep_verdict
from core.flow.follow import take
from core.flow.observe import oldest
from core.flow.seed import seed_book
from core.flow.state import begin_write, end_writes, make_flow
from core.held import work_held
from core.intents import decide
from core.loop import Loop, handle, run
from core.loop_setup import make_loop
from core.memory.cell import even_all, write_cell
from core.memory.files import Memory, cells_row, consumer_row, create_files
from core.memory.layout import Capacities
from core.on_command import on_command
from core.on_control import on_control
from core.on_market import on_market
from core.on_report import on_report
from core.on_restore import on_restore, restore_range
from core.orders.blotter import rank_all
from core.paper import serve_paper
from core.portfolio import value_at_risk
from core.publish.cells import Cells, make_cells
from core.records.decisions import Decisions, clear_event, make_decisions
from core.records.event import EVENT
from core.records.portfolio import PORTFOLIO_INSTRUMENTS
from core.records.snapshot import BOOK_TOP
from core.settings import CoreSettings
from core.stage import link, pretend, tiny_state
from core.step import step
from core.strategy.compile import REGISTRY
from core.strategy.slots import swap

SETTINGS = CoreSettings(state_folder="", epoch=1, wall_offset_ns=0)
SMALL = Capacities(
    market=64, tape=64, journal=64, books=2, positions=4, open_orders=8, strategies=2, bars_kept=2, columns_kept=2
)


def intents() -> None:
    """Risk review, and what it lets through."""
    link(decide)


def held() -> None:
    """Orders that the core works itself."""
    pretend(decide)
    link(work_held)


def market() -> None:
    """Book, bars, signals, and what a frame does."""
    pretend(decide, work_held)
    link(on_market)


def reports() -> None:
    pretend(decide, work_held)
    link(on_report)


def commands() -> None:
    pretend(decide)
    link(on_command)


def control() -> None:
    pretend(work_held)
    link(on_control)


def restarts() -> None:
    """What a core does with its predecessor's journal."""
    pretend(on_report, on_restore)
    link(on_restore)
    _compile(restore_range, tiny_state(), _decisions(), np.zeros(1, EVENT), 0, 1)
    _compile(clear_event, np.zeros(1, EVENT)[0])
    _compile(rank_all, tiny_state().blotter)


def paper() -> None:
    pretend(on_report)
    link(serve_paper)


def strategies() -> None:
    for strategy in REGISTRY.values():
        assert strategy.address
    _compile(swap, tiny_state().slots, 0, 0)


def portfolio() -> None:
    """What all positions could lose, and one cell to show it in."""
    size = PORTFOLIO_INSTRUMENTS
    returns, covariance, lower = np.zeros((60, size)), np.zeros((size, size)), np.zeros((size, size))
    exposures, scratch, found = np.zeros(size), np.zeros(100), np.zeros(4)
    value_at_risk.covariance_of(returns, 1.0, covariance)
    value_at_risk.correlation_of(covariance, lower)
    value_at_risk.beta_of(covariance, 0, 0)
    value_at_risk.parametric(exposures, covariance, 1.0, found)
    value_at_risk.historical(exposures, returns, 1.0, scratch, found)
    value_at_risk.factor(covariance, lower)
    shocks = value_at_risk.make_shocks(size, scenarios=20)
    value_at_risk.monte_carlo(exposures, lower, shocks, 1.0, scratch, found)
    memory = Memory(create_files("warm-up", ("warm",), SMALL), frozenset({"portfolio"}))
    _compile(write_cell, cells_row(memory.cells("portfolio"))[0], 0, 0)
    _compile(even_all, cells_row(memory.cells("portfolio"))[0])
    memory.close()


def flow() -> None:
    """What happened in the market, for those who look."""
    memory = Memory(create_files("warm-up", ("warm",), SMALL), frozenset({"flow"}))
    made, tape = make_flow(memory, 0), consumer_row(memory.ring("tape"))[0]
    _compile(take, made, tape, 0)
    _compile(seed_book, made.books, 0, np.zeros(1, BOOK_TOP)[0])
    _compile(begin_write, made.versions, 0)
    _compile(end_writes, made.versions)
    _compile(oldest, tape)
    memory.close()


def loop() -> None:
    """The step, and around it tape, journal, rings and cells."""
    pretend(on_market, on_report, on_command, on_control, serve_paper)
    link(step)
    memory, made, cells = _loop()
    state, decisions = tiny_state(), _decisions()
    _compile(handle, made, state, decisions, 0)
    _compile(run, made, state, decisions, cells)
    memory.close()


def _compile(function: Any, *arguments: Any) -> None:
    """For the types of these arguments; nothing is run. With the JIT off there is nothing to do."""
    compile_for = getattr(function, "compile", None)
    if compile_for is None:
        return
    compile_for(tuple(numba.typeof(argument) for argument in arguments))
    if not function.stats.cache_hits:
        keep_verdict(function.__name__, "\n".join(function.inspect_llvm().values()))


def _decisions() -> Decisions:
    return make_decisions(4)


def _loop() -> tuple[Memory, Loop, Cells]:
    roles = frozenset({"core", "core.warm"})
    memory = Memory(create_files("warm-up", ("warm",), SMALL), roles)
    return memory, make_loop(memory, SETTINGS), make_cells(memory)
