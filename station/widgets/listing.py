"""A pane that lists: cursor, order, filter, sections, scrolling and details, the same for every list.

A list says its columns, how a line is known again, and what else a line has to tell; the rest is here. The cursor stays
with its line; when that is gone, keys act on nothing until the cursor is moved. What scrolled out of sight cannot be
meant: the cursor comes along.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from rich.style import Style
from textual import events

from station.actions import Context
from station.messages import InstrumentChosen
from station.renderables.details import Field, details_rows, lines_of
from station.renderables.frame import Label, whole
from station.renderables.paint import Paint
from station.renderables.row import Row, Span, blank
from station.renderables.table import (
    UNBOUNDED,
    Column,
    Order,
    Section,
    Table,
    arranged,
    column_at,
    first_in_sight,
    has_heading,
    line_text,
    naming,
    room_for_lines,
    table_rows,
    thumb,
)
from station.widgets.pane import FRAME, PAGE, WHEEL, Pane

Line = TypeVar("Line")
LEAST_LINES = 4
"""Beside the details; with less the list gives way to them."""


class ListPane(Pane, Generic[Line]):
    CONTEXT: ClassVar[Context] = Context.LISTS
    COLUMNS: ClassVar[Sequence[Column[Any]]] = ()
    EMPTY: ClassVar[str] = "nothing"
    SECTIONS: ClassVar[Mapping[str, Callable[[Any], str]]] = {}
    """By what the lines can stand under headings"""

    def __init__(self, paint: Paint, *, id: str = "") -> None:
        super().__init__(paint, id=id)
        self.given: Sequence[Line] = ()
        self.lines: list[Line | Section] = []
        self.cursor = 0
        self.has_lost = False
        """The line at the cursor is gone while this pane has the keys: they must not act on what slid under it"""
        self.first = 0
        self.order: Order | None = None
        self.words = ""
        self.section = ""
        self.shows_details = False
        self.symbol_cells = 0
        """Of the longest symbol of the desk"""

    # ---- what a list says of itself

    def key_of(self, line: Line) -> Hashable:
        """By what a line is known again."""
        raise NotImplementedError

    def fields(self, line: Line) -> Sequence[Field]:
        """Everything of one line."""
        return [
            (column.title, column.text(line, UNBOUNDED))
            for column in self.COLUMNS
            if column.title and not column.is_picture
        ]

    def columns(self) -> Sequence[Column[Line]]:
        return naming(tuple(self.COLUMNS), self.symbol_cells)

    def empty(self) -> str:
        """What is said of a list without lines."""
        return self.EMPTY

    def in_sight(self) -> int | None:
        """The line that is kept in sight: the cursor's, while this pane has the keys."""
        return self.cursor if self.has_focus else None

    def section_note(self, lines: Sequence[Line]) -> str:
        """In the heading of a section: what its lines come to."""
        return ""

    def said(self) -> Sequence[Label]:
        """In the lower edge, before filter and place: notes that are there whole or not at all."""
        return ()

    # ---- lines

    def take(self, given: Sequence[Line]) -> None:
        """What there is now."""
        self.given = given
        self._arrange()

    def _arrange(self) -> None:
        before = self.line_under
        key = None if before is None else self.key_of(before)
        section_of = self.SECTIONS.get(self.section)
        self.lines = arranged(
            self.given,
            self.columns(),
            order=self.order,
            words=self.words,
            section_of=section_of,
            note_of=self.section_note,
        )
        places = (
            at for at, line in enumerate(self.lines) if not isinstance(line, Section) and self.key_of(line) == key
        )
        found = next(places, None) if key is not None else None
        self.has_lost = self.has_focus and (self.has_lost or (key is not None and found is None))
        self.cursor = self._line_near(self.cursor if found is None else found, 1)
        self.repaint()

    @property
    def line_under(self) -> Line | None:
        """That of the cursor, whether or not the pane has the keys."""
        line = self.lines[self.cursor] if 0 <= self.cursor < len(self.lines) else None
        return None if isinstance(line, Section) else line

    @property
    def chosen(self) -> Line | None:
        """The line that a key acts on."""
        return self.line_under if self.has_focus and not self.has_lost else None

    def _line_near(self, at: int, step: int) -> int:
        """The next line that is no heading, in the direction of the step, else in the other."""
        at = max(0, min(at, len(self.lines) - 1))
        for direction in (step, -step):
            place = at
            while 0 <= place < len(self.lines):
                if not isinstance(self.lines[place], Section):
                    return place
                place += 1 if direction > 0 else -1
        return at

    # ---- keys

    def move(self, lines: int) -> None:
        self.has_lost = False
        self.cursor = self._line_near(self.cursor + lines, lines)
        self.repaint()

    def page(self, pages: int) -> None:
        self.move(pages * PAGE)

    def to_first(self) -> None:
        self.move(-len(self.lines))

    def to_last(self) -> None:
        self.move(len(self.lines))

    def instrument_of(self, line: Line) -> int | None:
        """What the line takes onto the ladder when it is chosen; None: its details are shown instead."""
        return None

    @property
    def instrument_under(self) -> int | None:
        return None if self.line_under is None else self.instrument_of(self.line_under)

    def choose(self) -> None:
        """A click on the line at the cursor."""
        if (instrument_id := self.instrument_under) is None:
            self.toggle_details()
        else:
            self.post_message(InstrumentChosen(instrument_id))

    def toggle_details(self) -> None:
        self.shows_details = not self.shows_details and self.line_under is not None
        self.repaint()

    @property
    def has_room_for_details(self) -> bool:
        """All fields of the line, the list beside them or not."""
        line, (width, height) = self.line_under, self.size
        return line is None or lines_of(len(self.fields(line)), width - FRAME) <= height - FRAME

    def sort(self) -> str:
        """By the next column that can be sorted by, after the last as given. What is to be said."""
        titles = [column.title for column in self.columns() if column.sort is not None]
        at = titles.index(self.order.title) if self.order is not None and self.order.title in titles else -1
        self.order = Order(titles[at + 1]) if at + 1 < len(titles) else None
        self._arrange()
        return f"sorted by {self.order.title}" if self.order is not None else "in the order of the list"

    def turn(self) -> str:
        """The same order from its other end."""
        if self.order is None:
            return "in the order of the list: sort it by a column first"
        self.order = self.order._replace(is_descending=not self.order.is_descending)
        self._arrange()
        return f"sorted by {self.order.title}, {'largest' if self.order.is_descending else 'smallest'} first"

    def filter(self, words: str) -> None:
        self.words = words
        self.first = 0
        self._arrange()

    def regroup(self) -> str:
        names = ["", *self.SECTIONS]
        self.section = names[(names.index(self.section) + 1) % len(names)]
        self._arrange()
        if len(names) == 1:
            return "this list has no groups"
        return f"grouped by {self.section}" if self.section else "not grouped"

    def copied(self) -> str:
        """The line at the cursor as a line of tab-separated text; its details, when they are open, one a line."""
        line = self.line_under
        if line is None:
            return ""
        if self.shows_details:
            return "\n".join(f"{label}\t{value}" for label, value in self.fields(line))
        return line_text(line, self.columns())

    # ---- mouse

    def on_click(self, event: events.Click) -> None:
        """On a heading: sort by it, again: turn it. On a line: the cursor, and on the cursor's line: choose it."""
        if self.border_at(event.x, event.y):
            return
        height = self._list_height()
        heading = has_heading(len(self.lines), height)
        if heading and event.y == 1:
            self._sort_by(column_at(self.columns(), self.size.width - FRAME, event.x - 1))
            return
        at = self.first + event.y - 1 - heading
        if event.y <= heading or event.y - 1 >= height or not 0 <= at < len(self.lines):
            return
        if isinstance(self.lines[at], Section):
            return
        was_there, self.cursor, self.has_lost = self.cursor == at and not self.has_lost, at, False
        self.clicked(again=was_there)
        self.repaint()

    def clicked(self, *, again: bool) -> None:
        if again:
            self.choose()

    def _sort_by(self, column: Column[Line] | None) -> None:
        if column is None or column.sort is None:
            return
        if self.order is not None and self.order.title == column.title:
            self.turn()
        else:
            self.order = Order(column.title)
            self._arrange()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._scroll(-WHEEL)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._scroll(WHEEL)

    def _scroll(self, lines: int) -> None:
        room = room_for_lines(len(self.lines), self._list_height())
        self.first = max(0, min(self.first + lines, len(self.lines) - room))
        if self.has_focus:
            self.cursor = self._line_near(max(self.first, min(self.cursor, self.first + room - 1)), lines)
        self.repaint()

    # ---- drawing

    def _details_height(self, height: int) -> int:
        """0: they are closed; all of it: the list gives way."""
        line = self.line_under
        if not self.shows_details or line is None:
            return 0
        wanted = lines_of(len(self.fields(line)), self.size.width - FRAME)
        return wanted if height - wanted >= LEAST_LINES else height

    def _list_height(self) -> int:
        height = max(1, self.size.height - FRAME)
        return height - self._details_height(height)

    def content(self, width: int, height: int) -> list[Row]:
        details = self._details_height(height)
        height -= details
        self.first = first_in_sight(
            self.first, self.in_sight(), len(self.lines), room_for_lines(len(self.lines), max(1, height))
        )
        table = Table(
            columns=self.columns(),
            lines=self.lines,
            first=self.first,
            cursor=self.cursor if self.has_focus and not self.has_lost else None,
            order=self.order,
            empty=self.empty() if not self.words else f"nothing holds {self.words!r}",
        )
        rows = table_rows(table, paint=self.paint, width=width, height=height) if height else []
        if details and self.line_under is not None:
            rows += [blank(width, self.paint.text)] * (height - len(rows))
            rows += details_rows(self.fields(self.line_under), paint=self.paint, width=width, height=details)
        return rows

    def thumb(self) -> Span | None:
        height = self._list_height()
        room = room_for_lines(len(self.lines), height)
        return thumb(self.first, room, len(self.lines), height) if height else None

    def notes(self) -> Label:
        """What narrows the list is always said; where one stands, while something is out of sight."""
        paint = self.paint
        parts: list[tuple[str, Style]] = []
        if self.words:
            parts += [(f" \\{self.words} ", paint.accent_block)]
        if self.section:
            parts += [(" by ", paint.muted), (f"{self.section} ", paint.text)]
        height = self._list_height()
        room = room_for_lines(len(self.lines), max(1, height))
        if len(self.lines) > room or self.words:
            last = min(len(self.lines), self.first + room)
            here = f"{min(self.first + 1, last)}–{last}" if height else f"{self.cursor + 1}"
            parts += [(f" {here} of {len(self.lines)} ", paint.muted)]
        used = sum(len(text) for text, _ in parts)
        return (*whole(self.said(), self.size.width - 2 * FRAME - used), *parts)
