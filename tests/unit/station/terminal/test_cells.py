"""What is written to the terminal, read back by a small terminal of our own, is what should stand there."""

import re

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from station.terminal.cells import PLAIN, Pen, Shown, change, codes_of, in_cells
from station.terminal.kind import Colours, TerminalKind

STYLES = [
    Style(color="#ff0000", bgcolor="#000000"),
    Style(color="#ff0000", bgcolor="#000000", bold=True),
    Style(color="#00ff00", bgcolor="#000000"),
    Style(color="#00ff00", bgcolor="#202020", italic=True),
    Style(color="#00ff00"),
    Style(bold=True, italic=True),
    Style(dim=True),
    Style(),
]
styles = st.sampled_from(STYLES)
TRUECOLOR = Colours.ALL


class Terminal:
    """Understands the sequences that the pen writes, and fails at any other."""

    SEQUENCE = re.compile(r"\x1b\[([0-9;]*)([Hm])")

    def __init__(self) -> None:
        self.cells: dict[tuple[int, int], tuple[str, frozenset[int], str, str]] = {}
        self.x = self.y = 0
        self.attributes: set[int] = set()
        self.colour = self.background = ""

    def feed(self, text: str) -> None:
        at = 0
        while at < len(text):
            if text[at] == "\x1b":
                match = self.SEQUENCE.match(text, at)
                assert match, text[at : at + 12]
                self._sequence([int(word) for word in match[1].split(";")], match[2])
                at = match.end()
                continue
            self.cells[self.x, self.y] = (text[at], frozenset(self.attributes), self.colour, self.background)
            self.x += 1
            at += 1

    def _sequence(self, words: list[int], letter: str) -> None:
        if letter == "H":
            self.y, self.x = words[0] - 1, words[1] - 1
            return
        at = 0
        while at < len(words):
            word = words[at]
            if word == 0:
                self.attributes.clear()
                self.colour = self.background = ""
            elif word in (39, 49):
                if word == 39:
                    self.colour = ""
                else:
                    self.background = ""
            elif word in (22, 23):
                self.attributes -= {1, 2} if word == 22 else {3}
            elif word in (38, 48):
                colour = ";".join(map(str, words[at : at + 5]))
                if word == 38:
                    self.colour = colour
                else:
                    self.background = colour
                at += 4
            else:
                self.attributes.add(word)
            at += 1


def looks(style: Style) -> tuple[frozenset[int], str, str]:
    codes = codes_of(style, TRUECOLOR)
    return frozenset(int(word) for word in codes.attributes.split(";") if word), codes.colour, codes.background


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 9), styles, st.text("xyz", min_size=1, max_size=5))))
def test_the_terminal_shows_what_was_written(writes: list[tuple[int, int, Style, str]]) -> None:
    pen, expected = Pen(TerminalKind()), {}
    for x, y, style, text in writes:
        pen.write(x, y, [Segment(text, style)])
        pen.stands_at(x + len(text), y)
        for offset, char in enumerate(text):
            expected[x + offset, y] = (char, *looks(style))
    terminal = Terminal()
    terminal.feed(pen.text())
    assert terminal.cells == expected
    assert (terminal.attributes, terminal.colour, terminal.background) == (set(), "", "")


@given(styles, styles)
def test_no_style_change_says_more_than_a_whole_style_would(before: Style, after: Style) -> None:
    short = change(codes_of(before, TRUECOLOR), codes_of(after, TRUECOLOR))
    whole = "\x1b[0;" + change(PLAIN, codes_of(after, TRUECOLOR)).removeprefix("\x1b[")
    assert len(short) <= len(whole)


def test_neighbours_of_one_style_cost_no_sequence() -> None:
    pen = Pen(TerminalKind())
    pen.write(3, 0, [Segment("ab", STYLES[0])])
    pen.stands_at(5, 0)
    first = len(pen.text())
    pen.write(5, 0, [Segment("cd", STYLES[0])])
    assert len(pen.text()) == first + 2
    assert pen.text().count("\x1b[38") == 1


def test_of_a_blank_only_what_is_seen_is_told() -> None:
    pen = Pen(TerminalKind())
    green, red = Style(color="#00ff00", bgcolor="#000000"), Style(color="#ff0000", bgcolor="#000000")
    pen.write(0, 0, [Segment("1", green), Segment("  ", red), Segment("2", green)])
    assert "255;0;0" not in pen.text()
    pen = Pen(TerminalKind())
    pen.write(0, 0, [Segment("1", green), Segment(" ", Style(bgcolor="#202020")), Segment(" ", Style(reverse=True))])
    terminal = Terminal()
    terminal.feed(pen.text())
    assert terminal.cells[1, 0][3] == "48;2;32;32;32"
    assert 7 in terminal.cells[2, 0][1]


COLUMNS, ROWS = 4, 3
lines = st.tuples(st.text("xy", min_size=COLUMNS, max_size=COLUMNS), styles)
screens = st.lists(lines, min_size=ROWS, max_size=ROWS)
part = st.tuples(st.integers(0, ROWS - 1), st.integers(0, COLUMNS - 1), st.integers(1, COLUMNS), lines)
CONSOLE = Console()


def strip(line: tuple[str, Style]) -> Strip:
    return Strip([Segment(*line)], COLUMNS)


def whole(screen: list[tuple[str, Style]], shown: Shown, kind: TerminalKind) -> str:
    update = LayoutUpdate([[strip(line)] for line in screen], Region(0, 0, COLUMNS, ROWS))
    return in_cells(update, kind, shown).render_segments(CONSOLE)


@given(st.lists(st.one_of(screens, part, st.just("another's")), max_size=8), screens)
def test_behind_a_whole_screen_stands_that_screen_whatever_was_written_before(
    steps: list[object], last: list[tuple[str, Style]]
) -> None:
    terminal, shown, kind = Terminal(), Shown(), TerminalKind()
    for step in steps:
        if step == "another's":
            terminal.cells.clear()
            shown.forget()
        elif isinstance(step, list):
            terminal.feed(whole(step, shown, kind))
        else:
            y, start, end, line = step  # type: ignore[misc]
            chops = [{0: strip(line) if at == y else None} for at in range(ROWS)]
            update = ChopsUpdate(chops, [(y, start, max(start + 1, end))], [[COLUMNS]] * ROWS)
            terminal.feed(in_cells(update, kind, shown).render_segments(CONSOLE))
    terminal.feed(whole(last, shown, kind))
    assert terminal.cells == {
        (x, y): (letter, *looks(style)) for y, (text, style) in enumerate(last) for x, letter in enumerate(text)
    }


def test_a_whole_screen_that_is_shown_already_costs_nothing_but_in_other_colours() -> None:
    shown, screen = Shown(), [("xxxx", STYLES[0])] * ROWS
    assert whole(screen, shown, TerminalKind())
    assert whole(screen, shown, TerminalKind()) == ""
    other = whole([*screen[:-1], ("yyyy", STYLES[0])], shown, TerminalKind())
    assert "y" in other
    assert "x" not in other
    assert whole(screen, shown, TerminalKind(colours=Colours.MANY)).count("x") == COLUMNS * ROWS
