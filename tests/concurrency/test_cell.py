"""One writer, many readers: a value is whole or it is not there."""

import multiprocessing

import numpy as np
import pytest

from core.kernel import kernel
from core.memory import numpy_cell
from core.memory.cell import even_all, read_cell, write_cell
from core.memory.files import Descriptor, Memory, address_of, cells_row, create_files
from core.memory.layout import Capacities
from core.records.snapshot import BOOK_TOP
from tests.deadline import PATIENCE

pytestmark = pytest.mark.compiled

SMALL = Capacities(tape=1 << 8, market=1 << 8, journal=1 << 6, books=2, positions=4, open_orders=8)
WRITES = 200_000


@kernel
def write_many(cells: np.void, value: np.ndarray, address: int, writes: int) -> None:
    for number in range(1, writes + 1):
        value[0]["sequence"] = number
        value[0]["bid_count"] = number
        value[0]["asks"][63]["quantity_lots"] = number
        write_cell(cells, 0, address)


@kernel
def read_until(cells: np.void, value: np.ndarray, address: int, last: int) -> int:
    """How many torn values were seen before the last one; -1 if time ran backwards."""
    torn, newest = 0, 0
    while newest < last:
        if read_cell(cells, 0, address):
            if (
                value[0]["sequence"] != value[0]["bid_count"]
                or value[0]["sequence"] != value[0]["asks"][63]["quantity_lots"]
            ):
                torn += 1
            if value[0]["sequence"] < newest:
                return -1
            newest = value[0]["sequence"]
    return torn


def _write_in_child(descriptor: Descriptor, writes: int) -> None:
    memory = Memory(descriptor, frozenset({"core"}))
    value = np.zeros(1, BOOK_TOP)
    write_many(cells_row(memory.cells("books"))[0], value, address_of(value), writes)


@pytest.fixture
def descriptor() -> Descriptor:
    return create_files("cell-test", ("sim",), SMALL)


def test_no_reader_sees_half_a_value(descriptor: Descriptor) -> None:
    memory = Memory(descriptor)
    cells, value = cells_row(memory.cells("books")), np.zeros(1, BOOK_TOP)
    read_until(cells[0], value, address_of(value), 0)
    child = multiprocessing.get_context("fork").Process(target=_write_in_child, args=(descriptor, WRITES))
    child.start()
    torn = read_until(cells[0], value, address_of(value), WRITES)
    child.join(30 * PATIENCE)
    assert torn == 0


def test_a_numpy_reader_gets_whole_values_or_none(descriptor: Descriptor) -> None:
    memory = Memory(descriptor)
    cells = memory.cells("books")
    child = multiprocessing.get_context("fork").Process(target=_write_in_child, args=(descriptor, WRITES))
    child.start()
    newest = 0
    while newest < WRITES:
        value = numpy_cell.read(cells, 0)
        if value is not None:
            assert value["sequence"] == value["bid_count"] == value["asks"][63]["quantity_lots"]
            assert value["sequence"] >= newest
            newest = int(value["sequence"])
    child.join(30 * PATIENCE)


def test_a_write_that_was_cut_off_is_never_shown(descriptor: Descriptor) -> None:
    memory = Memory(descriptor, frozenset({"core"}))
    cells = memory.cells("books")
    cells.counts[0, 0] = 7  # its writer was killed inside
    assert numpy_cell.read(cells, 0) is None
    even_all(cells_row(cells)[0])
    assert numpy_cell.read(cells, 0) is not None
