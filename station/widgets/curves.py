"""The equity's course with its drawdown: an hour by the second, or a day by the minute."""

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style

from station.renderables.curve import CurveView, curve_rows, has_room, plot_width, point_text
from station.renderables.frame import Label, whole
from station.renderables.paint import Paint
from station.renderables.plot import said_rows
from station.renderables.row import Row
from station.views.flow import EquityPoint, EquityView
from station.views.numbers import clock_text, signed_money
from station.views.scale import first_slot, slot_text
from station.widgets.look import Look
from station.widgets.pane import FRAME, SELDOM
from station.widgets.plot import NO_FLOW, Plot

SCALES: tuple[tuple[bool, int], ...] = ((False, 1), (False, 5), (False, 15), (True, 1), (True, 5))
"""(by the minute, points to a slot)"""


class Equity(Plot):
    NAME, TITLE = "equity", "Equity"
    LOOKS_EVERY: ClassVar[int] = SELDOM
    LEAST_HEIGHT: ClassVar[int] = 8

    def __init__(self, paint: Paint) -> None:
        super().__init__(paint)
        self.view = EquityView()
        self.currency = ""
        self.unrated = 0
        """Positions that are not in it: their currency has no rate"""
        self.scale = 1
        self.open()

    def open(self) -> None:
        self.back = 0
        """Slots between the newest and the last one in sight"""
        self.cross: int | None = None
        """Slot"""
        self._shown: CurveView | None = None

    def take(self, look: Look) -> Sequence[object]:
        self.view = look.source.equity(SCALES[self.scale][0])
        self.currency, self.unrated = look.source.portfolio().currency, look.status.unrated_positions
        return self.view, self.scale, self.currency, self.unrated

    # ---- keys

    def pan(self, columns: int) -> None:
        if (shown := self._shown) is not None and self.view.points:
            newest = self._slot(self.view.points[-1])
            slot = newest if self.cross is None else self.cross + 2 * columns
            self.cross = min(newest, max(self._slot(self.view.points[0]), slot))
            if self.cross < shown.first_slot:
                self._go(-(len(shown.points) // 4))
            elif self.cross >= shown.first_slot + len(shown.points):
                self._go(len(shown.points) // 4)
        self.repaint()

    def page(self, pages: int) -> None:
        if self._shown is not None:
            self._go(pages * len(self._shown.points) // 2)
        self.repaint()

    def to_first(self) -> None:
        self._go(-len(self.view.points))
        self.repaint()

    def to_last(self) -> None:
        self.open()
        self.repaint()

    def recentre(self) -> None:
        self.to_last()

    def retime(self, steps: int) -> None:
        self.scale = min(len(SCALES) - 1, max(0, self.scale + steps))
        self.open()
        self.look_again()

    # ---- mouse

    def point(self, x: int, y: int) -> None:
        if self._shown is not None and 2 * x < len(self._shown.points):
            self.cross = self._shown.first_slot + 2 * x

    def drag(self, columns: int, lines: int) -> None:
        self._go(-2 * columns)

    def wheel(self, x: int, steps: int) -> None:
        self.retime(-steps)

    # ---- picture

    def content(self, width: int, height: int) -> list[Row]:
        paint, points = self.paint, self.view.points
        if not points or not has_room(width, height):
            self._shown = None
            said = "not enough room" if points else "no equity yet" if self.flow.is_alive else NO_FLOW
            return said_rows(said, paint=paint, width=width, height=height)
        slots = 2 * plot_width(width)
        newest, slot_ns = self._slot(points[-1]), self._slot_ns
        first = newest - self.back - slots + 1 if self.back else first_slot(newest, slots, slot_ns)
        last_of: dict[int, EquityPoint] = {}
        for point in points:
            last_of[self._slot(point)] = point
        shown = CurveView(
            currency=self.currency,
            period_ns=slot_ns,
            first_slot=first,
            points=tuple(last_of.get(slot) for slot in range(first, first + slots)),
            cross=None if self.cross is None else (self.cross - first) // 2,
        )
        if not any(shown.points):
            self._shown = None
            return said_rows("nothing known of that time", paint=paint, width=width, height=height)
        self._shown = shown
        return curve_rows(shown, paint=paint, width=width, height=height)

    @property
    def _slot_ns(self) -> int:
        return self.view.period_ns * SCALES[self.scale][1]

    def _slot(self, point: EquityPoint) -> int:
        return point.wall_ns // self._slot_ns

    def _go(self, slots: int) -> None:
        most = self._slot(self.view.points[-1]) - self._slot(self.view.points[0]) if self.view.points else 0
        self.back = min(most, max(0, self.back - slots))

    # ---- what is said of it

    def state_label(self) -> Label:
        paint = self.paint
        parts: list[tuple[str, Style]] = list(self.flow_label())
        if self.back:
            parts.append((f" back {clock_text(self.back * self._slot_ns)} · End: now ", paint.warning))
        if self.view.points:
            now_e8 = self.view.points[-1].equity_e8
            parts.append((f" {signed_money(now_e8)} {self.currency} ", paint.sign(now_e8)))
            if self.unrated:
                parts.append((f"without {self.unrated} ", paint.warning))
        return tuple(parts)

    def notes(self) -> Label:
        paint, shown = self.paint, self._shown
        if shown is None:
            return ()
        if self.cross is not None and 0 <= (at := self.cross - shown.first_slot) < len(shown.points):
            when = clock_text(self.cross * self._slot_ns)
            return ((f" {when} ", paint.muted), *point_text(shown.points[at], self.currency, paint))
        said = (f" a point: {slot_text(self._slot_ns)} ", "· realised + unrealised − fees ")
        return whole([((words, paint.muted),) for words in said], self.size.width - 2 * FRAME)
