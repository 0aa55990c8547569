"""Orders of today that are over: what became of each, its average and fee, and how long its way took.

key→core    the key, or the frame that a strategy decided on, to the core's hand
core→wire   from there through review, journal and order process to the call that sends it
wire→ack    to the venue and back to our socket
ack→core    the answer to the core's hand
core→fill   from the core's decision to its first fill at our socket
"""

from collections.abc import Callable
from typing import NamedTuple

from rich.style import Style

from core.vocabulary import OrderStatus, OrderType, Origin, TimeInForce
from station.renderables.details import Field
from station.renderables.paint import Paint
from station.renderables.table import MARGIN, Column, as_muted
from station.views.day import DoneOrder, Way
from station.views.instrument import InstrumentView
from station.views.numbers import DASH, clock_in, clock_text, duration_text, money_text
from station.views.words import ORDER_STATES, rejected_sentence
from station.views.working import KINDS

COUNTER_MASK = (1 << 32) - 1
BAD = frozenset({OrderStatus.REJECTED, OrderStatus.DENIED, OrderStatus.NOT_SENT})


class DoneLine(NamedTuple):
    instrument: InstrumentView
    order: DoneOrder


def span(first_ns: int, second_ns: int) -> int | None:
    """None while one of the two is not known, or they lie the wrong way round."""
    return second_ns - first_ns if first_ns and second_ns and second_ns >= first_ns else None


LEGS: dict[str, Callable[[Way], int | None]] = {
    "key→core": lambda way: span(way.key_ns, way.core_ns),
    "core→wire": lambda way: span(way.core_ns, way.sent_ns),
    "wire→ack": lambda way: span(way.sent_ns, way.answer_ns),
    "ack→core": lambda way: span(way.answer_ns, way.answer_core_ns),
    "core→fill": lambda way: span(way.core_ns, way.fill_ns),
}


def _leg(title: str) -> Column[DoneLine]:
    measured = LEGS[title]

    def text(line: DoneLine, width: int) -> str:
        nanoseconds = measured(line.order.way)
        return DASH if nanoseconds is None else duration_text(nanoseconds)

    return Column(title, text, 9, worth=4, style=as_muted, sort=lambda line: measured(line.order.way))


def _size(line: DoneLine, width: int) -> str:
    """What was filled, of how much."""
    short, order = line.instrument.short, line.order
    whole = f"{short(order.filled_lots)}/{short(order.quantity_lots)}"
    return short(order.quantity_lots) if order.filled_lots == order.quantity_lots or len(whole) > width else whole


def outcome_text(line: DoneLine, width: int) -> str:
    order = line.order
    said = ORDER_STATES[OrderStatus(order.status)] if order.status in list(OrderStatus) else str(order.status)
    why = f": {rejected_sentence(order.reason)}" if order.status == OrderStatus.REJECTED else ""
    partly = ", partly filled" if order.status != OrderStatus.FILLED and order.filled_lots else ""
    full = f"{said}{partly}{why}"
    return full if len(full) <= width else said


def _status_style(line: DoneLine, paint: Paint) -> Style:
    if line.order.status in BAD:
        return paint.warning_bold
    return paint.text if line.order.status == OrderStatus.FILLED else paint.muted


def _average(line: DoneLine) -> str:
    average = line.order.average_ticks
    return "" if average is None else line.instrument.price_between(average)


def _kind(order: DoneOrder) -> str:
    return KINDS[OrderType(order.order_type)] if order.order_type in list(OrderType) else str(order.order_type)


DONE_COLUMNS: tuple[Column[DoneLine], ...] = (
    MARGIN,
    Column("over", lambda line, width: clock_in(line.order.over_wall_ns, min(width, 8)), 8, is_left=True, least=5,
           style=as_muted, sort=lambda line: line.order.over_wall_ns),
    Column("", lambda line, width: "B" if line.order.side > 0 else "S", 1,
           style=lambda line, paint: paint.up if line.order.side > 0 else paint.down),
    Column("symbol", lambda line, width: line.instrument.symbol_in(width), 11, most=24, is_left=True,
           is_symbol=True, sort=lambda line: line.order.symbol),
    Column("size", _size, 8, most=13,
           sort=lambda line: line.instrument.notional_e8(line.order.price_ticks or 1, line.order.quantity_lots)),
    Column("kind", lambda line, width: _kind(line.order), 7, worth=3, is_left=True, style=as_muted,
           sort=lambda line: _kind(line.order)),
    Column("price", lambda line, width: line.instrument.price(line.order.price_ticks) if line.order.price_ticks else
           "market", 10, worth=1),
    Column("average", lambda line, width: _average(line), 11, worth=2),
    Column("fee", lambda line, width: money_text(line.order.fee_e8, 4) if line.order.traded_lots else "", 9, worth=3,
           style=as_muted, sort=lambda line: line.order.fee_e8),
    Column("outcome", outcome_text, 9, most=34, is_left=True, least=8, style=_status_style,
           sort=lambda line: outcome_text(line, 9)),
    *(_leg(title) for title in LEGS),
)  # fmt: skip


def done_fields(line: DoneLine) -> list[Field]:
    instrument, order, money = line.instrument, line.order, line.instrument.settlement
    side = "buy" if order.side > 0 else "sell"
    life = span(order.placed_wall_ns, order.over_wall_ns)
    force = TimeInForce(order.time_in_force).name.lower() if order.time_in_force in list(TimeInForce) else ""
    origin = Origin(order.origin).name.lower() if order.origin in list(Origin) else str(order.origin)
    legs = [(title, measured(order.way)) for title, measured in LEGS.items()]
    return [
        ("order", f"#{order.client_id & COUNTER_MASK} {side} {_kind(order)} {force}".strip()),
        ("instrument", instrument.symbol),
        (
            "filled",
            f"{instrument.short(order.filled_lots)} of {instrument.short(order.quantity_lots)} {instrument.base}",
        ),
        ("price", f"{instrument.price(order.price_ticks)} {instrument.quote}" if order.price_ticks else "market"),
        ("average", f"{_average(line)} {instrument.quote}" if order.traded_lots else ""),
        ("fee", f"{money_text(order.fee_e8, 6)} {money}" if order.traded_lots else ""),
        ("outcome", outcome_text(line, 80)),
        ("placed", clock_text(order.placed_wall_ns, milliseconds=True) if order.placed_wall_ns else ""),
        ("over", clock_text(order.over_wall_ns, milliseconds=True) if order.over_wall_ns else ""),
        ("lived", duration_text(life) if life is not None else ""),
        *((title, duration_text(leg) if leg is not None else "") for title, leg in legs),
        ("from", origin),
        ("strategy", str(order.strategy_id) if order.strategy_id >= 0 else ""),
    ]
