"""The command `station`, loaded once and forked for each call: what a user runs, less the half second of loading it.

    python -P -m tests.loaded_station        one JSON line in: arguments, environment, folder, within_s;
                                             one out: code, out, error

A call goes through `station.__main__` and ends as an interpreter ends: with exit code, flushed words, `atexit`.
"""

import json
import os
import signal
import sys
from typing import Any

import station.cli.commands
import station.halt.kill  # noqa: F401
from station.__main__ import main


def serve() -> int:
    asked, answered = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for line in asked:
        out, error = os.memfd_create("out"), os.memfd_create("error")
        pid = os.fork()
        if pid == 0:
            return _call(json.loads(line), out, error)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        print(json.dumps({"code": code, "out": _said(out), "error": _said(error)}), file=answered, flush=True)
    return 0


def _call(request: dict[str, Any], out: int, error: int) -> int:
    os.dup2(out, 1)
    os.dup2(error, 2)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    signal.alarm(request["within_s"])
    sys.argv = ["station", *request["arguments"]]
    return main()


def _said(number: int) -> str:
    with os.fdopen(number, "rb") as file:
        file.seek(0)
        return file.read().decode()


if __name__ == "__main__":
    sys.exit(serve())
