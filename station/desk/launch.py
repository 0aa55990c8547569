"""Starts a desk in the background and waits until it trades.

The desk gets a session of its own and no terminal: it survives the end of the terminal and of the SSH connection. The
one who starts it reads its first words from a pipe and may then go.
"""

import contextlib
import json
import os
import select
import subprocess
import time
from collections.abc import Callable

import msgspec

from core.errors import StationError
from station import paths
from station.config import DeskSetup
from station.desk.child import last_lines
from station.desk.children import PYTHON, child_environment
from station.desk.key_ring import Keys, through_pipe
from station.desk.registry import Registry, read_registry
from station.errors import NoAnswer, StartFailed

READY_WITHIN_S = 240.0
ADOPTED_WITHIN_S = 10.0


class Told(StationError):
    """A fault that the desk process told us of, in its words."""

    def __init__(self, *, error: str, cure: str, exit_code: int) -> None:
        super().__init__(error)
        self.cure = cure  # type: ignore[misc]  # of the class that the desk raised
        self.exit_code = exit_code  # type: ignore[misc]


def start_desk(
    setup: DeskSetup, keys: Keys | None = None, *, progress: Callable[[dict[str, str]], None] | None = None
) -> Registry:
    """A new desk; returns when all its vital processes run. `progress` gets state by process name."""
    document = msgspec.json.encode(setup).decode()
    pipe = through_pipe(keys or {})
    try:
        arguments = ["--setup", document, "--keys-fd", str(pipe)]
        return _launch(setup.name, arguments, READY_WITHIN_S, progress, inherited=(pipe,))
    finally:
        with contextlib.suppress(OSError):
            os.close(pipe)


def adopt_desk(name: str) -> Registry:
    """A new desk process for the living of one that died."""
    return _launch(name, [], ADOPTED_WITHIN_S, None)


def _launch(
    name: str,
    arguments: list[str],
    within_s: float,
    progress: Callable[[dict[str, str]], None] | None,
    inherited: tuple[int, ...] = (),
) -> Registry:
    folder = paths.desk_folder(name)
    folder.make()
    reading, writing = os.pipe2(os.O_CLOEXEC)
    with folder.log_of("desk").open("ab") as log:
        # The first process forks and ends at once, so that the desk is nobody's child: no zombie, no terminal.
        first = subprocess.Popen(
            [*PYTHON, "-m", "station.desk.detach", "--desk", name, "--ready-fd", str(writing), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[writing, *inherited],
            start_new_session=True,
            cwd="/",
            env=child_environment(),
        )
    os.close(writing)
    try:
        first.wait()
        _listen(reading, name, within_s, progress)
    finally:
        os.close(reading)
    registry = read_registry(name)
    if registry is None:
        raise StartFailed(process="desk", said="it left no registry", log=str(folder.log_of("desk")))
    return registry


def _listen(reading: int, name: str, within_s: float, progress: Callable[[dict[str, str]], None] | None) -> None:
    """Until the desk says that it is ready. Raises what it says instead."""
    give_up = time.monotonic() + within_s
    pending = b""
    log = paths.desk_folder(name).log_of("desk")
    while True:
        left_s = give_up - time.monotonic()
        if left_s <= 0 or not select.select([reading], [], [], left_s)[0]:
            raise NoAnswer(what=f"the start of desk {name}; its log is {log}", waited_s=within_s)
        chunk = os.read(reading, 65536)
        if not chunk:
            raise StartFailed(process="desk", said=last_lines(log, 3), log=str(log))
        *lines, pending = (pending + chunk).split(b"\n")
        for line in lines:
            with contextlib.suppress(ValueError):
                said = json.loads(line)
                if "error" in said:
                    raise Told(**said)
                if said.get("ready"):
                    return
                if progress is not None and "states" in said:
                    progress(said["states"])
