"""The words that narrow a list: typed below it, while it follows. Escape leaves it as it was."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from station.screens.dialog import Dialog


class Filter(Dialog[str]):
    def __init__(self, title: str, words: str, follow: Callable[[str], None]) -> None:
        super().__init__()
        self._title, self._words, self._follows = title, words, follow

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as box:
            box.border_title = f"{self._title}: only lines with"
            yield Input(self._words, placeholder="words; -word leaves out", compact=True, select_on_focus=False)
            yield Static(
                f"[b $accent]⏎[/] keep   [b $accent]{self.key_of('close_dialog')}[/] as before", classes="choice"
            )

    def typed(self, text: str) -> None:
        self._follows(text)

    def submitted(self, text: str) -> None:
        self.dismiss(text)
