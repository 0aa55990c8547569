"""A pane with a picture over time: the mouse points, drags and zooms in it; the keys that move about move in it."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events

from station.actions import Context
from station.renderables.frame import Label
from station.renderables.paint import Paint
from station.renderables.plot import Shading
from station.views.flow import FlowStateView
from station.views.instrument import NO_INSTRUMENT, InstrumentView
from station.widgets.look import Look
from station.widgets.pane import Pane

NO_HISTORY = "nothing seen yet: it begins with the first prices after the desk's start"
NO_FLOW = "the history is not kept now: the onlooker is not there"


class Plot(Pane):
    CONTEXT: ClassVar[Context] = Context.CHART

    def __init__(self, paint: Paint) -> None:
        super().__init__(paint)
        self.instrument: InstrumentView = NO_INSTRUMENT
        self.flow = FlowStateView(is_alive=True)
        """Before the first look nothing is known to be wrong"""
        self.shading = Shading.HALVES
        self._look: Look | None = None
        self._seen: tuple[object, ...] = ()
        self._held: tuple[int, int] | None = None
        """Where the mouse holds the picture"""
        self._has_dragged = False

    def look(self, look: Look) -> None:
        self._look = look
        instrument = look.shown_by(self.NAME)
        if instrument.instrument_id != self.instrument.instrument_id:
            self.open()
        self.instrument, self.flow = instrument, look.source.flow_state()
        seen = (self.instrument.instrument_id, self.flow, *self.take(look))
        if seen != self._seen:
            self._seen = seen
            self.repaint()

    def look_again(self) -> None:
        """At once: something else is wanted of the desk."""
        if self._look is not None:
            self.look(self._look)

    def open(self) -> None:
        """Another instrument: follow its newest."""

    def take(self, look: Look) -> Sequence[object]:
        """What the next picture shows; it is drawn when that differs from before."""
        raise NotImplementedError

    def point(self, x: int, y: int) -> None:
        """The crosshair onto a cell of the content."""

    def drag(self, columns: int, lines: int) -> None:
        """The picture moves with the mouse."""

    def is_of_the_ladder(self, look: Look) -> bool:
        """It shows what the active ladder shows: a price of the one is a price of the other."""
        return self.instrument.instrument_id == look.instrument.instrument_id

    @property
    def pointed_ticks(self) -> int | None:
        """The price at the crosshair."""
        return None

    def repaint(self) -> None:
        """The ladder marks what the crosshair points at."""
        super().repaint()
        if self._look is not None and self.has_focus and self.is_of_the_ladder(self._look):
            self._look.ladders.pointed_ticks = self.pointed_ticks

    def on_blur(self, event: events.Blur) -> None:
        if self._look is not None:
            self._look.ladders.pointed_ticks = None
        super().on_blur(event)

    def flow_label(self) -> Label:
        """Of a history that is old or not whole."""
        if not self.flow.is_alive:
            return ((" OLD ", self.paint.warning_block),)
        return ((f" {self.flow.missed} missed ", self.paint.warning),) if self.flow.missed else ()

    @property
    def emptiness(self) -> str:
        return NO_HISTORY if self.flow.is_alive else NO_FLOW

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if self.border_at(event.x, event.y):
            return
        self._held, self._has_dragged = (event.x, event.y), False
        self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._held is None or (event.x, event.y) == self._held:
            return
        x, y = self._held
        self._held, self._has_dragged = (event.x, event.y), True
        self.drag(event.x - x, event.y - y)
        self.repaint()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        if self._held is None:
            return
        self.release_mouse()
        if not self._has_dragged:
            self.point(event.x - 1, event.y - 1)
            self.repaint()
        self._held = None

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self.wheel(event.x - 1, 1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self.wheel(event.x - 1, -1)

    def wheel(self, x: int, steps: int) -> None:
        """The wheel over a column of the content: nearer, or farther away."""
