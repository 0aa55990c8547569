"""Settings that a person changes one by one: read from the files, written into them with their comments, undone.

Nothing is kept here but what can be undone: what a setting is, its file says at any moment.
"""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from core.errors import ConfigError
from core.risk_limits import RiskLimits
from core.strategy.known import BUILT_IN
from station.config import RISK_FILE, StationConfig, read_config, read_limits
from station.configuring.change import (
    ABSENT,
    Read,
    document_in,
    replace_checked,
    said_of,
    with_value,
    without_value,
)
from station.configuring.entries import Entry, entries, heading, several
from station.configuring.entry_change import IN_AN_ENTRY, with_entry, with_entry_value, without_entry
from station.configuring.files import read_alone, risk_template, station_template
from station.configuring.schema import UNITS, Setting, in_words, repeated, settings_of
from station.configuring.template import as_toml
from station.configuring.typed_entry import TYPED_ENTRIES
from station.desk.served import read_served
from station.errors import BadArgument
from station.toml_lines import key_lines, line_of
from station.views.settings import SettingView

LIMITS = "core.risk."
AT_ONCE = "at once"
NEXT_DESK = "with the next `station up`"
GROUPS: Mapping[str, tuple[str, ...]] = {
    "Look": ("theme", "time", "layout", "ladder_columns", "hints"),
    "Trading keys": ("bracket_stop_bps", "bracket_targets_bps", "confirm", "learning", "idle_disarm_minutes"),
    "Line to the terminal": ("fps", "low_bandwidth"),
}
"""Of the section of the screen; the other sections are groups by themselves."""


class Place(NamedTuple):
    """Where a setting is written."""

    path: Path
    key: str
    read: Read
    beginning: str


class Change(NamedTuple):
    key: str
    place: Place
    before: str
    """The file's text"""
    after: str


class Settings:
    def __init__(self, file: Path, choices: Callable[[], Mapping[str, Sequence[str]]] = dict) -> None:
        """`file`: the station.toml. `choices`: what is known of some keys only while the station runs."""
        self._file = file
        self._choices = choices
        self._undo: list[Change] = []

    @cached_property
    def _all(self) -> dict[str, Setting]:
        """Made when the settings are first opened: reading the docstrings takes longer than a frame."""
        own = [one for one in settings_of(StationConfig) if not one.key.startswith(LIMITS)]
        limits = [one._replace(key=LIMITS + one.key) for one in settings_of(RiskLimits)]
        return {one.key: one for one in (*own, *limits) if repeated(one.kind) is None}

    def views(self) -> list[SettingView]:
        """All of them, those of the screen first."""
        text = _text(self._file)
        own, limits = document_in(text), document_in(_text(self._file.with_name(RISK_FILE)))
        choices = self._choices()
        found = []
        for one in self._all.values():
            said = said_of(own, one.key)
            if said is ABSENT and one.key.startswith(LIMITS):
                said = said_of(limits, one.key.removeprefix(LIMITS))
            found.append(_view(one, said, choices.get(one.key) or one.choices))
        found += _entry_views(self._file, text, own)
        groups = [*GROUPS, *dict.fromkeys(one.group for one in found if one.group not in GROUPS)]
        return sorted(found, key=lambda one: groups.index(one.group))

    def change(self, key: str, typed: str) -> str:
        """In the words of the file; a text needs no quotes. Raises ConfigError, and then nothing has changed."""
        return self._set(key, parsed(typed, self._setting(key)))

    def to_default(self, key: str) -> str:
        return self._set(key, ABSENT)

    def add(self, table: str, typed: str) -> str:
        """One more of `venues` or `strategies`, in the words that `typed_entry` reads; its first key."""
        fields = TYPED_ENTRIES[table].read(typed)
        text = _text(self._file) or station_template()
        number = len(document_in(text).get(table, ()))
        key = f"{table}[{number}].name"
        return self._write(key, self._place(key), with_entry(text, table, fields))

    def remove(self, key: str) -> str:
        """The entry that a key is of."""
        told = IN_AN_ENTRY.fullmatch(key)
        assert told is not None, key
        table, number = told["table"], int(told["number"])
        changed = without_entry(_text(self._file), table, number)
        return self._write(f"{table}[{number}].name", self._place(key), changed)

    def undo(self) -> str | None:
        """The key whose last change was taken back; None: there is nothing to take back. Raises ConfigError."""
        if not self._undo:
            return None
        last = self._undo[-1]
        if _text(last.place.path) != last.after:
            raise ConfigError(
                file=str(last.place.path),
                mistakes=[f"{last.place.path.name} was changed by another hand since; take it back there"],
            )
        replace_checked(last.place.path, last.before, last.place.read)
        self._undo.pop()
        return last.key

    def next_served(self) -> tuple[str, ...]:
        """The venues that the next `station up` serves when it is not told. Raises ConfigError."""
        try:
            return tuple(served.name for served in read_served((), read_config(self._file, with_limits=False)))
        except BadArgument as error:
            raise ConfigError(file=str(self._file), mistakes=[f"desk.venues: {error}"]) from error

    def _setting(self, key: str) -> Setting:
        if key in self._all:
            return self._all[key]
        found = entries(document_in(_text(self._file)), StationConfig)
        return next(one.setting for one in found if one.setting.key == key)

    def _set(self, key: str, value: Any) -> str:
        place = self._place(key)
        text = _text(place.path)
        if key not in self._all:
            changed = with_entry_value(text, key, value)
        elif value is ABSENT:
            changed = without_value(text, place.key, self._all[key].default)
        else:
            changed = with_value(text or place.beginning, place.key, value)
        return self._write(key, place, changed)

    def _write(self, key: str, place: Place, changed: str) -> str:
        before = _text(place.path) or place.beginning
        replace_checked(place.path, changed, place.read)
        self._undo.append(Change(key, place, before, changed))
        return key

    def _place(self, key: str) -> Place:
        beside = self._file.with_name(RISK_FILE)
        # One of the two holds the limits, never both.
        if key.startswith(LIMITS) and (beside.exists() or "core.risk" not in key_lines(_text(self._file))):
            return Place(beside, key.removeprefix(LIMITS), read_limits, risk_template())
        return Place(self._file, key, read_alone, station_template())


def parsed(typed: str, setting: Setting) -> Any:
    """What was meant: `50, 100` is a list where one is wanted, `BTC = 0.5` a table, and words need no quotes."""
    text = typed.strip()
    if setting.kind is str and not text.startswith(('"', "'")):
        return text
    shape = as_toml(() if setting.default is msgspec.NODEFAULT else setting.default)[0]
    words = [word.strip().strip("\"'") for word in text.strip("[]{}").split(",") if word.strip()]
    attempts = [text, as_toml(text)]
    if shape == "[":
        attempts = [text, f"[{text}]", as_toml(words)]
    elif shape == "{":
        pairs = (word.partition("=") for word in words)
        attempts = [text, as_toml({name.strip("\"' "): value.strip("\"' ") for name, _, value in pairs})]
    for attempt in attempts:
        try:
            value = tomllib.loads(f"x = {attempt}")["x"]
        except tomllib.TOMLDecodeError:
            continue
        if shape not in "[{" or isinstance(value, list if shape == "[" else dict):
            # A rate of 1 is a rate of 1.0.
            return float(value) if setting.kind is float and type(value) is int else value
    raise ConfigError(file="", mistakes=[f"{setting.key}: {typed!r} cannot be read"])


def _view(setting: Setting, said: Any, choices: Sequence[Any]) -> SettingView:
    return SettingView(
        key=setting.key,
        group=_group(setting),
        name=_spoken(setting),
        value=_plain(setting.default if said is ABSENT else said),
        default=_plain(setting.default),
        unit=setting.unit,
        meaning=setting.meaning,
        applies=AT_ONCE if setting.section == "screen" else NEXT_DESK,
        is_said=said is not ABSENT,
        choices=tuple(_plain(choice) for choice in choices),
    )


def _entry_views(file: Path, text: str, document: Mapping[str, Any]) -> list[SettingView]:
    lines = key_lines(text)
    found = []
    for table, _ in several(StationConfig):
        of_table = [one for one in entries(document, StationConfig) if one.setting.key.startswith(f"{table.key}[")]
        found += [_entry_view(one, f"{file}:{line_of(lines, one.setting.key) or 1}") for one in of_table]
        if not of_table:
            # What stands for none is not changed: it gives way to the first that is added.
            none = Setting(table.key, str, "", table.meaning)
            found.append(
                msgspec.structs.replace(_view(none, ABSENT, ()), group=heading(table.key), name="none", is_absent=True)
            )
    return found


def _entry_view(one: Entry, place: str) -> SettingView:
    field = one.setting
    if field.default is msgspec.NODEFAULT:
        field = field._replace(default="")
    named = re.sub(r"\[\d+\]", "", field.key)
    choices = tuple(BUILT_IN) if named == "strategies.name" else field.choices
    seen = _view(field, ABSENT if one.said is msgspec.UNSET else one.said, choices)
    return msgspec.structs.replace(seen, group=one.group, place=place if one.is_by_hand else "", is_of_several=True)


def _plain(value: Any) -> str:
    """As it may be typed: a text without its quotes, a list without its brackets. What is empty is empty."""
    value = in_words(value)
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return ", ".join(f"{name} = {_plain(item)}" for name, item in value.items())
    if isinstance(value, tuple | list):
        return ", ".join(_plain(item) for item in value)
    return f"{value:.15g}" if isinstance(value, float) else as_toml(value)


def _spoken(setting: Setting) -> str:
    """Without the unit that has a column of its own."""
    name = setting.name
    ending = next((ending for ending in UNITS if setting.unit and name.endswith(ending) and ending[0] == "_"), "")
    return name.removesuffix(ending).replace("_", " ")


def _group(setting: Setting) -> str:
    if setting.key.startswith(LIMITS):
        return "Limits"
    if setting.section == "screen":
        return next((group for group, names in GROUPS.items() if setting.name in names), "Look")
    return setting.section.replace(".", ", ").capitalize()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
