"""What was recorded today, asked of the recorder beside the screen: no frame ever waits for a database.

While somebody looks, a thread asks every ASKED_EVERY_S for the rows that are new since the last answer, and lets the
screen have what became of them. Words that the desk wrote into its own log are read from the end of that file.
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from core.memory.control import LINE_NAMES
from core.vocabulary import EventKind
from feeds.store.asking import ask_recorder
from feeds.store.errors import QueryError
from station.views.day import Day, DayView
from station.views.happenings import Happening, Names, note_of
from station.views.instrument import InstrumentView
from station.views.told import Told

ASKED_EVERY_S = 2.0
LONGEST_S = 5.0
ROWS = 4_000
"""Of one answer: at first the newest ones, later those that came since."""
LOG_TAIL_BYTES = 64 << 10
KINDS = (
    EventKind.FEED_STATE, EventKind.INSTRUMENT_STATE, EventKind.EXECUTION_REPORT, EventKind.COMMAND, EventKind.HALT,
    EventKind.FEED_STALE, EventKind.ORDERS_STALE, EventKind.LEASE_ENDED, EventKind.STRATEGY_SWAPPED, EventKind.LOSS,
    EventKind.ROLLOVER, EventKind.SESSION, EventKind.RESUMED, EventKind.RING_FULL, EventKind.FLATTENED,
    EventKind.ORDER_REQUEST, EventKind.DENIED, EventKind.ORDER_UPDATE, EventKind.FILL, EventKind.BREAKER,
)  # fmt: skip
COLUMNS = ", ".join({"wall_offset_ns": "s.wall_offset_ns", "symbol": "i.symbol"}.get(name, f"t.{name}")
                    for name in Told._fields)  # fmt: skip


def question(session: int, tape_sequence: int) -> str:
    """The rows after that one, the newest first."""
    kinds = ", ".join(str(int(kind)) for kind in KINDS)
    return (
        f"select {COLUMNS} from tape_rest t left join tape_session s using (session) "
        "left join tape_instrument i on i.session = t.session and i.instrument_id = t.instrument_id "
        f"where t.kind in ({kinds}) and (t.session > {session} or "
        f"(t.session = {session} and t.tape_sequence > {tape_sequence})) "
        f"order by t.session desc, t.tape_sequence desc limit {ROWS}"
    )


class Records:
    """`day` is the only call of the screen's thread; it never waits."""

    def __init__(self, socket: Path, log: Path, instruments: Callable[[], tuple[InstrumentView, ...]]) -> None:
        self._socket, self._log, self._instruments = socket, log, instruments
        self._day = Day()
        self._last = (0, 0)
        """Session and tape sequence of the newest row that we have"""
        self._log_seen = (0, 0)
        self._notes: tuple[Happening, ...] = ()
        self._view = DayView()
        self._next_s = 0.0
        self._asking: threading.Thread | None = None

    def day(self) -> DayView:
        """As it was last answered; asks again in the background when that is some time ago."""
        now_s = time.monotonic()
        if now_s >= self._next_s and (self._asking is None or not self._asking.is_alive()):
            self._next_s = now_s + ASKED_EVERY_S
            names = self._names()
            self._asking = threading.Thread(target=self._ask, args=(names,), name="records", daemon=True)
            self._asking.start()
        return self._view

    def answered(self) -> DayView:
        """Asks and waits: for commands."""
        self._ask(self._names())
        return self._view

    def _names(self) -> Names:
        instruments = self._instruments()
        groups: dict[int, list[str]] = {}
        for one in instruments:
            venues = groups.setdefault(one.source_id, [])
            if one.venue not in venues:
                venues.append(one.venue)
        return Names(
            instruments={one.symbol: one for one in instruments},
            groups={number: ", ".join(venues) for number, venues in groups.items()},
            halt_lines=dict(enumerate(LINE_NAMES)),
        )

    def _ask(self, names: Names) -> None:
        """On its own thread; the view is replaced whole."""
        trouble = ""
        rows: list[Told] = []
        try:
            answer = ask_recorder(question(*self._last), socket_path=self._socket, limit=ROWS, timeout_s=LONGEST_S)
            rows = [Told(*row) for row in reversed(answer.rows)]
        except (QueryError, OSError, msgspec.MsgspecError) as error:
            trouble = str(error)
        has_noted = self._read_notes()
        if rows:
            self._last = (rows[-1].session, rows[-1].tape_sequence)
            self._day.take(rows, names)
        elif not has_noted and trouble == self._view.trouble and self._view.is_asked:
            return
        view = self._day.view(trouble=trouble)
        happenings = sorted((*view.happenings, *self._notes), key=lambda one: -one.wall_ns)
        self._view = msgspec.structs.replace(view, happenings=tuple(happenings))

    def _read_notes(self) -> bool:
        """The end of the desk's log, when it has grown; whether it has."""
        try:
            found = self._log.stat()
            seen = (found.st_ino, found.st_size)
            if seen == self._log_seen:
                return False
            with self._log.open("rb") as log:
                log.seek(max(0, found.st_size - LOG_TAIL_BYTES))
                lines = log.read().decode(errors="replace").splitlines()
        except OSError:
            return False
        self._log_seen = seen
        self._notes = tuple(note for line in lines if (note := note_of(line)) is not None)
        return True
