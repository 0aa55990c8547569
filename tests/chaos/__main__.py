"""Shoots at the processes of a trading desk, round after round, and compares everybody's books after each.

    python -m tests.chaos --rounds 200 --seed 1 [--live] [--keep]

A failing round prints its seed and every difference, and ends with 1. `--keep` leaves the folder and its logs.
"""

import argparse
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos.desk_under_fire import DeskUnderFire, under_fire
from tests.chaos.grounds import ServedGround, SimulatedGround
from tests.chaos.rounds import plan, play


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--first", type=int, default=0, help="number of the first round")
    parser.add_argument("--keep", action="store_true", help="leave the folder behind")
    parser.add_argument("--live", action="store_true", help="a LIVE desk on the served exchange, which dies as well")
    given = parser.parse_args()
    ground = ServedGround if given.live else SimulatedGround
    home = Path(tempfile.mkdtemp(prefix="chaos-"))
    print(f"seed {given.seed}, {given.rounds} rounds, folder {home}", flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # nothing of ours is left running
    with under_fire(home, seed=given.seed, ground=ground) as desk:
        is_clean = all(_round(desk, given.seed, number) for number in range(given.first, given.first + given.rounds))
    if is_clean and not given.keep:
        shutil.rmtree(home, ignore_errors=True)
    return 0 if is_clean else 1


def _round(desk: DeskUnderFire, seed: int, number: int) -> bool:
    this = plan(seed, number, type(desk.ground))
    found, word = play(desk, this)
    print(f"round {number:4}  {'ok  ' if not found else 'FAIL'}  {this}: {word}", flush=True)
    if found:
        print(f"seed {seed}, round {number}: {this.blows}", flush=True)
        for sentence in found:
            print(f"    {sentence}", flush=True)
    return not found


if __name__ == "__main__":
    sys.exit(main())
