"""The screen on a market that moves at every look: python -m tests.moving_screen LOG [OPTION=VALUE …] of [screen].

LOG gets a line for each thing that was asked of the desk, and `closed` when the screen has left it.
"""

import os
import sys
from pathlib import Path

import msgspec

from station.app import StationApp
from station.link.wishes import Wish
from station.screen_config import ScreenConfig
from station.screens.preferences import Preferences
from station.terminal.kind import terminal_kind
from station.views.book import BookView
from tests.builders import FixedSource
from tests.market_views import book


class MovingSource(FixedSource):
    def __init__(self, log: Path | None = None) -> None:
        super().__init__()
        self._log = log
        self._beats = 0
        self._states = {
            one.instrument_id: [self._moved(book(one), state) for state in range(40)] for one in self.known[:2]
        }

    @staticmethod
    def _moved(view: BookView, state: int) -> BookView:
        """Eight levels of each side have other quantities."""
        bids, asks = (
            tuple(
                (ticks, lots + (state + 1) * (17 + at) if (at + state) % 5 == 0 else lots)
                for at, (ticks, lots) in enumerate(side)
            )
            for side in (view.bids, view.asks)
        )
        return msgspec.structs.replace(view, bids=bids, asks=asks)

    def beat(self) -> None:
        self._beats += 1
        self.books |= {number: states[self._beats % len(states)] for number, states in self._states.items()}

    def send(self, wish: Wish) -> str | None:
        self._note(type(wish).__name__)
        return super().send(wish)

    def halt(self, reason: str, *, flatten: bool) -> None:
        self._note("halt")
        super().halt(reason, flatten=flatten)

    def close(self) -> None:
        self._note("closed")

    def _note(self, text: str) -> None:
        if self._log is not None:
            with self._log.open("a") as log:
                log.write(f"{text}\n")


def main(log: str, *options: str) -> None:
    source = MovingSource(Path(log))
    told = msgspec.convert(dict(option.split("=") for option in options), ScreenConfig, strict=False)
    try:
        StationApp(source, preferences=Preferences(told), kind=terminal_kind(os.environ)).run()
    finally:
        source.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
