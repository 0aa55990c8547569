"""What every dialog is: a modal screen whose keys come from the key map, and that a key closes without an answer."""

from typing import ClassVar, Generic, TypeVar

from textual.binding import Binding, BindingsMap
from textual.screen import ModalScreen

from station.keymap import Keymap

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer | None], Generic[Answer]):
    """A dialog does what it has a method for: line_up, line_down, ten_up, ten_down, complete, search_history."""

    CLOSED_BY: ClassVar[tuple[str, ...]] = ()
    """Actions of the main screen whose key closes it again"""

    def on_mount(self) -> None:
        does = [(named, named.name) for named in self.keymap.in_dialogs() if hasattr(self, f"action_{named.name}")] + [
            (self.keymap.action(name), "close_dialog") for name in self.CLOSED_BY
        ]
        self._bindings = BindingsMap(
            Binding(key, call, show=False, priority=True) for named, call in does for key in named.keys
        )

    @property
    def keymap(self) -> Keymap:
        keymap = getattr(self.app, "keymap", None)
        return keymap if isinstance(keymap, Keymap) else Keymap()

    def key_of(self, name: str) -> str:
        """As it is written in the edge of the dialog."""
        return self.keymap.key(name)

    def action_close_dialog(self) -> None:
        self.dismiss(None)
