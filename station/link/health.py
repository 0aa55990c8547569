"""The state of the desk as one view: the core's health cell, the status tables, halt lines and the process table."""

import time
from enum import IntEnum
from typing import TypeVar

import numpy as np

from core.memory import numpy_cell
from core.memory.control import read_processes
from core.memory.files import Memory
from core.vocabulary import FeedState, Mode, ProcessState
from station.link.halt import halt_state
from station.link.latency import LONGEST_AGE_NS
from station.link.seat import Holder, holder_of
from station.views.status import DelayView, FeedView, GatewayView, ProcessView, SeatView, StatusView, TapeView

_Word = TypeVar("_Word", bound=IntEnum)

SILENT_AFTER_NS = 1_000_000_000
NS_PER_SECOND = 1_000_000_000


def core_answers(memory: Memory) -> bool:
    """Whether what the core published is of now."""
    return time.monotonic_ns() - int(memory.heartbeat("core")[0]) < SILENT_AFTER_NS


def delay_views(health: np.void) -> tuple[DelayView, ...]:
    """By venue group."""
    waits = zip(health["ack_ns"].tolist(), health["delay_ns"].tolist(), strict=True)
    return tuple(DelayView(ack_ns=ack_ns, delay_ns=delay_ns) for ack_ns, delay_ns in waits)


class Health:
    def __init__(
        self, memory: Memory, *, desk: str, started_ns: int, wall_offset_ns: int, seat: int | None, currency: str = ""
    ) -> None:
        """`currency`: the base currency of the desk's limits."""
        self._memory, self._currency = memory, currency
        self._desk, self._started_ns, self._wall_offset_ns = desk, started_ns, wall_offset_ns
        self._seat = seat
        self._health = memory.cells("health")
        groups = memory.layout.groups
        self._feeds = [memory.table(f"feeds.{group}") for group in groups]
        self._gateways = [memory.table(f"gateway.{group}") for group in groups]
        self._recorder = memory.table("recorder")
        self._last = numpy_cell.read(self._health, 0)
        self._holder: tuple[int, Holder | None] = (-1, None)
        """Seat with the lease, and who sits there"""
        self._holder_seen_ns = 0

    def status(self) -> StatusView:
        health = numpy_cell.read(self._health, 0)
        if health is None:
            health = self._last
        self._last = health
        assert health is not None
        now_ns = time.monotonic_ns()
        halted = halt_state(self._memory)
        lease_seat = int(health["lease_seat"]) if health["epoch"] else -1
        holder = self._holder_of_lease(lease_seat, now_ns)
        return StatusView(
            desk=self._desk,
            mode=_word(Mode, health["mode"], Mode.LIVE),
            is_attached=core_answers(self._memory),
            is_halted=halted.is_halted,
            halt_reason=f"{halted.reason} ({halted.said_by})" if halted.is_halted else "",
            is_flattening=bool(health["is_flattening"]),
            strategies_enabled=bool(health["strategies_enabled"]),
            lease_seat=lease_seat,
            lease_place=holder.where if holder is not None else "",
            is_lease_orphaned=lease_seat >= 0 and holder is None,
            open_orders=int(health["open_orders"]),
            unknown_orders=int(health["unknown_orders"]),
            denied=int(health["denied"]),
            core_cpu=int(health["cpu"]),
            core_busy_ppm=int(health["busy_ppm"]),
            currency=self._currency,
            realised_e8=int(health["realised_e8"]),
            unrealised_e8=int(health["unrealised_e8"]),
            fees_e8=int(health["fees_e8"]),
            unrated_positions=int(health["unrated_positions"]),
            wall_s=(now_ns + self._wall_offset_ns) // NS_PER_SECOND,
            uptime_s=(now_ns - self._started_ns) // NS_PER_SECOND,
            seat=self._seat_view(health),
            feeds=self._feed_views(now_ns),
            gateways=self._gateway_views(halted.halt_sum),
            delays=delay_views(health),
            processes=tuple(
                ProcessView(
                    name=line.name,
                    state=_word(ProcessState, line.state, ProcessState.DEAD),
                    pid=line.pid,
                    restarts=line.restarts,
                )
                for line in read_processes(self._memory.control)
            ),
            tape=self._tape_view(int(health["tape_dropped"])),
        )

    def _holder_of_lease(self, seat: int, now_ns: int) -> Holder | None:
        """Asked of the seat's file, at most once a second."""
        if seat != self._holder[0] or now_ns - self._holder_seen_ns > NS_PER_SECOND:
            self._holder = (seat, holder_of(self._desk, seat) if seat >= 0 else None)
            self._holder_seen_ns = now_ns
        return self._holder[1]

    def _seat_view(self, health: np.void) -> SeatView:
        if self._seat is None:
            return SeatView()
        row = health["seats"][self._seat]
        return SeatView(
            seat=self._seat,
            is_armed=bool(row["is_armed"]),
            holds_lease=bool(row["holds_lease"]),
            denied=int(row["denied"]),
            last_reason=int(row["last_reason"]),
            answered_sequence=int(row["last_sequence"]),
        )

    def _feed_views(self, now_ns: int) -> tuple[FeedView, ...]:
        return tuple(
            FeedView(
                venue=row["venue"].decode(errors="replace"),
                state=_word(FeedState, row["state"], FeedState.DOWN),
                events=int(row["events"]),
                events_per_s=int(row["events_per_s"]),
                bytes_per_s=int(row["bytes_per_s"]),
                venue_age_ns=int(row["last_venue_age_ns"]),
                is_recorded=int(row["last_venue_age_ns"]) > LONGEST_AGE_NS,
                silent_ns=now_ns - int(row["last_received_ns"]) if row["last_received_ns"] else -1,
                gaps=int(row["gaps"]),
                resyncs=int(row["resyncs"]),
                bad_frames=int(row["bad_frames"]),
                untrusted_ns=int(row["untrusted_ns"]),
                untrusted_for_ns=now_ns - int(row["untrusted_since_ns"]) if row["untrusted_since_ns"] else 0,
                dropped=int(row["dropped"]),
                message=row["message"].decode(errors="replace"),
            )
            for table in self._feeds
            for row in table
            if row["venue"]
        )

    def _gateway_views(self, halt_sum: int) -> tuple[GatewayView, ...]:
        return tuple(
            GatewayView(
                venue=row["venue"].decode(errors="replace"),
                state=_word(FeedState, row["state"], FeedState.DOWN),
                open_at_venue=int(row["open_at_venue"]),
                unknown=int(row["unknown"]),
                halt_cancelled=int(row["halt_cancelled"]),
                is_clean=int(row["halt_sum_clean"]) == halt_sum,
                is_flat=int(row["flatten_sum_done"]) == halt_sum,
                message=row["message"].decode(errors="replace"),
            )
            for table in self._gateways
            for row in table
            if row["venue"]
        )

    def _tape_view(self, dropped_by_core: int) -> TapeView:
        row = self._recorder[0]
        return TapeView(
            state=_word(ProcessState, row["state"], ProcessState.DEAD),
            written=int(row["written"]),
            rows_per_s=int(row["rows_per_s"]),
            dropped=int(row["dropped"]) + dropped_by_core,
            behind=int(row["behind"]),
            message=row["message"].decode(errors="replace"),
        )


def _word(words: type[_Word], code: int, otherwise: _Word) -> _Word:
    """A code that this version does not know is shown as the worst that it can be."""
    try:
        return words(int(code))
    except ValueError:
        return otherwise
