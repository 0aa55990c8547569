"""The settings over the screen: choose one, change it, and the file has it, comments and all; `u` takes it back."""

from collections.abc import Callable, Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.theme import Theme
from textual.widgets import Input, Static

from core.errors import ConfigError
from station.configuring.settings import Settings
from station.messages import FilesChanged
from station.renderables.paint import Paint
from station.renderables.row import Row
from station.renderables.settings import EXPLAINED, settings_rows
from station.renderables.table import Section, first_in_sight, room_for_lines
from station.screens.dialog import Dialog
from station.screens.filter import Filter
from station.views.fuzzy import holds
from station.views.settings import SettingView
from station.widgets.canvas import Canvas


class ChangeWanted(Message):
    """The line at the cursor was clicked."""


class SettingLines(Canvas):
    lines: tuple[SettingView | Section, ...] = ()
    cursor = 1
    first = 0
    said = ""
    is_wrong = False

    def picture(self, width: int, height: int) -> list[Row]:
        room = room_for_lines(len(self.lines), max(1, height - EXPLAINED))
        # The heading of a group stays in sight above its first line.
        self.first = min(first_in_sight(self.first, self.cursor, len(self.lines), room), max(0, self.cursor - 1))
        return settings_rows(
            self.lines, first=self.first, cursor=self.cursor, said=self.said, is_wrong=self.is_wrong,
            paint=self.paint, width=width, height=height,
        )  # fmt: skip

    @property
    def chosen(self) -> SettingView | None:
        line = self.lines[self.cursor] if self.cursor < len(self.lines) else None
        return line if isinstance(line, SettingView) else None

    def show(self, views: Sequence[SettingView]) -> None:
        groups = dict.fromkeys(view.group for view in views)
        lines: list[SettingView | Section] = []
        for group in groups:
            members = [view for view in views if view.group == group]
            lines += [Section(group, len(members)), *members]
        self.lines = tuple(lines)
        self.cursor = min(self.cursor, max(1, len(lines) - 1))
        if self.chosen is None:
            self.cursor = 1
        self.repaint()

    def on_click(self, event: events.Click) -> None:
        """A line is chosen; the chosen one is changed."""
        line = self.first + event.y - 1
        if event.y < 1 or line >= min(len(self.lines), self.first + self.size.height - EXPLAINED - 1):
            return
        if line == self.cursor:
            self.post_message(ChangeWanted())
        elif isinstance(self.lines[line], SettingView):
            self.move(line - self.cursor)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self.move(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self.move(-3)

    def move(self, by: int) -> None:
        """To the next setting; a heading is no place to stand."""
        if not self.lines:
            return
        last = len(self.lines) - 1
        self.cursor = min(last, max(1, self.cursor + by))
        if isinstance(self.lines[self.cursor], Section):
            self.cursor += 1 if by > 0 else -1
        self.said = ""
        self.repaint()


class TypedValue(Dialog[str]):
    """One value, in the words of the file."""

    def __init__(self, one: SettingView) -> None:
        super().__init__()
        self._one = one

    def compose(self) -> ComposeResult:
        one = self._one
        with Vertical(classes="dialog") as box:
            box.border_title = one.key
            yield Static(one.meaning, classes="sentence", markup=False)
            yield Input(one.value, placeholder=one.default, compact=True)
            yield Static(
                f"[b $accent]⏎[/] {one.unit or 'write it'}   [b $accent]{self.key_of('close_dialog')}[/] as before",
                classes="choice",
            )

    def submitted(self, text: str) -> None:
        self.dismiss(text)


class SettingsDialog(Dialog[None]):
    CLOSED_BY = ("settings",)

    def __init__(self, settings: Settings, paint: Callable[[], Paint]) -> None:
        """`paint`: as the screen below is painted now; a theme that is chosen here is seen here."""
        super().__init__()
        self._settings, self._paint = settings, paint
        self._lines = SettingLines(paint(), id="setting-lines")
        self._words = ""

    def compose(self) -> ComposeResult:
        keys = [
            ("find_setting", "find"),
            ("change_value", "change"),
            ("next_value", "next"),
            ("default_value", "default"),
            ("undo", "undo"),
        ]
        with Vertical(classes="dialog -help -canvas") as box:
            self._box = box
            told = " · ".join(f"{self.key_of(name)} {word}" for name, word in keys)
            box.border_subtitle = f"{told} · {self.key_of('close_dialog')} closes"
            yield self._lines

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, self._repaint)
        self.call_after_refresh(self._show)

    def _repaint(self, theme: Theme) -> None:
        self._lines.paint = self._paint()
        self._lines.repaint()

    def action_line_up(self) -> None:
        self._lines.move(-1)

    def action_line_down(self) -> None:
        self._lines.move(1)

    def action_ten_up(self) -> None:
        self._lines.move(-10)

    def action_ten_down(self) -> None:
        self._lines.move(10)

    def action_next_value(self) -> None:
        self._step(1)

    def action_previous_value(self) -> None:
        self._step(-1)

    def action_find_setting(self) -> None:
        before = self._words

        def typed(words: str | None) -> None:
            self._find(before if words is None else words)

        self.app.push_screen(Filter("Settings", before, self._find), typed)

    def _find(self, words: str) -> None:
        self._words = words
        self._lines.cursor, self._lines.said = 1, ""
        self._show()

    def action_change_value(self) -> None:
        if (one := self._to_change()) is None:
            return
        if one.choices:
            self._step(1)
            return

        def typed(text: str | None) -> None:
            if text is not None:
                self._change(one, text)

        self.app.push_screen(TypedValue(one), typed)

    def on_change_wanted(self, message: ChangeWanted) -> None:
        self.action_change_value()

    def action_default_value(self) -> None:
        if (one := self._to_change()) is not None and one.is_said:
            self._try(lambda: self._settings.to_default(one.key), f"{one.key} is its default again: {one.default}")

    def action_undo(self) -> None:
        self._try(self._undo, "")

    def _undo(self) -> None:
        key = self._settings.undo()
        if key is None:
            self._lines.said = "nothing to take back"
            return
        keys = [line.key if isinstance(line, SettingView) else "" for line in self._lines.lines]
        if key in keys:
            self._lines.cursor = keys.index(key)
        self._lines.said = f"{key} is as it was before"

    def _to_change(self) -> SettingView | None:
        """The one at the cursor; None, and said, when it is not changed here."""
        one = self._lines.chosen
        if one is not None and one.place:
            self._lines.said, one = f"it is changed in the file: {one.place}", None
            self._lines.repaint()
        return one

    def _step(self, by: int) -> None:
        if (one := self._to_change()) is None:
            return
        if not one.choices:
            self._lines.said = f"it is typed: {self.key_of('change_value')}"
            self._lines.repaint()
            return
        at = one.choices.index(one.value) if one.value in one.choices else -by
        self._change(one, one.choices[(at + by) % len(one.choices)])

    def _change(self, one: SettingView, text: str) -> None:
        self._try(lambda: self._settings.change(one.key, text), f"{one.key} is written, counts {one.applies}")

    def _try(self, change: Callable[[], None], said: str) -> None:
        self._lines.is_wrong = False
        self._lines.said = said
        try:
            change()
            self.post_message(FilesChanged())
        except ConfigError as error:
            self._lines.is_wrong = True
            self._lines.said = " · ".join(error.mistakes)
        except OSError as error:
            self._lines.is_wrong = True
            self._lines.said = f"{error.filename}: {error.strerror}"
        self._show()

    def _show(self) -> None:
        views, words = self._settings.views(), self._words
        found = [one for one in views if holds(f"{one.group} {one.key} {one.name} {one.value} {one.meaning}", words)]
        self._box.border_title = f"Settings: {len(found)} of {len(views)} hold {words}" if words else "Settings"
        self._lines.show(found)
