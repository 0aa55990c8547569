"""The lower edge of a ladder: the next order, its queue, what is held, the row, what it costs to move the price.

The likeliest to be needed stands first; a note that has no room is left out whole.
"""

from rich.style import Style

from core.vocabulary import Reference, Side
from station.renderables.frame import Label, whole
from station.renderables.paint import Paint
from station.renderables.quantity import round_down
from station.views.flow import cost_to_move
from station.views.ladder import LadderView, ask_row, bid_row
from station.views.ladder_flow import profit_e8
from station.views.numbers import money_text, rate_text, signed_money
from station.views.words import BOOK_SENTENCES
from station.views.working import queue_text

MOVED_TICKS = 10
TWO_DIGITS = len("0.12")
Note = tuple[tuple[str, Style], ...]


def ladder_notes(view: LadderView, *, paint: Paint, rows: int, width: int) -> Label:
    """`rows`: prices in sight; `width`: cells that the notes may take."""
    if not view.book.is_live:
        return ((f" {BOOK_SENTENCES[view.book.state]} ", paint.stale_bold),)
    return whole(_notes(view, paint, rows), width)


def _notes(view: LadderView, paint: Paint, rows: int) -> list[Note]:
    instrument, position = view.instrument, view.position
    notes: list[Note] = []
    if arrow := market_out_of_sight(view, rows):
        notes.append(((f" {arrow} market ", paint.warning_bold),))
    if view.flow is not None and view.flow.is_old:
        notes.append(((" flow not kept ", paint.warning),))
    if view.size_lots:
        notes.append(((" size ", paint.muted), (f"{instrument.short(view.size_lots)} ", paint.own)))
    if queue := _queue(view):
        notes.append(((" queue ", paint.muted), (f"{queue} ", paint.text)))
    if position is not None and position.position_lots:
        lots, profit = position.position_lots, position.unrealised_e8
        held = f"+{instrument.short(lots)}" if lots > 0 else instrument.short(lots)
        notes.append(((f" {held} ", paint.position), (f"{signed_money(profit)} ", paint.sign(profit))))
    if view.is_static or view.is_held:
        notes.append(((" static " if view.is_static else " held ", paint.accent),))
    if view.group_ticks > 1:
        notes.append(((" row ", paint.muted), (f"{view.group_ticks} ticks ", paint.text)))
    if position is not None and position.position_lots and view.cursor_row is not None:
        closed = profit_e8(instrument, position, view.cursor_row * view.group_ticks)
        notes.append(((" at cursor ", paint.muted), (f"{signed_money(closed)} ", paint.sign(closed))))
    mark_e8, funding_e8 = view.book.reference(Reference.MARK_E8), view.book.reference(Reference.FUNDING_E8)
    if mark_e8:
        notes.append(((" mark ", paint.muted), (f"{money_text(mark_e8, instrument.price_places)} ", paint.text)))
    if funding_e8:
        notes.append(((" funding ", paint.muted), (f"{rate_text(funding_e8)} ", paint.sign(-funding_e8))))
    return [*notes, _costs(view, paint)]


def _queue(view: LadderView) -> str:
    """What stands before our order at the cursor."""
    queues = [
        queue_text(order, view.instrument)
        for order in view.orders
        if (bid_row if order.side > 0 else ask_row)(order.shown_ticks, view.group_ticks) == view.cursor_row
    ]
    return next((text for text in reversed(queues) if text), "")


def _costs(view: LadderView, paint: Paint) -> Note:
    """To two digits: the third changes faster than it can be read. As wide as two digits are, so that nothing jumps."""
    lots = [cost_to_move(view.book, side, MOVED_TICKS) for side in (Side.BUY, Side.SELL)]
    up, down = ("–" if one is None else view.instrument.short(round_down(one, digits=2)) for one in lots)
    return (
        (f" {MOVED_TICKS} ticks ↑", paint.muted),
        (f"{up:<{TWO_DIGITS}} ", paint.text),
        ("↓", paint.muted),
        (f"{down:<{TWO_DIGITS}} ", paint.text),
    )


def market_out_of_sight(view: LadderView, rows: int) -> str:
    """Where the best prices are, if they are beyond an edge: ▲, ▼, or nothing."""
    top = view.middle_row + rows // 2
    bottom = top - rows + 1
    bid, ask = view.book.best_bid, view.book.best_ask
    if bid is not None and bid_row(bid, view.group_ticks) > top:
        return "▲"
    return "▼" if ask is not None and ask_row(ask, view.group_ticks) < bottom else ""
