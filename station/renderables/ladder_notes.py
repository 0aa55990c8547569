"""The lower edge of a ladder: the next order, its queue, the row, what it costs to move the price, what is held.

The likeliest to be needed stands first; what has no room is cut at the right.
"""

from rich.style import Style

from core.vocabulary import Reference, Side
from station.renderables.frame import Label
from station.renderables.paint import Paint
from station.renderables.quantity import round_down
from station.views.flow import cost_to_move
from station.views.ladder import LadderView, ask_row, bid_row
from station.views.ladder_flow import profit_e8
from station.views.numbers import money_text, rate_text, signed_money
from station.views.words import BOOK_SENTENCES
from station.views.working import queue_text

MOVED_TICKS = 10


def ladder_notes(view: LadderView, *, paint: Paint, rows: int) -> Label:
    """`rows`: prices in sight."""
    if not view.book.is_live:
        return ((f" {BOOK_SENTENCES[view.book.state]} ", paint.stale_bold),)
    instrument = view.instrument
    parts: list[tuple[str, Style]] = []
    if arrow := market_out_of_sight(view, rows):
        parts += [(f" {arrow} market ", paint.warning_bold)]
    if view.size_lots:
        parts += [(" size ", paint.muted), (f"{instrument.short(view.size_lots)} ", paint.own)]
    at_cursor = [
        order
        for order in view.orders
        if (bid_row if order.side > 0 else ask_row)(order.shown_ticks, view.group_ticks) == view.cursor_row
    ]
    queues = [text for order in at_cursor if (text := queue_text(order, instrument))]
    if queues:
        parts += [(" queue ", paint.muted), (f"{queues[-1]} ", paint.text)]
    position = view.position
    if position is not None and position.position_lots:
        lots, profit = position.position_lots, position.unrealised_e8
        held = f"+{instrument.short(lots)}" if lots > 0 else instrument.short(lots)
        parts += [(f" {held} ", paint.position), (f"{signed_money(profit)} ", paint.sign(profit))]
        if view.cursor_row is not None:
            closed = profit_e8(instrument, position, view.cursor_row * view.group_ticks)
            parts += [(" at cursor ", paint.muted), (f"{signed_money(closed)} ", paint.sign(closed))]
    if view.is_static:
        parts += [(" static ", paint.accent)]
    if view.group_ticks > 1:
        parts += [(" row ", paint.muted), (f"{view.group_ticks} ticks ", paint.text)]
    mark_e8, funding_e8 = view.book.reference(Reference.MARK_E8), view.book.reference(Reference.FUNDING_E8)
    if mark_e8:
        parts += [(" mark ", paint.muted), (f"{money_text(mark_e8, instrument.price_places)} ", paint.text)]
    if funding_e8:
        parts += [(" funding ", paint.muted), (f"{rate_text(funding_e8)} ", paint.sign(-funding_e8))]
    return (*parts, *_costs(view, paint))


def _costs(view: LadderView, paint: Paint) -> list[tuple[str, Style]]:
    """To two digits: the third changes faster than it can be read."""
    parts: list[tuple[str, Style]] = []
    for side, sign in ((Side.BUY, "↑"), (Side.SELL, "↓")):
        lots = cost_to_move(view.book, side, MOVED_TICKS)
        text = "–" if lots is None else view.instrument.short(round_down(lots, digits=2))
        parts += [(f" {sign}{MOVED_TICKS} ticks " if not parts else f"{sign} ", paint.muted), (f"{text} ", paint.text)]
    return parts


def market_out_of_sight(view: LadderView, rows: int) -> str:
    """Where the best prices are, if both are beyond an edge: ▲, ▼, or nothing."""
    top = view.middle_row + rows // 2
    bottom = top - rows + 1
    bid, ask = view.book.best_bid, view.book.best_ask
    if bid is not None and bid_row(bid, view.group_ticks) > top:
        return "▲"
    return "▼" if ask is not None and ask_row(ask, view.group_ticks) < bottom else ""
