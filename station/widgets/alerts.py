"""The pane of alerts: what is watched and what has gone off."""

from typing import ClassVar

from station.renderables.alerts import alerts_rows
from station.renderables.frame import Label
from station.renderables.paint import Paint
from station.renderables.row import Row
from station.views.alerts import AlertsView
from station.views.numbers import clock_text
from station.widgets.look import Look
from station.widgets.pane import Pane


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
        return ((" :alert … adds   :alert drop N   :snooze   :mute ", self.paint.faint),) if self.has_focus else ()

    def content(self, width: int, height: int) -> list[Row]:
        return alerts_rows(self.view, paint=self.paint, width=width, height=height)
