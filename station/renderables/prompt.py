"""Under the prompt's line: carets at what is wrong and what would be right; else what Enter would do, in figures."""

from rich.style import Style

from station.renderables.paint import Paint
from station.renderables.row import Row, fill, plain
from station.views.prompt import Preview, PromptView

Line = list[tuple[str, Style]]
EXAMPLES = (
    "buy 2 @ bid post tp +1% sl -0.5%     sell 1 stop -20t     buy 5 vwap 1h cap 10%",
    "cancel BTC* · cancel #12 · close half · be · move #12 @ +2t · pause #12 · flat all",
    "goto ETH-USD · alert BTC-USD crosses 61000 · layout scalp · theme paper · set fps 10 · learn on",
)


def prompt_rows(view: PromptView, *, paint: Paint, width: int, height: int) -> list[Row]:
    """`line` begins in the first column."""
    if not view.line.strip():
        lines: list[Line] = [[]] + [[(example, paint.muted)] for example in EXAMPLES]
    elif view.wrong_at is not None:
        lines = _mistake(view, view.wrong_at, paint, width)
    else:
        lines = [[]]
        for preview in view.previews[: max(1, height - 1)]:
            lines += _preview(preview, paint, width)
        if not view.is_armed:
            lines.append([("disarmed: Enter only says what it would do", paint.warning)])
    lines = _with_help(lines, view, paint, width, height)
    rows = [fill([(plain(text), style) for text, style in line], width, paint.text) for line in lines[:height]]
    return rows + [fill([], width, paint.text)] * (height - len(rows))


def _with_help(lines: list[Line], view: PromptView, paint: Paint, width: int, height: int) -> list[Line]:
    """The words that can follow and the grammar, in the lowest lines when there is room for them."""
    help_: list[Line] = [[(view.grammar, paint.muted)]] if view.grammar else []
    shown, used = [], 0
    for word in view.follows:
        if used + len(word) + 2 > width:
            break
        shown.append(word)
        used += len(word) + 2
    if shown:
        help_.insert(0, [("  ".join(shown), paint.muted)])
    room = height - len(lines)
    help_ = help_[: max(0, room)]
    return [*lines, *([[]] * (room - len(help_))), *help_]


def _mistake(view: PromptView, place: tuple[int, int], paint: Paint, width: int) -> list[Line]:
    start = min(place[0], width - 1)
    carets = "^" * max(1, min(place[1], width) - start)
    lines: list[Line] = [[(" " * start, paint.text), (carets, paint.warning_bold)], [(view.what, paint.warning_bold)]]
    return [*lines, [(view.right, paint.text)]]


def _preview(preview: Preview, paint: Paint, width: int) -> list[Line]:
    """The sentence, then as many figures to a line as fit."""
    lines: list[Line] = [[(preview.sentence, paint.strong)], []]
    used = 0
    for name, value in preview.facts:
        size = len(name) + len(value) + 4
        if used + size > width and lines[-1]:
            lines.append([])
            used = 0
        lines[-1] += [(f"{name} ", paint.muted), (f"{value}   ", _style(name, value, paint))]
        used += size
    return lines + [[(warning, paint.warning)] for warning in preview.warnings]


def _style(name: str, value: str, paint: Paint) -> Style:
    if name in ("at the stop", "at the targets"):
        return paint.sign(-1 if value.startswith("-") else 1)
    return paint.text
