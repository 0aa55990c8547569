"""The dialogs: a question with choices, a sentence to type, an instrument to find, and every key.

They are drawn by Textual itself: nothing in them moves. The kill keys work in all of them.
"""

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from station.actions import EMERGENCY, Group, keys_text
from station.keymap import Keymap
from station.screens.dialog import Dialog
from station.views.fuzzy import fit
from station.views.legend import LADDER_SIGNS

Choice = tuple[str, str, str]
"""Key, answer, what it says"""


class Question(Dialog[str]):
    """One key answers; escape is no answer."""

    def __init__(self, title: str, text: str, choices: Sequence[Choice]) -> None:
        super().__init__()
        self._title, self._text, self._choices = title, text, choices

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as box:
            box.border_title = self._title
            yield Static(self._text, classes="sentence", markup=False)
            for key, _, label in self._choices:
                yield Static(f"[b $accent]{key}[/]  {label}", classes="choice")
            yield Static(f"[b $accent]{self.key_of('close_dialog')}[/]  stay", classes="choice")

    def on_key(self, event: events.Key) -> None:
        for key, answer, _ in self._choices:
            if event.key == key or event.character == key:
                event.stop()
                self.dismiss(answer)


class Reason(Dialog[str]):
    """A sentence, for the desk's log."""

    LONGEST = 40

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title, self._text = title, text

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as box:
            box.border_title = self._title
            yield Static(self._text, classes="sentence", markup=False)
            yield Input(placeholder="why?", max_length=self.LONGEST, compact=True)
            yield Static(f"[b $accent]⏎[/] do it   [b $accent]{self.key_of('close_dialog')}[/] stay", classes="choice")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if reason := event.value.strip():
            self.dismiss(reason)


class Find(Dialog[int]):
    """Type a part of a symbol; arrows and Enter choose."""

    def __init__(self, symbols: Sequence[tuple[int, str]]) -> None:
        super().__init__()
        self._symbols = symbols

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog -tall") as box:
            box.border_title = "Symbol"
            yield Input(placeholder="part of a symbol", compact=True)
            yield OptionList(*self._options(""), compact=True)

    def on_input_changed(self, event: Input.Changed) -> None:
        found = self.query_one(OptionList)
        found.clear_options()
        found.add_options(self._options(event.value))
        if found.option_count:
            found.highlighted = 0

    def on_input_submitted(self, event: Input.Submitted) -> None:
        found = self.query_one(OptionList)
        if found.highlighted is not None and found.option_count:
            self._chosen(found.get_option_at_index(found.highlighted))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self._chosen(event.option)

    def on_mount(self) -> None:
        self.query_one(OptionList).highlighted = 0
        self.query_one(Input).focus()

    def action_line_down(self) -> None:
        self.query_one(OptionList).action_cursor_down()

    def action_line_up(self) -> None:
        self.query_one(OptionList).action_cursor_up()

    def _chosen(self, option: Option) -> None:
        self.dismiss(int(option.id or -1))

    def _options(self, text: str) -> list[Option]:
        ranked = sorted(
            (rank, symbol, instrument_id)
            for instrument_id, symbol in self._symbols
            if (rank := fit(text, symbol)) is not None
        )
        return [Option(symbol, id=str(instrument_id)) for _, symbol, instrument_id in ranked]


class Help(Dialog[str]):
    """Every key by group. Typing narrows the list, Enter does what the line says."""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog -help") as box:
            box.border_title = "Keys"
            box.border_subtitle = f"type to search · ⏎ does it · {self.key_of('close_dialog')} closes"
            yield Input(placeholder="search", compact=True)
            yield OptionList(*help_options(self.keymap, ""), compact=True)

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        self._to_first()

    def on_input_changed(self, event: Input.Changed) -> None:
        found = self.query_one(OptionList)
        found.clear_options()
        found.add_options(help_options(self.keymap, event.value))
        self._to_first()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        found = self.query_one(OptionList)
        if found.highlighted is not None:
            self.dismiss(found.get_option_at_index(found.highlighted).id)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option.id)

    def action_line_down(self) -> None:
        self._move(1)

    def action_line_up(self) -> None:
        self._move(-1)

    def action_ten_down(self) -> None:
        self._move(10)

    def action_ten_up(self) -> None:
        self._move(-10)

    def _move(self, lines: int) -> None:
        found = self.query_one(OptionList)
        step = found.action_cursor_down if lines > 0 else found.action_cursor_up
        for _ in range(abs(lines)):
            step()

    def _to_first(self) -> None:
        found = self.query_one(OptionList)
        emergency = {action.name for action in EMERGENCY}
        for index in range(found.option_count):
            option = found.get_option_at_index(index)
            # Enter without looking must not halt the desk.
            if not option.disabled and option.id not in emergency:
                found.highlighted = index
                return
        found.highlighted = None


def help_options(keymap: Keymap, text: str) -> list[Option]:
    """Headings cannot be chosen; a heading without keys below it is left out."""
    wanted = text.casefold().split()
    options: list[Option] = []
    for group in Group:
        lines = [
            Option(f"[b $accent]{keys_text(action).replace('[', chr(92) + '['):>9}[/]  {action.help}", id=action.name)
            for action in keymap.actions
            if action.group is group and _matches(wanted, f"{action.label} {action.help} {keys_text(action)}")
        ]
        if lines:
            options += [Option(f"[b]{group.value}[/]", disabled=True), *lines]
    signs = [(sign, meaning) for sign, meaning in LADDER_SIGNS if _matches(wanted, f"{sign} {meaning} signs")]
    if signs:
        options.append(Option("[b]Signs of the ladder[/]", disabled=True))
        options += [Option(f"[$accent]{sign:>14}[/]  {meaning}", disabled=True) for sign, meaning in signs]
    return options


def _matches(wanted: list[str], text: str) -> bool:
    lowered = text.casefold()
    return all(word in lowered for word in wanted)
