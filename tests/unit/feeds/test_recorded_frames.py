"""Real recorded frames: socket → decoder → ring → the core's ladder equals the slow book after every frame."""

from decimal import Decimal
from pathlib import Path

import msgspec
import numpy as np
import pytest

from core.book.apply import apply_level
from core.book.integrity import LIVE, review_frame
from core.book.ladder import Books, make_books
from core.kernel import JIT
from core.records.event import EVENT
from core.vocabulary import EventFlag, EventKind, Side
from feeds.recording import read_recording
from tests.deadline import until
from tests.reference.book_twin import levels_of
from tests.reference.recorded_books import Sides, Steps, books_after_each_frame
from tests.unit.feeds.market_bench import MarketBench, playing

Expected = dict[tuple[int, int], Sides]
"""(instrument, update id) → side → price_ticks → lots"""

RECORDINGS = [
    "cryptofeed/binance/BINANCE_2021-04-17.jsonl.gz",
    "cryptofeed/binance/BINANCE_2021-10-11.jsonl.gz",
    "cryptofeed/binance_us/BINANCE_US_2021-10-11.jsonl.gz",
    "cryptofeed/binance_tr/BINANCE_TR_2023-04-10.jsonl.gz",
    "hftbacktest/binance/btcusdt_20240808.gz",
]
LINES = 5_000
"""Of a recording; all of them with --whole"""


@pytest.mark.parametrize("name", RECORDINGS)
async def test_the_core_holds_the_recorded_book_after_every_frame(captures: Path, name: str, is_whole: bool) -> None:
    if not JIT and is_whole and "hftbacktest" in name:
        pytest.skip("forty thousand frames need the compiler")
    recording = read_recording(captures / name)
    if not is_whole:
        recording = msgspec.structs.replace(recording, lines=recording.lines[:LINES])
    expected: Expected = {}
    async with playing(recording) as (server, bench):
        ids = {symbol: book.instrument_id for symbol, book in bench.market.books.items()}
        for symbol, update_id, sides in books_after_each_frame(recording, _steps(bench)):
            expected[ids[symbol], update_id] = {side: levels.copy() for side, levels in sides.items()}
        books = make_books(len(ids))
        seen: set[tuple[int, int]] = set()

        last = set(dict(expected.keys()).items())

        def is_at_the_end() -> bool:
            _apply(bench, books, expected, seen)
            return last <= seen and server.ended.is_set()

        await until(is_at_the_end, within_s=50)
        assert bench.market.status["bad_frames"] == 0
        assert bench.market.status["gaps"] == 0
    assert len(seen) == len(expected)


def _apply(
    bench: MarketBench,
    books: Books,
    expected: dict[tuple[int, int], dict[int, dict[int, int]]],
    seen: set[tuple[int, int]],
) -> int:
    """What waits in the ring, into the books; each whole frame is compared."""
    records = bench.take()
    levels = records[records["kind"] == EventKind.BOOK_LEVEL]
    widened = np.zeros(len(levels), EVENT)
    for field in ("side", "price_ticks", "quantity_lots", "flags", "sequence"):
        widened[field] = levels[field]
    ends = (levels["flags"] & EventFlag.LAST_IN_FRAME).tolist()
    names = zip(levels["instrument_id"].tolist(), levels["reference_id"].tolist(), strict=True)
    for event, is_last, key in zip(widened, ends, names, strict=True):
        slot = key[0]
        assert apply_level(books, slot, event)
        if is_last:
            assert review_frame(books, slot, 0) == LIVE, key
            for side in (Side.BUY, Side.SELL):
                assert levels_of(books, slot, side) == expected[key][side], (key, side)
            seen.add(key)
    return len(records)


def _steps(bench: MarketBench) -> Steps:
    return {
        row["venue_symbol"].decode(): (
            Decimal(int(row["tick_mantissa"])).scaleb(int(row["tick_exponent"])),
            Decimal(int(row["lot_mantissa"])).scaleb(int(row["lot_exponent"])),
        )
        for row in bench.table
    }
