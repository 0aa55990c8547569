"""The lines at the edges: status on top, hint and footer below, and the sentence for a terminal that is too small."""

from collections.abc import Sequence

from textual import events

from station.messages import KeyWanted
from station.renderables.footer import KeyLabel, footer_row, hint_row, key_at
from station.renderables.paint import Paint
from station.renderables.row import Row
from station.renderables.status import banner_row, status_row, too_small_rows
from station.views.status import EMPTY_STATUS, StatusView
from station.views.terminal import NO_TERMINAL, TerminalView
from station.widgets.canvas import Canvas


class StatusLine(Canvas):
    def __init__(self, paint: Paint) -> None:
        super().__init__(paint, id="status")
        self.status: StatusView = EMPTY_STATUS
        self.terminal = NO_TERMINAL
        self.is_learning = False

    def show_learning(self, is_learning: bool) -> None:
        self.is_learning = is_learning
        self.repaint()

    def show(self, status: StatusView, terminal: TerminalView) -> None:
        self.status, self.terminal = status, terminal
        self.set_class(status.is_halted, "-halted")
        self.repaint()

    def picture(self, width: int, height: int) -> list[Row]:
        return [
            status_row(self.status, is_learning=self.is_learning, terminal=self.terminal, paint=self.paint, width=width)
        ]


class HintLine(Canvas):
    """What a key would do, what it did, or why it was denied; the banner while the desk is halted."""

    def __init__(self, paint: Paint, *, rearm_key: str) -> None:
        super().__init__(paint, id="hint")
        self.rearm_key = rearm_key
        self.status: StatusView = EMPTY_STATUS
        self.text = ""
        self.kind = "quiet"

    def show_status(self, status: StatusView) -> None:
        self.status = status
        self.repaint()

    def say(self, text: str, *, kind: str) -> None:
        self.text, self.kind = text, kind
        self.repaint()

    def picture(self, width: int, height: int) -> list[Row]:
        if self.status.is_halted and self.kind != "denied":
            said = "" if self.kind == "quiet" else self.text
            return [banner_row(self.status, said=said, paint=self.paint, width=width, rearm_key=self.rearm_key)]
        return [hint_row(self.text, kind=self.kind, paint=self.paint, width=width)]


class FooterLine(Canvas):
    def __init__(self, paint: Paint) -> None:
        super().__init__(paint, id="footer")
        self.keys: Sequence[KeyLabel] = ()
        self.actions: Sequence[str] = ()
        self.emergency: Sequence[KeyLabel] = ()

    def show(self, keys: Sequence[KeyLabel], actions: Sequence[str], emergency: Sequence[KeyLabel]) -> None:
        self.keys, self.actions, self.emergency = keys, actions, emergency
        self.repaint()

    def picture(self, width: int, height: int) -> list[Row]:
        return [footer_row(self.keys, self.emergency, paint=self.paint, width=width)]

    def on_click(self, event: events.Click) -> None:
        """A key that is shown can be clicked, the kill keys by keyboard only: a slip of the mouse is no order."""
        index = key_at(self.keys, self.emergency, self.size.width, event.x)
        if index is not None:
            self.post_message(KeyWanted(self.actions[index]))


class TooSmall(Canvas):
    def __init__(self, paint: Paint, least: tuple[int, int]) -> None:
        super().__init__(paint, id="too-small")
        self.least = least

    def picture(self, width: int, height: int) -> list[Row]:
        return too_small_rows(width, height, least=self.least, paint=self.paint)
