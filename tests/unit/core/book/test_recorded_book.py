"""A recorded slice of BTCUSDT, ticks of a cent: after every frame the ladder equals the dictionary."""

import gzip
from pathlib import Path

import msgspec
import numpy as np
import pytest

from core.book.ladder import Books, make_books, set_level
from core.kernel import kernel
from core.units import step_of, to_steps
from tests.reference.book_twin import BookTwin, levels_of, touch_of

TICK, LOT = step_of("0.01"), step_of("0.00000001")  # a few recorded totals are finer than the lot size
FRAMES = 400


@kernel
def set_levels(books: Books, levels: np.ndarray) -> int:
    """Rows of side, price, lots. How many were taken."""
    taken = 0
    for i in range(levels.shape[0]):
        if set_level(books, 0, levels[i, 0], levels[i, 1], levels[i, 2]):
            taken += 1
    return taken


@pytest.mark.parametrize("window_ticks", [1 << 10, 1 << 16])
def test_the_ladder_equals_a_dictionary_after_every_recorded_frame(captures: Path, window_ticks: int) -> None:
    books, twin = make_books(1, window_ticks=window_ticks), BookTwin()
    for frame in recorded_frames(captures / "hftbacktest" / "binance" / "btcusdt_20240808.gz"):
        assert set_levels(books, frame) == len(frame)
        for side, price, lots in frame.tolist():
            twin.set_level(side, price, lots)
        assert touch_of(books, 0) == twin.touch()
    for side in (1, -1):
        assert levels_of(books, 0, side) == twin.levels[side]


def recorded_frames(path: Path) -> list[np.ndarray]:
    """The snapshot, then the depth updates after it."""
    frames: list[np.ndarray] = []
    last_id = None
    updates = []
    with gzip.open(path) as lines:
        for line in lines:
            message = msgspec.json.decode(line.split(b" ", 1)[1])
            if "lastUpdateId" in message:
                last_id = message["lastUpdateId"]
                frames.append(as_levels(message["bids"], message["asks"]))
            elif message["data"].get("e") == "depthUpdate":
                updates.append(message["data"])
            if len(updates) == FRAMES:
                break
    assert last_id is not None
    return frames + [as_levels(update["b"], update["a"]) for update in updates if update["u"] > last_id]


def as_levels(bids: list[list[str]], asks: list[list[str]]) -> np.ndarray:
    rows = [
        (side, to_steps(price, *TICK), to_steps(lots, *LOT))
        for side, side_rows in ((1, bids), (-1, asks))
        for price, lots in side_rows
    ]
    return np.array(rows, np.int64).reshape(-1, 3)
