"""The onlooker: what is kept and measured for people, beside the core, in one process.

    python -m core.onlooker --descriptor JSON --settings JSON

    flow        what happened in the market, from the tape's ring: at every beat          (flow/history.py)
    portfolio   what all positions together could lose, from cells: once a second         (portfolio/figures.py)

Nobody waits for either, and each writes its own file alone. They share a process because each would bring the same
50 MB of numpy and compiled code; the one stands still for the millisecond that the other measures (decision 11).
"""

import argparse
import os
import signal
import sys
import threading

import msgspec

from core.clock import monotonic_ns
from core.flow.history import FlowHistory
from core.memory.files import Descriptor, close_on_exec
from core.onlooker_settings import OnlookerSettings
from core.portfolio.figures import Portfolio

BEAT_S = 0.025


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m core.onlooker", description=__doc__)
    parser.add_argument("--descriptor", required=True)
    parser.add_argument("--settings", required=True)
    options = parser.parse_args(arguments)
    descriptor = msgspec.json.decode(options.descriptor, type=Descriptor)
    settings = msgspec.json.decode(options.settings, type=OnlookerSettings)
    close_on_exec(descriptor)
    os.nice(5)  # pictures and figures for people wait for orders
    stop = threading.Event()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C in the terminal is for the screen
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    jobs = (FlowHistory(descriptor, settings.flow), Portfolio(descriptor, settings.portfolio))
    while not stop.wait(BEAT_S):
        for job in jobs:
            job.tick(monotonic_ns())
    return 0


if __name__ == "__main__":
    sys.exit(main())
