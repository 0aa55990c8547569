"""The books of a recording, frame by frame, as dictionaries: the rule of the venue and ours for odd steps, plainly.

Levels between two ticks are left out, quantities are rounded down to whole lots (feeds/decode.py says why).
"""

import json
from collections.abc import Iterator
from decimal import Decimal

from core.vocabulary import Side
from feeds.recording import Recording

Sides = dict[int, dict[int, int]]
"""side → price in ticks → lots"""
Steps = dict[str, tuple[Decimal, Decimal]]
"""symbol → tick, lot"""


def books_after_each_frame(recording: Recording, steps: Steps) -> Iterator[tuple[str, int, Sides]]:
    """(symbol, last update id, the whole book) after the snapshot and after every depth frame that counts."""
    books: dict[str, Sides] = {}
    last_ids: dict[str, int] = {}
    for symbol in recording.symbols:
        snapshot = json.loads(recording.snapshots[symbol])
        books[symbol] = {int(Side.BUY): {}, int(Side.SELL): {}}
        _apply(books[symbol], snapshot["bids"], snapshot["asks"], *steps[symbol])
        last_ids[symbol] = snapshot["lastUpdateId"]
        yield symbol, last_ids[symbol], books[symbol]
    for frame in recording.frames:
        update = json.loads(frame.text)["data"]
        symbol = update.get("s")
        if update.get("e") != "depthUpdate" or symbol not in books or update["u"] <= last_ids[symbol]:
            continue
        assert update["U"] <= last_ids[symbol] + 1, "the recording itself has a gap"
        _apply(books[symbol], update["b"], update["a"], *steps[symbol])
        last_ids[symbol] = update["u"]
        yield symbol, update["u"], books[symbol]


def _apply(book: Sides, bids: list[list[str]], asks: list[list[str]], tick: Decimal, lot: Decimal) -> None:
    for side, rows in ((Side.BUY, bids), (Side.SELL, asks)):
        for price, quantity, *_ in rows:
            if Decimal(price) % tick:
                continue
            price_ticks, lots = int(Decimal(price) / tick), int(Decimal(quantity) // lot)
            if lots:
                book[side][price_ticks] = lots
            else:
                book[side].pop(price_ticks, None)
