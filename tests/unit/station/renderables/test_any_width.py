"""No renderable ever answers a row of another width than it was asked for, for any view and any size.

Every function of station/renderables that is given a paint and a width is found by itself; a new one is tried as soon
as it is there.
"""

import importlib
import inspect
import pkgutil
import typing
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

import station.renderables
from station.renderables.few_colours import in_none, in_sixteen
from station.renderables.paint import Paint, paint_of
from station.renderables.row import Row
from station.theme import built_in_themes
from tests.views_of_any_kind import views_of

NOT_VIEWS = {
    "framed": "takes rows", "with_axis": "takes rows", "with_distrust": "takes rows",
    "table_rows": "takes the columns of a list; tried by its own tests",
    "curve_rows": "is asked only where it has room and points; tried by its own tests",
}  # fmt: skip


def _renderables() -> Iterator[tuple[str, Callable[..., Any]]]:
    for found in pkgutil.iter_modules(station.renderables.__path__):
        module = importlib.import_module(f"station.renderables.{found.name}")
        for name, function in vars(module).items():
            is_ours = inspect.isfunction(function) and function.__module__ == module.__name__
            if is_ours and not name.startswith("_") and name not in NOT_VIEWS:
                parameters = inspect.signature(function).parameters
                if name.endswith(("_row", "_rows")) and {"paint", "width"} <= parameters.keys():
                    yield name, function


RENDERABLES = dict(_renderables())
MIDNIGHT = built_in_themes()["midnight"]
PAINTS = [
    paint_of(MIDNIGHT),
    paint_of(MIDNIGHT, dimmed=True),
    paint_of(in_sixteen(MIDNIGHT)),
    paint_of(in_none(MIDNIGHT)),
]


def _arguments(function: Callable[..., Any]) -> st.SearchStrategy[dict[str, Any]]:
    hints = typing.get_type_hints(function)
    sizes = {"paint": st.sampled_from(PAINTS), "width": st.integers(20, 250), "height": st.integers(4, 70)}
    given = {}
    for name in inspect.signature(function).parameters:
        given[name] = sizes[name] if name in sizes else views_of(hints[name], name)
    return st.fixed_dictionaries(given)


def _rows(drawn: Any) -> list[Row]:
    return drawn if isinstance(drawn, list) else [drawn]


def test_they_are_found() -> None:
    assert {"ladder_rows", "status_row", "footer_row", "hint_row", "signals_rows", "latency_rows"} <= RENDERABLES.keys()


@pytest.mark.parametrize("name", RENDERABLES)
def test_no_row_is_of_another_width(name: str) -> None:
    function = RENDERABLES[name]

    @settings(max_examples=30, phases=[Phase.generate], suppress_health_check=list(HealthCheck), deadline=None)
    @given(_arguments(function))
    def tried(arguments: dict[str, Any]) -> None:
        rows = _rows(function(**arguments))
        for row in rows:
            assert sum(cell_len(text) for text, _, _ in row) == arguments["width"], row
        assert len(rows) <= arguments.get("height", len(rows))

    tried()


def test_paints_of_few_colours_are_paints() -> None:
    assert all(isinstance(paint, Paint) for paint in PAINTS)
