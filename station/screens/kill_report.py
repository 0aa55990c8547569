"""The kill report over the screen: it grows while the halt is at work. Escape closes it; the kill keys work in it."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Vertical

from station.renderables.kill import kill_rows
from station.renderables.paint import Paint
from station.renderables.row import Row
from station.screens.dialog import Dialog
from station.views.kill import KillView
from station.widgets.canvas import Canvas

LOOK_EVERY_S = 0.2


class KillLines(Canvas):
    view: KillView | None = None

    def picture(self, width: int, height: int) -> list[Row]:
        return kill_rows(self.view, paint=self.paint, width=width, height=height)


class KillReport(Dialog[None]):
    CLOSED_BY = ("kill_report",)

    def __init__(self, look: Callable[[], KillView | None], paint: Paint) -> None:
        super().__init__()
        self._look = look
        self._lines = KillLines(paint, id="kill-lines")

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog -help -canvas") as box:
            box.border_title = "Kill report"
            box.border_subtitle = f"{self.key_of('close_dialog')} closes"
            yield self._lines

    def on_mount(self) -> None:
        self._show()
        self.set_interval(LOOK_EVERY_S, self._show)

    def _show(self) -> None:
        self._lines.view = self._look()
        self._lines.repaint()
