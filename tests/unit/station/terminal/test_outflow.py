"""Writing to a terminal that takes bytes, takes few, takes none, or is gone."""

import asyncio
import os
import pty
import threading
import time
from collections.abc import Iterator

import pytest

from station.terminal.outflow import Outflow
from tests.deadline import PATIENCE, until

MUCH = "x" * 400_000


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """The far end, and ours."""
    far, ours = pty.openpty()
    yield far, ours
    for descriptor in (far, ours):
        try:
            os.close(descriptor)
        except OSError:
            continue


def _taken(far: int, most: int = 65_536) -> bytes:
    os.set_blocking(far, False)
    try:
        return os.read(far, most)
    except BlockingIOError:
        return b""


async def test_what_is_flushed_is_there_at_once(terminal: tuple[int, int]) -> None:
    far, ours = terminal
    outflow = Outflow(ours)
    outflow.write("a")
    outflow.write("b…")
    assert _taken(far) == b""
    outflow.flush()
    assert _taken(far).decode() == "ab…"
    assert (outflow.unsent, outflow.written) == (0, 5)
    outflow.close()


async def test_what_nobody_flushes_goes_out_when_the_loop_turns(terminal: tuple[int, int]) -> None:
    far, ours = terminal
    outflow = Outflow(ours)
    outflow.write("\a")
    await asyncio.sleep(0)
    assert _taken(far) == b"\a"
    writer = threading.Thread(target=outflow.write, args=("from another thread",))
    writer.start()
    writer.join()
    await until(lambda: outflow.unsent == 0)
    assert _taken(far) == b"from another thread"
    outflow.close()


async def test_a_terminal_that_takes_nothing_is_not_waited_for(terminal: tuple[int, int]) -> None:
    far, ours = terminal
    outflow = Outflow(ours)
    drained: list[float] = []
    outflow.on_drained = lambda: drained.append(time.monotonic())
    began = time.monotonic()
    outflow.write(MUCH)
    outflow.flush()
    assert time.monotonic() - began < 0.5 * PATIENCE
    assert outflow.unsent > 0
    assert outflow.refused_for_s(time.monotonic() + 3) > 3
    read = b""

    def has_read_all() -> bool:
        nonlocal read
        read += _taken(far)
        return len(read) == len(MUCH)

    await until(has_read_all)
    await until(lambda: bool(drained))
    assert read.decode() == MUCH
    assert outflow.refused_for_s(time.monotonic()) == 0
    outflow.close()


async def test_leaving_a_terminal_that_takes_nothing_takes_a_moment(terminal: tuple[int, int]) -> None:
    _, ours = terminal
    outflow = Outflow(ours)
    outflow.write(MUCH)
    outflow.flush()
    began = time.monotonic()
    outflow.close()
    assert time.monotonic() - began < 1.0 * PATIENCE


async def test_a_line_that_was_hung_up_is_no_fault(terminal: tuple[int, int]) -> None:
    far, ours = terminal
    outflow = Outflow(ours)
    os.close(far)
    outflow.write("to nobody")
    outflow.flush()
    assert outflow.is_gone
    assert outflow.unsent == 0
    outflow.close()


async def test_the_shell_keeps_a_terminal_that_blocks(terminal: tuple[int, int]) -> None:
    _, ours = terminal
    outflow = Outflow(ours)
    assert os.get_blocking(ours)
    outflow.close()
    read, write = os.pipe()
    outflow = Outflow(write)
    assert not os.get_blocking(write)
    outflow.close()
    assert os.get_blocking(write)
    os.close(read)
    os.close(write)
