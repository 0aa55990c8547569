"""The two lowest lines: what a key would do now, and which keys there are. The kill keys are never crowded out."""

from collections.abc import Sequence

from rich.style import Style

from station.renderables.paint import Paint
from station.renderables.row import Row, fill_both, plain

KeyLabel = tuple[str, str]
"""The key as it is written, and what it does"""


def footer_row(keys: Sequence[KeyLabel], emergency: Sequence[KeyLabel], *, paint: Paint, width: int) -> Row:
    ending: list[tuple[str, Style]] = []
    for key, label in emergency:
        ending.append((f" {key} {label} ", paint.halted_block))
        ending.append((" ", paint.surface))
    ending = ending[:-1]
    room = width - sum(len(text) for text, _ in ending) - 1
    parts: list[tuple[str, Style]] = []
    used = 0
    for key, label in keys:
        long = len(key) + len(label) + 3
        if used + long > room:
            continue
        parts += [(f" {key}", paint.surface_key), (f" {label} ", paint.surface_muted)]
        used += long
    return fill_both(parts, ending, width, paint.surface)


def hint_row(text: str, *, kind: str, paint: Paint, width: int) -> Row:
    """`kind`: "quiet", "would" (a disarmed key), "did", "denied"."""
    chosen = {"would": paint.accent, "did": paint.text, "denied": paint.warning_bold}.get(kind, paint.muted)
    return fill_both([(f" {plain(text)}", chosen)], [], width, paint.text)
