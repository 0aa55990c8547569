"""Damaged recordings into every decoder: no crash, and nothing absurd in a ring.

    python -m tests.fuzz --frames 1000000 --seed 1 [--venue okx]

Frames and REST bodies of all recordings are changed (mutations.py) and mixed with whole ones, so that the decoders are
in the middle of a book when the damage comes. Judged after each: no exception leaves the connector, every record in the
ring has a known instrument, a price of 1 … LARGEST ticks, a quantity of 0 … LARGEST lots, a side; and a twin that reads
every frame by its envelope, never by its bytes, says the same.
"""

import random
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import click
import numpy as np

from core.records.market import MARKET_EVENT
from core.units import LARGEST
from core.vocabulary import EventKind
from feeds.errors import FeedError
from feeds.market_words import NOT_ITS_WORDS
from feeds.recording import HttpAnswer
from tests.conftest import CAPTURES
from tests.fuzz.mutations import mutate
from tests.played import Played, played
from tests.venue_bench import VenueBench

SHARES = (0.02, 0.2, 0.7)
"""Of the frames of one pass that come damaged: a few, so that books live; most, so that nothing does."""
LINES_A_PASS = 200
"""A pass begins with the recording: subscription, snapshot, updates."""
MEANT = ("kind", "instrument_id", "side", "price_ticks", "quantity_lots", "reference_id", "detail")
REFUSALS = (FeedError, *NOT_ITS_WORDS)
"""What a REST body may raise: `Market._fetch` tells it and asks again."""
MOST_BYTES = 20_000
"""Longer frames (snapshots of whole books) come whole only: they would take all the time."""


class Fuzzed:
    """One connector under fire."""

    def __init__(self, source: Played) -> None:
        self.source = source
        self.bench = VenueBench(source.dialect, source.recording, conn=source.conn, **source.more)
        self.twin = VenueBench(source.dialect, source.recording, conn=source.conn, **source.more)
        self.twin.market.shapes = ()  # type: ignore[misc]  # of this one alone
        self.lines = [line for line in self.bench.lines if isinstance(line, HttpAnswer) or not line.is_sent]
        self.records = 0

    def fire(self, count: int, dice: random.Random) -> None:
        """So many frames and REST bodies. Raises AssertionError, or whatever the connector lets through."""
        while count > 0:
            share, passed = dice.choice(SHARES), self.lines[:LINES_A_PASS]
            for bench in (self.bench, self.twin):
                bench.market.closed(bench.socket, "")
                bench.market.before_open(bench.socket)
            for line in passed[:count]:
                is_damaged = dice.random() < share and len(line.text) < MOST_BYTES
                if isinstance(line, HttpAnswer):
                    self._answer(line, is_damaged, dice)
                else:
                    frame = line.packed or line.text.encode()
                    frame = mutate(frame, dice) if is_damaged else frame
                    for bench in (self.bench, self.twin):
                        bench.market.receive(frame, 1, bench.socket)
                    self._judge(frame)
            count -= len(passed)

    def _answer(self, answer: HttpAnswer, is_damaged: bool, dice: random.Random) -> None:
        symbol = self.source.recording.dialect.snapshot_symbol(answer.path, answer.query)
        if symbol not in self.bench.market.books:
            return
        body = mutate(answer.text.encode(), dice) if is_damaged else answer.text.encode()
        for bench in (self.bench, self.twin):
            with suppress(*REFUSALS):
                bench.snapshot(symbol, body)
        self._judge(body)

    def _judge(self, frame: bytes) -> None:
        records = _taken(self.bench)
        self.records += len(records)
        assert _meant(records) == _meant(_taken(self.twin)), (self.source.dialect, frame[:2000])
        priced = records[(records["kind"] == EventKind.BOOK_LEVEL) | (records["kind"] == EventKind.TRADE)]
        named = priced[(priced["side"] != 0) | (priced["quantity_lots"] != 0)]
        known = (records["instrument_id"] >= 0) & (records["instrument_id"] < len(self.bench.symbols))
        prices, lots = named["price_ticks"], named["quantity_lots"]
        is_sane = (prices > 0) & (prices <= LARGEST) & (lots >= 0) & (lots <= LARGEST) & (np.abs(named["side"]) == 1)
        assert bool(is_sane.all()), (self.source.dialect, frame[:500], records)
        assert bool(known.all()), (self.source.dialect, frame[:500], records)


def _taken(bench: VenueBench) -> np.ndarray:
    """All that is in the ring; at its end it takes two looks."""
    parts = []
    while len(records := bench.ring.peek()):
        parts.append(records.copy())
        bench.ring.release(len(records))
    return np.concatenate(parts) if parts else np.zeros(0, MARKET_EVENT)


def _meant(records: np.ndarray) -> list[tuple[int, ...]]:
    """What a frame says, whichever side it tells first. Times to the microsecond: envelopes have no finer ones."""
    rows = records[np.argsort(records["side"], kind="stable")]
    first, last = (records["flags"][0], records["flags"][-1]) if len(records) else (0, 0)
    values = zip(*(rows[name].tolist() for name in MEANT), ((rows["venue_ns"] + 500) // 1_000).tolist(), strict=True)
    return [(len(rows), int(first), int(last)), *values]


def fuzz(sources: list[Played], frames: int, seed: int) -> Counter[str]:
    """Frames by dialect."""
    done: Counter[str] = Counter()
    dice = random.Random(seed)
    share = max(1, frames // len(sources))
    for source in sources:
        fuzzed = Fuzzed(source)
        if not fuzzed.lines or not fuzzed.bench.symbols:
            continue
        began = time.perf_counter()
        fuzzed.fire(share, dice)
        done[source.dialect] += share
        bad = int(fuzzed.bench.market.status["bad_frames"])
        spent_us = (time.perf_counter() - began) / share * 1e6
        name = Path(source.recording.path).name
        print(f"{source.dialect:18} {name:44.44} {share:9,} frames {bad:9,} bad {spent_us:6.1f} µs", flush=True)
    return done


@click.command(epilog="Example: python -m tests.fuzz --frames 100000 --seed 7 --venue okx")
@click.option("--frames", default=1_000_000, show_default=True, help="In all, shared evenly over the recordings.")
@click.option("--seed", default=1, show_default=True)
@click.option("--venue", multiple=True, help="Only these; all when none is named.")
def main(frames: int, seed: int, venue: tuple[str, ...]) -> None:
    """Damage the recordings of every venue and feed them to its connector."""
    sources = list(played(CAPTURES if CAPTURES.is_dir() else None, dialects=frozenset(venue)))
    if not sources:
        sys.exit("no recording can be played")
    done = fuzz(sources, frames, seed)
    print(f"{sum(done.values()):,} frames of {len(done)} venues: nothing crashed, nothing absurd reached a ring")


if __name__ == "__main__":
    main()
