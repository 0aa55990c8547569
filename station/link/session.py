"""The screen's whole link to a desk: attaches, takes a seat, reads views, sends wishes, halts.

Without a free seat it only watches, and halts through the command line's halt line: a watcher can always kill.
"""

import contextlib
import os
import time
from pathlib import Path

from core.histogram.numpy_tally import Tally
from core.memory.control import CLI_LINE, halt_sum
from core.memory.layout import seat_role
from core.vocabulary import Hop, Origin
from feeds.kill_report import close_report
from station import paths
from station.desk.log import note
from station.errors import CommandsFull, NoAnswer, NoSeat
from station.link import wishes
from station.link.attach import Attachment, attach
from station.link.commands import CommandLink, open_commands
from station.link.flow.reader import FlowReader
from station.link.halt import halt
from station.link.handover import Handover
from station.link.health import Health
from station.link.kill_report import KillReports
from station.link.latency import Histograms
from station.link.machine import Machine
from station.link.portfolio import PortfolioReader
from station.link.records import Records
from station.link.seat import whereabouts
from station.link.snapshots import Snapshots
from station.link.tickets import Ticket
from station.views.book import BookView, TradesView, WatchView
from station.views.day import DayView
from station.views.flow import (
    CandlesView,
    EquityView,
    FlowStateView,
    HeatView,
    HintsView,
    LevelFlowView,
    MarkOutsView,
    PrintsView,
    ProfileView,
)
from station.views.happenings import note_line
from station.views.instrument import InstrumentView
from station.views.kill import KillView
from station.views.latency import HopView
from station.views.machine import MachineView
from station.views.orders import OrderNews, OrderView, PositionView
from station.views.portfolio import PortfolioView
from station.views.risk import RiskView
from station.views.signals import SignalsView, StrategyView
from station.views.status import StatusView

LAST_WORD_S = 0.2
"""Who leaves does not wait longer for a core that hangs."""


class Session:
    """Implements link/source.Source on a running desk."""

    def __init__(self, attachment: Attachment) -> None:
        self._attachment = attachment
        self._commands: CommandLink | None = None
        with contextlib.suppress(NoSeat):
            self._commands = open_commands(attachment, client="screen", origin=Origin.KEY)
        self._handover = Handover(self._commands) if self._commands is not None else None
        seat = self._commands.seat.number if self._commands is not None else None
        memory, header = attachment.memory, attachment.header
        self._snapshots = Snapshots(memory, header.wall_offset_ns, attachment.rates)
        self._portfolio = PortfolioReader(memory)
        folder = paths.desk_folder(attachment.desk)
        self._machine = Machine(
            memory,
            desk_pid=attachment.registry.desk_pid,
            started_ns=header.started_ns,
            recordings=folder.recordings,
        )
        self._records = Records(folder.recorder_socket, folder.log_of("desk"), self._snapshots.instruments)
        self._flow = FlowReader(memory, header.wall_offset_ns, folder.recorder_socket)
        self._histograms = Histograms(memory, seat)
        self._health = Health(
            memory,
            desk=attachment.desk,
            started_ns=header.started_ns,
            wall_offset_ns=header.wall_offset_ns,
            seat=seat,
            currency=attachment.limits.base_currency,
        )
        self._halt_line = seat if seat is not None else CLI_LINE
        self._halts_seen = halt_sum(memory.control)
        self._kill_reports = KillReports(paths.desk_folder(attachment.desk).root)
        self._rearm_reason: str | None = None
        self._wishes_for_lease: list[tuple[int, wishes.Wish]] = []
        """At most one: the sequence of the take, and what follows it"""
        self._drawn: BookView | None = None
        self._to_screen: Tally | None = None
        if self._commands is not None and seat is not None:
            self._to_screen = Tally(self._commands.seat.memory.histograms(seat_role(seat))[Hop.CORE_TO_SCREEN])

    def instruments(self) -> tuple[InstrumentView, ...]:
        return self._snapshots.instruments()

    def book(self, instrument_id: int) -> BookView:
        return self._snapshots.book(instrument_id)

    def trades(self, instrument_id: int) -> TradesView:
        return self._snapshots.trades(instrument_id)

    def signals(self, instrument_id: int) -> SignalsView:
        return self._snapshots.signals(instrument_id)

    def watch(self) -> tuple[WatchView, ...]:
        return self._snapshots.watch()

    def orders(self) -> tuple[OrderView, ...]:
        return self._snapshots.orders()

    def news(self) -> tuple[OrderNews, ...]:
        return self._snapshots.news()

    def positions(self) -> tuple[PositionView, ...]:
        return self._snapshots.positions()

    def risk(self) -> RiskView:
        return self._snapshots.risk()

    def strategies(self) -> tuple[StrategyView, ...]:
        return self._snapshots.strategies()

    def status(self) -> StatusView:
        # A re-arm names the halts that the trader has seen on the screen, not one that came while he typed.
        self._halts_seen = halt_sum(self._attachment.memory.control)
        status = self._health.status()
        if self._rearm_reason is not None and not status.is_halted:
            close_report(paths.desk_folder(self._attachment.desk).root, "screen", self._rearm_reason)
            self.note("re-armed", self._rearm_reason)
            self._rearm_reason = None
        return status

    def kill_report(self) -> KillView | None:
        return self._kill_reports.newest()

    def now(self) -> tuple[int, int]:
        now_ns = time.monotonic_ns()
        return now_ns, now_ns + self._attachment.header.wall_offset_ns

    def config_file(self) -> Path:
        """The station.toml of this desk."""
        return Path(self._attachment.registry.setup.get("config_file") or paths.config_file())

    def portfolio(self) -> PortfolioView:
        return self._portfolio.view()

    def machine(self) -> MachineView:
        return self._machine.view()

    def day(self) -> DayView:
        return self._records.day()

    def latency(self) -> tuple[HopView, ...]:
        return self._histograms.hops()

    def flow_state(self) -> FlowStateView:
        return self._flow.state()

    def candles(self, instrument_id: int, frame: int) -> CandlesView:
        return self._flow.candles(instrument_id, frame)

    def profile(self, instrument_id: int) -> ProfileView:
        return self._flow.profile(instrument_id)

    def level_flow(self, instrument_id: int) -> LevelFlowView:
        return self._flow.level_flow(instrument_id)

    def hints(self, instrument_id: int) -> HintsView:
        return self._flow.hints(self.book(instrument_id))

    def heat(self, instrument_id: int, period: int) -> HeatView:
        return self._flow.heat(instrument_id, period)

    def prints(self, instrument_id: int) -> PrintsView:
        return self._flow.prints(instrument_id)

    def mark_outs(self) -> MarkOutsView:
        return self._flow.mark_outs()

    def equity(self, long: bool) -> EquityView:
        return self._flow.equity(long)

    def beat(self) -> None:
        """At every frame; what waits for the lease is sent once we hold it."""
        self._histograms.sample(int(time.monotonic()))
        if self._commands is None:
            return
        self._commands.seat.beat()
        if self._handover is not None:
            self._handover.beat()
        if self._wishes_for_lease:
            sequence, wish = self._wishes_for_lease[0]
            answer = self._commands.answer(sequence)
            if answer is not None:
                self._wishes_for_lease.clear()
                if not answer.is_denied:
                    self._send_now(self._commands, wish)

    def lease_asked_by(self) -> str:
        return self._handover.asked_by() if self._handover is not None else ""

    def drawn(self, book: BookView) -> None:
        before, self._drawn = self._drawn, book
        # The first view of an instrument may be as old as it likes: nothing was waiting for it.
        is_next = before is not None and before is not book and before.instrument_id == book.instrument_id
        if is_next and self._to_screen is not None and book.published_ns:
            self._to_screen.add(time.monotonic_ns() - book.published_ns)

    def send(self, wish: wishes.Wish) -> str | None:
        """A wish that needs the lease takes it first when it is free."""
        if self._commands is None:
            return "every seat is taken: this screen only watches (the kill keys work)"
        if isinstance(wish, wishes.TakeLease | wishes.AskLease | wishes.ReleaseLease):
            self.note("lease", _lease_sentence(wish))
        if isinstance(wish, wishes.AskLease) and self._handover is not None:
            self._handover.ask()
            return None
        try:
            if isinstance(wish, wishes.NEEDS_LEASE) and self._is_lease_free(self._commands):
                self._wishes_for_lease = [(self._commands.take_lease(), wish)]
            else:
                self._send_now(self._commands, wish)
        except CommandsFull:
            return "the core takes no commands: nothing was sent (the kill keys work)"
        return None

    def _send_now(self, commands: CommandLink, wish: wishes.Wish) -> None:
        if isinstance(wish, wishes.Rearm):
            self._rearm_reason = wish.reason
        send(commands, wish, self._halts_seen)

    @staticmethod
    def _is_lease_free(commands: CommandLink) -> bool:
        health = commands.health()
        return health is not None and int(health["lease_seat"]) < 0

    def note(self, what: str, text: str) -> None:
        seat = f"seat {self._commands.seat.number} key" if self._commands is not None else "a watcher"
        note(self._attachment.desk, note_line(seat, what, text))

    def halt(self, reason: str, *, flatten: bool) -> None:
        halt(self._attachment, line=self._halt_line, reason=reason, flatten=flatten)

    def close(self) -> None:
        """Gives the seat back; the lease with it."""
        if self._commands is not None:
            with contextlib.suppress(CommandsFull, NoAnswer):  # then the core takes it, and says that we are gone
                self._give_lease_back(self._commands)
            self._commands.close()
        self._attachment.close()

    @staticmethod
    def _give_lease_back(commands: CommandLink) -> None:
        health = commands.health()
        if health is not None and int(health["lease_seat"]) == commands.seat.number:
            commands.wait(commands.release_lease(), what="give the lease back", within_s=LAST_WORD_S)


def _lease_sentence(wish: wishes.TakeLease | wishes.AskLease | wishes.ReleaseLease) -> str:
    match wish:
        case wishes.TakeLease():
            return f"takes it: {wish.reason}"
        case wishes.AskLease():
            return f"asks for it, from {whereabouts(os.environ) or 'no terminal'}"
        case wishes.ReleaseLease():
            return "gives it back"


def open_session(desk: str | None) -> Session:
    """Raises NoDesk, SeveralDesks, OtherLayout."""
    return Session(attach(desk))


def send(commands: CommandLink, wish: wishes.Wish, halts_seen: int = 0) -> int:
    """The sequence to look for the answer with."""
    match wish:
        case Ticket():
            return commands.place(wish)
        case wishes.Group():
            return commands.place_group(wish.legs)
        case wishes.Cancel():
            return commands.cancel(wish.client_id)
        case wishes.Move():
            return commands.replace(
                wish.client_id,
                price_ticks=wish.price_ticks,
                quantity_lots=wish.quantity_lots,
                trigger_ticks=wish.trigger_ticks,
            )
        case wishes.Pause():
            return commands.pause(wish.client_id, is_paused=wish.is_paused)
        case wishes.BreakEven():
            return commands.break_even(wish.instrument_id)
        case wishes.CancelAll():
            return commands.cancel_all(wish.instrument_id, wish.side)
        case wishes.Flatten():
            return commands.flatten(wish.instrument_id)
        case wishes.Reverse():
            return commands.reverse(wish.instrument_id)
        case wishes.Arm():
            return commands.arm() if wish.is_armed else commands.disarm()
        case wishes.TakeLease():
            return commands.take_lease()
        case wishes.AskLease():
            raise ValueError("a lease is asked for from seat to seat, not of the core")
        case wishes.ReleaseLease():
            return commands.release_lease()
        case wishes.EnableStrategies():
            return commands.enable_strategies(wish.are_enabled)
        case wishes.Rearm():
            return commands.rearm(halts_seen)
