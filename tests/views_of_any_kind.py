"""Any view there can be, made from the types of its fields: what a property of every renderable is tried on.

A field's name says its unit, and the unit what it can be: lots are not negative, but a position's are; a tick is some
power of ten. Texts are printable and one cell a letter: what comes from outside has gone through `row.plain`.
"""

import typing
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union

from hypothesis import strategies as st

TEXTS = ("", "x", "BTC-USD.alpha", "Ærø – ½", "[b]not markup[/b]", "word " * 40, "x" * 90)
NUMBERS = (0, 1, 2, 7, 99, 12_345, 10**9, 10**13, 2**53, 2**62)
DURATIONS = (0, 1, 86_399, 10**9, 10**12)
SIGNED = ("position", "_e8", "_ppm", "offset", "change", "value", "signed", "pnl")
FLOATS = (0.0, 1.0, -1.0, 0.5, -0.27, 1e-9, 123_456.789, -1e12, 1e15)


def views_of(kind: Any, name: str = "") -> st.SearchStrategy[Any]:
    """Values of a type as it is annotated."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (Union, UnionType):
        return st.one_of([views_of(one, name) for one in arguments])
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is tuple:
        if arguments[-1] is Ellipsis:
            return st.lists(views_of(arguments[0], name), max_size=6).map(tuple)
        return st.tuples(*(views_of(one, name) for one in arguments))
    if origin in (list, Sequence, Iterable):
        return st.lists(views_of(arguments[0], name), max_size=6)
    if origin in (dict, Mapping):
        return st.dictionaries(views_of(arguments[0], "_id"), views_of(arguments[1]), max_size=4)
    if kind is NoneType or kind is None:
        return st.none()
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    if kind in (bool, int, float, str, bytes):
        return _plain(kind, name)
    return _record(kind)


def _plain(kind: type, name: str) -> st.SearchStrategy[Any]:
    if kind is bool:
        return st.booleans()
    if kind is str:
        return st.sampled_from(TEXTS)
    if kind is float:
        return st.sampled_from(FLOATS)
    if kind is bytes:
        return st.binary(max_size=64)
    if name.endswith("exponent"):
        return st.integers(-8, 2)
    if name.endswith(("mantissa", "denominator")):
        return st.sampled_from((1, 5, 25))
    if name == "group_ticks":
        return st.sampled_from((1, 5, 1_000))
    if name.endswith("_id"):
        return st.integers(0, 5)
    if name.endswith("side"):
        return st.sampled_from((-1, 0, 1))
    if name.endswith(("_ns", "_s")):
        return st.sampled_from(DURATIONS)
    signs = (1, -1) if any(part in name for part in SIGNED) else (1,)
    return st.sampled_from([number * sign for number in NUMBERS for sign in signs])


@cache
def _record(kind: type) -> st.SearchStrategy[Any]:
    hints = typing.get_type_hints(kind)
    names = getattr(kind, "__struct_fields__", None) or getattr(kind, "_fields", None) or tuple(hints)
    fields = {name: views_of(hints[name], name) for name in names}
    return st.fixed_dictionaries(fields).map(lambda given: kind(**given))
