"""What is a layout? A tree of panes for each size of terminal: as data, in TOML, and how one is changed by a key.

A node is a pane, or its parts side by side (`columns`), or one over the other (`rows`). Along the split each part gets
its `least`; what is left goes by `share` until a part has its `most`. What does not fit is left out by `worth`.
"""

from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec

ANY_PANE = ""
"""The place of a pane that is brought by its key; no room is kept for it until then."""
WORTH = {"ladder": 9, "orders": 8, "positions": 8}
"""What a trader must have stays longest."""
WORTH_OF_OTHERS = 1
KEPT = 9
GROUPS = ("A", "B", "C")
"""Of panes that show one instrument"""

Axis = Literal["columns", "rows"]


class Node(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    pane: str | None = None
    """Its name; "": of that which is brought by its key"""
    columns: tuple["Node", ...] = ()
    rows: tuple["Node", ...] = ()
    least: int = 0
    """Cells along the split; 0: what the pane itself needs"""
    most: int = 0
    """0: no limit"""
    share: int = 1
    """Of what is left when every part has its least"""
    worth: int | None = None
    """Where room is missing the part of the least worth is left out, of equals the last; None: as usual for the pane"""
    instrument: str = ""
    """Of a pane that is pinned: the symbol; of one in a group: what the group begins with; empty: it shows what is
    chosen"""
    group: Literal["", "A", "B", "C"] = ""
    """Panes of one group show one instrument, whatever the others show"""

    @property
    def parts(self) -> tuple["Node", ...]:
        return self.columns or self.rows

    @property
    def axis(self) -> Axis:
        return "columns" if self.columns else "rows"


class Sized(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The tree for terminals of at least this size."""

    width: int = 0
    height: int = 0
    columns: tuple[Node, ...] = ()
    rows: tuple[Node, ...] = ()

    @property
    def tree(self) -> Node:
        return Node(columns=self.columns, rows=self.rows)


class Layout(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str = ""
    title: str = ""
    key: int = 0
    """alt and this digit choose it; 0: by its name only"""
    hint: str = ""
    """What can be done here, said at the first sight of it"""
    ladder_columns: tuple[str, ...] | None = None
    """What its ladders show beside price, quantities and own orders; None: what [screen] says"""
    size: tuple[Sized, ...] = ()
    """The first that the terminal is large enough for; if none, the last"""

    def sized(self, width: int, height: int) -> Sized:
        fitting = (one for one in self.size if width >= one.width and height >= one.height)
        return next(fitting, self.size[-1])

    def with_tree(self, before: Sized, tree: Node) -> "Layout":
        """The same with another tree in the place of one."""
        after = msgspec.structs.replace(before, columns=tree.columns, rows=tree.rows)
        return msgspec.structs.replace(self, size=tuple(after if one is before else one for one in self.size))


def leaves(node: Node) -> Iterator[Node]:
    if node.pane is not None:
        yield node
    for part in node.parts:
        yield from leaves(part)


def panes_of(layout: Layout) -> set[str]:
    return {leaf.pane for one in layout.size for leaf in leaves(one.tree) if leaf.pane}


def worth_of(node: Node) -> int:
    """A split is worth what the best of it is."""
    if node.worth is not None:
        return node.worth
    if node.pane is not None:
        return WORTH.get(node.pane, WORTH_OF_OTHERS)
    return max(map(worth_of, node.parts), default=WORTH_OF_OTHERS)


def replaced(node: Node, leaf: Node, by: Node) -> Node:
    """The tree with another leaf in the place of one."""
    if node is leaf:
        return by
    if node.pane is not None:
        return node
    parts = tuple(replaced(part, leaf, by) for part in node.parts)
    return _with_parts(node, parts)


def with_pane(tree: Node, name: str) -> Node:
    """The tree with this pane in it, whatever else must go: in the empty place, else in that of the least worth."""
    found = [leaf for leaf in leaves(tree) if leaf.pane == name]
    if not found:
        found = [leaf for leaf in leaves(tree) if leaf.pane == ANY_PANE]
    if not found:
        others = [leaf for leaf in leaves(tree) if leaf.pane not in WORTH]
        found = sorted(others or leaves(tree), key=worth_of)
    place = found[0]
    least = place.least if place.pane == name else 0
    return replaced(tree, place, msgspec.structs.replace(place, pane=name, worth=KEPT, least=least, most=0))


def tied(tree: Node, pane: str, *, instrument: str = "", group: str = "") -> Node:
    """The tree with a pane that stays with an instrument, or with a group; neither: it shows what is chosen."""
    for leaf in leaves(tree):
        if leaf.pane == pane:
            tree = replaced(tree, leaf, msgspec.structs.replace(leaf, instrument=instrument, group=group))
    return tree


def with_group_instruments(layout: Layout, symbols: Mapping[str, str]) -> Layout:
    """The layout whose groups begin with these, by letter, at every size."""

    def told(node: Node) -> Node:
        if node.group in symbols:
            return msgspec.structs.replace(node, instrument=symbols[node.group])
        return _with_parts(node, tuple(map(told, node.parts))) if node.parts else node

    for one in layout.size:
        layout = layout.with_tree(one, told(one.tree))
    return layout


def grown(
    tree: Node,
    pane: str,
    axis: Axis,
    cells: int,
    extents: dict[str, tuple[int, int]],
    leasts: dict[str, tuple[int, int]],
    *,
    is_far_border: bool = False,
) -> Node:
    """The tree with more room (less: negative cells) for a pane, from its neighbour in the nearest split of this axis.
    `is_far_border`: its right or lower border moves, so the neighbour is the one behind it.

    `extents` and `leasts`: (width, height) that each pane has, and that it needs at least. The same tree when there is
    no such split, or nothing to give.
    """
    path = _path_to(tree, pane)
    for depth in range(len(path) - 2, -1, -1):
        split, child = path[depth], path[depth + 1]
        shown = [part for part in split.parts if any(leaf.pane in extents for leaf in leaves(part))]
        if split.axis != axis or len(shown) < 2 or child not in shown:
            continue
        at = shown.index(child)
        if is_far_border and at == len(shown) - 1:
            continue
        now = {id(part): extent_along(part, axis, extents) for part in shown}
        needs = {id(part): least_along(part, axis, leasts) for part in shown}
        beside = [shown[place] for place in (at + 1, at - 1) if 0 <= place < len(shown)]
        beside = beside[:1] if is_far_border else beside
        giving = [part for part in beside if cells < 0 or now[id(part)] > needs[id(part)]]
        if not giving:
            return tree
        neighbour = giving[0]
        room = min(cells, now[id(neighbour)] - needs[id(neighbour)])
        room = max(room, needs[id(child)] - now[id(child)])
        if not room:
            return tree
        now[id(child)] += room
        now[id(neighbour)] -= room
        parts = tuple(
            msgspec.structs.replace(part, share=max(0, now[id(part)] - needs[id(part)]), most=0)
            if id(part) in now
            else part
            for part in split.parts
        )
        return _swapped(path[: depth + 1], _with_parts(split, parts))
    return tree


def extent_along(node: Node, axis: Axis, extents: dict[str, tuple[int, int]]) -> int:
    """Cells that a part has now: of panes over each other the widest counts, of panes beside each other the sum."""
    if node.pane is not None:
        return extents.get(node.pane, (0, 0))[axis == "rows"]
    return _together(node, axis, [extent_along(part, axis, extents) for part in node.parts])


def least_along(node: Node, axis: Axis, leasts: dict[str, tuple[int, int]], *, is_along: bool = True) -> int:
    """Cells that a part needs. What it says itself is meant along the split that it stands in (`is_along`)."""
    stated = node.least if is_along else 0
    if node.pane is not None:
        return stated or leasts.get(node.pane, (0, 0))[axis == "rows"]
    found = [least_along(part, axis, leasts, is_along=node.axis == axis) for part in node.parts]
    return max(stated, _together(node, axis, found))


def _together(node: Node, axis: Axis, cells: list[int]) -> int:
    return sum(cells) if node.axis == axis else max(cells, default=0)


def _path_to(node: Node, pane: str) -> list[Node]:
    if node.pane == pane:
        return [node]
    for part in node.parts:
        if below := _path_to(part, pane):
            return [node, *below]
    return []


def _swapped(path: list[Node], last: Node) -> Node:
    """The root of a path whose last node is another now."""
    for parent, child in zip(reversed(path[:-1]), reversed(path[1:]), strict=True):
        last = _with_parts(parent, tuple(last if part is child else part for part in parent.parts))
    return last


def _with_parts(node: Node, parts: tuple[Node, ...]) -> Node:
    if node.columns:
        return msgspec.structs.replace(node, columns=parts)
    return msgspec.structs.replace(node, rows=parts)
