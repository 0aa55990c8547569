"""The settings over the screen: choose one, change it, and the file has it, comments and all; `u` takes it back."""

from collections.abc import Callable, Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.theme import Theme
from textual.widgets import Input, Static

from core.errors import ConfigError
from station.configuring.entries import heading
from station.configuring.settings import NEXT_DESK, Settings
from station.configuring.typed_entry import TYPED_ENTRIES
from station.messages import FilesChanged
from station.renderables.paint import Paint
from station.renderables.row import Row
from station.renderables.settings import EXPLAINED, settings_rows
from station.renderables.table import Section, first_in_sight, room_for_lines
from station.screens.dialog import Dialog
from station.screens.filter import Filter
from station.views.fuzzy import holds
from station.views.numbers import DASH
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
    of_entries = ""
    """What can be done with one of several, said while nothing else is"""

    def picture(self, width: int, height: int) -> list[Row]:
        room = room_for_lines(len(self.lines), max(1, height - EXPLAINED))
        # The heading of a group stays in sight above its first line.
        self.first = min(first_in_sight(self.first, self.cursor, len(self.lines), room), max(0, self.cursor - 1))
        chosen = self.chosen
        is_entry = chosen is not None and (chosen.is_of_several or chosen.is_absent)
        said = self.said or (self.of_entries if is_entry else "")
        return settings_rows(
            self.lines, first=self.first, cursor=self.cursor, said=said, is_wrong=self.is_wrong,
            paint=self.paint, width=width, height=height,
        )  # fmt: skip

    @property
    def chosen(self) -> SettingView | None:
        line = self.lines[self.cursor] if self.cursor < len(self.lines) else None
        return line if isinstance(line, SettingView) else None

    def show(self, views: Sequence[SettingView], goal: str = "") -> None:
        """`goal`: the key of the line to stand on, where there is one."""
        groups = dict.fromkeys(view.group for view in views)
        lines: list[SettingView | Section] = []
        for group in groups:
            members = [view for view in views if view.group == group]
            lines += [Section(group, len(members)), *members]
        self.lines = tuple(lines)
        self.cursor = min(self.cursor, max(1, len(lines) - 1))
        if self.chosen is None:
            self.cursor = 1
        keys = [line.key if isinstance(line, SettingView) else "" for line in lines]
        if goal and goal in keys:
            self.cursor = keys.index(goal)
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

    def __init__(self, title: str, meaning: str, *, value: str = "", example: str = "", unit: str = "") -> None:
        super().__init__()
        self._title, self._meaning, self._value, self._example, self._unit = title, meaning, value, example, unit

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as box:
            box.border_title = self._title
            yield Static(self._meaning, classes="sentence", markup=False)
            yield Input(self._value, placeholder=self._example, compact=True)
            yield Static(
                f"[b $accent]⏎[/] {self._unit or 'write it'}   [b $accent]{self.key_of('close_dialog')}[/] as before",
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
        new, out = self.key_of("add_entry"), self.key_of("remove_entry")
        self._lines.of_entries = f"{new}: one more · {out}: take it out"
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
        if (chosen := self._lines.chosen) is not None and chosen.is_absent:
            self.action_add_entry()
            return
        if (one := self._to_change()) is None:
            return
        if one.choices:
            self._step(1)
            return

        def typed(text: str | None) -> None:
            if text is not None:
                self._change(one, text)

        self.app.push_screen(
            TypedValue(one.key, one.meaning, value=one.value, example=one.default, unit=one.unit), typed
        )

    def on_change_wanted(self, message: ChangeWanted) -> None:
        self.action_change_value()

    def action_default_value(self) -> None:
        if (one := self._to_change()) is not None and one.is_said:
            self._try(
                lambda: self._settings.to_default(one.key),
                lambda key: f"{key} is its default again: {one.default or DASH}",
            )

    def action_add_entry(self) -> None:
        """One more venue or strategy, where they stand."""
        chosen = self._lines.chosen
        table = chosen.key.partition("[")[0] if chosen is not None else ""
        if table not in TYPED_ENTRIES:
            self._say(f"one more can stand in {' and '.join(map(heading, TYPED_ENTRIES))}: go there first")
            return
        about = TYPED_ENTRIES[table]

        def typed(text: str | None) -> None:
            if text:
                self._try(
                    lambda: self._settings.add(table, text), lambda key: f"{text} is written. {self._next_desk(table)}"
                )

        self.app.push_screen(TypedValue(about.title, about.meaning, example=about.example), typed)

    def action_remove_entry(self) -> None:
        one = self._lines.chosen
        if one is None or not one.is_of_several:
            self._say("only what may stand several times is taken out")
            return
        table, undo = one.key.partition("[")[0], self.key_of("undo")
        self._try(
            lambda: self._settings.remove(one.key),
            lambda key: f"{one.group} is out; {undo} brings it back. {self._next_desk(table)}",
        )

    def action_undo(self) -> None:
        self._try(self._settings.undo, lambda key: f"{key} is as it was before" if key else "nothing to take back")

    def _next_desk(self, table: str) -> str:
        """What a desk that runs does not do by itself."""
        if table != "venues":
            return f"It counts {NEXT_DESK}."
        served = ", ".join(self._settings.next_served())
        return f"The desk that runs stays as it is; the next `station up` serves {served}."

    def _to_change(self) -> SettingView | None:
        """The one at the cursor; None, and said, when it is not changed here."""
        one = self._lines.chosen
        if one is not None and (one.place or one.is_absent):
            self._say(f"it is changed in the file: {one.place}" if one.place else self._lines.of_entries)
            return None
        return one

    def _step(self, by: int) -> None:
        if (one := self._to_change()) is None:
            return
        if not one.choices:
            self._say(f"it is typed: {self.key_of('change_value')}")
            return
        at = one.choices.index(one.value) if one.value in one.choices else -by
        self._change(one, one.choices[(at + by) % len(one.choices)])

    def _change(self, one: SettingView, text: str) -> None:
        self._try(lambda: self._settings.change(one.key, text), lambda key: f"{key} is written, counts {one.applies}")

    def _try(self, change: Callable[[], str | None], said: Callable[[str | None], str]) -> None:
        """`said` of the key that was changed."""
        key = None
        try:
            key = change()
            self._say(said(key))
            self.post_message(FilesChanged())
        except ConfigError as error:
            self._say(" · ".join(error.mistakes), is_wrong=True)
        except OSError as error:
            self._say(f"{error.filename}: {error.strerror}", is_wrong=True)
        self._show(key or "")

    def _say(self, text: str, *, is_wrong: bool = False) -> None:
        self._lines.said, self._lines.is_wrong = text, is_wrong
        self._lines.repaint()

    def _show(self, goal: str = "") -> None:
        views, words = self._settings.views(), self._words
        found = [one for one in views if holds(f"{one.group} {one.key} {one.name} {one.value} {one.meaning}", words)]
        if goal in {one.key for one in views} - {one.key for one in found}:
            # What was just put in is seen, whatever was looked for before.
            self._words, words, found = "", "", views
        self._box.border_title = f"Settings: {len(found)} of {len(views)} hold {words}" if words else "Settings"
        self._lines.show(found, goal)
