"""A small real process of a desk for tests: attaches, beats, ends at SIGTERM; or fails as it is told.

python -m tests.stand_in --descriptor JSON --settings JSON
"""

import argparse
import signal
import sys
import threading

import msgspec

from core.clock import monotonic_ns
from core.memory.files import Descriptor, Memory


class StandInSettings(msgspec.Struct, frozen=True, kw_only=True):
    roles: tuple[str, ...]
    fails_with: str = ""
    """Said on standard error before it ends with code 3, without ever having beaten."""
    dies_after_s: float = 0.0
    """0: it lives."""


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--descriptor")
    parser.add_argument("--settings")
    given = parser.parse_args()
    settings = msgspec.json.decode(given.settings, type=StandInSettings)
    if settings.fails_with:
        print(settings.fails_with, file=sys.stderr)
        return 3
    memory = Memory(msgspec.json.decode(given.descriptor, type=Descriptor), frozenset(settings.roles))
    beats = [memory.heartbeat(role) for role in settings.roles]
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    born_ns = monotonic_ns()
    while not ended.wait(0.02):
        for beat in beats:
            beat[0] = monotonic_ns()
        if settings.dies_after_s and monotonic_ns() - born_ns > settings.dies_after_s * 1e9:
            return 4
    return 0


if __name__ == "__main__":
    sys.exit(main())
