"""Alerts: each with its number, what it reads now and how often it went off; below, what was told, the newest first."""

from rich.style import Style

from station.renderables.paint import Paint
from station.renderables.row import Row, fill_both, plain
from station.views.alerts import AlertsView, Told, Watched
from station.views.numbers import clock_in

NOTHING = "nothing is watched"
EXAMPLES = (
    (":alert BTC-USD crosses 61000", ":alert pnl < -500 every 10m"),
    (":alert alpha.feed not LIVE", ":alert fill BTC*"),
)
BESIDE = 36
"""Cells of an example that has another one beside it"""
HOW_OFTEN = (" every ", " once", " band ")
NEWS_SHARE = 2
"""One line in so many is for what was told"""


def alerts_rows(view: AlertsView, *, paint: Paint, width: int, height: int) -> list[Row]:
    rows: list[Row] = []
    if not view.alerts:
        rows += [_row([(f" {line}", paint.muted)], [], paint, width) for line in (NOTHING, *_examples(width))]
    room = height if not view.told else max(1, height - min(len(view.told) + 1, max(2, height // NEWS_SHARE)))
    watched = [_watched(number, one, paint, width) for number, one in enumerate(view.alerts, 1)]
    if len(watched) > room:
        more = len(watched) - room + 1
        watched[room - 1 :] = [_row([(f" … {more} more", paint.muted)], [], paint, width)]
    rows += watched
    if view.told and len(rows) + 1 < height:
        rows.append(_row([(" gone off", paint.muted)], [], paint, width))
        rows += [_told(one, paint, width) for one in view.told]
    empty = _row([], [], paint, width)
    return (rows + [empty] * height)[:height]


def _examples(width: int) -> list[str]:
    """Each whole, two beside each other where both have room."""
    pairs = [first.ljust(BESIDE) + second for first, second in EXAMPLES]
    if all(len(pair) < width for pair in pairs):
        return pairs
    return [one for pair in EXAMPLES for one in pair]


def _watched(number: int, one: Watched, paint: Paint, width: int) -> Row:
    """The mark says it without colour: ● holds now, ○ does not, – cannot be read, ✓ done."""
    standing, alert = one.standing, one.alert
    if alert.once and standing.times:
        mark, style = "✓", paint.muted
    elif standing.is_absent:
        mark, style = "–", paint.stale
    elif standing.holds:
        mark, style = "●", paint.warning
    else:
        mark, style = "○", paint.muted
    times = f" ×{standing.times}" if standing.times else ""
    program = " »" if alert.command else ""
    place, reading = f" {number:>2} ", f" {plain(one.reading_text) or '–'} "
    line = _in_short(alert.line, width - len(place + mark + " " + times + program + reading))
    left = [(place, paint.muted), (f"{mark} ", style), (line, _line_style(one, paint)), (times + program, paint.muted)]
    return _row(left, [(reading, paint.text)], paint, width)


def _in_short(line: str, room: int) -> str:
    """Where the whole has no room: what is watched, without how often it is told."""
    text = plain(line)
    for clause in HOW_OFTEN:
        text = text if len(text) <= room else text.partition(clause)[0]
    return text


def _line_style(one: Watched, paint: Paint) -> Style:
    return paint.warning if one.standing.holds and not one.standing.is_absent else paint.text


def _told(one: Told, paint: Paint, width: int) -> Row:
    reading = f" {plain(one.reading_text)} "
    room = width - len(" HH:MM ") - len(reading)
    line = _in_short(one.line, room)
    when = f" {clock_in(one.wall_ns, min(len('HH:MM:SS'), len('HH:MM') + room - len(line)))} "
    return _row([(when, paint.muted), (line, paint.text)], [(reading, paint.text)], paint, width)


def _row(left: list[tuple[str, Style]], right: list[tuple[str, Style]], paint: Paint, width: int) -> Row:
    return fill_both(left, right, width, paint.text)
