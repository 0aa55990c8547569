"""All that a core knows, as one tuple of numpy arrays: what `step` changes, a checkpoint keeps, a replay begins with.

Each part belongs to one stage and is written by that stage alone; `step` composes them.
"""

from typing import NamedTuple

import numpy as np

from core.bars.series import Bars, make_bars
from core.book.ladder import Books, make_books
from core.book.slippage import WALK
from core.fills.paper import PaperVenue, make_paper
from core.memory.control import GROUPS, SEATS
from core.orders.blotter import Blotter, begin_epoch, make_blotter
from core.orders.positions import Positions, make_positions
from core.orders.timers import Timers, arm, make_timers
from core.records.decisions import Decisions, make_decisions
from core.records.event import EVENT
from core.records.order import ORDER
from core.records.routing import ROUTED
from core.records.snapshot import SEAT, TRADES
from core.risk.halt import Halt, make_halt
from core.risk.lease import Lease, make_lease
from core.risk.limits import Risk, make_risk
from core.risk.rows import SITUATION
from core.settings import CoreSettings
from core.signals.update import Signals, make_signals
from core.strategy.slots import Slots, make_slots

HOUSEKEEPING_TIMER = 0
HOUSEKEEPING_NS = 100_000_000
PAPER_TIMER = 1
FIRST_STRATEGY_TIMER = 2

PAPER_SOURCE = 63
"""source_id of reports that the core's own fill model made; a real venue group is below 8."""

FIRST_ACK_NS = 50_000_000
"""What a venue is thought to take that has not acknowledged anything yet."""

GROUP_LEGS = 8
"""A group has at most so many orders."""

CORE = np.dtype(
    [
        ("mode", np.int64),
        ("strategies_enabled", np.int64),
        ("stale_after_ns", np.int64),
        ("command_valid_ns", np.int64),
        ("events", np.int64),
        ("frames", np.int64),
        ("commands", np.int64),
        ("reports", np.int64),
        ("requests", np.int64),
        ("cancels", np.int64),
        ("denied", np.int64),
        ("last_deny_reason", np.int64),
        ("fills", np.int64),
        ("journal_full", np.int64),
        ("next_resync_ns", np.int64),
        ("wish", np.int64),  # of the intent in hand: core/intents.PLACE, REPLACE, RELEASE
        ("wished_slot", np.int64),  # the order that it is about
        ("is_held", np.int64),  # it is not to trade now
        ("is_part", np.int64),  # a slice, or a held order going out: the whole was reviewed before
        ("answer", np.int64),  # what the last intent came to
    ]
)

GATEWAY = np.dtype(
    [
        ("is_down", np.int64),  # its order process does not beat
        ("is_full", np.int64),  # its request ring has no room
        ("ack_ns", np.int64),  # from an order to its acknowledgement, a running mean; 0: none yet
        ("feed_ns", np.int64),  # how old its market data are when they come, a running mean; 0: it says no time
        ("delay_ns", np.int64),  # what routing counts of both (venue_delays.py)
    ]
)

TARGET = np.dtype(
    [
        ("is_wanted", np.int64),
        ("position_lots", np.int64),  # 0: flatten
        ("until_ns", np.int64),
        ("seat", np.int64),
        ("origin", np.int64),
    ]
)


class State(NamedTuple):
    core: np.ndarray
    """CORE[1]: counts and switches"""
    seats: np.ndarray
    """SEAT[16]: what each seat's last command came to"""
    gateways: np.ndarray
    """GATEWAY[8], by venue group"""
    targets: np.ndarray
    """TARGET[instruments]: positions that are being flattened or reversed"""
    instruments: np.ndarray
    """INSTRUMENT[n], a copy: the desk's table grows under us"""
    instrument_count: np.ndarray
    """int64[1]"""
    books: Books
    trades: np.ndarray
    """TRADES[books]: the last trades, for the screen"""
    bars: Bars
    signals: Signals
    slots: Slots
    risk: Risk
    halt: Halt
    lease: Lease
    situation: np.ndarray
    """SITUATION[1], scratch of a review"""
    intent: np.ndarray
    """EVENT[1], scratch: a command or a strategy's wish as an intent"""
    scratch_order: np.ndarray
    """ORDER[1], scratch: terms without an order"""
    walk: np.ndarray
    """WALK[1], scratch: what an order would eat of its book"""
    routed: np.ndarray
    """ROUTED[8], scratch: the venues that an order is spread over"""
    staged: np.ndarray
    """EVENT[seats, 8]: legs of a group that is still being told"""
    staged_legs: np.ndarray
    """int64[seats]"""
    word: np.ndarray
    """int64[1], scratch"""
    word_as_float: np.ndarray
    """float64[1], the same eight bytes: how the bits of a float travel in an EVENT"""
    blotter: Blotter
    positions: Positions
    timers: Timers
    paper: PaperVenue
    paper_reports: Decisions
    """Scratch: what the paper venue answers"""


def make_state(table: np.ndarray, count: int, settings: CoreSettings, *, capacities: "Sizes | None" = None) -> State:
    """A core that has seen nothing. `table`: INSTRUMENT[n], of which `count` rows are filled."""
    size = capacities or Sizes()
    config = settings.config
    instruments = table.copy()
    core = np.zeros(1, CORE)
    core["mode"] = config.mode
    core["stale_after_ns"] = config.stale_after_ms * 1_000_000
    core["command_valid_ns"] = config.risk.command_valid_ms * 1_000_000
    core["last_deny_reason"] = 0
    blotter = make_blotter(size.open_orders, instruments=len(instruments))
    begin_epoch(blotter, settings.epoch)
    timers = make_timers(FIRST_STRATEGY_TIMER + size.strategies)
    arm(timers, HOUSEKEEPING_TIMER, 0)
    gateways = np.zeros(GROUPS, GATEWAY)
    gateways["delay_ns"] = FIRST_ACK_NS
    word = np.zeros(1, np.int64)
    books = make_books(size.books, window_ticks=size.window_ticks, far_levels=size.far_levels)
    for instrument_id, row in enumerate(instruments[:count]):
        if 0 <= row["book_slot"] < size.books:
            books.heads[row["book_slot"]]["instrument_id"] = instrument_id
    return State(
        core=core,
        seats=np.zeros(SEATS, SEAT),
        gateways=gateways,
        targets=np.zeros(len(instruments), TARGET),
        instruments=instruments,
        instrument_count=np.full(1, count, np.int64),
        books=books,
        trades=np.zeros(size.books, TRADES),
        bars=make_bars(size.books, wall_offset_ns=settings.wall_offset_ns),
        signals=make_signals(size.books),
        slots=make_slots(size.strategies),
        risk=make_risk(instruments, config.risk, positions=size.positions, orders=size.open_orders),
        halt=make_halt(),
        lease=make_lease(),
        situation=np.zeros(1, SITUATION),
        intent=np.zeros(1, EVENT),
        scratch_order=np.zeros(1, ORDER),
        walk=np.zeros(1, WALK),
        routed=np.zeros(GROUP_LEGS, ROUTED),
        staged=np.zeros((SEATS, GROUP_LEGS), EVENT),
        staged_legs=np.zeros(SEATS, np.int64),
        word=word,
        word_as_float=word.view(np.float64),
        blotter=blotter,
        positions=make_positions(size.positions, instruments=len(instruments)),
        timers=timers,
        paper=make_paper(size.open_orders, latency_ns=config.paper_latency_us * 1_000, epoch=settings.epoch),
        paper_reports=make_decisions(256),
    )


class Sizes(NamedTuple):
    """How large a state is. A backtest worker takes a small one."""

    books: int = 32
    window_ticks: int = 1 << 16
    far_levels: int = 1 << 13
    open_orders: int = 1024
    positions: int = 512
    strategies: int = 16
