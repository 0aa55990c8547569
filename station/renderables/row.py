"""A row of the screen: segments that fill it exactly, and what differs between two of them.

A renderable answers rows; a pane compares each with the one it drew before and repaints only the cells between. Texts
that are drawn are one cell per character: what comes from outside goes through `plain`.
"""

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

Row = tuple[Segment, ...]
Span = tuple[int, int]
"""First column, and the column behind the last"""

IN_FIGURE = "0123456789.,"
JOIN_GAP = 6
"""Two changes closer than this are one: moving the terminal's cursor costs about as many bytes."""


def blank(width: int, style: Style) -> Row:
    return (Segment(" " * width, style),)


def plain(text: str) -> str:
    """Printable, and one cell per character."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if char.isprintable() and cell_len(char) == 1 else "?" for char in text)


def cut(text: str, width: int) -> str:
    """At most `width` characters; what was cut off is shown by an ellipsis. A figure is there whole or not at all: half
    a price is another price."""
    if len(text) <= width:
        return text
    kept = text[: max(0, width - 1)]
    if text[len(kept)] in IN_FIGURE:
        kept = kept.rstrip(IN_FIGURE)
    return kept + "…"[: max(0, width)]


def left(text: str, width: int) -> str:
    return cut(text, width).ljust(width)


def right(text: str, width: int) -> str:
    return cut(text, width).rjust(width)


def centred(text: str, width: int) -> str:
    return cut(text, width).center(width)


def fill(parts: Iterable[tuple[str, Style]], width: int, style: Style) -> Row:
    """Parts from the left, cut or filled up to exactly `width`."""
    row: list[Segment] = []
    at = 0
    for text, part_style in parts:
        if at >= width:
            break
        if text:
            text = text if at + len(text) <= width else cut(text, width - at)
            row.append(Segment(text, part_style))
            at += len(text)
    if at < width:
        row.append(Segment(" " * (width - at), style))
    return tuple(row)


def fill_both(parts: Sequence[tuple[str, Style]], ending: Sequence[tuple[str, Style]], width: int, style: Style) -> Row:
    """Parts from the left and parts up to the right edge; the left ones give way."""
    end = sum(len(text) for text, _ in ending)
    if end >= width:
        return fill(ending, width, style)
    return (*fill(parts, width - end, style), *(Segment(text, part) for text, part in ending if text))


def width_of(row: Row) -> int:
    return sum(len(segment.text) for segment in row)


def fitted(row: Row, width: int, style: Style) -> Row:
    """A row that was given too little room may be off by some cells: never a torn screen."""
    if width_of(row) == width:
        return row
    return fill(((text, of_text or style) for text, of_text, _ in row), width, style)


def changed_spans(before: Row, after: Row) -> list[Span]:
    """Where two rows of the same width differ: segment by segment while they are cut alike, else what lies between the
    segments that both begin with and those that both end with."""
    if len(before) == len(after):
        spans = _changed_segments(before, after)
        if spans is not None:
            return spans
    start = at = 0
    shorter = min(len(before), len(after))
    while at < shorter and before[at] == after[at]:
        start += len(after[at].text)
        at += 1
    end = width_of(after)
    back = 1
    while back <= shorter - at and before[-back] == after[-back]:
        end -= len(after[-back].text)
        back += 1
    return [(start, end)]


def _changed_segments(before: Row, after: Row) -> list[Span] | None:
    """None when a segment has another width."""
    spans: list[Span] = []
    at = 0
    for old, new in zip(before, after, strict=True):
        width = len(new.text)
        if len(old.text) != width:
            return None
        if old is not new and old != new:
            if spans and at - spans[-1][1] <= JOIN_GAP:
                spans[-1] = (spans[-1][0], at + width)
            else:
                spans.append((at, at + width))
        at += width
    return spans
