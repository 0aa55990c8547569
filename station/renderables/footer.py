"""The two lowest lines: what a key would do now, and which keys there are. The kill keys are never crowded out."""

from collections.abc import Sequence

from rich.style import Style

from station.renderables.paint import Paint
from station.renderables.row import Row, cut, fill_both, plain

REMEDY, MORE = " · ", " …"
MOST_REMEDY = 24
CLAUSES, WORDS = (", ", ": ", "; ", " · "), (" ",)
"""Where a sentence may end: the first of these rather"""
KeyLabel = tuple[str, str]
"""The key as it is written, and what it does"""


def footer_row(keys: Sequence[KeyLabel], emergency: Sequence[KeyLabel], *, paint: Paint, width: int) -> Row:
    ending: list[tuple[str, Style]] = []
    for key, label in emergency:
        ending.append((f" {key} {label} ", paint.halted_block))
        ending.append((" ", paint.surface))
    ending = ending[:-1]
    room = width - sum(len(key) + len(label) + 4 for key, label in emergency)
    parts: list[tuple[str, Style]] = []
    for at, _ in fitting_keys(keys, room):
        key, label = keys[at]
        parts += [(f" {key}", paint.surface_key), (f" {label} ", paint.surface_muted)]
    return fill_both(parts, ending, width, paint.surface)


def fitting_keys(keys: Sequence[KeyLabel], room: int) -> list[tuple[int, int]]:
    """(index, first column) of the keys that there is room for, in their order. The last one always has room."""
    widths = [len(key) + len(label) + 3 for key, label in keys]
    placed, used = [], 0
    for index, width in enumerate(widths):
        kept = 0 if index == len(keys) - 1 else widths[-1]
        if used + width + kept <= room:
            placed.append((index, used))
            used += width
    return placed


def key_at(keys: Sequence[KeyLabel], emergency: Sequence[KeyLabel], width: int, column: int) -> int | None:
    """Which of `keys` stands at a column of the footer."""
    room = width - sum(len(key) + len(label) + 4 for key, label in emergency)
    for index, start in fitting_keys(keys, room):
        if start <= column < start + len(keys[index][0]) + len(keys[index][1]) + 3:
            return index
    return None


def hint_row(text: str, *, kind: str, paint: Paint, width: int) -> Row:
    """`kind`: "quiet", "would" (a disarmed key), "care" (out of the usual), "did", "denied"."""
    chosen = {"would": paint.accent, "care": paint.warning, "did": paint.text, "denied": paint.warning_bold}.get(
        kind, paint.muted
    )
    return fill_both([(f" {_sentence(plain(text), width - 1)}", chosen)], [], width, paint.text)


def _sentence(text: str, width: int) -> str:
    """Where it has no room, whole clauses of it, and that there is more; the key that helps stands at its end."""
    if len(text) <= width:
        return text
    first, point, remedy = text.rpartition(REMEDY)
    if point and len(remedy) <= MOST_REMEDY and len(remedy) + len(REMEDY) < width // 2:
        return _sentence(first, width - len(REMEDY) - len(remedy)) + REMEDY + remedy
    kept = text[: max(0, width - len(MORE) + 1)]
    for marks in (CLAUSES, WORDS):
        if (ends := max(kept.rfind(mark) for mark in marks)) >= width // 2:
            return kept[:ends] + MORE
    return cut(text, width)
