"""The price ladder: one row a price, highest on top, bids left and asks right of the price column.

    own buys │ bid quantity over its depth bar │ price │ ask quantity over its depth bar │ own sells

The scale of the bars is the largest quantity in sight, rounded up to 1, 2 or 5 times a power of ten, so that all bars
do not move when one level does.
"""

from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style

from core.vocabulary import OrderStatus, Side
from station.renderables.distrust import with_distrust
from station.renderables.paint import Paint
from station.renderables.row import Row, centred, cut, right
from station.views.instrument import InstrumentView
from station.views.ladder import LadderView, ask_row, bid_row
from station.views.numbers import count_text
from station.views.working import NO_MARK, PENDING, held_mark, queue_text

HATCH = "╱"
"""Where nothing stands, while the book is not to be traded on."""


class Columns(NamedTuple):
    own: int
    quantity: int
    price: int
    spare: int
    """Cells left over by the division; they go to the right edge"""


class OwnOrders(NamedTuple):
    """All our orders of one side in one row: those that rest there, and what is held here for that price."""

    lots: int = 0
    orders: int = 0
    is_pending: bool = False
    is_unknown: bool = False
    queue: str = ""
    """What stands before the worst placed of them"""
    queue_ahead_lots: int = -1
    held_lots: int = 0
    held_mark: str = ""
    """As in station/views/working.py"""


def columns_of(width: int, price_width: int) -> Columns:
    price = price_width + 4
    own = 6 if width < 40 else 7 if width < 46 else 8 if width < 54 else 12
    quantity = max(0, (width - price - 2 * own) // 2)
    return Columns(own, quantity, price, max(0, width - price - 2 * own - 2 * quantity))


def ladder_rows(view: LadderView, *, paint: Paint, width: int, height: int) -> list[Row]:
    """A heading, then `height - 1` price rows around the view's middle."""
    instrument, group = view.instrument, view.group_ticks
    rows = height - 1
    top = view.middle_row + rows // 2
    bottom = top - rows + 1
    bids = _grouped(view.book.bids, group, bottom, top, is_bid=True)
    asks = _grouped(view.book.asks, group, bottom, top, is_bid=False)
    columns = columns_of(width, len(instrument.price(max(top, -bottom) * group)))
    drawing = _Drawing(view, paint, columns, bids, asks)
    drawn = [_heading(columns, paint), *(drawing.row(price_row) for price_row in range(top, bottom - 1, -1))]
    return drawn if view.distrust is None else with_distrust(drawn, view.distrust, paint=paint, width=width)


def _grouped(levels: tuple[tuple[int, int], ...], group: int, bottom: int, top: int, *, is_bid: bool) -> dict[int, int]:
    """Lots by row, of the rows in sight."""
    lots_of: dict[int, int] = {}
    for ticks, lots in levels:
        row = ticks // group if is_bid else -(-ticks // group)
        if bottom <= row <= top:
            lots_of[row] = lots_of.get(row, 0) + lots
    return lots_of


def _heading(columns: Columns, paint: Paint) -> Row:
    text = (
        right("buys ", columns.own)
        + right("bid ", columns.quantity)
        + centred("price", columns.price)
        + " ask".ljust(columns.quantity)[: columns.quantity]
        + " sells".ljust(columns.own + columns.spare)[: columns.own + columns.spare]
    )
    return (Segment(text, paint.head),)


class _Drawing:
    """What all rows of one picture share."""

    def __init__(
        self, view: LadderView, paint: Paint, columns: Columns, bids: dict[int, int], asks: dict[int, int]
    ) -> None:
        self.view, self.paint, self.columns = view, paint, columns
        self.bids, self.asks = bids, asks
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
        self.buys = _own_orders(view, Side.BUY)
        self.sells = _own_orders(view, Side.SELL)

    def row(self, price_row: int) -> Row:
        paint, columns = self.paint, self.columns
        is_cursor = price_row == self.view.cursor_row
        ground = paint.palette.cursor if is_cursor else paint.palette.background
        return (
            self._own(self.buys.get(price_row), columns.own, ground, is_cursor),
            *self._quantity(self.bids.get(price_row), price_row, ground, is_bid=True),
            *self._price(price_row, ground, is_cursor=is_cursor),
            *self._quantity(self.asks.get(price_row), price_row, ground, is_bid=False),
            self._own(self.sells.get(price_row), columns.own + columns.spare, ground, is_cursor),
        )

    def _quantity(self, lots: int | None, price_row: int, ground: str, *, is_bid: bool) -> tuple[Segment, ...]:
        paint, width = self.paint, self.columns.quantity
        if lots is None:
            return (Segment(self.nothing * width, paint.behind(self.nothing_colour, ground)),)
        colour = paint.palette.bid if is_bid else paint.palette.ask
        is_best = price_row == (self.best_bid if is_bid else self.best_ask)
        number = fitting_quantity(self.view.instrument, lots, width - 1)
        bar = min(width, max(1, lots * width // self.scale)) if width else 0
        barred = paint.behind(
            paint.palette.strong if is_best else paint.palette.foreground,
            paint.bar(colour, is_best=is_best, on=ground),
            bold=is_best,
        )
        bare = paint.behind(paint.palette.strong if is_best else paint.palette.foreground, ground, bold=is_best)
        if is_bid:
            text = f"{number} ".rjust(width)
            return _two(text, width - bar, bare, barred)
        return _two(f" {number}".ljust(width), bar, barred, bare)

    def _price(self, price_row: int, ground: str, *, is_cursor: bool) -> tuple[Segment, ...]:
        paint, palette = self.paint, self.paint.palette
        text = self.view.instrument.price(price_row * self.view.group_ticks)
        before, after, colour, bold = " ", " ", palette.foreground, is_cursor
        in_spread = (
            self.best_bid is not None and self.best_ask is not None and self.best_bid < price_row < self.best_ask
        )
        if in_spread and not is_cursor:
            colour = palette.muted
        if price_row == self.last:
            bold = True
            if self.view.book.last_side > 0:
                after, colour = "▸", palette.up
            else:
                before, colour = "◂", palette.down
        body = f"{before}{text.rjust(self.columns.price - 4)}{after} "
        mark = "◆" if price_row == self.average else "▐" if is_cursor else " "
        mark_colour = palette.position if price_row == self.average else palette.accent
        return (
            Segment(mark, paint.behind(mark_colour, ground, bold=True)),
            Segment(body, paint.behind(colour, ground, bold=bold)),
        )

    def _own(self, own: OwnOrders | None, width: int, ground: str, is_cursor: bool) -> Segment:
        paint = self.paint
        if own is None:
            return Segment(self.nothing * width, paint.behind(self.nothing_colour, ground))
        instrument = self.view.instrument
        text = ""
        if own.orders:
            text = "?" if own.is_unknown else "…" if own.is_pending else " "
            text += instrument.short(own.lots) + (f"×{own.orders}" if own.orders > 1 else "")
        if own.held_mark:
            held = f"{own.held_mark}{instrument.short(own.held_lots)}"
            text += f" {held}" if not text and len(held) < width else held
        elif own.queue and len(text) + len(own.queue) + 2 <= width:
            text += f" q{own.queue}"
        elif own.queue and len(text) + len(own.queue) + 1 <= width:
            text += f" {own.queue}"
        chosen: Style = paint.halted if own.is_unknown else paint.own_pending if own.is_pending else paint.own
        chosen = paint.own_held if not own.orders else chosen
        if is_cursor:
            chosen = paint.selected(chosen)
        return Segment(cut(text, width).ljust(width), chosen)


def _own_orders(view: LadderView, side: Side) -> dict[int, OwnOrders]:
    found: dict[int, OwnOrders] = {}
    row_of = bid_row if side is Side.BUY else ask_row
    for order in view.orders:
        if order.side is not side or order.shown_ticks == 0:
            continue
        row = row_of(order.shown_ticks, view.group_ticks)
        before = found.get(row, OwnOrders())
        mark = held_mark(order)
        if mark != NO_MARK and order.is_held:
            # What its slices have taken stands there for itself.
            rest = order.quantity_lots - max(order.sent_lots, order.filled_lots)
            if rest > 0:
                found[row] = before._replace(held_lots=before.held_lots + rest, held_mark=mark)
            continue
        is_worst = order.queue_ahead_lots > before.queue_ahead_lots
        found[row] = before._replace(
            lots=before.lots + order.open_lots,
            orders=before.orders + 1,
            is_pending=before.is_pending or order.status in PENDING,
            is_unknown=before.is_unknown or order.status is OrderStatus.UNKNOWN,
            queue=queue_text(order, view.instrument) if is_worst else before.queue,
            queue_ahead_lots=max(before.queue_ahead_lots, order.queue_ahead_lots),
        )
    return found


def fitting_quantity(instrument: InstrumentView, lots: int, width: int) -> str:
    """All decimals where they fit, fewer where not, thousands as k, M at last."""
    text = instrument.quantity(lots)
    if len(text) <= width:
        return text
    whole, point, part = text.partition(".")
    if len(whole) <= width:
        places = width - len(whole) - 1
        return f"{whole}.{part[:places]}" if point and places > 0 else whole
    return cut(count_text(int(whole)), max(0, width))


def round_up(lots: int) -> int:
    """To 1, 2 or 5 times a power of ten."""
    power = 1
    while power * 10 <= lots:
        power *= 10
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= lots)


def _two(text: str, at: int, first: Style, second: Style) -> tuple[Segment, ...]:
    if at <= 0:
        return (Segment(text, second),)
    if at >= len(text):
        return (Segment(text, first),)
    return (Segment(text[:at], first), Segment(text[at:], second))
