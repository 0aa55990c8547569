"""Which of our resting orders is the best of its instrument and side? A pairing heap over the blotter's slots.

    rank      price * side: of either side the larger one is the better one
    put       O(1): one comparison with the best
    take      O(log n) amortised, of any order; most often of the best, which is what trades first

Every heap has a root, the best of its orders; a node knows its first child, its next sibling, and what stands before
it: its parent or the sibling on its left. Source: Fredman, Sedgewick, Sleator, Tarjan, "The pairing heap" (1986).
"""

from typing import NamedTuple

import numpy as np

from core.kernel import kernel

NOBODY = -1
NO_RANK = -(1 << 62)

NODE = np.dtype(
    [
        ("rank", np.int64),  # NO_RANK: in no heap
        ("heap", np.int64),
        ("child", np.int64),
        ("next", np.int64),
        ("before", np.int64),
    ]
)


class OwnPrices(NamedTuple):
    nodes: np.ndarray
    """NODE[slots]"""
    roots: np.ndarray
    """int64[heaps]: the slot of the best order; NOBODY: none"""


def make_own_prices(slots: int, heaps: int) -> OwnPrices:
    nodes = np.zeros(slots, NODE)
    nodes["rank"] = NO_RANK
    return OwnPrices(nodes, np.full(heaps, NOBODY, np.int64))


@kernel
def best_rank(prices: OwnPrices, heap: int) -> int:
    root = prices.roots[heap]
    return int(prices.nodes[root]["rank"]) if root >= 0 else NO_RANK


@kernel
def put(prices: OwnPrices, slot: int, heap: int, rank: int) -> None:
    """Of a slot that is in no heap."""
    node = prices.nodes[slot]
    node["rank"] = rank
    node["heap"] = heap
    node["child"] = NOBODY
    node["next"] = NOBODY
    node["before"] = NOBODY
    root = prices.roots[heap]
    prices.roots[heap] = slot if root < 0 else _meld(prices.nodes, root, slot)


@kernel
def take(prices: OwnPrices, slot: int) -> None:
    """Of a slot that is in a heap."""
    nodes = prices.nodes
    node = nodes[slot]
    heap = node["heap"]
    below = _pair(nodes, node["child"])
    if prices.roots[heap] == slot:
        prices.roots[heap] = below
    else:
        before, behind = node["before"], node["next"]
        if nodes[before]["child"] == slot:
            nodes[before]["child"] = behind
        else:
            nodes[before]["next"] = behind
        if behind >= 0:
            nodes[behind]["before"] = before
        if below >= 0:
            prices.roots[heap] = _meld(nodes, prices.roots[heap], below)
    node["rank"] = NO_RANK


@kernel
def _meld(nodes: np.ndarray, first: int, second: int) -> int:
    """Two heaps as one: the worse root becomes a child of the better, whose slot is the answer."""
    better, worse = first, second
    if nodes[second]["rank"] > nodes[first]["rank"]:
        better, worse = second, first
    child = nodes[better]["child"]
    nodes[worse]["next"] = child
    nodes[worse]["before"] = better
    if child >= 0:
        nodes[child]["before"] = worse
    nodes[better]["child"] = worse
    return better


@kernel
def _pair(nodes: np.ndarray, first: int) -> int:
    """A row of siblings as one heap: melded in pairs from the left, and those from the right. Its root, or NOBODY."""
    pairs = NOBODY
    while first >= 0:
        second, behind = nodes[first]["next"], NOBODY
        pair = first
        if second >= 0:
            behind = nodes[second]["next"]
            nodes[first]["next"] = NOBODY
            pair = _meld(nodes, first, second)
        nodes[pair]["next"] = pairs
        pairs = pair
        first = behind
    heap = NOBODY
    while pairs >= 0:
        pair, pairs = pairs, nodes[pairs]["next"]
        nodes[pair]["next"] = NOBODY
        heap = pair if heap < 0 else _meld(nodes, heap, pair)
    if heap >= 0:
        nodes[heap]["before"] = NOBODY
    return heap
