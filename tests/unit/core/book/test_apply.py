"""Trades and days of a book."""

import numpy as np
import pytest

from core.book.apply import apply_level, apply_reference, apply_trade, begin_day
from core.book.depth import fill_top
from core.book.ladder import make_books
from core.records.snapshot import BOOK_TOP
from core.units import LARGEST
from core.vocabulary import EventKind, FeedState, Reference, Side
from tests.market_events import feed_state, snapshot, trade


def test_trades_make_the_day() -> None:
    books = make_books(1, window_ticks=64, far_levels=8)
    for price, lots in ((100, 3), (104, 2), (97, 1), (99, 4)):
        assert apply_trade(books, 0, trade(Side.SELL, price, lots))
    head = books.heads[0]
    day = tuple(int(head[f"day_{name}"]) for name in ("open_ticks", "high_ticks", "low_ticks", "volume_lots"))
    assert day == (100, 104, 97, 10)
    assert (head["last_trade_ticks"], head["last_trade_lots"], head["last_trade_side"]) == (99, 4, Side.SELL)
    begin_day(books, 0)
    assert (head["day_open_ticks"], head["day_volume_lots"]) == (0, 0)
    assert head["last_trade_ticks"] == 99, "the last trade outlives the day"


@pytest.mark.parametrize(("price", "lots"), [(0, 1), (-1, 1), (LARGEST + 1, 1), (5, 0), (5, -1), (5, LARGEST + 1)])
def test_an_absurd_trade_is_counted_and_left_out(price: int, lots: int) -> None:
    books = make_books(1, window_ticks=64, far_levels=8)
    assert not apply_trade(books, 0, trade(Side.BUY, price, lots))
    assert (books.heads[0]["trades"], books.heads[0]["day_volume_lots"], books.heads[0]["refused"]) == (0, 0, 1)


def test_the_volume_of_a_day_does_not_wrap() -> None:
    books = make_books(1, window_ticks=64, far_levels=8)
    for _ in range(3):
        apply_trade(books, 0, trade(Side.BUY, 5, LARGEST))
    assert books.heads[0]["day_volume_lots"] == LARGEST


def test_the_top_carries_what_the_screen_shows_beside_the_levels() -> None:
    books = make_books(1, window_ticks=64, far_levels=8)
    books.heads[0]["instrument_id"] = 7
    for event in snapshot({99: 5}, {101: 4, 103: 2}, now_ns=50):
        apply_level(books, 0, event)
    apply_trade(books, 0, trade(Side.BUY, 101, 3, now_ns=60))
    top = np.zeros(1, BOOK_TOP)
    fill_top(books, 0, top[0])
    shown = top[0]
    assert (shown["instrument_id"], shown["received_ns"], shown["last_trade_ticks"]) == (7, 60, 101)
    assert (shown["bid_count"], shown["ask_count"]) == (1, 2)
    assert shown["asks"][1].tolist() == (103, 2)


def test_a_reference_is_kept_by_its_word_and_an_unknown_word_is_left_out() -> None:
    books = make_books(1, window_ticks=64, far_levels=8)
    event = feed_state(FeedState.LIVE)
    event["kind"], event["detail"], event["reference_id"] = EventKind.REFERENCE, Reference.FUNDING_E8, 12_500
    apply_reference(books, 0, event)
    event["detail"], event["reference_id"] = 99, 1
    apply_reference(books, 0, event)
    event["detail"] = -1
    apply_reference(books, 0, event)
    event["detail"], event["price_ticks"] = Reference.LIQUIDATION, 640
    apply_reference(books, 0, event)
    kept = books.heads[0]["references"]
    assert (kept[Reference.FUNDING_E8], kept[Reference.LIQUIDATION]) == (12_500, 640)
    assert int((kept != 0).sum()) == 2
