"""The alerts of one screen: what is watched, where each stands, what has gone off, and who is to be disturbed by it."""

from collections import deque
from collections.abc import Sequence

from station.views.alerts import Alert, AlertsView, Reading, Standing, Told, Watched, stepped
from station.views.orders import OrderNews
from station.widgets.alert_readings import Fills, reading_of, reading_text
from station.widgets.look import Look

KEPT = 200
"""Of those that have gone off"""


class Watching:
    def __init__(self, alerts: Sequence[Alert] = ()) -> None:
        self.alerts: tuple[Alert, ...] = tuple(alerts)
        self.fills = Fills()
        self.is_mute = False
        self.snoozed_until_ns = 0
        self._standings: dict[str, Standing] = {}
        """By the line: an alert that stays in the file keeps where it is"""
        self._told: deque[Told] = deque(maxlen=KEPT)

    def use(self, alerts: Sequence[Alert]) -> None:
        self.alerts = tuple(alerts)
        lines = {alert.line for alert in alerts}
        self._standings = {line: standing for line, standing in self._standings.items() if line in lines}

    def heard(self, news: OrderNews, look: Look) -> None:
        self.fills.saw(news, look.named(news.instrument_id))

    def is_quiet(self, now_ns: int) -> bool:
        return now_ns < self.snoozed_until_ns

    def look(self, look: Look, now_ns: int, wall_ns: int) -> list[tuple[Alert, Told]]:
        """What goes off now; `look.alerts` is what the pane shows."""
        gone_off: list[tuple[Alert, Told]] = []
        watched = []
        for alert in self.alerts:
            reading: Reading = reading_of(alert, look, self.fills)
            standing, is_told = stepped(alert, self._standings.get(alert.line, Standing()), reading, now_ns)
            self._standings[alert.line] = standing
            text = reading_text(alert, reading)
            watched.append(Watched(alert=alert, standing=standing, reading_text=text))
            if is_told:
                told = Told(wall_ns=wall_ns, line=alert.line, reading_text=text)
                self._told.appendleft(told)
                gone_off.append((alert, told))
        left_ns = max(0, self.snoozed_until_ns - now_ns)
        view = AlertsView(
            alerts=tuple(watched),
            told=tuple(self._told),
            snoozed_until_wall_ns=wall_ns + left_ns if left_ns else 0,
            is_mute=self.is_mute,
        )
        # Until something is seen to change the pane has nothing to draw.
        if not same(view, look.alerts):
            look.alerts = view
        return gone_off


def same(one: AlertsView, other: AlertsView) -> bool:
    """The moment that a snooze ends is counted anew at each look."""
    return (one.alerts, one.told, bool(one.snoozed_until_wall_ns), one.is_mute) == (
        other.alerts,
        other.told,
        bool(other.snoozed_until_wall_ns),
        other.is_mute,
    )
