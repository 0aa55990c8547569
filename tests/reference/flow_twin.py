"""Consumed, pulled, stacked, lot by lot: slow, obvious. The rule is that of core/flow/levels.py."""

from collections import Counter
from typing import NamedTuple

MATCH_NS = 250_000_000
SECOND = 1_000_000_000
WINDOW_SECONDS = 10


class Told(NamedTuple):
    wall_ns: int
    row: int
    """0 bid, 1 ask"""
    lots: int
    """of a trade; of a level, the change"""
    is_trade: bool


def sums_of_level(told: list[Told], now_wall_ns: int) -> Counter[tuple[str, int]]:
    """(what, row) → lots of one price within the window, nothing below 0 and nothing that is 0."""
    sums: Counter[tuple[str, int]] = Counter()
    oldest = now_wall_ns // SECOND - WINDOW_SECONDS + 1
    waiting: dict[int, list[str]] = {0: [], 1: []}
    changed_ns = {0: 0, 1: 0}
    for one in told:
        if one.wall_ns - changed_ns[one.row] > MATCH_NS:
            waiting[one.row] = []
        count = Counter(dict.fromkeys(("consumed", "pulled", "stacked", "traded"), 0))
        if one.is_trade or one.lots < 0:
            changed_ns[one.row] = one.wall_ns
        for _ in range(abs(one.lots)):
            if one.is_trade:
                count["traded"] += 1
                if "fallen" in waiting[one.row]:
                    waiting[one.row].remove("fallen")
                    count["consumed"] += 1
                    count["pulled"] -= 1
                else:
                    waiting[one.row].append("traded")
            elif one.lots > 0:
                count["stacked"] += 1
            elif "traded" in waiting[one.row]:
                waiting[one.row].remove("traded")
                count["consumed"] += 1
            else:
                waiting[one.row].append("fallen")
                count["pulled"] += 1
        if one.wall_ns // SECOND >= oldest:
            for what, lots in count.items():
                sums[what, one.row] += lots
    return +sums
