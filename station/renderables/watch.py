"""The watchlist: one line an instrument, last price, change, spread, bid and ask where there is room."""

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style

from core.vocabulary import BookState, InstrumentState
from station.renderables.paint import Paint
from station.renderables.row import Row, left, right
from station.views.book import WatchView
from station.views.instrument import InstrumentView
from station.views.numbers import DASH, count_text
from station.views.words import BOOK_STATES, INSTRUMENT_STATES

Column = tuple[str, int]
SPREAD_WIDTH = 7
"""A spread that is longer is written in ticks."""
UNTRUSTED = "×"
ALWAYS: tuple[Column, ...] = (("symbol", 14), ("last", 12), ("change", 8))
WIDER: tuple[tuple[Column, ...], ...] = (
    (("spread", SPREAD_WIDTH),),
    (("state", 9),),
    (("bid", 11), ("ask", 11)),
    (("volume", 8),),
    (("position", 10),),
)
"""Added from the left while they fit."""


def watch_rows(
    lines: Sequence[tuple[InstrumentView, WatchView]],
    *,
    paint: Paint,
    width: int,
    height: int,
    chosen: int,
    cursor: int | None,
) -> list[Row]:
    """`chosen` is the instrument on the ladder, `cursor` the line that Enter would choose (None: no focus)."""
    columns = _columns(width)
    head = " ".join(left(name, size) if name == "symbol" else right(name, size) for name, size in columns)
    # A heading is the first to give way.
    rows: list[Row] = [(Segment(f" {head}"[:width].ljust(width), paint.head),)] if height > len(lines) else []
    room = max(1, height - len(rows))
    at = cursor if cursor is not None else chosen
    first = max(0, min(at - room // 2, len(lines) - room))
    for index in range(first, min(len(lines), first + room)):
        instrument, view = lines[index]
        rows.append(
            _line(instrument, view, columns, paint, width, is_chosen=index == chosen, is_cursor=index == cursor)
        )
    return rows


def _columns(width: int) -> list[Column]:
    columns = list(ALWAYS)
    used = 1 + sum(size + 1 for _, size in columns)
    for together in WIDER:
        wanted = sum(size + 1 for _, size in together)
        if used + wanted > width:
            break
        columns += together
        used += wanted
    spare = width - used
    return [(name, size + (min(spare, 8) if name == "symbol" else 0)) for name, size in columns]


def _line(
    instrument: InstrumentView,
    view: WatchView,
    columns: list[Column],
    paint: Paint,
    width: int,
    *,
    is_chosen: bool,
    is_cursor: bool,
) -> Row:
    is_live = view.state is BookState.LIVE
    cells: list[Segment] = [Segment("▌" if is_chosen else " ", paint.accent)]
    for name, size in columns:
        text, chosen = _cell(name, size, instrument, view, paint)
        if not is_live and name not in ("symbol", "state"):
            chosen = paint.muted
        write = left if name == "symbol" else right
        cells.append(Segment(write(text, size) + " ", paint.strong if name == "symbol" and is_chosen else chosen))
    used = sum(len(cell.text) for cell in cells)
    if used > width:
        last = cells.pop()
        cells.append(Segment(last.text[: len(last.text) - used + width], last.style))
    elif used < width:
        cells.append(Segment(" " * (width - used), paint.text))
    if is_cursor:
        cells = [Segment(cell.text, paint.selected(cell.style or paint.text)) for cell in cells]
    return tuple(cells)


def _cell(name: str, size: int, instrument: InstrumentView, view: WatchView, paint: Paint) -> tuple[str, Style]:
    match name:
        case "symbol":
            return instrument.symbol_in(size), paint.text
        case "last":
            return _last(instrument, view), _side(view.last_side, paint)
        case "change":
            return f"{view.change_ppm / 10_000:+.2f}%" if view.last_ticks else DASH, paint.sign(view.change_ppm)
        case "spread":
            spread = view.spread_ticks
            if spread is None:
                return DASH, paint.muted
            text = instrument.price(spread)
            return (text if len(text) <= SPREAD_WIDTH else f"{spread}t"), paint.muted
        case "state":
            if view.instrument_state is not InstrumentState.OPEN:
                return INSTRUMENT_STATES[view.instrument_state], paint.stale
            state = BOOK_STATES[view.state]
            return (state.lower(), paint.muted) if view.state is BookState.LIVE else (state, paint.stale_bold)
        case "bid":
            return (DASH if view.bid_ticks is None else instrument.price(view.bid_ticks)), paint.bid
        case "ask":
            return (DASH if view.ask_ticks is None else instrument.price(view.ask_ticks)), paint.ask
        case "volume":
            lots = view.day_volume_lots * instrument.lot_mantissa * 10.0**instrument.lot_exponent
            return count_text(round(lots)), paint.muted
        case _:
            lots = view.position_lots
            return (instrument.short(lots) if lots else ""), paint.sign(lots)


def _last(instrument: InstrumentView, view: WatchView) -> str:
    """With who took: ▴ a buyer, ▾ a seller. A book that is not to be traded on has another sign in that place."""
    if not view.last_ticks:
        return DASH
    sign = "▴" if view.last_side > 0 else "▾" if view.last_side < 0 else " "
    return f"{sign if view.state is BookState.LIVE else UNTRUSTED}{instrument.price(view.last_ticks)}"


def _side(side: int, paint: Paint) -> Style:
    return paint.up if side > 0 else paint.down if side < 0 else paint.text
