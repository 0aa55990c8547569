"""A row of a canvas as Textual takes it.

Textual's own strip has seven caches, for widgets whose lines are cut and coloured again and again. A row of ours is
written once or twice and then replaced. The caches would be most of its cost; and the one of `divide` holds the strip
itself, in a knot that only the garbage collector unties: hundreds of objects a frame (terminal/sweeping.py).
"""

from typing import Any

from rich.segment import Segment
from textual.strip import Strip

from station.renderables.row import Row


class NoCache:
    """Holds nothing."""

    def get(self, key: object) -> None:
        return None

    def __setitem__(self, key: object, value: object) -> None:
        pass


NO_CACHE: Any = NoCache()


class RowStrip(Strip):
    __slots__ = ()
    _divide_cache = _crop_cache = _style_cache = _filter_cache = NO_CACHE
    _line_length_cache = _crop_extend_cache = _offsets_cache = NO_CACHE

    def __init__(self, row: Row, width: int) -> None:
        """`row`: of exactly `width` cells, a character in each."""
        self._segments = list(row)
        self._cell_length = width
        self._render_cache = self._link_ids = self._cell_count = None

    def crop(self, start: int, end: int | None = None) -> Strip:
        width = self.cell_length
        start, end = max(0, start), width if end is None else min(width, end)
        if start == 0 and end == width:
            return self
        kept: list[Segment] = []
        at = 0
        for segment in self._segments:
            if at >= end:
                break
            text = segment.text
            behind = at + len(text)
            if behind > start:
                is_whole = at >= start and behind <= end
                kept.append(segment if is_whole else Segment(text[max(0, start - at) : end - at], segment.style))
            at = behind
        return RowStrip(tuple(kept), max(0, end - start))
