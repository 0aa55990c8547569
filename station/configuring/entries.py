"""What may stand several times in a file, `[[venues]]` and `[[strategies]]`: each field of each entry as a setting.

Real money is asked for in the file alone, never by a key too many: what leads there is shown with its line.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from core.strategy.known import BUILT_IN
from station.configuring.schema import Setting, repeated, settings_of

BY_HAND = frozenset({"venues.mode", "venues.account", "venues.credentials_file"})
NEVER_SAID = frozenset({"venues.keys_descriptor"})
"""By a file."""


class Entry(NamedTuple):
    """One field of one of several."""

    setting: Setting
    """Its key names the entry: venues[0].depth"""
    said: Any
    """msgspec.UNSET: the default holds"""
    group: str
    is_by_hand: bool


def several(kind: type[msgspec.Struct]) -> Iterator[tuple[Setting, type[msgspec.Struct]]]:
    """What may be there several times, and of what."""
    for table in settings_of(kind):
        if (entry := repeated(table.kind)) is not None:
            yield table, entry


def entries(document: Mapping[str, Any], kind: type[msgspec.Struct]) -> Iterator[Entry]:
    for table, entry in several(kind):
        told = document.get(table.key)
        for number, one in enumerate(told if isinstance(told, list) else []):
            if not isinstance(one, dict):
                continue
            group = heading(table.key, one.get("name", number + 1))
            for field, said in _fields(table.key, entry, one):
                named = f"{table.key}.{field.key}"
                if named not in NEVER_SAID:
                    at = field._replace(key=f"{table.key}[{number}].{field.key}")
                    yield Entry(at, said, group, named in BY_HAND)


def heading(table: str, name: object = "") -> str:
    return f"[[{table}]] {name}".rstrip()


def _fields(table: str, kind: type[msgspec.Struct], one: Mapping[str, Any]) -> Iterator[tuple[Setting, Any]]:
    """A strategy's parameters one by one: those that it has."""
    for field in settings_of(kind):
        said = one.get(field.key, msgspec.UNSET)
        if (table, field.key) != ("strategies", "parameters"):
            yield field, said
            continue
        given = said if isinstance(said, dict) else {}
        for word, parameter in BUILT_IN.get(str(one.get("name")), {}).items():
            setting = Setting(f"parameters.{word}", float, parameter.default, parameter.meaning)
            yield setting, given.get(word, msgspec.UNSET)
