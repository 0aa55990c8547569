"""Records are documentation: units in names, no unsigned integers, aligned words; and the memory map has one writer."""

import importlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.memory.control import GROUPS
from core.memory.layout import Kind, desk_layout
from core.records import event, instrument, market, order, snapshot, status
from core.vocabulary import EventKind

ROOT = Path(__file__).resolve().parents[2]
RECORDS = {
    f"{module.__name__.rpartition('.')[2]}.{name}": value
    for module in (event, instrument, market, order, snapshot, status)
    for name, value in vars(module).items()
    if isinstance(value, np.dtype)
}
MEASURES = ("time", "price", "quantity", "age", "latency", "size", "volume")
"""Words that ask for a unit behind them."""


@pytest.mark.parametrize("name", sorted(RECORDS))
def test_numbers_are_signed_and_aligned(name: str) -> None:
    for field, (kind, offset, *_) in (RECORDS[name].fields or {}).items():
        base = kind.base
        if base.kind in "iuf" and not field.startswith("_reserved"):
            assert base.kind != "u", f"{field} is unsigned"
            assert offset % base.itemsize == 0, f"{field} is not aligned"


@pytest.mark.parametrize("name", sorted(RECORDS))
def test_what_is_measured_carries_its_unit(name: str) -> None:
    for field, (kind, *_) in (RECORDS[name].fields or {}).items():
        if kind.base.kind == "i" and field.rpartition("_")[2] in MEASURES:
            pytest.fail(f"{field} has no unit")


def test_every_kind_of_event_is_explained_or_numbered_below_decisions() -> None:
    explained = event.__doc__ or ""
    for kind in EventKind:
        if EventKind.NONE < kind < EventKind.TIMER:
            assert kind.name in explained


def test_every_region_has_one_writer() -> None:
    layout = desk_layout(tuple(f"g{number}" for number in range(GROUPS)))
    seen = [(region.name, region.kind) for regions in layout.files.values() for region in regions]
    assert len(seen) == len(set(seen))


def test_the_consumer_of_a_ring_writes_its_cursor_in_its_own_file() -> None:
    layout = desk_layout(("a",))
    for role, regions in layout.files.items():
        for region in regions:
            if region.kind is Kind.RING and region.name != "journal":  # both ends of it are the core's
                assert layout.find(region.name, Kind.CURSOR)[0] != role


def test_the_memory_map_page_is_what_the_code_says() -> None:
    from core.memory.layout import memory_map

    assert (ROOT / "docs" / "memory-map.md").read_text() == memory_map()


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("station.views", ("numpy", "textual", "numba")),
        ("station.app", ("numba", "duckdb", "aiohttp")),
        ("station.halt.kill", ("numpy", "msgspec", "click", "textual", "asyncio")),
        ("feeds.order_process", ("numba", "duckdb", "textual")),
        ("feeds.store.recorder", ("numba", "textual")),
        ("core.memory.numpy_ring", ("numba",)),
    ],
)
def test_a_process_loads_only_what_it_needs(module: str, absent: tuple[str, ...]) -> None:
    importlib.import_module("station")
    code = f"import sys, {module}; print([name for name in {absent!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_the_import_contracts_are_kept() -> None:
    pytest.importorskip("importlinter", reason="import-linter is in the extra `dev`")
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout
