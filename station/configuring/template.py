"""A configuration file to begin with: every key with its default behind a #, and what it means above it."""

import json
import textwrap
from typing import Any

import msgspec

from station.configuring.schema import Setting, in_words, repeated, settings_of

WIDTH = 100
HOW_TO = (
    "Every key stands here with its default, behind a #. Take the # away to change it; `station config check` looks."
)


def template(kind: type[msgspec.Struct], title: str, *, without: tuple[str, ...] = ()) -> str:
    """`without`: sections that stand elsewhere."""
    lines = [*_comment(title), "#", *_comment(HOW_TO)]
    section = None
    settings = [one for one in settings_of(kind) if not any(one.key.startswith(left_out) for left_out in without)]
    # Keys of the file itself come before the first section, or they would belong to it; several of a kind come last.
    settings.sort(key=lambda one: (repeated(one.kind) is not None, bool(one.section)))
    for setting in settings:
        several = repeated(setting.kind)
        if several is not None:
            lines += ["", *_several(setting.key, several, setting.meaning)]
            continue
        if setting.section != section:
            section = setting.section
            lines += ["", f"[{section}]"] if section else []
        lines += ["", *_comment(_told(setting)), f"# {setting.name} = {as_toml(setting.default)}"]
    return "\n".join(lines) + "\n"


def as_toml(value: Any) -> str:
    value = in_words(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, tuple | list):
        return f"[{', '.join(as_toml(item) for item in value)}]"
    if isinstance(value, dict):
        items = ", ".join(f"{json.dumps(key)} = {as_toml(item)}" for key, item in value.items())
        return f"{{ {items} }}" if items else "{}"
    return f"{value:_}" if isinstance(value, int) and abs(value) >= 100_000 else str(value)


def _told(setting: Setting) -> str:
    is_plain = not setting.choices or setting.kind is bool
    choices = "" if is_plain else f" One of: {', '.join(as_toml(choice) for choice in setting.choices)}."
    unit = f" [{setting.unit}]" if setting.unit else ""
    return f"{setting.meaning}{choices}{unit}".strip()


def _several(key: str, kind: type[msgspec.Struct], meaning: str) -> list[str]:
    lines = [*_comment(f"As often as needed: {meaning}" if meaning else "As often as needed."), f"# [[{key}]]"]
    for setting in settings_of(kind):
        lines += _comment(_told(setting))
        default = '"…"' if setting.default is msgspec.NODEFAULT else as_toml(setting.default)
        lines.append(f"# {setting.name} = {default}")
    return lines


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(text, WIDTH - 2, break_long_words=False, break_on_hyphens=False)]
