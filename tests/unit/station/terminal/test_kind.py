"""What a terminal is taken to be able to show."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len

from station.terminal.glyphs import _TO_ASCII, _TO_CONSOLE, CODE_PAGE_437, plain_sign, table_of
from station.terminal.kind import Colours, Glyphs, TerminalKind, terminal_kind
from station.views.working import mark_of
from tests import market_views, order_views

ROOT = Path(__file__).resolve().parents[4]


@pytest.mark.parametrize(
    ("environment", "colours", "glyphs"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, Colours.ALL, Glyphs.UNICODE),
        ({"TERM": "xterm-256color"}, Colours.MANY, Glyphs.UNICODE),
        ({"TERM": "xterm-kitty"}, Colours.ALL, Glyphs.UNICODE),
        ({"TERM": "screen"}, Colours.SIXTEEN, Glyphs.UNICODE),
        ({"TERM": "screen", "COLORTERM": "truecolor", "STY": "7.tty"}, Colours.MANY, Glyphs.UNICODE),
        ({"TERM": "screen", "STY": "7.tty"}, Colours.SIXTEEN, Glyphs.UNICODE),
        ({"TERM": "screen-256color", "COLORTERM": "truecolor", "STY": "7.tty"}, Colours.MANY, Glyphs.UNICODE),
        ({"TERM": "tmux-256color"}, Colours.MANY, Glyphs.UNICODE),
        ({"TERM": "xterm-16color"}, Colours.SIXTEEN, Glyphs.UNICODE),
        ({"TERM": "linux", "COLORTERM": "truecolor"}, Colours.SIXTEEN, Glyphs.CONSOLE),
        ({"TERM": "xterm-256color", "COLORTERM": "24bit", "NO_COLOR": "1"}, Colours.NONE, Glyphs.UNICODE),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, Colours.MANY, Glyphs.UNICODE),
        ({"TERM": "vt220", "LANG": "de_DE.ISO-8859-1"}, Colours.SIXTEEN, Glyphs.ASCII),
        ({"TERM": "xterm-256color", "LANG": "de_DE.UTF-8@euro"}, Colours.MANY, Glyphs.UNICODE),
        ({"TERM": "xterm-256color", "LANG": "C", "LC_ALL": "C.utf8"}, Colours.MANY, Glyphs.UNICODE),
        ({"TERM": "dumb"}, Colours.NONE, Glyphs.UNICODE),
        ({}, Colours.SIXTEEN, Glyphs.UNICODE),
    ],
)
def test_the_environment_says_what_a_terminal_can_show(
    environment: dict[str, str], colours: Colours, glyphs: Glyphs
) -> None:
    assert terminal_kind(environment) == TerminalKind(colours=colours, glyphs=glyphs)


def _signs_of_the_screen() -> Iterator[str]:
    for folder in ("views", "renderables", "widgets", "screens"):
        for path in (ROOT / "station" / folder).rglob("*.py"):
            yield from re.findall(r"[^\x00-\x7f]", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("glyphs", [Glyphs.CONSOLE, Glyphs.ASCII])
def test_every_sign_that_is_drawn_has_one_that_the_font_has(glyphs: Glyphs) -> None:
    table = table_of(glyphs)
    assert table is not None
    for sign in sorted(set(_signs_of_the_screen())):
        plain = sign.translate(table)
        assert cell_len(plain) == len(plain) == 1, sign
        assert plain.isascii() or (glyphs is Glyphs.CONSOLE and plain in CODE_PAGE_437), sign
        assert plain != "?", f"no sign of the console stands for {sign}"


@pytest.mark.parametrize("glyphs", [Glyphs.CONSOLE, Glyphs.ASCII])
def test_marks_that_mean_different_things_stay_different(glyphs: Glyphs) -> None:
    orders = order_views.worked_orders(market_views.instruments())
    marks = {mark for order in orders if (mark := mark_of(order).strip())} | {
        "▲",
        "▼",
        "↑",
        "↓",
        "◇",
        "○",
        "≡",
        "‖",
        "~",
    }
    assert len({plain_sign(mark, glyphs) for mark in marks}) == len(marks)
    assert plain_sign("●", glyphs) != plain_sign("○", glyphs)


def test_the_tables_say_one_sign_for_one() -> None:
    for table in (_TO_CONSOLE, _TO_ASCII):
        for signs, plain in table.items():
            assert len(signs) == len(plain), signs
    for plain in _TO_CONSOLE.values():
        assert all(sign.isascii() or sign in CODE_PAGE_437 for sign in plain), plain
    for plain in _TO_ASCII.values():
        assert plain.isascii(), plain


def test_pictures_of_dots_and_blocks_keep_their_weight() -> None:
    weights = {" ": 0, ".": 1, "'": 1, "_": 1, "▌": 4, "▄": 4, "▀": 4, "▒": 3, "▓": 5, "█": 8}
    bars = [weights[plain_sign(bar, Glyphs.CONSOLE)] for bar in " ▁▂▃▄▅▆▇█"]
    assert bars == sorted(bars)
    assert plain_sign("⠀", Glyphs.CONSOLE) == " "
    assert plain_sign("⣿", Glyphs.CONSOLE) == "█"
