"""The lists that one trades by: watchlist, open orders, positions, and the best venue of every asset."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, ClassVar, Protocol, TypeVar

from station.renderables.details import Field
from station.renderables.frame import Label
from station.renderables.orders import ORDER_COLUMNS, OrderLine, order_fields, order_lines
from station.renderables.paint import Paint
from station.renderables.positions import POSITION_COLUMNS, PositionLine, position_fields, position_lines
from station.renderables.quotes import QUOTE_COLUMNS, quote_fields
from station.renderables.table import MARGIN, Column, Section, fitting
from station.renderables.watch import WATCH_COLUMNS, WATCH_SECTIONS, WatchLine, watch_fields
from station.views.book import WatchView
from station.views.consolidated import Consolidated, consolidated
from station.views.instrument import InstrumentView
from station.views.numbers import signed_money
from station.views.orders import OrderView, PositionView
from station.views.risk import RiskView
from station.views.working import KINDS, in_families
from station.widgets.listing import ListPane
from station.widgets.look import Look
from station.widgets.pane import FRAME

HOUR_FRAME = 3
"""core.bars Frame: of a minute"""
MINUTES = 60


class OfAnInstrument(Protocol):
    @property
    def instrument(self) -> InstrumentView: ...


Named = TypeVar("Named", bound=OfAnInstrument)


class InstrumentList(ListPane[Named]):
    def instrument_of(self, line: Named) -> int:
        return line.instrument.instrument_id


class Watchlist(InstrumentList[WatchLine]):
    NAME, TITLE = "watch", "Watchlist"
    COLUMNS: ClassVar[Sequence[Column[Any]]] = WATCH_COLUMNS
    SECTIONS: ClassVar[Mapping[str, Callable[[Any], str]]] = WATCH_SECTIONS
    EMPTY: ClassVar[str] = "no instruments"

    def __init__(self, paint: Paint, *, id: str = "") -> None:
        super().__init__(paint, id=id)
        self._closes: dict[int, Sequence[int]] = {}
        self._looks = 0

    def look(self, look: Look) -> None:
        self.symbol_cells = look.symbol_cells
        lines = tuple(zip(look.instruments, look.source.watch(), strict=False))
        if any(column.title == "last hour" for column, _ in fitting(self.columns(), self.size.width - FRAME)):
            self._look_back(look)
        self.show(lines, look.instrument.instrument_id, self._closes)

    def _look_back(self, look: Look) -> None:
        """One instrument each time, after the first: an hour does not change in a quarter of a second."""
        self._looks += 1
        due = self._looks % max(1, len(look.instruments))
        for place, one in enumerate(look.instruments):
            if place == due or one.instrument_id not in self._closes:
                candles = look.source.candles(one.instrument_id, HOUR_FRAME).candles
                self._closes[one.instrument_id] = [candle.close_ticks for candle in candles[-MINUTES:]]

    def show(
        self,
        lines: Sequence[tuple[InstrumentView, WatchView]],
        on_ladder: int,
        closes: Mapping[int, Sequence[int]],
    ) -> None:
        """`on_ladder`: the instrument that stands there; when it becomes another, the cursor goes to it. `closes`: of
        the minutes of the last hour, by instrument."""
        before = self.on_ladder
        self.take(
            [
                WatchLine(one, view, one.instrument_id == on_ladder, closes.get(one.instrument_id, ()))
                for one, view in lines
            ]
        )
        if before is None or before.instrument.instrument_id != on_ladder:
            at = self._place_on_ladder()
            self.cursor = self.cursor if at is None else at
            self.repaint()

    @property
    def on_ladder(self) -> WatchLine | None:
        at = self._place_on_ladder()
        line = None if at is None else self.lines[at]
        return None if isinstance(line, Section) else line

    def _place_on_ladder(self) -> int | None:
        places = (at for at, line in enumerate(self.lines) if not isinstance(line, Section) and line.is_on_ladder)
        return next(places, None)

    def in_sight(self) -> int | None:
        return self.cursor if self.has_focus else self._place_on_ladder()

    def key_of(self, line: WatchLine) -> Hashable:
        return line.instrument.instrument_id

    def fields(self, line: WatchLine) -> Sequence[Field]:
        return watch_fields(line)

    def clicked(self, *, again: bool) -> None:
        self.choose()


class OrderList(InstrumentList[OrderLine]):
    NAME, TITLE = "orders", "Orders"
    LEAST_HEIGHT: ClassVar[int] = 4
    ANSWERS: ClassVar[bool] = True
    COLUMNS: ClassVar[Sequence[Column[Any]]] = ORDER_COLUMNS
    EMPTY: ClassVar[str] = "nothing working"
    SECTIONS: ClassVar[Mapping[str, Callable[[Any], str]]] = {
        "instrument": lambda line: line.instrument.symbol,
        "side": lambda line: "buys" if line.order.side > 0 else "sells",
        "kind": lambda line: KINDS[line.order.kind],
    }

    @property
    def at_cursor(self) -> OrderView | None:
        """That which a cancel goes to, while this pane has the keys."""
        return None if self.chosen is None else self.chosen.order

    def look(self, look: Look) -> None:
        self.symbol_cells = look.symbol_cells
        self.show([(look.named(order.instrument_id), order) for order in look.orders])

    def show(self, orders: Sequence[tuple[InstrumentView, OrderView]]) -> None:
        instruments = {order.client_id: instrument for instrument, order in orders}
        families = in_families([order for _, order in orders])
        self.take(order_lines([(instruments[order.client_id], order) for order in families]))

    def columns(self) -> Sequence[Column[OrderLine]]:
        """In another order, or with lines left out, the pieces of brackets would join what is not together."""
        columns = super().columns()
        return (MARGIN, *columns[1:]) if self.order or self.words or self.section else columns

    def key_of(self, line: OrderLine) -> Hashable:
        return line.order.client_id

    def fields(self, line: OrderLine) -> Sequence[Field]:
        return order_fields(line, self.given)

    def state_label(self) -> Label:
        return ((f" {len(self.given)} ", self.paint.own if self.given else self.paint.muted),)


class PositionList(InstrumentList[PositionLine]):
    NAME, TITLE = "positions", "Positions"
    LEAST_HEIGHT: ClassVar[int] = 3
    ANSWERS: ClassVar[bool] = True
    COLUMNS: ClassVar[Sequence[Column[Any]]] = POSITION_COLUMNS
    EMPTY: ClassVar[str] = "flat: nothing held"
    SECTIONS: ClassVar[Mapping[str, Callable[[Any], str]]] = {
        "venue": lambda line: line.instrument.venue,
        "currency": lambda line: line.instrument.settlement,
    }

    def look(self, look: Look) -> None:
        self.symbol_cells = look.symbol_cells
        held = [(look.named(position.instrument_id), position) for position in look.positions]
        self.show(held, look.source.risk(), base_currency=look.source.portfolio().currency)

    def show(
        self, positions: Sequence[tuple[InstrumentView, PositionView]], risk: RiskView, *, base_currency: str = ""
    ) -> None:
        self.take(position_lines(positions, risk, base_currency=base_currency))

    def key_of(self, line: PositionLine) -> Hashable:
        return line.position.instrument_id

    def fields(self, line: PositionLine) -> Sequence[Field]:
        return position_fields(line)

    def state_label(self) -> Label:
        sums: dict[str, int] = {}
        for line in self.given:
            money = line.instrument.settlement
            sums[money] = sums.get(money, 0) + line.position.profit_e8
        return tuple(
            (f" {signed_money(total)} {settlement} ", self.paint.sign(total))
            for settlement, total in sorted(sums.items(), key=lambda item: -abs(item[1]))[:2]
        )


class Quotes(ListPane[Consolidated]):
    NAME, TITLE = "quotes", "Best venues"
    COLUMNS: ClassVar[Sequence[Column[Any]]] = QUOTE_COLUMNS
    EMPTY: ClassVar[str] = "the core is silent: what it said last is not to be traded on"

    def look(self, look: Look) -> None:
        lines = tuple(zip(look.instruments, look.source.watch(), strict=False))
        self.show(consolidated(lines) if look.status.is_attached else ())

    def show(self, assets: tuple[Consolidated, ...]) -> None:
        self.take(assets)

    def key_of(self, line: Consolidated) -> Hashable:
        return line.name

    def fields(self, line: Consolidated) -> Sequence[Field]:
        return quote_fields(line)

    def instrument_of(self, line: Consolidated) -> int | None:
        """Where it is to be bought best."""
        best = line.ask or line.bid
        return None if best is None else best.instrument.instrument_id

    def state_label(self) -> Label:
        crossed = sum(asset.cross_bps > 0 for asset in self.given)
        return ((f" {crossed} crossed ", self.paint.warning_bold),) if crossed else ()
