"""The day as the recorder tells it: each fill once, orders with their way, and the log in words."""

import msgspec
import pytest

from core.vocabulary import Command, DenyReason, EventKind, OrderStatus, Origin, Request, Side
from station.views.day import Day
from station.views.happenings import Weight, happening, note_line, note_of
from tests import day_views, market_views
from tests.day_views import MS, names, rows, rows_of_an_order, told

KNOWN = market_views.instruments()
BTC = KNOWN[0]
NAMES = names(KNOWN)


def said(kind: EventKind, **fields: object) -> tuple[str, str, str] | None:
    found = happening(told(kind, 1, **fields), NAMES)
    return None if found is None else (found.who, found.what, found.text)


def test_a_fill_that_stands_twice_on_the_tape_is_counted_once() -> None:
    told_twice = rows_of_an_order(1, 10, BTC, Side.BUY, 500, filled=500, ends=OrderStatus.FILLED)
    day = Day()
    day.take(told_twice, NAMES)
    day.take([row._replace(tape_sequence=99) for row in told_twice if row.kind == EventKind.FILL], NAMES)
    view = day.view()
    assert len(view.fills) == 1
    assert view.done[0].traded_lots == 500


def test_rows_may_come_in_any_pieces() -> None:
    whole, pieces = Day(), Day()
    whole.take(rows(KNOWN), NAMES)
    for row in rows(KNOWN):
        pieces.take([row], NAMES)
    assert whole.view() == pieces.view()


def test_an_order_that_is_over_knows_its_average_its_fee_and_its_way() -> None:
    day = Day()
    day.take(rows_of_an_order(2, 10, BTC, Side.SELL, 500, filled=200, ends=OrderStatus.CANCELED), NAMES)
    (order,) = day.view().done
    assert (order.filled_lots, order.quantity_lots, order.status) == (200, 500, OrderStatus.CANCELED)
    assert order.average_ticks == BTC.reference_ticks + 2
    assert order.fee_e8 == BTC.notional_e8(BTC.reference_ticks + 2, 200) * 5 // 10_000
    way = order.way
    assert way.core_ns - way.key_ns == 60_000
    assert way.sent_ns - way.core_ns == 90_000
    assert way.answer_ns - way.core_ns == 6 * MS - 60_000
    assert way.fill_ns - way.core_ns == 800 * MS - 60_000


def test_an_order_that_was_held_keeps_when_it_was_asked_for_and_its_way_begins_when_it_goes_out() -> None:
    order = {"client_id": 5, "symbol": BTC.symbol, "side": Side.SELL, "quantity_lots": 100}
    day = Day()
    day.take([told(EventKind.ORDER_REQUEST, 10, **order, detail=Request.HOLD)], NAMES)
    day.take([told(EventKind.ORDER_REQUEST, 20, **order, detail=Request.HOLD)], NAMES)
    day.take([told(EventKind.ORDER_REQUEST, 9_000, **order, detail=Request.NEW)], NAMES)
    day.take([told(EventKind.ORDER_UPDATE, 9_500, **order, status=OrderStatus.CANCELED)], NAMES)
    (done,) = day.view().done
    assert (done.over_wall_ns - done.placed_wall_ns) == 9_490 * MS
    assert done.over_wall_ns - done.way.core_ns == day_views.WALL_OFFSET_NS + 500 * MS


def test_an_open_order_is_not_among_those_that_are_over() -> None:
    day = Day()
    day.take(rows_of_an_order(1, 10, BTC, Side.BUY, 500, filled=0, ends=OrderStatus.PARTIALLY_FILLED), NAMES)
    assert day.view().done == ()


def test_the_newest_comes_first_everywhere() -> None:
    view = day_views.day(KNOWN)
    for moments in (
        [one.wall_ns for one in view.fills],
        [one.over_wall_ns for one in view.done],
        [one.wall_ns for one in view.happenings],
    ):
        assert moments == sorted(moments, reverse=True)
        assert len(moments) > 3


@pytest.mark.parametrize(
    ("kind", "fields", "wanted"),
    [
        (EventKind.COMMAND,
         {"detail": Command.PLACE_ORDER, "origin": Origin.CLI, "source_id": 3, "side": 1, "quantity_lots": 2_000,
          "symbol": BTC.symbol, "price_ticks": 128_240, "order_type": 1},
         ("seat 3 CLI", "order", "buy 0.2 BTC-USD.alpha at 64,120.0")),
        (EventKind.COMMAND, {"detail": Command.CANCEL_ALL, "origin": Origin.KEY, "side": -1, "symbol": BTC.symbol},
         ("seat 0 key", "order", "cancel all sells of BTC-USD.alpha")),
        (EventKind.COMMAND, {"detail": Command.TAKE_LEASE, "origin": Origin.KEY}, ("seat 0 key", "seat", "take lease")),
        (EventKind.COMMAND, {"detail": 119, "origin": Origin.KEY}, ("seat 0 key", "seat", "command 119")),
        (EventKind.DENIED, {"reason": DenyReason.HALTED, "side": -1, "symbol": BTC.symbol, "strategy_id": 2},
         ("strategy 2", "denied", "sell BTC-USD.alpha: the desk is halted: re-arm it first")),
        (EventKind.HALT, {"source_id": 2}, ("seat 2", "halt", "HALTED the desk")),
        (EventKind.ORDERS_STALE, {"detail": 1}, ("alpha, beta", "process", "the order process is silent")),
        (EventKind.FEED_STATE, {"detail": 99, "source_id": 7}, ("group 7", "feed", "the feed: state 99")),
        (EventKind.ORDER_UPDATE, {"status": OrderStatus.FILLED}, None),
        (EventKind.TIMER, {}, None),
    ],
)  # fmt: skip
def test_the_log_says_who_did_what(
    kind: EventKind, fields: dict[str, object], wanted: tuple[str, str, str] | None
) -> None:
    assert said(kind, **fields) == wanted


def test_a_fill_of_an_instrument_that_is_gone_keeps_its_symbol() -> None:
    assert said(EventKind.FILL, symbol="OLD.alpha", side=1, quantity_lots=3) == ("core", "fill", "bought OLD.alpha")


def test_the_desks_own_notes_stand_in_the_log_with_their_time() -> None:
    died = note_of("2026-11-21T18:27:53Z sim died by signal 9; last words: ''")
    assert died is not None
    assert (died.wall_ns, died.weight) == (1_795_285_673 * 1_000_000_000, Weight.BAD)
    started = note_of("2026-11-21T18:27:53Z core started, pid 13816")
    assert started is not None
    assert started.weight is Weight.NOTED
    assert note_of("Traceback (most recent call last):") is None


def test_what_somebody_did_at_a_screen_stands_under_his_seat() -> None:
    noted = note_of("2026-11-21T18:27:53Z " + note_line("seat 3 key", "alert", "pnl < -500 ·\n -512"))
    assert noted is not None
    assert noted[1:] == ("seat 3 key", "alert", "pnl < -500 · -512", Weight.NOTED)


def test_a_view_without_an_answer_says_so() -> None:
    assert not msgspec.structs.replace(Day().view(trouble="the recorder is busy"), is_asked=False).is_asked
