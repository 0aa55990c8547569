"""The panes of the machine: the parts of the desk, and every feed."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, ClassVar

from core.vocabulary import FeedState
from station.renderables.details import Field
from station.renderables.feeds import FEED_COLUMNS, FeedLine, feed_fields, feed_lines
from station.renderables.frame import Label
from station.renderables.health import DESK_COLUMNS, DESK_SECTIONS, DeskLine, desk_fields, desk_lines
from station.renderables.paint import Paint
from station.renderables.table import Column
from station.views.numbers import count_text
from station.views.status import EMPTY_STATUS, StatusView
from station.widgets.listing import ListPane
from station.widgets.look import Look
from station.widgets.pane import SELDOM


class Health(ListPane[DeskLine]):
    NAME, TITLE = "health", "Desk"
    LOOKS_EVERY: ClassVar[int] = SELDOM
    COLUMNS: ClassVar[Sequence[Column[Any]]] = DESK_COLUMNS
    SECTIONS: ClassVar[Mapping[str, Callable[[Any], str]]] = DESK_SECTIONS

    def __init__(self, paint: Paint) -> None:
        super().__init__(paint)
        self.status: StatusView = EMPTY_STATUS

    def look(self, look: Look) -> None:
        self.status = look.status
        self.take(desk_lines(look.status, look.source.machine(), look.source.day().happenings, look.terminal))

    def key_of(self, line: DeskLine) -> Hashable:
        return line.kind, line.name

    def fields(self, line: DeskLine) -> Sequence[Field]:
        return desk_fields(line)

    def state_label(self) -> Label:
        ill = sum(not line.is_well for line in self.given)
        return ((f" {ill} ill ", self.paint.warning_bold),) if ill else ((" well ", self.paint.muted),)

    def said(self) -> Sequence[Label]:
        status, paint = self.status, self.paint
        hours, rest = divmod(status.uptime_s, 3_600)
        unknown = paint.halted if status.unknown_orders else paint.text
        return (
            ((" unknown", paint.muted), (f" {status.unknown_orders} ", unknown)),
            ((" open", paint.muted), (f" {status.open_orders} ", paint.text)),
            ((" denied", paint.muted), (f" {count_text(status.denied)} ", paint.text)),
            ((" up", paint.muted), (f" {hours}:{rest // 60:02d}:{rest % 60:02d} ", paint.text)),
        )


class Feeds(ListPane[FeedLine]):
    NAME, TITLE = "feeds", "Feeds"
    COLUMNS: ClassVar[Sequence[Column[Any]]] = FEED_COLUMNS
    EMPTY: ClassVar[str] = "nothing is known of any venue yet"

    def look(self, look: Look) -> None:
        self.show(look.status)

    def show(self, status: StatusView) -> None:
        self.take(feed_lines(status))

    def key_of(self, line: FeedLine) -> Hashable:
        return line.venue, line.feed is None

    def fields(self, line: FeedLine) -> Sequence[Field]:
        return feed_fields(line)

    def state_label(self) -> Label:
        ill = sum(line.state is not FeedState.LIVE for line in self.given)
        return ((f" {ill} not live ", self.paint.warning_bold),) if ill else ()
