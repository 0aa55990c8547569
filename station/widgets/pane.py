"""A framed pane with a title, that can have the keys.

A pane says of itself what the screen must know: its name, its key, how often it looks at the desk, and how much room it
needs. Adding one is a class, its line in station/screens/catalogue.py, and its key in station/actions.py.
"""

from typing import ClassVar, Literal, NamedTuple

from rich.style import Style
from textual import events

from station.actions import Context
from station.messages import BorderDragged
from station.renderables.frame import Label, framed
from station.renderables.paint import Paint
from station.renderables.row import Row, Span
from station.widgets.canvas import Canvas
from station.widgets.look import Look

FRAME = 2
"""Cells of a frame, across and down."""
ROUND_TITLE = 6
"""Cells of the upper edge that are neither its title nor its state"""
FRAMES_PER_SECOND = 20
EVERY_FRAME = 1
AS_TABLE = 5
"""Numbers that change faster than they can be read cost bytes and say nothing: a table changes four times a second."""
SELDOM = 20
PINNED = "PIN"
PAGE, WHEEL = 10, 3
"""Lines"""


class Pull(NamedTuple):
    """The mouse holds a border."""

    axis: Literal["columns", "rows"]
    beside: tuple[int, int]
    """The cell of the screen to the left of the border, or above it, where it began"""
    is_far: bool
    """Our own right or lower border; else that of the pane before us"""


class Pane(Canvas, can_focus=True):
    # A press on the border may begin a pull, which gives nobody the keys.
    FOCUS_ON_CLICK = False
    NAME: ClassVar[str]
    TITLE: ClassVar[str] = ""
    CONTEXT: ClassVar[Context] = Context.EVERYWHERE
    """Whose own keys count while it has them"""
    LOOKS_EVERY: ClassVar[int] = AS_TABLE
    """Frames"""
    ANSWERS: ClassVar[bool] = False
    """Shows what became of a wish: looks in every frame while an answer is awaited"""
    SHOWS_INSTRUMENT: ClassVar[bool] = False
    """One alone; it can be pinned, or belong to a group"""
    LEAST_HEIGHT: ClassVar[int] = 12
    LEAST_WIDTH: ClassVar[int] = 30

    def __init__(self, paint: Paint, *, id: str = "") -> None:
        super().__init__(paint, id=id or self.NAME)
        self.pane_title = self.TITLE
        self._pull: Pull | None = None
        self._has_pulled = False
        self.group = ""
        """The letter of the group with which it shows an instrument"""
        self.is_pinned = False
        """It stays with its instrument"""
        self.is_new = False
        """It comes into sight and has not looked yet: what it knows is old, and not shown"""
        self.jump_letter = ""
        """While the screen asks where to jump: the key that gives this pane the keys"""

    def use_key(self, key: str) -> None:
        """What brings it into sight stands beside its title."""
        self.pane_title = f"{self.TITLE} {key}".strip()
        self.repaint()

    @property
    def looks_every(self) -> int:
        """Frames, as things stand now."""
        return self.LOOKS_EVERY

    def look(self, look: Look) -> None:
        """Take what is to be shown from the desk, and draw what changed."""
        raise NotImplementedError

    @property
    def line_style(self) -> Style:
        """Of the frame."""
        return self.paint.border_focused if self.has_focus else self.paint.border

    def content(self, width: int, height: int) -> list[Row]:
        """The rows inside the frame."""
        raise NotImplementedError

    def state_label(self) -> Label:
        """At the right of the upper edge."""
        return ()

    def notes(self) -> Label:
        """In the lower edge."""
        return ()

    def tied_label(self, symbol: str) -> Label:
        """What it shows, where that is not what is on the ladder."""
        return ((f" {symbol} ", self.paint.muted),) if self.group or self.is_pinned else ()

    def thumb(self) -> Span | None:
        """Rows beside which the scroll bar stands; None: everything is in sight."""
        return None

    def _title_beside(self, state: Label, width: int) -> str:
        """The key that brings a pane into sight gives way to what is said of what it shows."""
        used = sum(len(text) for text, _ in state) + ROUND_TITLE
        return self.pane_title if len(self.pane_title) + used <= width else self.TITLE or self.pane_title

    def picture(self, width: int, height: int) -> list[Row]:
        state = () if self.is_new else self.state_label()
        return framed(
            [] if self.is_new else self.content(max(1, width - FRAME), max(1, height - FRAME)),
            paint=self.paint,
            width=width,
            height=height,
            title=self._title_beside(state, width),
            group=self.group or (PINNED if self.is_pinned else ""),
            letter=self.jump_letter,
            state=state,
            notes=() if self.is_new else self.notes(),
            is_focused=self.has_focus,
            line=self.line_style,
            thumb=self.thumb(),
        )

    # ---- The keys that move about. A pane that has the focus takes those that it defines; the others go to the ladder.

    def move(self, lines: int) -> None:
        """↑ ↓"""

    def pan(self, columns: int) -> None:
        """← →"""

    def page(self, pages: int) -> None:
        """PgUp PgDn"""

    def to_first(self) -> None:
        """Home"""

    def to_last(self) -> None:
        """End"""

    def recentre(self) -> None:
        """Space: back to what happens now."""

    def rescale(self, steps: int) -> None:
        """[ ] finer or coarser."""

    def retime(self, steps: int) -> None:
        """{ } a shorter or a longer time to each column."""

    def next_overlay(self) -> None:
        r"""\ what is drawn over the picture."""

    def next_study(self) -> None:
        """| what is drawn below it."""

    def on_hide(self, event: events.Hide) -> None:
        # Closed and opened again before this was heard: it would take the keys from a pane that is in sight.
        if self.display:
            event.prevent_default()

    def on_focus(self, event: events.Focus) -> None:
        self.repaint()

    def on_blur(self, event: events.Blur) -> None:
        self.repaint()

    # ---- The mouse at its borders: the split between two panes moves with it.

    def border_at(self, x: int, y: int) -> Literal["columns", "rows"] | None:
        """Which way the border runs that stands at a cell of ours; None: there is none."""
        if x in (0, self.size.width - 1):
            return "columns"
        return "rows" if y in (0, self.size.height - 1) else None

    def on_mouse_down(self, event: events.MouseDown) -> None:
        axis = self.border_at(event.x, event.y)
        if axis is not None:
            x, y = int(event.screen_x), int(event.screen_y)
            is_far = event.x > 0 if axis == "columns" else event.y > 0
            beside = (x, y) if is_far else (x - 1, y) if axis == "columns" else (x, y - 1)
            self._pull, self._has_pulled = Pull(axis, beside, is_far), False
            self.capture_mouse()
        else:
            self.screen.set_focus(self, scroll_visible=False)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if (pull := self._pull) is not None:
            self._has_pulled = True
            to = int(event.screen_x if pull.axis == "columns" else event.screen_y) - (not pull.is_far)
            self.post_message(BorderDragged(pull.beside, pull.axis, to))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        if self._pull is not None:
            self._pull = None
            self.release_mouse()
            if not self._has_pulled:
                self.screen.set_focus(self, scroll_visible=False)
