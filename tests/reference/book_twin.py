"""A book as two dictionaries: slow, obvious. And what must hold inside the fast one."""

import numpy as np

from core.book.ladder import NO_KEY, NOWHERE, Books


class BookTwin:
    def __init__(self) -> None:
        self.levels: dict[int, dict[int, int]] = {1: {}, -1: {}}

    def set_level(self, side: int, price_ticks: int, quantity_lots: int) -> None:
        if quantity_lots:
            self.levels[side][price_ticks] = quantity_lots
        else:
            self.levels[side].pop(price_ticks, None)

    def clear(self) -> None:
        self.levels = {1: {}, -1: {}}

    def best_first(self, side: int) -> list[tuple[int, int]]:
        return sorted(self.levels[side].items(), reverse=side > 0)

    def touch(self) -> tuple[int, int, int, int]:
        """Best bid, best ask, their lots; 0 for an empty side."""
        bid, ask = max(self.levels[1], default=0), min(self.levels[-1], default=0)
        return bid, ask, self.levels[1].get(bid, 0), self.levels[-1].get(ask, 0)


def touch_of(books: Books, slot: int) -> tuple[int, int, int, int]:
    head = books.heads[slot]
    return tuple(int(head[f"best_{name}"]) for name in ("bid_ticks", "ask_ticks", "bid_lots", "ask_lots"))  # type: ignore[return-value]


def levels_of(books: Books, slot: int, side: int) -> dict[int, int]:
    """Every level that the fast book holds, and all its promises checked on the way."""
    row = 0 if side > 0 else 1
    ladder = books.sides[slot, row]
    window = books.lots.shape[2]
    lots = books.lots[slot, row]
    cells = np.flatnonzero(lots)
    bits = np.unpackbits(books.words[slot, row].view(np.uint8), bitorder="little")[:window]
    assert (np.flatnonzero(bits) == cells).all(), "a bit for every filled cell, and no other"
    summary = np.unpackbits(books.summary[slot, row].view(np.uint8), bitorder="little")[: window // 64]
    assert (np.flatnonzero(summary) == np.flatnonzero(books.words[slot, row])).all()
    assert ladder["near_levels"] == len(cells)

    base = int(ladder["base_key"])
    near = dict(zip((base + (cells - base) % window).tolist(), lots[cells].tolist(), strict=True))
    places = (int(ladder["far_start"]) + np.arange(int(ladder["far_levels"]))) % books.far_keys.shape[2]
    far_keys, far_lots = books.far_keys[slot, row, places], books.far_lots[slot, row, places]
    assert (np.diff(far_keys) > 0).all(), "far levels are sorted, worst first, none twice"
    assert (far_keys < base).all()
    assert (far_lots > 0).all()
    far = dict(zip(far_keys.tolist(), far_lots.tolist(), strict=True))
    if near or far:
        assert ladder["best_key"] == max(near), "the best level is in the window"
    else:
        assert (ladder["best_key"], base) == (NO_KEY, NOWHERE)
    return {key * side: quantity for key, quantity in (near | far).items()}
