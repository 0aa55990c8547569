"""What does a TOML file say, as a frozen struct, and what is wrong with it? All mistakes at once, by key.

An unknown key is a mistake. Words stand for numbers where a vocabulary has them: `mode = "paper"`.
"""

import tomllib
import typing
from enum import IntEnum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union

import msgspec

from core.errors import ConfigError
from station.toml_lines import with_lines

WRONG = object()
"""Stands for a value that was refused, so that the rest of the file can still be looked at."""


def document_of(path: Path) -> dict[str, Any] | None:
    """None: there is no such file. Raises ConfigError."""
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(file=str(path), mistakes=[f"the file cannot be read: {error.strerror}"]) from error
    try:
        return tomllib.loads(text.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(file=str(path), mistakes=[f"it is no TOML: {error}"]) from error


def config_error(path: Path, mistakes: list[str]) -> ConfigError:
    """With the line of each mistake, where there is one."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        text = ""
    return ConfigError(file=str(path), mistakes=with_lines(text, mistakes))


def known(document: dict[str, Any], kind: type[msgspec.Struct], prefix: str, mistakes: list[str]) -> dict[str, Any]:
    """The document with words as numbers, without what is wrong: that goes to `mistakes`, key by key."""
    types = typing.get_type_hints(kind)
    result: dict[str, Any] = {}
    for key, value in document.items():
        name = prefix + key
        if key not in types:
            mistakes.append(f"{name}: there is no such key; allowed: {', '.join(types)}")
            continue
        checked = _value(value, types[key], name, mistakes)
        if checked is not WRONG:
            result[key] = checked
    mistakes += [f"{prefix}{key}: is missing" for key in sorted(_required(kind) - document.keys())]
    return result


def _required(kind: type[msgspec.Struct]) -> set[str]:
    return {field.name for field in msgspec.structs.fields(kind) if field.required}


def _value(value: Any, kind: Any, name: str, mistakes: list[str]) -> Any:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        if not isinstance(value, dict):
            mistakes.append(f"{name}: {value!r}; allowed: a table with the keys {', '.join(kind.__struct_fields__)}")
            return WRONG
        inner = known(value, kind, f"{name}.", mistakes)
        return inner if _required(kind) <= inner.keys() else WRONG
    if isinstance(kind, type) and issubclass(kind, IntEnum):
        words = {member.name.lower(): int(member) for member in kind}
        if isinstance(value, str) and value.lower() in words:
            return words[value.lower()]
        mistakes.append(f"{name}: {value!r}; allowed: {', '.join(words)}")
        return WRONG
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple and isinstance(value, list) and len(arguments) == 2 and arguments[1] is Ellipsis:
        items = [_value(item, arguments[0], f"{name}[{index}]", mistakes) for index, item in enumerate(value)]
        return [item for item in items if item is not WRONG]
    if origin is dict and isinstance(value, dict):
        pairs = {key: _value(item, arguments[1], f"{name}.{key}", mistakes) for key, item in value.items()}
        return {key: item for key, item in pairs.items() if item is not WRONG}
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        mistakes.append(f"{name}: {value!r}; allowed: {_in_words(kind)}")
        return WRONG
    return value


def _in_words(kind: Any) -> str:
    words = {int: "a whole number", float: "a number", str: "a text", bool: "true or false", NoneType: "nothing"}
    if kind in words:
        return words[kind]
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (Union, UnionType):
        return " or ".join(_in_words(part) for part in arguments)
    if origin is typing.Literal:
        return ", ".join(repr(part) for part in arguments)
    if origin in (tuple, list):
        return f"a list, each of it {_in_words(arguments[0])}"
    if origin is dict:
        return f"a table of {_in_words(arguments[1])}"
    return getattr(kind, "__name__", str(kind))
