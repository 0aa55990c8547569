"""The pane of alerts: what is watched and what has gone off."""

from typing import ClassVar

from station.renderables.alerts import alerts_rows
from station.renderables.frame import Label, whole
from station.renderables.paint import Paint
from station.renderables.row import Row
from station.views.alerts import AlertsView
from station.views.numbers import clock_text
from station.widgets.look import Look
from station.widgets.pane import FRAME, Pane


class AlertList(Pane):
    NAME, TITLE = "alerts", "Alerts"
    LEAST_HEIGHT: ClassVar[int] = 8

    def __init__(self, paint: Paint) -> None:
        super().__init__(paint)
        self.view = AlertsView()

    def look(self, look: Look) -> None:
        if look.alerts is not self.view:
            self.view = look.alerts
            self.repaint()

    def state_label(self) -> Label:
        if self.view.snoozed_until_wall_ns:
            return ((f" quiet until {clock_text(self.view.snoozed_until_wall_ns)} ", self.paint.warning),)
        return ((" no bell ", self.paint.muted),) if self.view.is_mute else ()

    def notes(self) -> Label:
        if not self.has_focus:
            return ()
        words = (" :alert adds ", " :snooze ", " :alert drop N ", " :mute ")
        return whole([((word, self.paint.faint),) for word in words], self.size.width - 2 * FRAME)

    def content(self, width: int, height: int) -> list[Row]:
        return alerts_rows(self.view, paint=self.paint, width=width, height=height)
