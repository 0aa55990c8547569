"""The panes that list: watchlist, open orders, positions. The first two have a line that the keys act on."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events

from station.messages import InstrumentChosen
from station.renderables.frame import Label
from station.renderables.orders import orders_rows
from station.renderables.paint import Paint
from station.renderables.positions import positions_rows
from station.renderables.row import Row
from station.renderables.watch import watch_rows
from station.views.book import WatchView
from station.views.instrument import InstrumentView
from station.views.numbers import signed_money
from station.views.orders import OrderView, PositionView
from station.views.working import in_families
from station.widgets.look import Look
from station.widgets.pane import FRAME, Pane


class Watchlist(Pane):
    NAME, TITLE, KEY = "watch", "Watchlist", "F2"

    def __init__(self, paint: Paint) -> None:
        super().__init__(paint)
        self.lines: Sequence[tuple[InstrumentView, WatchView]] = ()
        self.chosen = 0
        self.cursor = 0

    def look(self, look: Look) -> None:
        self.show(tuple(zip(look.instruments, look.source.watch(), strict=False)), look.chosen)

    def show(self, lines: Sequence[tuple[InstrumentView, WatchView]], chosen: int) -> None:
        if chosen != self.chosen:
            self.cursor = chosen
        self.lines, self.chosen = lines, chosen
        self.repaint()

    def move(self, lines: int) -> None:
        self.cursor = max(0, min(len(self.lines) - 1, self.cursor + lines))
        self.repaint()

    def choose(self) -> None:
        if self.lines:
            self.post_message(InstrumentChosen(self.lines[self.cursor][0].instrument_id))

    def content(self, width: int, height: int) -> list[Row]:
        cursor = self.cursor if self.has_focus else None
        return watch_rows(self.lines, paint=self.paint, width=width, height=height, chosen=self.chosen, cursor=cursor)

    def on_click(self, event: events.Click) -> None:
        height = self.size.height - FRAME
        heading = 1 if height > len(self.lines) else 0
        room = max(1, height - heading)
        first = max(0, min((self.cursor if self.has_focus else self.chosen) - room // 2, len(self.lines) - room))
        line = first + event.y - 1 - heading
        if 0 <= line < len(self.lines) and event.y > heading:
            self.cursor = line
            self.choose()


class OrderList(Pane):
    NAME, TITLE, KEY = "orders", "Orders", "F8"
    ANSWERS: ClassVar[bool] = True

    def __init__(self, paint: Paint) -> None:
        super().__init__(paint)
        self.orders: Sequence[tuple[InstrumentView, OrderView]] = ()
        self.cursor = 0

    @property
    def at_cursor(self) -> OrderView | None:
        return self.orders[self.cursor][1] if self.orders and self.has_focus else None

    def look(self, look: Look) -> None:
        self.show([(look.named(order.instrument_id), order) for order in look.orders])

    def show(self, orders: Sequence[tuple[InstrumentView, OrderView]]) -> None:
        at = self.at_cursor
        instruments = {order.client_id: instrument for instrument, order in orders}
        families = in_families([order for _, order in orders])
        orders = [(instruments[order.client_id], order) for order in families]
        self.orders = orders
        # The cursor stays with its order: a cancel must not go to one that slid under it.
        places = [
            index for index, (_, order) in enumerate(orders) if at is not None and order.client_id == at.client_id
        ]
        self.cursor = places[0] if places else max(0, min(self.cursor, len(orders) - 1))
        self.repaint()

    def move(self, lines: int) -> None:
        self.cursor = max(0, min(len(self.orders) - 1, self.cursor + lines))
        self.repaint()

    def choose(self) -> None:
        if self.orders:
            self.post_message(InstrumentChosen(self.orders[self.cursor][0].instrument_id))

    def content(self, width: int, height: int) -> list[Row]:
        cursor = self.cursor if self.has_focus else None
        return orders_rows(self.orders, paint=self.paint, width=width, height=height, cursor=cursor)

    def state_label(self) -> Label:
        return ((f" {len(self.orders)} ", self.paint.own if self.orders else self.paint.muted),)


class PositionList(Pane):
    NAME, TITLE, KEY = "positions", "Positions", "F7"
    ANSWERS: ClassVar[bool] = True

    def __init__(self, paint: Paint) -> None:
        super().__init__(paint)
        self.positions: Sequence[tuple[InstrumentView, PositionView]] = ()

    def look(self, look: Look) -> None:
        self.show([(look.named(position.instrument_id), position) for position in look.positions])

    def show(self, positions: Sequence[tuple[InstrumentView, PositionView]]) -> None:
        self.positions = positions
        self.repaint()

    def content(self, width: int, height: int) -> list[Row]:
        return positions_rows(self.positions, paint=self.paint, width=width, height=height)

    def state_label(self) -> Label:
        sums: dict[str, int] = {}
        for instrument, position in self.positions:
            sums[instrument.settlement] = sums.get(instrument.settlement, 0) + position.profit_e8
        return tuple(
            (f" {signed_money(total)} {settlement} ", self.paint.sign(total))
            for settlement, total in sorted(sums.items(), key=lambda item: -abs(item[1]))[:2]
        )
