"""A fixed day, made of the rows that a recorder would tell: the same way as on a desk."""

from typing import Any

import msgspec

from core.memory.control import LINE_NAMES
from core.vocabulary import (
    BreakerCause,
    BreakerState,
    Command,
    DenyReason,
    EventFlag,
    EventKind,
    FeedState,
    OrderStatus,
    OrderType,
    Origin,
    Reject,
    Report,
    Request,
    Side,
    TimeInForce,
)
from station.views.day import Day, DayView
from station.views.happenings import Names, note_of
from station.views.instrument import InstrumentView
from station.views.told import Told
from tests.flow_views import NOW_WALL_NS

MS = 1_000_000
SECOND = 1_000 * MS
BEGAN_NS = 5_025 * SECOND
"""By the desk's clock, a minute before the moment of the pictures"""
WALL_OFFSET_NS = NOW_WALL_NS - BEGAN_NS - 60 * SECOND
EPOCH = 7 << 32
NOTES = (
    "1970-01-01T13:36:50Z sim died by signal 9; last words: ''",
    "1970-01-01T13:36:50Z sim started, pid 4103",
    "1970-01-01T13:36:58Z seat 0 key | lease | takes it: my shift",
)


def told(kind: EventKind, at_ms: int, **fields: Any) -> Told:
    """A row at so many milliseconds of the minute; what is not said is as in an empty record."""
    now_ns = BEGAN_NS + at_ms * MS
    empty = dict.fromkeys(Told._fields, 0) | {"symbol": None, "strategy_id": -1, "source_id": 0, "session": 1}
    return Told(**empty | {"kind": kind, "now_ns": now_ns, "received_ns": now_ns - 60_000, "tape_sequence": at_ms,
                           "wall_offset_ns": WALL_OFFSET_NS} | fields)  # fmt: skip


def names(known: tuple[InstrumentView, ...]) -> Names:
    return Names(
        instruments={one.symbol: one for one in known},
        groups={0: "alpha, beta"},
        halt_lines=dict(enumerate(LINE_NAMES)),
    )


def rows_of_an_order(
    number: int, at_ms: int, instrument: InstrumentView, side: Side, lots: int, *, filled: int, ends: OrderStatus
) -> list[Told]:
    """Placed by a key, answered, filled once, over."""
    price = instrument.reference_ticks - 2 * side
    of_all = {"client_id": EPOCH + number, "symbol": instrument.symbol, "side": side, "price_ticks": price,
              "quantity_lots": lots, "origin": Origin.KEY, "order_type": OrderType.LIMIT,
              "time_in_force": TimeInForce.GTC}  # fmt: skip
    answer = Report.REJECTED if ends is OrderStatus.REJECTED else Report.ACCEPTED
    rows = [
        told(EventKind.COMMAND, at_ms, **of_all | {"client_id": 0, "detail": Command.PLACE_ORDER}),
        told(EventKind.ORDER_REQUEST, at_ms, **of_all, detail=Request.NEW),
        told(
            EventKind.EXECUTION_REPORT,
            at_ms + 6,
            **of_all,
            detail=answer,
            valid_until_ns=BEGAN_NS + at_ms * MS + 90_000,
        ),
    ]
    if filled:
        done = {**of_all, "quantity_lots": filled, "execution_id": 900 + number, "filled_lots": filled}
        rows.append(told(EventKind.EXECUTION_REPORT, at_ms + 800, **done, detail=Report.FILLED))
        fee_e8 = abs(instrument.notional_e8(price, filled)) * (-1 if number % 2 else 5) // 10_000
        maker = EventFlag.MAKER if number % 2 else 0
        rows.append(told(EventKind.FILL, at_ms + 800, **done, amount=fee_e8, flags=maker))
    reason = Reject.BAD_PRICE if ends is OrderStatus.REJECTED else 0
    last = {**of_all, "filled_lots": filled, "status": ends, "reason": reason}
    return [*rows, told(EventKind.ORDER_UPDATE, at_ms + 900, **last)]


def rows(known: tuple[InstrumentView, ...]) -> list[Told]:
    btc, eth, apple = known[0], known[1], known[5]
    made = [
        told(EventKind.SESSION, 0, client_id=7),
        told(EventKind.FEED_STATE, 400, detail=FeedState.SYNCING),
        told(EventKind.FEED_STATE, 900, detail=FeedState.LIVE),
        told(EventKind.COMMAND, 8_000, detail=Command.TAKE_LEASE, origin=Origin.KEY),
        told(EventKind.COMMAND, 8_400, detail=Command.ARM, origin=Origin.KEY),
        told(EventKind.DENIED, 21_000, symbol=btc.symbol, side=Side.BUY, price_ticks=btc.reference_ticks + 4_000,
             quantity_lots=1_000, reason=DenyReason.PRICE_COLLAR, origin=Origin.KEY),
        told(EventKind.BREAKER, 24_000, detail=BreakerState.WARNING, status=BreakerState.NORMAL,
             reason=BreakerCause.DRAWDOWN),
        told(EventKind.FEED_STATE, 41_000, symbol=known[11].symbol, detail=FeedState.GAPPED),
        told(EventKind.COMMAND, 52_000, detail=Command.CANCEL_ALL, symbol=btc.symbol, origin=Origin.KEY),
    ]  # fmt: skip
    plan = (
        (3, 10_000, btc, Side.BUY, 5_000, 5_000, OrderStatus.FILLED),
        (4, 14_000, btc, Side.SELL, 2_000, 2_000, OrderStatus.FILLED),
        (5, 18_000, eth, Side.SELL, 12_500, 12_500, OrderStatus.FILLED),
        (6, 27_000, eth, Side.BUY, 4_000, 0, OrderStatus.REJECTED),
        (7, 33_000, apple, Side.BUY, 40, 40, OrderStatus.FILLED),
        (8, 44_000, btc, Side.BUY, 1_000, 250, OrderStatus.CANCELED),
        (9, 50_000, btc, Side.SELL, 1_000, 0, OrderStatus.EXPIRED),
    )
    for number, at_ms, instrument, side, lots, filled, ends in plan:
        made += rows_of_an_order(number, at_ms, instrument, side, lots, filled=filled, ends=ends)
    return sorted(made, key=lambda row: row.tape_sequence)


def day(known: tuple[InstrumentView, ...]) -> DayView:
    taken = Day()
    taken.take(rows(known), names(known))
    view = taken.view()
    notes = [note for line in NOTES if (note := note_of(line)) is not None]
    happenings = sorted((*view.happenings, *notes), key=lambda one: -one.wall_ns)
    return msgspec.structs.replace(view, happenings=tuple(happenings))
