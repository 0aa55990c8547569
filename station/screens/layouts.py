"""Which layout does the screen have, what was before, and which others can be chosen?

A change is a new frozen Layout in the place of the old; what was before is kept, so that every one can be undone.
"""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from station.screens.layout import Layout, with_group_instruments
from station.screens.layout_files import USUAL, built_in_layouts, read_layouts, save_layout

MOST_KEPT = 100


class NoLayout(Exception):
    """There is none of this name or key; says which there are."""


class Layouts:
    def __init__(self, file: Path | None = None) -> None:
        """`file`: the user's layouts.toml, read by `reload`; None: saving is for this run of the screen alone."""
        self.file = file
        self._own: dict[str, Layout] = {}
        self.now = built_in_layouts()[USUAL]
        self._before: list[Layout] = []

    def named(self) -> dict[str, Layout]:
        """Built in and the user's own; the user's wins over a built-in one of the same name."""
        return {**built_in_layouts(), **self._own}

    def reload(self) -> None:
        """The file changed: what is shown stays until it is chosen anew. Raises ConfigError."""
        if self.file is not None:
            self._own = read_layouts(self.file)

    def by_key(self, digit: int) -> str:
        """The name; the user's own first. Raises NoLayout."""
        for one in (*reversed(self._own.values()), *built_in_layouts().values()):
            if one.key == digit:
                return one.name
        raise NoLayout(f"no layout has the key {digit}; `layout save NAME` keeps this one")

    def use(self, name: str) -> Layout:
        """Raises NoLayout."""
        found = self.named().get(name)
        if found is None:
            raise NoLayout(f"there is no layout {name!r}; there are {', '.join(self.named())}")
        self.change(found)
        return found

    def change(self, layout: Layout, *, goes_on: bool = False) -> None:
        """`goes_on`: with the change before, so that both are undone as one."""
        if layout != self.now:
            if not goes_on:
                self._before = [*self._before[-MOST_KEPT:], self.now]
            self.now = layout

    def undo(self) -> bool:
        """Back to what was before the last change. False: there is nothing to undo."""
        if not self._before:
            return False
        self.now = self._before.pop()
        return True

    def save(self, name: str, groups: Mapping[str, str] | None = None) -> Layout:
        """What is shown now, under this name. `groups`: the symbol of each letter. Raises ConfigError, OSError."""
        known = self.named().get(name)
        taken = {one.key for one in self.named().values()}
        free = next((key for key in range(1, 10) if key not in taken), 0)
        key = known.key if known is not None else free
        title = known.title if known is not None else name
        shown = with_group_instruments(self.now, groups or {})
        layout = msgspec.structs.replace(shown, name=name, title=title, key=key)
        if self.file is not None:
            save_layout(self.file, layout)
        self._own[name] = layout
        self.now = layout
        return layout
