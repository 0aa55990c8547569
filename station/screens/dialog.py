"""What every dialog is: a modal screen whose keys come from the key map, and that a key closes without an answer.

A slow line brings keys in bursts, and Textual passes each from queue to queue: what is typed while a dialog opens would
be lost, what is typed after Enter would stand in the line. So the app hands a dialog one key at a time (`take`).
"""

import asyncio
import contextlib
from typing import ClassVar, Generic, TypeVar

from textual import events
from textual.binding import Binding, BindingsMap
from textual.widgets import Input

from station.keymap import Keymap
from station.screens.backdrop import Backdrop

Answer = TypeVar("Answer")
OPENS_WITHIN_S = 1.0
"""Longer no key waits for a dialog: a kill key may come behind it."""


class Dialog(Backdrop[Answer | None], Generic[Answer]):
    """A dialog does what it has a method for: line_up, line_down, ten_up, ten_down, complete, search_history."""

    CLOSED_BY: ClassVar[tuple[str, ...]] = ()
    """Actions of the main screen whose key closes it again"""

    def __init__(self) -> None:
        super().__init__()
        self._is_open = asyncio.Event()
        self._followed = ""

    def on_mount(self) -> None:
        does = [(named, named.name) for named in self.keymap.in_dialogs() if hasattr(self, f"action_{named.name}")] + [
            (self.keymap.action(name), "close_dialog") for name in self.CLOSED_BY
        ]
        self._bindings = BindingsMap(
            Binding(key, call, show=False, priority=True) for named, call in does for key in named.keys
        )
        if (field := self.field) is not None:
            self._followed = field.value
            self.set_focus(field)
        self._is_open.set()

    @property
    def keymap(self) -> Keymap:
        keymap = getattr(self.app, "keymap", None)
        return keymap if isinstance(keymap, Keymap) else Keymap()

    @property
    def field(self) -> Input | None:
        """Into which one types; at most one."""
        return next(iter(self.query(Input)), None)

    def key_of(self, name: str) -> str:
        """As it is written in the edge of the dialog."""
        return self.keymap.key(name)

    def typed(self, text: str) -> None:
        """What stands in the field is another text now."""

    def submitted(self, text: str) -> None:
        """Enter in the field."""

    async def take(self, event: events.Key) -> bool:
        """Do at once what a key means here. False: it means nothing to us."""
        await self.opened()
        bound, field = self.active_bindings.get(event.key), self.field
        is_ours = bound is not None and bound.binding.priority
        if field is not None and not is_ours and event.is_printable and event.character:
            self.set_focus(field)
            field.replace(event.character, *field.selection)
        elif field is not None and not is_ours and event.key == "enter":
            self.submitted(field.value)
        elif bound is not None:
            await self.app.run_action(bound.binding.action, bound.node)
        else:
            return False
        self._follow()
        return True

    async def opened(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._is_open.wait(), OPENS_WITHIN_S)

    def on_input_changed(self, event: Input.Changed) -> None:
        self._follow()

    def _follow(self) -> None:
        # What was typed into a dialog that is closed is told late, and counts no longer.
        if (field := self.field) is not None and field.value != self._followed and self.is_current:
            self._followed = field.value
            self.typed(field.value)

    def action_close_dialog(self) -> None:
        self.dismiss(None)
