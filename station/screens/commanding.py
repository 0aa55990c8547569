"""Lines and the palette: what is typed is read, shown before it counts, and carried out by the desk or the screen."""

from textual.notifications import Notification, Notify

from core.errors import ConfigError
from station.configuring.settings import Settings
from station.language.deeds import (
    AddAlert,
    ChangeSetting,
    Columns,
    Deed,
    DropAlert,
    GoTo,
    Learn,
    Mute,
    SaveLayout,
    Snooze,
    UndoLayout,
    UseLayout,
    UseTheme,
    Zoom,
    said,
)
from station.language.situation import Names
from station.messages import FilesChanged, ThemeWanted
from station.renderables.ladder_columns import COLUMNS
from station.screen_config import ScreenConfig
from station.screens.alerting import AlertScreen
from station.screens.command_palette import CommandPalette, Entry, entries
from station.screens.first_sight import FirstSight
from station.screens.history import History
from station.screens.prompt import Prompt

HINT_FOR_S = 20


class CommandScreen(AlertScreen):
    settings: Settings | None = None
    """What can be undone outlives the dialog."""
    history = History()
    """The app gives it the file in which it is kept"""
    themes: tuple[str, ...] = ()
    """Those that the app has"""

    first_sight = FirstSight()
    """The app gives it the file that remembers"""
    _hint: Notification | None = None
    """What is said at the first sight of this layout, while it may still be seen"""

    def on_mount(self) -> None:
        self.call_after_refresh(self._hint_at_first_sight)

    def use_layout(self, name: str) -> None:
        super().use_layout(name)
        self._hint_at_first_sight()

    def _hint_at_first_sight(self) -> None:
        layout = self.layouts.now
        if not self.preferences.screen.hints or not self.first_sight.is_new(f"layout {layout.name}"):
            return
        key = self.keymap.key
        lines = [f"{layout.title}: {layout.hint}."] if layout.hint else []
        if self.first_sight.is_new("keys"):
            lines += [
                f"{key('toggle_arm')} arms the trading keys.",
                f"{key('prompt')} takes orders and commands.",
                f"{key('palette')} finds anything, {key('help')} every key.",
                f"{key('halt')} halts.",
                f"{key('back')} closes this, :set hints off ends these.",
            ]
        self._end_hint()
        if lines:
            text = "\n".join(lines)
            self._hint = Notification(text, title="First time here", timeout=HINT_FOR_S, markup=False)
            self.app.post_message(Notify(self._hint))

    def _end_hint(self) -> None:
        """Two of them would hide what they are about."""
        if self._hint is not None:
            self.app._unnotify(self._hint)
            self._hint = None

    def action_back(self) -> None:
        self._end_hint()
        super().action_back()

    def action_prompt(self, line: str = "") -> None:
        def typed(line: str | None) -> None:
            if line is not None:
                self.history.add(line)
                self.type(line)

        is_armed = self.status.seat.is_armed
        self.app.push_screen(Prompt(self._situation, self._paint(), self.history, is_armed=is_armed, line=line), typed)

    def action_palette(self) -> None:
        async def chosen(entry: Entry | None) -> None:
            if entry is None:
                return
            if entry.action:
                await self.do(self.keymap.action(entry.action))
            elif entry.line.endswith(" "):
                self.action_prompt(entry.line)
            else:
                self.type(entry.line)

        self.app.push_screen(CommandPalette(entries(self.keymap, self._situation())), chosen)

    def names(self) -> Names:
        return Names(
            themes=self.themes,
            layouts=tuple(self.layouts.named()),
            panes=tuple(self.panes),
            columns=COLUMNS,
            settings=ScreenConfig.__struct_fields__,
            alerts=tuple(alert.line for alert in self.watching.alerts),
        )

    def carry_out(self, deed: Deed) -> None:
        match deed:
            case UseTheme():
                self.post_message(ThemeWanted(deed.name))
            case UseLayout():
                self.use_layout(deed.name)
            case SaveLayout():
                self.save_layout(deed.name)
            case UndoLayout():
                self.undo_layout()
            case Columns():
                self.toggle_column(deed.name)
            case GoTo(pane=""):
                self.choose_id(deed.instrument_id)
            case GoTo():
                self.go_to_pane(deed.pane)
            case Zoom():
                if deed.pane:
                    self.go_to_pane(deed.pane)
                self.call_after_refresh(self.run_action, "screen.zoom")
            case Learn():
                if deed.is_on is not self.is_learning:
                    self.action_learn()
            case AddAlert() | DropAlert() | Snooze() | Mute():
                self.change_alerts(deed)
            case ChangeSetting():
                self._change_setting(deed)

    def go_to_pane(self, name: str) -> None:
        """Bring it into sight and give it the keys; it stays when it has them."""
        if not (self.panes[name].display and self.panes[name].has_focus):
            self.call_after_refresh(self.run_action, f"screen.pane('{name}')")

    def _change_setting(self, deed: ChangeSetting) -> None:
        if self.settings is None:
            self.say("this screen has no file of settings", kind="denied")
            return
        try:
            self.settings.change(f"screen.{deed.name}", deed.typed)
        except (ConfigError, OSError) as error:
            self.say("; ".join(error.mistakes) if isinstance(error, ConfigError) else str(error), kind="denied")
            return
        self.post_message(FilesChanged())
        self.say(f"done: {said(deed)}", kind="did")
