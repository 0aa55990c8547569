"""A dialog to find something in: a field to type in, below it the lines that fit, the best chosen; Enter takes it."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from station.screens.dialog import Answer, Dialog

NOTHING = "nothing fits that"


class Search(Dialog[Answer]):
    NAMED: ClassVar[str]
    """In the upper edge"""
    PLACEHOLDER: ClassVar[str]
    SHAPE: ClassVar[str] = "-help"
    DOES: ClassVar[str] = "⏎ does it"

    def options(self, text: str) -> list[Option]:
        """The lines for what was typed. A heading is a line that is disabled."""
        raise NotImplementedError

    def answer(self, option: Option) -> Answer:
        raise NotImplementedError

    def may_be_first(self, option: Option) -> bool:
        """May it be chosen before anybody moved the cursor?"""
        return True

    def compose(self) -> ComposeResult:
        with Vertical(classes=f"dialog {self.SHAPE}") as box:
            box.border_title = self.NAMED
            box.border_subtitle = f"type to find · {self.DOES} · {self.key_of('close_dialog')} closes"
            yield Input(placeholder=self.PLACEHOLDER, compact=True)
            yield OptionList(compact=True)

    def on_mount(self) -> None:
        self.typed("")

    def typed(self, text: str) -> None:
        listed, found = self._listed, self.options(text) or [Option(NOTHING, disabled=True)]
        listed.clear_options()
        listed.add_options(found)
        listed.highlighted = next(
            (at for at, one in enumerate(found) if not one.disabled and self.may_be_first(one)), None
        )

    def submitted(self, text: str) -> None:
        if (at := self._listed.highlighted) is not None:
            self.dismiss(self.answer(self._listed.get_option_at_index(at)))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self.answer(event.option))

    def action_line_down(self) -> None:
        self._move(1)

    def action_line_up(self) -> None:
        self._move(-1)

    def action_ten_down(self) -> None:
        self._move(10)

    def action_ten_up(self) -> None:
        self._move(-10)

    def _move(self, lines: int) -> None:
        """From line to line; a heading is no place to stand."""
        listed = self._listed
        places = [at for at in range(listed.option_count) if not listed.get_option_at_index(at).disabled]
        if listed.highlighted in places:
            at = places.index(listed.highlighted) + lines
            listed.highlighted = places[max(0, min(len(places) - 1, at))]

    @property
    def _listed(self) -> OptionList:
        return self.query_one(OptionList)
