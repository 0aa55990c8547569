"""The screen driven as fast as it goes, on a market that moves at every look: does its memory grow?

    python -m bench.hurried_screen LOG TICKS EVERY

A tick is a twentieth of a second of the screen's time; every so many ticks LOG gets a line with the ticks so far and
the resident memory in kB. A key chooses a size every 100 ticks, and the instrument changes every 1,000.
"""

import asyncio
import gc
import inspect
import os
import sys
from pathlib import Path
from typing import ClassVar

from station.app import LEFT_RUNNING, StationApp
from tests.moving_screen import MovingSource

PAGE_KB = os.sysconf("SC_PAGE_SIZE") // 1024


class HurriedApp(StationApp):
    CSS_PATH: ClassVar[str] = str(Path(inspect.getfile(StationApp)).with_name("styles") / "station.tcss")

    def __init__(self, log: Path, ticks: int, every: int) -> None:
        super().__init__(MovingSource())
        self._log_file, self._ticks, self._every = log, ticks, every

    def on_mount(self) -> None:
        super().on_mount()
        self.call_after_refresh(lambda: self.run_worker(self._hurry()))

    async def _hurry(self) -> None:
        screen = self.desk_screen
        with self._log_file.open("w") as log:
            for tick in range(1, self._ticks + 1):
                screen.tick()
                screen.frame()
                if tick % 100 == 0:
                    await screen.run_action(f"screen.size_preset({tick // 100 % 9 + 1})")
                if tick % 1_000 == 0:
                    await screen.run_action("screen.next_instrument")
                await asyncio.sleep(0.005 if tick % 10 == 0 else 0)  # Textual writes 240 times a second
                if tick % self._every == 0:
                    gc.collect()
                    log.write(f"{tick} {resident_kb()}\n")
                    log.flush()
        self.exit(LEFT_RUNNING)


def resident_kb() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_KB


if __name__ == "__main__":
    HurriedApp(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])).run()
