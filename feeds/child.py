"""What market and order processes have in common: their arguments, their instruments, their beat, their end."""

import argparse
import asyncio
import signal
from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec
import numpy as np

from core.clock import monotonic_ns
from core.memory.files import Descriptor, Memory, close_on_exec
from feeds.instruments import known_rows

BEAT_S = 0.05

_Settings = TypeVar("_Settings")


class Arguments(msgspec.Struct, frozen=True):
    group: str
    descriptor: Descriptor


def read_arguments(
    program: str, settings_type: type[_Settings], arguments: Sequence[str] | None = None
) -> tuple[Arguments, _Settings]:
    """--group, --descriptor and --settings. What we start ourselves does not inherit the memory."""
    parser = argparse.ArgumentParser(prog=program)
    for name in ("--group", "--descriptor", "--settings"):
        parser.add_argument(name, required=True)
    given = parser.parse_args(arguments)
    descriptor = msgspec.json.decode(given.descriptor, type=Descriptor)
    close_on_exec(descriptor)
    return Arguments(given.group, descriptor), msgspec.json.decode(given.settings, type=settings_type)


def instruments_of(memory: Memory, source_id: int, venue: str = "") -> dict[int, np.void]:
    """instrument_id → row, of one venue group; only one venue's of it, if it is named."""
    return {
        index: row
        for index, row in enumerate(known_rows(memory))
        if row["source_id"] == source_id and (not venue or row["venue"].decode() == venue)
    }


def on_end(stop: Callable[[], object]) -> None:
    """Call `stop` at SIGTERM and SIGINT, in the event loop."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)


async def beat_for_ever(heartbeat: np.ndarray, also: Callable[[], None]) -> None:
    """Every 50 ms: we live, and `also`."""
    while True:
        heartbeat[0] = monotonic_ns()
        also()
        await asyncio.sleep(BEAT_S)
