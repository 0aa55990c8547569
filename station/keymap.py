"""Which key does what, as it is now? The usual keys (station/actions.py), a key map that professionals know, keys.toml.

    base = "atas"                     # station/keymaps/: astras, atas, bookmap; left out: the station's own

    [everywhere]                      # or ladder, lists, chart, dialogs: where the action counts
    buy_at_cursor = ["b", "ctrl+b"]   # these keys and no others
    reverse = []                      # none
    halt = "ctrl+x"                   # the kill keys: this one more, the usual ones stay

A key that two actions would have at once is a mistake, told with both places; so is a name that nobody knows.
"""

import difflib
import re
from collections.abc import Mapping
from importlib import resources
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from core.errors import ConfigError
from station.actions import ACTIONS, EMERGENCY, OF_APP, Action, Context
from station.key_names import key_named, key_text
from station.toml_file import document_of

BASE = "base"
BUILT_IN = "the usual keys"
KILL_KEYS = frozenset(named.name for named in EMERGENCY)


class Pressed(NamedTuple):
    action: Action
    digit: int
    """Which of the action's keys it was, from 1"""


class Keymap(msgspec.Struct, frozen=True):
    """Every action with the keys that it has now."""

    actions: tuple[Action, ...] = ACTIONS

    def action(self, name: str) -> Action:
        return next(named for named in self.actions if named.name == name)

    def key(self, name: str) -> str:
        """The first key of an action as it is written; a dash when it has none."""
        keys = self.action(name).keys
        return key_text(keys[0]) if keys else "–"

    def pressed(self, key: str, context: Context) -> Pressed | None:
        """What a key does on the main screen while a pane of this context has the keys."""
        for named in self.actions:
            if key in named.keys and named.context in (context, Context.EVERYWHERE):
                return Pressed(named, named.keys.index(key) + 1)
        return None

    def in_dialogs(self) -> tuple[Action, ...]:
        return tuple(named for named in self.actions if named.context is Context.DIALOGS)


class Place(NamedTuple):
    """Where somebody said so."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


def base_maps() -> list[str]:
    """The key maps that come with the station."""
    names = (file.name for file in resources.files("station.keymaps").iterdir())
    return sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml"))


def read_keymap(path: Path) -> Keymap:
    """Of a keys.toml; the usual keys when there is none. Raises ConfigError with every mistake."""
    document = document_of(path)
    if document is None:
        return Keymap()
    return keymap_of(document, path.read_text(encoding="utf-8"), file=str(path))


def keymap_of(document: Mapping[str, Any], text: str, *, file: str) -> Keymap:
    """`text`: as it is written, so that mistakes can name the line. Raises ConfigError."""
    mistakes: list[str] = []
    told: dict[str, tuple[tuple[str, ...], Place]] = {named.word: (named.keys, Place(BUILT_IN)) for named in ACTIONS}
    base = document.get(BASE)
    if base is not None and base not in base_maps():
        mistakes.append(f"{Place(file, line_of(text, '', BASE))}: base: {base!r}; allowed: {', '.join(base_maps())}")
    elif base is not None:
        source = resources.files("station.keymaps") / f"{base}.toml"
        written = source.read_text(encoding="utf-8")
        _overlay(told, msgspec.toml.decode(written), written, f"{base}.toml", mistakes)
    _overlay(told, document, text, Path(file).name, mistakes)
    mistakes += _conflicts(told)
    if mistakes:
        raise ConfigError(file=file, mistakes=mistakes)
    return Keymap(tuple(named._replace(keys=told[named.word][0]) for named in ACTIONS))


def _overlay(
    told: dict[str, tuple[tuple[str, ...], Place]],
    document: Mapping[str, Any],
    text: str,
    file: str,
    mistakes: list[str],
) -> None:
    contexts = {context.value: context for context in Context}
    by_word = {named.word: named for named in ACTIONS}
    for section, table in document.items():
        if section == BASE:
            continue
        if section not in contexts or not isinstance(table, dict):
            place = Place(file, line_of(text, "", section) or line_of(text, section, ""))
            mistakes.append(f"{place}: {section}: no such context{_near(section, contexts)}")
            continue
        for word, value in table.items():
            place = Place(file, line_of(text, section, word))
            named = by_word.get(word)
            if named is None:
                mistakes.append(f"{place}: {word}: no such action{_near(word, by_word)}")
            elif named.context.value != section:
                mistakes.append(f"{place}: {word} counts under [{named.context.value}], not under [{section}]")
            elif (keys := _keys(value, word, place, mistakes)) is not None:
                usual = named.keys if named.name in KILL_KEYS else ()
                told[word] = (tuple(dict.fromkeys((*usual, *keys))), place)


def _keys(value: Any, word: str, place: Place, mistakes: list[str]) -> tuple[str, ...] | None:
    typed = [value] if isinstance(value, str) else value
    if not isinstance(typed, list) or not all(isinstance(one, str) for one in typed):
        mistakes.append(f'{place}: {word}: {value!r}; allowed: a key, "ctrl+b", or several, ["b", "f9"], or none, []')
        return None
    found = [(one, key_named(one)) for one in typed]
    mistakes += [f"{place}: {word}: {one!r} is no key{_near(one, _SPELLED)}" for one, key in found if key is None]
    return tuple(key for _, key in found if key is not None)


def _conflicts(told: Mapping[str, tuple[tuple[str, ...], Place]]) -> list[str]:
    """A pair of actions that one key would do, each pair once, with both places."""
    found: list[str] = []
    for first, second in combinations(ACTIONS, 2):
        if not (first.context.meets(second.context) or first.name in OF_APP or second.name in OF_APP):
            continue
        (one_keys, one_place), (other_keys, other_place) = told[first.word], told[second.word]
        found += [
            f"{key_text(key)} would do two things: {first.word} ({one_place}) and {second.word} ({other_place}); "
            "give one of them another key, or none: []"
            for key in sorted(set(one_keys) & set(other_keys))
        ]
    return found


def line_of(text: str, section: str, key: str) -> int:
    """The line where a key is set, or with a blank key where its section begins; 0: it is not written so."""
    at = ""
    for number, line in enumerate(text.splitlines(), 1):
        if heading := re.match(r"\s*\[+\s*([^\]]+?)\s*\]+", line):
            at = heading[1].strip("\"'")
            if not key and at == section:
                return number
        elif key and at == section and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return number
    return 0


_SPELLED = ("escape", "enter", "tab", "space", "pageup", "pagedown", "home", "end", "delete", "insert", "backspace",
            "up", "down", "left", "right", "shift+up", "shift+down", "alt+up", "alt+down", "ctrl+a", "f1")  # fmt: skip


def _near(word: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    near = difflib.get_close_matches(word.casefold(), list(known), 1, 0.5)
    return f"; did you mean {near[0]}?" if near else f"; there are {', '.join(known)}" if len(known) < 10 else ""
