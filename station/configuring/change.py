"""A configuration file is changed: its comments stay, it is checked before it counts, and it is whole at any moment."""

import contextlib
import os
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.errors import ConfigError
from station.configuring.template import as_toml
from station.toml_lines import key_lines

OWNER_ONLY = 0o600
Read = Callable[[Path], object]
"""Reads the file as the station does. Raises ConfigError with every mistake"""
ABSENT = object()
"""Instead of a value: the file says nothing, the default holds."""


def with_value(text: str, key: str, value: Any) -> str:
    """The file's text with one key set. A default behind a # gives way to it. Raises ConfigError."""
    *sections, name = key.split(".")
    import tomlkit

    document = parsed_with_comments(text)
    table: Any = document
    for section in sections:
        if section not in table:
            table[section] = tomlkit.table()
        table = table[section]
    if name not in table and (placed := _over_its_comment(text, ".".join(sections), name, value)) is not None:
        return placed
    table[name] = list(value) if isinstance(value, tuple) else value
    return tomlkit.dumps(document)


def without_value(text: str, key: str, default: Any) -> str:
    """The file's text with a key put behind a #, as its default. Raises ConfigError."""
    at = key_lines(text).get(key)
    if at is None:
        return text
    lines = text.splitlines(keepends=True)
    lines[at - 1] = f"# {key.rpartition('.')[2]} = {as_toml(default)}\n"
    with contextlib.suppress(tomllib.TOMLDecodeError):
        tomllib.loads(shorter := "".join(lines))
        return shorter
    # The value goes on over the next lines.
    document = parsed_with_comments(text)
    table: Any = document
    *sections, name = key.split(".")
    for section in sections:
        table = table[section]
    table.remove(name)
    return str(document.as_string())


def value_in(text: str, key: str) -> Any:
    """What the file says; ABSENT: nothing."""
    return said_of(document_in(text), key)


def document_in(text: str) -> dict[str, Any]:
    """Empty when it is no TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}


def said_of(document: dict[str, Any], key: str) -> Any:
    found: Any = document
    for name in key.split("."):
        if not isinstance(found, dict) or name not in found:
            return ABSENT
        found = found[name]
    return found


def parsed_with_comments(text: str) -> Any:
    """A document of tomlkit. Raises ConfigError."""
    import tomlkit  # here: few commands need it, and every one would wait for it
    from tomlkit.exceptions import TOMLKitError

    try:
        return tomlkit.parse(text)
    except TOMLKitError as error:
        raise ConfigError(file="", mistakes=[f"it is no TOML: {error}"]) from error


def replace_checked(path: Path, text: str, read: Read) -> None:
    """Raises ConfigError, and then the file is as it was. It keeps its mode; a new one is its owner's alone."""
    path = path.resolve()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Beside it: what it is read together with (risk.toml) lies there, and a rename stays on one file system.
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        mode = path.stat().st_mode & 0o777
    except FileNotFoundError:
        mode = OWNER_ONLY
    try:
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), mode)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        try:
            read(beside)
        except ConfigError as error:
            raise ConfigError(file=str(path), mistakes=error.mistakes) from error
        os.replace(beside, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            beside.unlink()


def _over_its_comment(text: str, section: str, name: str, value: Any) -> str | None:
    """In the place of `# name = default` in its section; None: there is none."""
    commented = re.compile(rf"#\s*{re.escape(name)}\s*=")
    here = ""
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        if (header := re.match(r"\s*\[\s*([^\[\]]+?)\s*\]", line)) is not None:
            here = header[1]
        elif re.match(r"\s*#?\s*\[\[", line):
            return None  # what follows is of one of several
        elif here == section and commented.match(line):
            lines[number] = f"{name} = {as_toml(value)}\n"
            return "".join(lines)
    return None
