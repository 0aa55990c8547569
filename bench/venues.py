"""What a frame of each venue costs: bytes off the socket to records in the ring, by the recordings of that venue.

    python -m bench.venues --write docs/venues.md

Every recording that has a connector is played frame by frame, without a network: envelope, loss rule, kernel, checksum
where there is one, ring, histograms; once to warm up and count, then again until 1,500 frames were timed, at most ten
times. Each frame is timed alone; a frame that published levels counts as depth, one that published trades as a trade,
whatever else it did. A kind that is rare in its recording finds caches and branch predictors cold, and shows it. p50
and p99 are over all frames of all runs, and so hold two clock readings of about 60 ns. Left out: frames of more than a
thousand levels, what lies behind the first 1,000 lines of a socket, and, with a word, what cannot be played.
Waiting policy: none, one thread does nothing else.

Where ccxt and cryptofeed are installed (pip install '.[bench]') and have the venue, their handlers take the same
frames in the same run, in turn with ours (bench/peer_decoders.py). Theirs end with a trade or an order book in their
own process.
"""

import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import numpy as np

from bench.peer_decoders import PEERS, peer_of
from core.vocabulary import EventKind
from feeds.errors import FeedError
from feeds.recording import HttpAnswer
from feeds.venues.catalogue import all_venues
from tests.conftest import CAPTURES
from tests.played import HAND_MADE, Played, played
from tests.venue_bench import VenueBench

MOST_RUNS, ENOUGH = 10, 1_500
MOST_LEVELS = 1_000
MOST_LINES = 1_000
PEER_RUNS, WARM_FRAMES, PEER_BYTES = 1, 20, 8_000
KINDS = ("depth", "trade")


@dataclass
class Cost:
    """Of one dialect."""

    frames: int = 0
    gaps: int = 0
    bad: int = 0
    recordings: set[str] = field(default_factory=set)
    ns: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    levels: list[int] = field(default_factory=list)
    known: int = 0
    """Frames that were read by their bytes"""
    peers: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    """(peer, kind) → what its handler took, ns"""

    def p50_us(self, kind: str) -> float | None:
        return round(float(np.median(self.ns[kind])) / 1_000, 2) if self.ns[kind] else None


def measure(dialects: frozenset[str] = frozenset()) -> dict[str, Cost]:
    """dialect → cost. The hand-made frames count where there is no recording."""
    sources = list(played(CAPTURES if CAPTURES.is_dir() else None, dialects=dialects))
    real = {source.dialect for source in sources if Path(source.recording.path).parent != HAND_MADE}
    costs: dict[str, Cost] = defaultdict(Cost)
    for source in sources:
        is_hand_made = Path(source.recording.path).parent == HAND_MADE
        if source.dialect in real and is_hand_made:
            continue
        try:
            _measure(source, costs[source.dialect])
        except Exception as error:  # whatever it is, the other venues are not concerned
            print(f"venues: {source.recording.path} is left out: {error!r}", file=sys.stderr)
    return dict(costs)


def _measure(source: Played, cost: Cost) -> None:
    instruments, timed = None, 0
    for run in range(MOST_RUNS + 1):
        more = dict(source.more, conn=source.conn, most=MOST_LINES, instruments=instruments)
        bench = VenueBench(source.dialect, source.recording, **more)
        instruments = bench.instruments
        if not instruments or timed >= ENOUGH:
            return
        _play(bench, source, cost, is_timed=run > 0)
        if run <= PEER_RUNS:
            _play_peers(bench, source.dialect, cost)
        timed += bench.market.frames if run > 0 else 0


def _play(bench: VenueBench, source: Played, cost: Cost, *, is_timed: bool) -> None:
    for line in bench.lines:
        if isinstance(line, HttpAnswer):
            symbol = source.recording.dialect.snapshot_symbol(line.path, line.query)
            if symbol in bench.market.books and not bench.market.books[symbol].is_live:
                with suppress(FeedError):
                    bench.snapshot(symbol, line.text)
        elif not line.is_sent:
            frame = line.packed or line.text.encode()
            began_ns = time.perf_counter_ns()
            bench.market.receive(frame, began_ns, bench.socket)
            spent_ns = time.perf_counter_ns() - began_ns
            if is_timed:
                _sort_in(bench, cost, spent_ns)
            bench.ring.release(len(bench.ring.peek()))
    if not is_timed:
        status = bench.market.status
        cost.frames, cost.known = cost.frames + bench.market.frames, cost.known + bench.market.known
        cost.gaps, cost.bad = cost.gaps + int(status["gaps"]), cost.bad + int(status["bad_frames"])
        cost.recordings.add(Path(source.recording.path).name)


def _play_peers(bench: VenueBench, dialect: str, cost: Cost) -> None:
    """Each from its beginning; what a peer cannot take is not timed."""
    texts = [line.text for line in bench.lines if not isinstance(line, HttpAnswer) and not line.is_sent]
    for name in PEERS:
        peer = peer_of(name, dialect, bench.instruments)
        for text in texts if peer is not None and len(texts) >= WARM_FRAMES else ():
            kind = ""
            began_ns = time.perf_counter_ns()
            with suppress(Exception):  # of theirs: their other frames are timed
                kind = peer.take(text)
            spent_ns = time.perf_counter_ns() - began_ns
            if kind and len(text) < PEER_BYTES:
                cost.peers[name, kind].append(spent_ns)


def _sort_in(bench: VenueBench, cost: Cost, spent_ns: int) -> None:
    kinds = bench.ring.peek()["kind"]
    levels, trades = int((kinds == EventKind.BOOK_LEVEL).sum()), int((kinds == EventKind.TRADE).sum())
    if trades:
        cost.ns["trade"].append(spent_ns)
    elif 0 < levels <= MOST_LEVELS:
        cost.ns["depth"].append(spent_ns)
        cost.levels.append(levels)


def rows() -> list[dict[str, Any]]:
    return list(_rows(measure()))


def _rows(costs: dict[str, Cost]) -> Iterator[dict[str, Any]]:
    for dialect, cost in costs.items():
        for kind in KINDS:
            spent = np.array(cost.ns[kind]) / 1_000
            if len(spent):
                levels = f" of {np.median(cost.levels):.0f} levels" if kind == "depth" else ""
                yield {
                    "bench": "venues",
                    "what": f"{dialect}: {kind} frame{levels} → ring",
                    "unit": "µs",
                    "subject": "station",
                    "p50": round(float(np.median(spent)), 2),
                    "p99": round(float(np.quantile(spent, 0.99)), 2),
                    "min": round(float(spent.min()), 2),
                    "runs": len(spent),
                }
            for name in PEERS:
                if theirs := cost.peers[name, kind]:
                    took = np.array(theirs) / 1_000
                    yield {
                        "bench": "venues",
                        "what": f"{dialect}: {kind} frame",
                        "unit": "µs",
                        "subject": name,
                        "p50": round(float(np.median(took)), 2),
                        "p99": round(float(np.quantile(took, 0.99)), 2),
                        "min": round(float(took.min()), 2),
                        "runs": len(took),
                    }


HEAD = """# Venues

Made by `python -m bench.venues --write docs/venues.md`; what a venue is said to be comes from its `about.py`, what was
found from playing every recording of its protocol through its connector: frames, losses found, and what one frame costs
from the bytes to the ring (median; depth with the median number of levels). "Documents" means that no recording of the
venue's present protocol was to be had: the frames are made after its documents.

| venue | name | channels | loss seen by | checksum | tried on | frames | gaps | depth frame | trade | missing |
|---|---|---|---|---|---|---|---|---|---|---|
"""


BESIDE = """
## Beside others

The same frames in the same run through the message handlers of ccxt and cryptofeed, median µs a frame: theirs end with
a trade or an order book in their own process, ours with records in shared memory. "By bytes": the share of all frames,
heartbeats and snapshots included, that were read without an envelope; the rest is decoded by its envelope.

| venue | by bytes | depth: station | ccxt | cryptofeed | trade: station | ccxt | cryptofeed |
|---|---|---|---|---|---|---|---|
"""


def beside(costs: dict[str, Cost]) -> str:
    lines = []
    for venue in all_venues():
        cost = costs.get(venue.dialect, Cost())
        if cost.frames:
            cells = [venue.title, f"{100 * cost.known / cost.frames:.0f} %"]
            for kind in KINDS:
                cells += [str(cost.p50_us(kind) or "–"), *(_peer_p50(cost, name, kind) for name in PEERS)]
            lines.append("| " + " | ".join(cells) + " |")
    return BESIDE + "\n".join(lines) + "\n"


def _peer_p50(cost: Cost, name: str, kind: str) -> str:
    spent = cost.peers[name, kind]
    return f"{float(np.median(spent)) / 1_000:.1f}" if spent else "–"


def table(costs: dict[str, Cost]) -> str:
    lines = []
    for venue in all_venues():
        cost = costs.get(venue.dialect, Cost())
        depth, trade = cost.p50_us("depth"), cost.p50_us("trade")
        cells = (
            venue.title,
            f"`{venue.dialect}`",
            ", ".join(venue.offers),
            venue.loss_rule,
            venue.checksum or "–",
            venue.evidence,
            f"{cost.frames:,}" if cost.frames else "–",
            str(cost.gaps) if cost.frames else "–",
            f"{depth} µs ({np.median(cost.levels):.0f})" if depth is not None else "–",
            f"{trade} µs" if trade is not None else "–",
            venue.missing or "–",
        )
        lines.append("| " + " | ".join(cells) + " |")
    return HEAD + "\n".join(lines) + "\n"


@click.command(epilog="Example: python -m bench.venues --write docs/venues.md")
@click.option("--write", type=click.Path(dir_okay=False, path_type=Path), help="Write the table of venues here.")
@click.option("--venue", multiple=True, help="Only these; all when none is named.")
def main(write: Path | None, venue: tuple[str, ...]) -> None:
    """Measure the cost of a frame of each venue."""
    costs = measure(frozenset(venue))
    for row in _rows(costs):
        figures = f"{row['p50']:8.2f} µs  p99 {row['p99']:8.2f}  least {row['min']:6.2f}"
        print(f"{row['what']:60} {figures}  ({row['runs']}, {row['subject']})")
    if write is not None:
        write.write_text(table(costs) + beside(costs))


if __name__ == "__main__":
    main()
