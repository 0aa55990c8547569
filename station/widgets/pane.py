"""A framed pane with a title, that can have the keys."""

from rich.style import Style
from textual import events

from station.renderables.frame import Label, framed
from station.renderables.paint import Paint
from station.renderables.row import Row
from station.widgets.canvas import Canvas

FRAME = 2
"""Cells of a frame, across and down."""


class Pane(Canvas, can_focus=True):
    def __init__(self, paint: Paint, *, id: str, title: str, key: str = "") -> None:
        super().__init__(paint, id=id)
        self.pane_title = f"{title} {key}".strip()

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

    def picture(self, width: int, height: int) -> list[Row]:
        return framed(
            self.content(max(1, width - FRAME), max(1, height - FRAME)),
            paint=self.paint,
            width=width,
            height=height,
            title=self.pane_title,
            state=self.state_label(),
            notes=self.notes(),
            is_focused=self.has_focus,
        )

    def move(self, lines: int) -> None:
        """The arrow keys, while this pane has them."""

    def on_focus(self, event: events.Focus) -> None:
        self.repaint()

    def on_blur(self, event: events.Blur) -> None:
        self.repaint()
