"""The dialogs: a question with choices, a sentence to type, an instrument to find, and every key.

They are drawn by Textual itself: nothing in them moves. The kill keys work in all of them.
"""

import textwrap
from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static
from textual.widgets.option_list import Option

from station.actions import Group, keys_text
from station.keymap import KILL_KEYS, Keymap
from station.screens.dialog import Dialog
from station.screens.search import Search
from station.views.fuzzy import fit
from station.views.legend import LADDER_SIGNS

WIDEST, AROUND = 92, 10
"""Of the sheet of keys: station.tcss; and the cells of it that are frame, margin and scroll bar"""
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

    async def take(self, event: events.Key) -> bool:
        await self.opened()
        for key, answer, _ in self._choices:
            if key in (event.key, event.character):
                self.dismiss(answer)
                return True
        return await super().take(event)


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

    def submitted(self, text: str) -> None:
        if reason := text.strip():
            self.dismiss(reason)


class Find(Search[int]):
    """Type a part of a symbol; arrows and Enter choose."""

    NAMED = "Symbol"
    PLACEHOLDER = "part of a symbol"
    SHAPE = "-tall"
    DOES = "⏎ takes it"

    def __init__(self, symbols: Sequence[tuple[int, str]]) -> None:
        super().__init__()
        self._symbols = symbols

    def options(self, text: str) -> list[Option]:
        ranked = sorted(
            (rank, symbol, instrument_id)
            for instrument_id, symbol in self._symbols
            if (rank := fit(text, symbol)) is not None
        )
        return [Option(symbol, id=str(instrument_id)) for _, symbol, instrument_id in ranked]

    def answer(self, option: Option) -> int:
        return int(option.id or -1)


class Help(Search[str]):
    """Every key by group. Typing narrows the list, Enter does what the line says."""

    NAMED = "Keys"
    PLACEHOLDER = "search"

    def options(self, text: str) -> list[Option]:
        return help_options(self.keymap, text, min(WIDEST, self.app.size.width) - AROUND)

    def answer(self, option: Option) -> str:
        return option.id or ""

    def may_be_first(self, option: Option) -> bool:
        """Enter without looking must not halt the desk."""
        return option.id not in KILL_KEYS


def help_options(keymap: Keymap, text: str, width: int) -> list[Option]:
    """Headings cannot be chosen; a heading without keys below it is left out. What a key does goes on below itself."""
    wanted = text.casefold().split()
    options: list[Option] = []
    for group in Group:
        lines = [
            Option(
                f"[b $accent]{keys_text(action).replace('[', chr(92) + '['):>9}[/]  {_below(action.help, 11, width)}",
                id=action.name,
            )
            for action in keymap.actions
            if action.group is group and _matches(wanted, f"{action.label} {action.help} {keys_text(action)}")
        ]
        if lines:
            options += [Option(f"[b]{group.value}[/]", disabled=True), *lines]
    signs = [(sign, meaning) for sign, meaning in LADDER_SIGNS if _matches(wanted, f"{sign} {meaning} signs")]
    if signs:
        options.append(Option("[b]Signs of the ladder[/]", disabled=True))
        options += [
            Option(f"[$accent]{sign:>14}[/]  {_below(meaning, 16, width)}", disabled=True) for sign, meaning in signs
        ]
    return options


def _below(text: str, indent: int, width: int) -> str:
    """Its lines, all but the first one indented."""
    return f"\n{' ' * indent}".join(textwrap.wrap(text, max(20, width - indent)))


def _matches(wanted: list[str], text: str) -> bool:
    lowered = text.casefold()
    return all(word in lowered for word in wanted)
