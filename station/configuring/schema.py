"""Every setting there is: its key, default, unit, what is allowed, and what it means.

Read off the frozen structs that hold the configuration, docstrings of their fields included: what is written in
`station config init`, in the settings of the screen and in the code is one sentence in one place.
"""

import ast
import inspect
import textwrap
import typing
from enum import Enum, IntEnum
from functools import cache
from typing import Any, Literal, NamedTuple

import msgspec

UNITS = {
    "_ns": "nanoseconds", "_us": "microseconds", "_ms": "milliseconds", "_s": "seconds", "_seconds": "seconds",
    "_minutes": "minutes", "_bps": "1/100 %", "_pct": "%", "_lots": "lots", "_ticks": "ticks", "_notional": "money",
    "fps": "frames/s",
}  # fmt: skip
"""By how a name ends, the longest ending first."""


class Setting(NamedTuple):
    key: str
    """With its section: screen.fps"""
    kind: Any
    default: Any
    """msgspec.NODEFAULT: it must be said"""
    meaning: str

    @property
    def name(self) -> str:
        return self.key.rpartition(".")[2]

    @property
    def section(self) -> str:
        return self.key.rpartition(".")[0]

    @property
    def unit(self) -> str:
        endings = sorted((ending for ending in UNITS if self.name.endswith(ending)), key=len)
        return UNITS[endings[-1]] if endings else ""

    @property
    def choices(self) -> tuple[Any, ...]:
        """In the words of the file; empty: any value of its kind."""
        if self.kind is bool:
            return (False, True)
        if typing.get_origin(self.kind) is Literal:
            return typing.get_args(self.kind)
        if isinstance(self.kind, type) and issubclass(self.kind, Enum):
            return tuple(in_words(member) for member in self.kind)
        return ()


@cache
def settings_of(kind: type[msgspec.Struct], prefix: str = "") -> tuple[Setting, ...]:
    """Depth first, in the order of the structs. What may be there several times (`[[venues]]`) is one setting."""
    types, meanings = typing.get_type_hints(kind), _meanings(kind)
    found: list[Setting] = []
    for field in msgspec.structs.fields(kind):
        hint = types[field.name]
        if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
            found += settings_of(hint, f"{prefix}{field.name}.")
        else:
            found.append(Setting(prefix + field.name, hint, _default(field), meanings.get(field.name, "")))
    return tuple(found)


def value_of(config: Any, key: str) -> Any:
    for name in key.split("."):
        config = getattr(config, name)
    return config


def repeated(kind: Any) -> type[msgspec.Struct] | None:
    """The struct of which a setting holds several: `[[venues]]`."""
    arguments = typing.get_args(kind)
    if typing.get_origin(kind) is tuple and isinstance(arguments[0], type) and issubclass(arguments[0], msgspec.Struct):
        return arguments[0]
    return None


def in_words(value: Any) -> Any:
    """As the file says it."""
    if isinstance(value, IntEnum):
        return value.name.lower()
    return value.value if isinstance(value, Enum) else value


def _default(field: msgspec.structs.FieldInfo) -> Any:
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return field.default


def _meanings(kind: type[msgspec.Struct]) -> dict[str, str]:
    """The docstring under each field; a field without one may have it before it, as `stop_loss, trailing`."""
    (body,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(body, ast.ClassDef)
    found: dict[str, str] = {}
    name = ""
    for statement in body.body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name)):
                pass
            case ast.Expr(value=ast.Constant(value=str(text))) if name:
                found[name] = " ".join(text.split())
    return found
