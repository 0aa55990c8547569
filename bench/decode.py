"""How long a 40-level depth message takes from the bytes of its frame to ticks and lots in the ring.

The message is a Binance depth update, 20 levels a side, eight decimals. Ours is the path of the market process: the
envelope by msgspec, the sequence rule, the levels by the kernel, the ring, the histogram and the counters of the feed.
The peers end with two lists of pairs of floats, which is less: no exact ticks, no refusal, nothing for another process.
A figure is the mean of one run; p50, p99 and min are over runs. Waiting policy: none, one thread does nothing else.
"""

import importlib.metadata
import json
import platform
import statistics
import time
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np

from core.memory.files import address_of
from core.vocabulary import EventFlag
from feeds.config import VenueConfig
from feeds.connection import Pacer
from feeds.decode import DEPTH, publish_book
from feeds.market_books import Book
from feeds.market_socket import Socket
from feeds.venues.binance.market import _LEVELS
from tests.unit.feeds.market_bench import MarketBench

LEVELS = 20
MESSAGES = 1_000
RUNS = 25
LISTING = json.dumps(
    {
        "symbols": [
            {
                "symbol": "BTCUSDT",
                "status": "TRADING",
                "baseAsset": "BTC",
                "quoteAsset": "USDT",
                "filters": [
                    {"filterType": "PRICE_FILTER", "tickSize": "0.01000000"},
                    {"filterType": "LOT_SIZE", "stepSize": "0.00001000"},
                ],
            }
        ]
    }
)


class _Update(msgspec.Struct):
    b: list[tuple[str, str]]
    a: list[tuple[str, str]]


class _Frame(msgspec.Struct):
    data: _Update


def message(first_id: int) -> str:
    """One update id each, so that the next message follows on."""
    generator = np.random.default_rng(first_id)
    lots = generator.integers(1, 10_000_000, 2 * LEVELS)

    def side(step: int, own: np.ndarray) -> list[list[str]]:
        return [[f"{64_000 + step * 0.01 * (i + 1):.8f}", f"{lots / 1e5:.8f}"] for i, lots in enumerate(own.tolist())]

    data = {"e": "depthUpdate", "E": 1_700_000_000_000, "s": "BTCUSDT", "U": first_id, "u": first_id}
    data |= {"b": side(-1, lots[:LEVELS]), "a": side(1, lots[LEVELS:])}
    return json.dumps({"stream": "btcusdt@depth@100ms", "data": data}, separators=(",", ":"))


class _Ours:
    """A market process's feed without a network, and a consumer that takes all at once."""

    def __init__(self) -> None:
        self.bench = MarketBench(LISTING, VenueConfig(name="binance"))
        self.feed = self.bench.market
        self.feed._sync = self._given  # type: ignore[method-assign]  # no network here
        (self.book,) = self.feed.books.values()
        self.socket: Socket[Any] = Socket(self.feed, [self.book], Pacer(0.0))
        self.book.sequence.begin(100)
        self.book.is_live = True
        self.next_id = 101

    def _given(self, book: Book, *, is_subscribed: bool) -> None:
        """The snapshot is there already."""

    def texts(self, count: int) -> list[bytes]:
        self.next_id += count
        return [message(number).encode() for number in range(self.next_id - count, self.next_id)]

    def frame(self, text: bytes) -> None:
        self.feed.receive(text, time.monotonic_ns(), self.socket)

    def take(self) -> int:
        """How many records came; all of them are given back."""
        taken = 0
        while count := len(records := self.bench.take()):  # at the ring's end it takes two looks
            taken += count
            last = records[-1]["flags"]
        if taken and not last & EventFlag.LAST_IN_FRAME:
            raise RuntimeError("the last record must end its frame")
        return taken


def rows() -> list[dict[str, Any]]:
    ours = _Ours()
    python = f"json {platform.python_version()} + float"
    typed = f"msgspec {importlib.metadata.version('msgspec')} + float"
    decode = msgspec.json.Decoder(_Frame).decode
    texts = [message(number) for number in range(MESSAGES)]
    kernel = _kernel_alone(ours, texts[0])
    subjects: list[tuple[str, str, Callable[[], float]]] = [
        ("frame → ticks and lots in the ring", "station", lambda: _frames(ours)),
        ("levels alone → ticks and lots in the ring", "station", kernel),
        ("frame → floats in lists", python, lambda: _mean(lambda text: _floats(json.loads(text)["data"]), texts)),
        ("frame → floats in lists", typed, lambda: _mean(lambda text: _typed(decode(text).data), texts)),
    ]
    found: dict[tuple[str, str], list[float]] = {(what, who): [] for what, who, _ in subjects}
    for run in range(RUNS + 1):  # in turn, so that a noisy moment strikes all of them
        for what, who, measure in subjects:
            figure = measure()
            if run:
                found[what, who].append(figure)
    return [_row(what, who, figures) for (what, who), figures in found.items()]


def _frames(ours: _Ours) -> float:
    """In parts that fit into the ring; the consumer's work is not counted."""
    spent_ns, records = 0, 0
    texts = ours.texts(MESSAGES)
    for first in range(0, len(texts), 500):
        part = texts[first : first + 500]
        began_ns = time.perf_counter_ns()
        for text in part:
            ours.frame(text)
        spent_ns += time.perf_counter_ns() - began_ns
        records += ours.take()
    if records != len(texts) * 2 * LEVELS:
        raise RuntimeError(f"every level must reach the ring: {records=}, messages={len(texts)}")
    return spent_ns / len(texts) / 1_000


def _kernel_alone(ours: _Ours, text: str) -> Callable[[], float]:
    """The kernel as the feed calls it, on one message's levels again and again."""
    update = msgspec.json.decode(text)["data"]
    bids, asks = (msgspec.json.encode(update[name]) for name in ("b", "a"))
    address = address_of(ours.book.decoder)

    def measure() -> float:
        buffer = ours.feed._text
        buffer[: len(bids)], buffer[len(bids) : len(bids) + len(asks)] = bids, asks
        spent_ns = 0
        for _ in range(4):
            began_ns = time.perf_counter_ns()
            for _ in range(500):
                publish_book(address, _LEVELS, len(bids), len(asks), DEPTH, began_ns, 0, 0)
            spent_ns += time.perf_counter_ns() - began_ns
            ours.take()
        return spent_ns / 2_000 / 1_000

    return measure


def _mean(take: Callable[[str], Any], texts: list[str]) -> float:
    began_ns = time.perf_counter_ns()
    for text in texts:
        take(text)
    return (time.perf_counter_ns() - began_ns) / len(texts) / 1_000


def _floats(data: dict[str, Any]) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    return (
        [(float(price), float(size)) for price, size in data["b"]],
        [(float(price), float(size)) for price, size in data["a"]],
    )


def _typed(update: _Update) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    return (
        [(float(price), float(size)) for price, size in update.b],
        [(float(price), float(size)) for price, size in update.a],
    )


def _row(what: str, subject: str, figures: list[float]) -> dict[str, Any]:
    figures.sort()
    return {
        "bench": "decode",
        "what": f"40 levels: {what}",
        "unit": "µs",
        "subject": subject,
        "p50": round(statistics.median(figures), 3),
        "p99": round(figures[int(len(figures) * 0.99)], 3),
        "min": round(figures[0], 3),
        "runs": len(figures),
    }
