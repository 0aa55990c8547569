"""The frame round a pane: title at the top left, state at the top right, notes in the bottom line."""

from collections.abc import Iterable, Sequence

from rich.segment import Segment
from rich.style import Style

from station.renderables.paint import Paint
from station.renderables.row import Row, Span, blank, fill

Label = Sequence[tuple[str, Style]]
SCROLL_BAR = "┃"


def whole(notes: Iterable[Label], width: int) -> Label:
    """One after the other, those that have room for all of themselves."""
    shown: list[tuple[str, Style]] = []
    for note in notes:
        cells = sum(len(text) for text, _ in note)
        if cells <= width:
            shown += note
            width -= cells
    return tuple(shown)


def framed(
    rows: Sequence[Row],
    *,
    paint: Paint,
    width: int,
    height: int,
    title: str,
    letter: str = "",
    group: str = "",
    state: Label = (),
    notes: Label = (),
    is_focused: bool = False,
    line: Style | None = None,
    thumb: Span | None = None,
) -> list[Row]:
    """Exactly `height` rows of exactly `width` cells; `rows` are `width - 2` wide and cut or filled below.

    Before the title: `letter`, the key that jumps here, and `group`, of the panes that show one instrument, or a word.
    `thumb`: the rows beside which a scroll bar stands in the right edge.
    """
    line = line or (paint.border_focused if is_focused else paint.border)
    inner = height - 2
    side = Segment("│", line)
    empty = blank(width - 2, paint.text)
    filled = [*rows[:inner], *[empty] * (inner - len(rows))]
    start, end = thumb or (0, 0)
    bar = Segment(SCROLL_BAR, line)
    body = [(side, *row, bar if start <= y < end else side) for y, row in enumerate(filled)]
    name: list[tuple[str, Style]] = [(f" {letter} ", paint.accent_block)] if letter else []
    name += [(f" {group} ", paint.groups.get(group, paint.quiet_block))] if group else []
    name += [(f" {title} ", paint.title_focused if is_focused else paint.title)] if title else []
    return [
        _edge("╭", "╮", name, state, width, line),
        *body,
        _edge("╰", "╯", notes, (), width, line),
    ]


def _edge(start: str, end: str, first: Label, last: Label, width: int, line: Style) -> Row:
    room = width - 4
    ending = [(text, style) for text, style in last]
    used = sum(len(text) for text, _ in ending)
    wanted = sum(len(text) for text, _ in first)
    while len(ending) > 1 and used + wanted > room and ending[-1][0].startswith(" "):
        used -= len(ending.pop()[0])
    if used > room:
        ending, used = [], 0
    beginning = fill(first, min(room - used, wanted), line) if first else ()
    dashes = room - used - sum(len(segment.text) for segment in beginning)
    return (
        Segment(f"{start}─", line),
        *beginning,
        *((Segment("─" * dashes, line),) if dashes else ()),
        *(Segment(text, style) for text, style in ending),
        Segment(f"─{end}", line),
    )
