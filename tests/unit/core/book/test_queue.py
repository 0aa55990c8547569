"""What stands before our resting order, never flattered."""

from core.book.ladder import make_books, set_level
from core.book.queue import queue_after_level, queue_after_trade, queue_on_entry
from core.vocabulary import Side

BUY, SELL = Side.BUY, Side.SELL


def test_an_order_joins_behind_everything_displayed() -> None:
    books = make_books(1, window_ticks=64, far_levels=8)
    set_level(books, 0, BUY, 100, 12)
    assert queue_on_entry(books, 0, BUY, 100) == 12
    assert queue_on_entry(books, 0, BUY, 101) == 0
    assert queue_on_entry(books, 0, SELL, 100) == 0


def test_trades_at_the_price_move_it_forward_and_then_pass_it() -> None:
    assert queue_after_trade(12, BUY, 100, 100, 5, SELL) == 7
    assert queue_after_trade(7, BUY, 100, 100, 9, SELL) == -2


def test_trades_elsewhere_or_by_the_same_side_do_not_move_it() -> None:
    assert queue_after_trade(12, BUY, 100, 101, 5, SELL) == 12, "a better bid was there before us"
    assert queue_after_trade(12, BUY, 100, 100, 5, BUY) == 12
    assert queue_after_trade(12, SELL, 100, 99, 5, BUY) == 12


def test_a_trade_through_the_price_took_the_whole_level() -> None:
    assert queue_after_trade(12, BUY, 100, 99, 5, SELL) == -5
    assert queue_after_trade(12, SELL, 100, 101, 5, BUY) == -5


def test_cancels_are_taken_to_be_behind_until_less_is_shown_than_was_ahead() -> None:
    assert queue_after_level(12, 20) == 12
    assert queue_after_level(12, 9) == 9
    assert queue_after_level(12, 0) == 0
    assert queue_after_level(-3, 9) == 0
