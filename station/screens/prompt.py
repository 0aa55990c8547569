"""The prompt: one line in the language of the station, with what it would do shown before Enter.

Enter hands the line back and the screen carries it out; a line that says nothing stays, with a caret at the word.
"""

from collections.abc import Callable

import msgspec
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.suggester import Suggester
from textual.widgets import Input, Static

from station.language.commands import BY_NAME, following, read_line
from station.language.completion import completed
from station.language.deeds import Deed, said
from station.language.preview import previewed
from station.language.reader import NotUnderstood
from station.language.situation import Situation
from station.link.wishes import NEEDS_ARMING
from station.renderables.paint import Paint
from station.renderables.prompt import prompt_rows
from station.renderables.row import Row
from station.screens.dialog import Dialog
from station.screens.history import History
from station.views.prompt import Preview, PromptView
from station.widgets.canvas import Canvas

MOST_FOLLOWING = 12
AGAIN_S = 0.5
"""The market moves while a line is looked at: its figures follow."""


class Prompt(Dialog[str]):
    def __init__(
        self, situation: Callable[[], Situation], paint: Paint, history: History, *, is_armed: bool, line: str = ""
    ) -> None:
        super().__init__()
        self._situation, self._history, self._is_armed = situation, history, is_armed
        self._line = line
        self._at = len(history.lines)
        self._sought = ""
        """Letters that are sought in the lines before"""
        self.shown = PromptPicture(paint)

    def compose(self) -> ComposeResult:
        key = self.key_of
        with Vertical(classes="prompt") as box:
            box.border_title = "Order or command"
            box.border_subtitle = " · ".join(
                ("⏎ does it", f"{key('complete')} completes", f"{key('line_up')} lines before",
                 f"{key('search_history')} searches them", f"{key('close_dialog')} leaves")
            )  # fmt: skip
            with Horizontal(classes="line"):
                yield Static(":", classes="colon")
                yield Input(self._line, compact=True, suggester=_Completion(self._situation))
            yield self.shown

    def on_mount(self) -> None:
        self.set_interval(AGAIN_S, self._look)
        self.call_after_refresh(self._look)

    def typed(self, text: str) -> None:
        self._look()

    def submitted(self, text: str) -> None:
        line = text.strip()
        if line and self._look().wrong_at is None:
            self.dismiss(line)

    def action_line_up(self) -> None:
        self._recall(-1)

    def action_line_down(self) -> None:
        self._recall(1)

    def _recall(self, step: int) -> None:
        lines = self._history.lines
        self._at = max(0, min(len(lines), self._at + step))
        self._sought = ""
        self._put(lines[self._at] if self._at < len(lines) else "")

    def action_search_history(self) -> None:
        """The newest line that holds what stands here; again: the one before it."""
        field = self.query_one(Input)
        lines = self._history.lines
        if not self._sought or not (self._at < len(lines) and lines[self._at] == field.value):
            self._sought, self._at = field.value, len(lines)
        found = self._history.before(self._sought, self._at)
        if found is not None:
            self._at = found
            self._put(lines[found])

    def _put(self, line: str) -> None:
        field = self.query_one(Input)
        field.value = line
        field.cursor_position = len(line)

    def action_complete(self) -> None:
        field = self.query_one(Input)
        whole = completed(field.value, self._situation())
        if whole is not None:
            self._put(f"{whole} ")

    def _look(self) -> PromptView:
        view = look(self.query_one(Input).value, self._situation(), is_armed=self._is_armed)
        self.shown.show(view)
        return view


def look(line: str, situation: Situation, *, is_armed: bool) -> PromptView:
    """What is shown of a line."""
    if not line.strip():
        return PromptView(is_armed=is_armed)
    command = BY_NAME.get(line.split()[0].casefold())
    view = PromptView(
        line=line,
        is_armed=is_armed,
        grammar=f"{command.name} {command.grammar}" if command is not None and command.grammar else "",
        follows=tuple(following(line, situation)[:MOST_FOLLOWING]),
    )
    try:
        meant = read_line(line, situation)
    except NotUnderstood as error:
        return msgspec.structs.replace(view, wrong_at=(error.start, error.end), what=error.what, right=error.right)
    previews = tuple(
        Preview(sentence=said(one)) if isinstance(one, Deed) else previewed(one, situation) for one in meant
    )
    asks = any(isinstance(one, NEEDS_ARMING) for one in meant)
    return msgspec.structs.replace(view, previews=previews, is_armed=is_armed or not asks)


class PromptPicture(Canvas):
    def __init__(self, paint: Paint) -> None:
        super().__init__(paint, id="prompt-picture")
        self.view = PromptView()

    def show(self, view: PromptView) -> None:
        self.view = view
        self.repaint()

    def picture(self, width: int, height: int) -> list[Row]:
        return prompt_rows(self.view, paint=self.paint, width=width, height=height)


class _Completion(Suggester):
    def __init__(self, situation: Callable[[], Situation]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._situation = situation

    async def get_suggestion(self, value: str) -> str | None:
        return completed(value, self._situation())
