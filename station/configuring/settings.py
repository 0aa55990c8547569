"""Settings that a person changes one by one: read from the files, written into them with their comments, undone.

Nothing is kept here but what can be undone: what a setting is, its file says at any moment.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from core.errors import ConfigError
from core.risk_limits import RiskLimits
from station.config import RISK_FILE, StationConfig, read_limits
from station.configuring.change import (
    ABSENT,
    Read,
    document_in,
    replace_checked,
    said_of,
    value_in,
    with_value,
    without_value,
)
from station.configuring.entries import entry_views
from station.configuring.files import read_alone, risk_template, station_template
from station.configuring.schema import UNITS, Setting, in_words, repeated, settings_of
from station.configuring.template import as_toml
from station.toml_lines import key_lines
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
    setting: Setting
    before: Any


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
        found += entry_views(self._file, text, StationConfig, _entry_view)
        groups = [*GROUPS, *dict.fromkeys(one.group for one in found if one.group not in GROUPS)]
        return sorted(found, key=lambda one: groups.index(one.group))

    def change(self, key: str, typed: str) -> None:
        """In the words of the file; a text needs no quotes. Raises ConfigError, and then nothing has changed."""
        self._write(self._all[key], parsed(typed, self._all[key]))

    def to_default(self, key: str) -> None:
        self._write(self._all[key], ABSENT)

    def undo(self) -> str | None:
        """The key whose last change was taken back; None: there is nothing to take back."""
        if not self._undo:
            return None
        last = self._undo[-1]
        self._write(last.setting, last.before)
        del self._undo[-2:]
        return last.setting.key

    def _write(self, setting: Setting, value: Any) -> None:
        place = self._place(setting.key)
        text = _text(place.path)
        before = value_in(text, place.key)
        if value is ABSENT:
            changed = without_value(text, place.key, setting.default)
        else:
            changed = with_value(text or place.beginning, place.key, value)
        replace_checked(place.path, changed, place.read)
        self._undo.append(Change(setting, before))

    def _place(self, key: str) -> Place:
        beside = self._file.with_name(RISK_FILE)
        # One of the two holds the limits, never both.
        if key.startswith(LIMITS) and (beside.exists() or "core.risk" not in key_lines(_text(self._file))):
            return Place(beside, key.removeprefix(LIMITS), read_limits, risk_template())
        return Place(self._file, key, read_alone, station_template())


def parsed(typed: str, setting: Setting) -> Any:
    """What was meant: `50, 100` is a list where one is wanted, and words need no quotes."""
    text = typed.strip()
    if setting.kind is str and not text.startswith(('"', "'")):
        return text
    is_list = as_toml(setting.default).startswith("[")
    words = [word.strip().strip("\"'") for word in text.strip("[]").split(",") if word.strip()]
    attempts = [text, *([f"[{text}]", as_toml(words)] if is_list else [as_toml(text)])]
    for attempt in attempts:
        try:
            value = tomllib.loads(f"x = {attempt}")["x"]
        except tomllib.TOMLDecodeError:
            continue
        if not is_list or isinstance(value, list):
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


def _entry_view(field: Setting, said: Any) -> SettingView:
    default = "" if field.default is msgspec.NODEFAULT else field.default
    return _view(field._replace(default=default), ABSENT if said is msgspec.UNSET else said, ())


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
