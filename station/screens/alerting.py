"""Alerts on the main screen: looked at with the tables; told by toast, bell, desktop, program, log; kept in a file."""

import asyncio
import contextlib
from pathlib import Path

from core.errors import ConfigError
from station.alert_file import add_alert, drop_alert, read_alerts
from station.language.deeds import AddAlert, DropAlert, Mute, Snooze, said
from station.messages import AlertRang
from station.screens.layout_keys import LayoutScreen
from station.screens.listing import ListingScreen
from station.views.alerts import Alert, Told
from station.views.orders import OrderNews
from station.widgets.watching import Watching

PROGRAM_ENDS_S = 10.0
"""Then it is killed: it is to tell something, not to run."""
MOST_PROGRAMS = 4
SNOOZE_NS = 300 * 10**9


class AlertScreen(ListingScreen, LayoutScreen):
    alerts_file: Path | None = None
    """None: alerts are for this run of the screen alone"""

    def on_mount(self) -> None:
        self.watching = Watching()
        self._programs = 0
        if self.alerts_file is not None:
            with contextlib.suppress(ConfigError):  # the app tells it
                self.reload_alerts()

    def reload_alerts(self) -> None:
        """Raises ConfigError, and then those from before are watched on."""
        if self.alerts_file is not None:
            self.watching.use(read_alerts(self.alerts_file))

    def heard(self, news: OrderNews) -> None:
        super().heard(news)
        self.watching.heard(news, self.look)

    def _show_status(self) -> None:
        super()._show_status()
        now_ns, wall_ns = self.source.now()
        for alert, told in self.watching.look(self.look, now_ns, wall_ns):
            self._tell(alert, told, is_quiet=self.watching.is_quiet(now_ns))

    def _tell(self, alert: Alert, told: Told, *, is_quiet: bool) -> None:
        text = f"{told.line} · {told.reading_text}" if told.reading_text else told.line
        self.source.note("alert", text)
        if alert.command:
            self._start(alert.command, text)
        if is_quiet:
            return
        self.notify(text, title="Alert", severity="warning", timeout=10, markup=False)
        self.say(f"alert: {text}", kind="care")
        self.post_message(AlertRang(text, is_mute=self.watching.is_mute))

    def _start(self, command: tuple[str, ...], text: str) -> None:
        if self._programs >= MOST_PROGRAMS:
            self.say(f"{command[0]} is not started: {MOST_PROGRAMS} programs of alerts still run", kind="denied")
            return
        self._programs += 1
        self.run_worker(self._run_program(command, text), group="alerts", exit_on_error=False)

    async def _run_program(self, command: tuple[str, ...], text: str) -> None:
        """No shell reads what an alert says."""
        try:
            nothing = asyncio.subprocess.DEVNULL
            started = await asyncio.create_subprocess_exec(
                *command, text, stdin=nothing, stdout=nothing, stderr=nothing
            )
            try:
                await asyncio.wait_for(started.wait(), PROGRAM_ENDS_S)
            except (TimeoutError, asyncio.CancelledError):
                with contextlib.suppress(ProcessLookupError):
                    started.kill()
                raise
        except (OSError, TimeoutError) as error:
            why = f"was stopped after {PROGRAM_ENDS_S:g} s" if isinstance(error, TimeoutError) else str(error)
            self.say(f"the program of an alert: {command[0]}: {why}", kind="denied")
        finally:
            self._programs -= 1

    # ---- what is asked of alerts

    def action_snooze(self) -> None:
        """A second time: heard again."""
        self.change_alerts(Snooze(0 if self.watching.is_quiet(self.source.now()[0]) else SNOOZE_NS))

    def change_alerts(self, deed: AddAlert | DropAlert | Snooze | Mute) -> None:
        watching, file = self.watching, self.alerts_file
        try:
            match deed:
                case AddAlert():
                    if any(alert.line == deed.alert.line for alert in watching.alerts):
                        self.say("it is watched already", kind="would")
                        return
                    if file is not None:
                        add_alert(file, deed.alert)
                    watching.use((*watching.alerts, deed.alert))
                case DropAlert():
                    if file is not None:
                        drop_alert(file, deed.number)
                    watching.use((*watching.alerts[: deed.number - 1], *watching.alerts[deed.number :]))
                case Snooze():
                    watching.snoozed_until_ns = self.source.now()[0] + deed.for_ns if deed.for_ns else 0
                case Mute():
                    watching.is_mute = deed.is_mute
        except (ConfigError, OSError) as error:
            self.say(f"not done: {error}", kind="denied")
            return
        self.source.note("alerts", said(deed))
        self.say(f"done: {said(deed)}", kind="did")
