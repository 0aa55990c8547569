"""The price ladder: one row a price, highest on top, bids left and asks right of the price column.

    own buys │ changed │ bid over its bar │ sold │ price │ bought │ ask over its bar │ changed │ own sells │ volume

The scale of the bars is the largest quantity in sight, rounded up to 1, 2 or 5 times a power of ten, so that all bars
do not move when one level does. A row whose inputs are those of the picture before is that picture's row (`Kept`).
"""

from typing import Any

from rich.segment import Segment
from rich.style import Style

from core.vocabulary import Side
from station.renderables.distrust import with_distrust
from station.renderables.ladder_cells import (
    change_cell,
    profit_cell,
    trade_cell,
    vanished_style,
    vanished_text,
    volume_cell,
)
from station.renderables.ladder_columns import Columns, columns_of
from station.renderables.own_orders import OwnOrders, own_orders, own_text
from station.renderables.paint import Paint
from station.renderables.quantity import fitting_quantity, round_up
from station.renderables.row import Row, centred, fitted, right
from station.views.ladder import NO_FLOW, LadderView, RowFlow, ask_row, bid_row
from station.views.ladder_flow import imbalance_percent

HATCH = "╱"
"""Where nothing stands, while the book is not to be traded on."""
POINTED = "┼"
"""At the price of a crosshair; it stands before the session's marks."""
NO_ROW_FLOW = RowFlow()


class Kept:
    """The rows of the picture before, each with what it was made of."""

    def __init__(self) -> None:
        self.common: tuple[Any, ...] = ()
        self.rows: dict[int, tuple[tuple[Any, ...], Row]] = {}


def ladder_rows(view: LadderView, *, paint: Paint, width: int, height: int, kept: Kept | None = None) -> list[Row]:
    """A heading, then `height - 1` price rows around the view's middle."""
    instrument, group = view.instrument, view.group_ticks
    rows = height - 1
    top = view.middle_row + rows // 2
    bottom = top - rows + 1
    bids = _grouped(view.book.bids, group, bottom, top, is_bid=True)
    asks = _grouped(view.book.asks, group, bottom, top, is_bid=False)
    wanted = view.columns if view.flow is not None else ()
    price_width = max(len(instrument.price(top * group)), len(instrument.price(bottom * group)))
    columns = columns_of(width, price_width, wanted)
    drawing = _Drawing(view, paint, columns, bids, asks)
    drawn = [fitted(_heading(view, columns, paint), width, paint.text)]
    if kept is None:
        drawn += [drawing.row(row, drawing.inputs(row), width) for row in range(top, bottom - 1, -1)]
    else:
        common = (width, *drawing.common)
        if kept.common != common:
            kept.common, kept.rows = common, {}
        drawn += [drawing.kept_row(row, kept.rows, width) for row in range(top, bottom - 1, -1)]
        if len(kept.rows) > 4 * rows:
            kept.rows = {row: kept.rows[row] for row in range(bottom, top + 1)}
    return drawn if view.distrust is None else with_distrust(drawn, view.distrust, paint=paint, width=width)


def _grouped(levels: tuple[tuple[int, int], ...], group: int, bottom: int, top: int, *, is_bid: bool) -> dict[int, int]:
    """Lots by row, of the rows in sight."""
    lots_of: dict[int, int] = {}
    for ticks, lots in levels:
        row = ticks // group if is_bid else -(-ticks // group)
        if bottom <= row <= top:
            lots_of[row] = lots_of.get(row, 0) + lots
    return lots_of


def _heading(view: LadderView, columns: Columns, paint: Paint) -> Row:
    """What the columns are; over the quantities how much of what stands nearest is bid, and ask."""
    percent = imbalance_percent(view.book) if view.book.is_live and columns.quantity >= 8 else None
    bid, ask = ("bid ", " ask") if percent is None else (f"bid {percent:>2}% ", f" {100 - percent:>2}% ask")
    before, after = _left(" buys", columns.own), _left(" sells", columns.own)
    change = right("± ", columns.change)
    texts = (
        (before + change, paint.head),
        (right(bid, columns.quantity), paint.head if percent is None else paint.bid),
        (right("sold ", columns.trade) + centred("price", columns.price) + _left(" bought", columns.trade), paint.head),
        (_left(ask, columns.quantity), paint.head if percent is None else paint.ask),
        (_left(" ±", columns.change) + after, paint.head),
        (right("volume ", columns.volume) + right("if closed ", columns.profit) + " " * columns.spare, paint.head),
    )
    return tuple(Segment(text, style) for text, style in texts if text)


def _left(text: str, width: int) -> str:
    return text[:width].ljust(width)


class _Drawing:
    """What all rows of one picture share."""

    def __init__(
        self, view: LadderView, paint: Paint, columns: Columns, bids: dict[int, int], asks: dict[int, int]
    ) -> None:
        self.view, self.paint, self.columns = view, paint, columns
        self.bids, self.asks = bids, asks
        # Of a book that is not to be traded on, what happened around it is not told either.
        self.flow = NO_FLOW if view.flow is None or view.distrust is not None else view.flow
        self.session = self.flow.session
        self.nothing, self.nothing_colour = " ", paint.palette.foreground
        if view.distrust is not None:
            self.nothing, self.nothing_colour = HATCH, paint.palette.faint
        self.scale = round_up(max((*bids.values(), *asks.values()), default=1))
        book, group = view.book, view.group_ticks
        self.best_bid = None if book.best_bid is None else bid_row(book.best_bid, group)
        self.best_ask = None if book.best_ask is None else ask_row(book.best_ask, group)
        self.last = None
        if book.last_ticks:
            row_of = ask_row if book.last_side > 0 else bid_row
            self.last = row_of(book.last_ticks, group)
        position = view.position
        self.average = None
        if position is not None and position.position_lots:
            self.average = round(position.average_ticks / group)
        self.buys = own_orders(view, Side.BUY)
        self.sells = own_orders(view, Side.SELL)

    @property
    def common(self) -> tuple[Any, ...]:
        """What every row depends on."""
        view, position = self.view, self.view.position
        held = (position.position_lots, position.average_ticks) if position is not None else None
        return (
            view.instrument, self.paint, self.columns, view.group_ticks, self.scale, view.distrust is None,
            held if self.columns.profit else None, self.session.most_volume if self.columns.volume else 0,
        )  # fmt: skip

    def inputs(self, row: int) -> tuple[Any, ...]:
        """What this row is made of beside that."""
        flow, best_bid, best_ask = self.flow, self.best_bid, self.best_ask
        place = row == best_bid, row == best_ask, best_bid is not None and best_ask is not None and (
            best_bid < row < best_ask
        )  # fmt: skip
        return (
            self.bids.get(row), self.asks.get(row), place, row == self.view.cursor_row,
            self.view.book.last_side if row == self.last else 0, row == self.average,
            self.buys.get(row), self.sells.get(row), flow.rows.get(row, NO_ROW_FLOW), self.session.volume.get(row, 0),
            POINTED if row == self.view.pointed_row else self.session.marks.get(row, " "),
            flow.bid_hints.get(row, " "), flow.ask_hints.get(row, " "),
            self._volume_place(row),
        )  # fmt: skip

    def kept_row(self, row: int, rows: dict[int, tuple[tuple[Any, ...], Row]], width: int) -> Row:
        inputs, before = self.inputs(row), rows.get(row)
        if before is not None and before[0] == inputs:
            return before[1]
        drawn = self.row(row, inputs, width)
        rows[row] = inputs, drawn
        return drawn

    def row(self, price_row: int, inputs: tuple[Any, ...], width: int) -> Row:
        (bid, ask, (is_best_bid, is_best_ask, in_spread), is_cursor, last_side, is_average, buys, sells, flow, volume,
         mark, bid_hint, ask_hint, volume_place) = inputs  # fmt: skip
        paint, columns, view = self.paint, self.columns, self.view
        ground = paint.palette.cursor if is_cursor else paint.palette.background
        instrument = view.instrument
        cells: list[Segment] = []
        if columns.change:
            net = flow.stacked_bid - flow.pulled_bid
            cells.append(
                change_cell(net, flow.changed, instrument, self.scale, paint, ground, columns.change, is_bid=True)
            )
        cells += self._quantity(bid, flow, ground, bid_hint, is_bid=True, is_best=is_best_bid)
        is_touched = cells[0].text[:1] not in ("", " ")
        cells.insert(0, self._own(buys, columns.own, ground, is_cursor=is_cursor, is_touched=is_touched))
        if columns.trade:
            cells.append(trade_cell(flow.sold, flow.age, instrument, paint, ground, columns.trade, is_buy=False))
        cells += self._price(
            price_row, ground, mark, is_cursor=is_cursor, in_spread=in_spread, last_side=last_side,
            is_average=is_average,
        )  # fmt: skip
        if columns.trade:
            cells.append(trade_cell(flow.bought, flow.age, instrument, paint, ground, columns.trade, is_buy=True))
        cells += self._quantity(ask, flow, ground, ask_hint, is_bid=False, is_best=is_best_ask)
        if columns.change:
            net = flow.stacked_ask - flow.pulled_ask
            cells.append(
                change_cell(net, flow.changed, instrument, self.scale, paint, ground, columns.change, is_bid=False)
            )
        cells.append(self._own(sells, columns.own, ground, is_cursor=is_cursor))
        if columns.volume:
            most = self.session.most_volume
            cells += volume_cell(volume, most, instrument, paint, ground, columns.volume, place=volume_place)
        if columns.profit:
            ticks = price_row * view.group_ticks
            cells.append(profit_cell(view, ticks, paint, ground, columns.profit, is_strong=is_cursor or is_average))
        if columns.spare:
            cells.append(self._nothing(columns.spare, ground))
        if view.distrust is not None:
            blank = paint.behind(paint.palette.foreground, ground)
            is_blank = [one.text.isspace() and one.style == blank for one in cells]
            cells = [
                self._nothing(len(one.text), ground) if empty else one
                for one, empty in zip(cells, is_blank, strict=True)
            ]
        return fitted(tuple(cells), width, paint.text)

    def _nothing(self, width: int, ground: str) -> Segment:
        return Segment(self.nothing * width, self.paint.behind(self.nothing_colour, ground))

    def _volume_place(self, row: int) -> int:
        """2: where most traded; 1: in the value area; 0: outside."""
        value_rows = self.session.value_rows
        if row == self.session.control_row:
            return 2
        return int(value_rows is not None and value_rows[0] <= row <= value_rows[1])

    def _quantity(
        self, lots: int | None, flow: RowFlow, ground: str, hint: str, *, is_bid: bool, is_best: bool
    ) -> tuple[Segment, ...]:
        paint, width, instrument = self.paint, self.columns.quantity, self.view.instrument
        if lots is None:
            gone = vanished_text(flow, instrument, width - 1, is_bid=is_bid) if self.view.distrust is None else ""
            if gone:
                text = f"{gone} ".rjust(width) if is_bid else f" {gone}".ljust(width)
                return (Segment(text, vanished_style(flow.changed, paint, ground)),)
            return (self._nothing(width, ground),)
        colour = paint.palette.bid if is_bid else paint.palette.ask
        number = fitting_quantity(instrument, lots, width - 1)
        bar = min(width, max(1, lots * width // self.scale)) if width else 0
        strength = paint.palette.strong if is_best else paint.palette.foreground
        barred = paint.behind(strength, paint.bar(colour, is_best=is_best, on=ground), bold=is_best)
        bare = paint.behind(strength, ground, bold=is_best)
        if is_bid:
            return _two(f"{number}{hint}".rjust(width), width - bar, bare, barred)
        return _two(f"{hint}{number}".ljust(width), bar, barred, bare)

    def _price(
        self,
        price_row: int,
        ground: str,
        mark: str,
        *,
        is_cursor: bool,
        in_spread: bool,
        last_side: int,
        is_average: bool,
    ) -> tuple[Segment, ...]:
        paint, palette = self.paint, self.paint.palette
        text = self.view.instrument.price(price_row * self.view.group_ticks)
        before, after, colour, bold = " ", " ", palette.foreground, is_cursor
        if in_spread and not is_cursor:
            colour = palette.muted
        if last_side:
            bold = True
            if last_side > 0:
                after, colour = "▸", palette.up
            else:
                before, colour = "◂", palette.down
        body = f"{before}{text.rjust(self.columns.price - 4)}{after}"
        edge = "◆" if is_average else "▐" if is_cursor else " "
        edge_colour = palette.position if is_average else palette.accent
        return (
            Segment(edge, paint.behind(edge_colour, ground, bold=True)),
            Segment(body, paint.behind(colour, ground, bold=bold)),
            Segment(mark, paint.behind(palette.accent, ground)),
        )

    def _own(
        self, own: OwnOrders | None, width: int, ground: str, *, is_cursor: bool, is_touched: bool = False
    ) -> Segment:
        paint = self.paint
        if own is None:
            return self._nothing(width, ground)
        chosen: Style = paint.halted if own.is_unknown else paint.own_pending if own.is_pending else paint.own
        chosen = paint.own_held if not own.orders else chosen
        if is_cursor:
            chosen = paint.selected(chosen)
        return Segment(own_text(own, self.view.instrument, width, is_touched=is_touched), chosen)


def _two(text: str, at: int, first: Style, second: Style) -> tuple[Segment, ...]:
    if at <= 0:
        return (Segment(text, second),)
    if at >= len(text):
        return (Segment(text, first),)
    return (Segment(text[:at], first), Segment(text[at:], second))
