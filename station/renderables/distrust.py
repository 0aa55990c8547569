"""Over a ladder whose book is not to be traded on: a band near its top says so, why and since when, another its foot.

The middle stays free, where our own orders are: they can still be cancelled.
"""

import textwrap

from rich.segment import Segment

from station.renderables.paint import Paint
from station.renderables.row import Row, centred, plain
from station.views.distrust import Distrust

MOST_TOLD = 3
"""Lines of the feed's own words."""
ROOM_FOR_WHY = 14
"""A ladder of fewer rows says the word alone."""


def with_distrust(rows: list[Row], distrust: Distrust, *, paint: Paint, width: int) -> list[Row]:
    """As many rows as before. The first one is the heading."""
    lines = [f"{distrust.word}: NOT TO BE TRADED ON"]
    if len(rows) >= ROOM_FOR_WHY:
        told = textwrap.wrap(plain(distrust.told), max(1, width - 4), max_lines=MOST_TOLD, placeholder="…")
        lines = ["", *lines, *filter(None, (distrust.why, distrust.since)), *told, ""]
    first = 1 + max(0, (len(rows) // 2 - len(lines)) // 2)
    drawn = list(rows)
    for line, text in enumerate(lines, first):
        if line < len(drawn):
            drawn[line] = (Segment(centred(text, width), paint.warning_block),)
    drawn[-1] = (Segment(centred(f"{distrust.word} {distrust.since}".strip(), width), paint.warning_block),)
    return drawn
