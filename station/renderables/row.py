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
    """The cells in which two rows of the same width differ, however they are cut into segments. Changes that are close
    together are one span. Two rows are mostly the same at their ends: those are passed over first."""
    spans: list[Span] = []
    first, at = 0, 0
    for old, new in zip(before, after, strict=False):
        if old is not new and old != new:
            break
        first, at = first + 1, at + len(new.text)
    last = min(len(before), len(after)) - first
    behind = 0
    while behind < last and before[-1 - behind] == after[-1 - behind]:
        behind += 1
    before, after = before[first : len(before) - behind], after[first : len(after) - behind]
    ends_before, ends_after = _ends(before, at), _ends(after, at)
    i = j = 0
    while j < len(after):
        end = min(ends_before[i], ends_after[j])
        old, new = before[i], after[j]
        if end > at and old is not new:
            in_old, in_new = at - (ends_before[i] - len(old.text)), at - (ends_after[j] - len(new.text))
            width = end - at
            span = _changed_part(
                old.text[in_old : in_old + width], old.style, new.text[in_new : in_new + width], new.style
            )
            if span is not None:
                start, stop = at + span[0], at + span[1]
                if spans and start - spans[-1][1] <= JOIN_GAP:
                    spans[-1] = (spans[-1][0], stop)
                else:
                    spans.append((start, stop))
        at = end
        i += ends_before[i] == end and i + 1 < len(before)
        j += ends_after[j] == end
    return spans


def _ends(row: Row, at: int) -> list[int]:
    ends = []
    for segment in row:
        at += len(segment.text)
        ends.append(at)
    return ends


def _changed_part(old: str, old_style: Style | None, new: str, new_style: Style | None) -> Span | None:
    """Of two texts of the same width."""
    width = len(new)
    if old_style is not new_style and old_style != new_style:
        return 0, width
    if old == new:
        return None
    first, last = 0, width
    while old[first] == new[first]:
        first += 1
    while old[last - 1] == new[last - 1]:
        last -= 1
    return first, last
