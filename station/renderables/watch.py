"""The watchlist: one line an instrument; spread, state, best prices, volume, position and the last hour where there is
room. A book that cannot be trusted is quiet, has a sign before its last price, and its state says so."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from rich.style import Style

from core.vocabulary import BookState, InstrumentState
from station.renderables.details import Field
from station.renderables.paint import Paint
from station.renderables.spark import spark
from station.renderables.table import Column
from station.views.book import WatchView
from station.views.instrument import InstrumentView
from station.views.numbers import DASH, count_text
from station.views.words import BOOK_STATES, INSTRUMENT_STATES

PPM_PER_PERCENT = 10_000
UNTRUSTED = "×"


class WatchLine(NamedTuple):
    instrument: InstrumentView
    view: WatchView
    is_on_ladder: bool = False
    closes: Sequence[int] = ()
    """Of the minutes of the last hour, in ticks, oldest first"""


Styled = Callable[[WatchLine, Paint], Style]


def last_text(line: WatchLine, width: int) -> str:
    """With who took: ▴ a buyer, ▾ a seller. A book that is not to be traded on has another sign in that place."""
    view = line.view
    if not view.last_ticks:
        return DASH
    sign = "▴" if view.last_side > 0 else "▾" if view.last_side < 0 else " "
    return f"{sign if view.state is BookState.LIVE else UNTRUSTED}{line.instrument.price(view.last_ticks)}"


def change_text(line: WatchLine, width: int) -> str:
    return f"{line.view.change_ppm / PPM_PER_PERCENT:+.2f}%" if line.view.last_ticks else DASH


def spread_text(line: WatchLine, width: int) -> str:
    """A spread that is too long is written in ticks."""
    spread = line.view.spread_ticks
    if spread is None:
        return DASH
    text = line.instrument.price(spread)
    return text if len(text) <= width else f"{spread}t"


def state_text(line: WatchLine, width: int) -> str:
    view = line.view
    if view.instrument_state is not InstrumentState.OPEN:
        return INSTRUMENT_STATES[view.instrument_state]
    state = BOOK_STATES[view.state]
    return state.lower() if view.state is BookState.LIVE else state


def price_text(line: WatchLine, ticks: int | None) -> str:
    return DASH if ticks is None else line.instrument.price(ticks)


def volume(line: WatchLine) -> float:
    instrument = line.instrument
    return line.view.day_volume_lots * instrument.lot_mantissa * 10.0**instrument.lot_exponent


def held_text(line: WatchLine, width: int) -> str:
    lots = line.view.position_lots
    return f"{'+' if lots > 0 else ''}{line.instrument.short(lots)}" if lots else ""


def _spread_share(line: WatchLine) -> float | None:
    spread, bid = line.view.spread_ticks, line.view.bid_ticks
    return None if spread is None or not bid else spread / bid


def _held_value(line: WatchLine) -> int | None:
    lots = line.view.position_lots
    return abs(line.instrument.notional_e8(line.view.last_ticks, lots)) if lots else None


def _quiet_unless_live(styled: Styled) -> Styled:
    return lambda line, paint: styled(line, paint) if line.view.state is BookState.LIVE else paint.muted


def _state_style(line: WatchLine, paint: Paint) -> Style:
    if line.view.instrument_state is not InstrumentState.OPEN:
        return paint.stale
    return paint.muted if line.view.state is BookState.LIVE else paint.stale_bold


def _change_style(line: WatchLine, paint: Paint) -> Style:
    return paint.sign(line.view.change_ppm)


def _hour_style(line: WatchLine, paint: Paint) -> Style:
    """By the hour's own rise or fall, and quieter than a number."""
    rise = line.closes[-1] - line.closes[0] if line.closes else 0
    colour = paint.palette.up if rise > 0 else paint.palette.down if rise < 0 else paint.palette.muted
    ground = paint.palette.background
    return paint.behind(paint.bar(colour, is_best=True, on=ground), ground)


def _last_style(line: WatchLine, paint: Paint) -> Style:
    side = line.view.last_side
    return paint.up if side > 0 else paint.down if side < 0 else paint.text


def _symbol_style(line: WatchLine, paint: Paint) -> Style:
    return paint.strong if line.is_on_ladder else paint.text


def _muted(line: WatchLine, paint: Paint) -> Style:
    return paint.muted


WATCH_COLUMNS: tuple[Column[WatchLine], ...] = (
    Column("", lambda line, width: "▌" if line.is_on_ladder else "", 1, gap=0, style=lambda line, paint: paint.accent),
    Column("symbol", lambda line, width: line.instrument.symbol_in(width), 14, most=24, is_left=True, is_symbol=True,
           style=_symbol_style, sort=lambda line: line.instrument.symbol),
    Column("last", last_text, 12, style=_quiet_unless_live(_last_style)),
    Column("change", change_text, 8, worth=1, style=_quiet_unless_live(_change_style),
           sort=lambda line: line.view.change_ppm),
    Column("last hour", lambda line, width: spark(line.closes, width), 12, most=30, worth=7,
           is_picture=True, style=_quiet_unless_live(_hour_style)),
    Column("spread", spread_text, 7, worth=2, style=_quiet_unless_live(_muted), sort=_spread_share),
    Column("state", state_text, 9, worth=3, style=_state_style, sort=lambda line: state_text(line, 9)),
    Column("bid", lambda line, width: price_text(line, line.view.bid_ticks), 11, worth=4,
           style=_quiet_unless_live(lambda line, paint: paint.bid)),
    Column("ask", lambda line, width: price_text(line, line.view.ask_ticks), 11, worth=4,
           style=_quiet_unless_live(lambda line, paint: paint.ask)),
    Column("volume", lambda line, width: count_text(round(volume(line))), 8, worth=5,
           style=_quiet_unless_live(_muted), sort=volume),
    Column("position", held_text, 10, worth=6, sort=_held_value,
           style=lambda line, paint: paint.sign(line.view.position_lots)),
)  # fmt: skip

WATCH_SECTIONS: dict[str, Callable[[WatchLine], str]] = {
    "asset": lambda line: line.instrument.base,
    "venue": lambda line: line.instrument.venue,
    "quote": lambda line: line.instrument.quote,
}


def watch_fields(line: WatchLine) -> list[Field]:
    instrument, view = line.instrument, line.view
    base, quote = instrument.base, instrument.settlement
    spread = view.spread_ticks
    bps = _spread_share(line)
    return [
        ("symbol", instrument.symbol),
        ("state", f"book {BOOK_STATES[view.state]}, {INSTRUMENT_STATES[view.instrument_state].lower()}"),
        ("last", f"{instrument.price(view.last_ticks)} {quote}" if view.last_ticks else ""),
        ("change today", change_text(line, 0) if view.last_ticks else ""),
        ("best bid", f"{price_text(line, view.bid_ticks)} {quote}" if view.bid_ticks is not None else ""),
        ("best ask", f"{price_text(line, view.ask_ticks)} {quote}" if view.ask_ticks is not None else ""),
        ("spread", f"{spread} ticks, {bps * 10_000:.2f} bps" if spread is not None and bps is not None else ""),
        ("volume today", f"{volume(line):,.8g} {base}"),
        ("position", f"{held_text(line, 0)} {base}" if view.position_lots else ""),
        ("tick", f"{instrument.price(1)} {quote}"),
        ("lot", f"{instrument.short(1)} {base}"),
        ("smallest order", f"{instrument.short(instrument.min_lots)} {base}"),
        ("maker fee", f"{instrument.maker_fee_ppm / PPM_PER_PERCENT:g} %"),
        ("taker fee", f"{instrument.taker_fee_ppm / PPM_PER_PERCENT:g} %"),
        ("settled in", f"{instrument.settlement}{', inverse' if instrument.is_inverse else ''}"),
    ]
