"""When a book may be traded on, and when not."""

import pytest

from core.book.apply import apply_feed_state, apply_level
from core.book.integrity import distrust_all, mark_gapped, mark_stale, review_frame, review_silence
from core.book.ladder import Books, make_books
from core.units import LARGEST
from core.vocabulary import BookState, EventFlag, FeedState, Side
from tests.market_events import feed_state, level, snapshot

BIDS, ASKS = {99: 5, 98: 7}, {101: 4, 102: 6}


@pytest.fixture
def books() -> Books:
    return make_books(2, window_ticks=64, far_levels=8)


def live(books: Books, slot: int = 0, now_ns: int = 0) -> Books:
    for event in snapshot(BIDS, ASKS, now_ns=now_ns):
        apply_level(books, slot, event)
    assert review_frame(books, slot, now_ns) == BookState.LIVE
    return books


def touch(books: Books, slot: int = 0) -> tuple[int, int]:
    return int(books.heads[slot]["best_bid_ticks"]), int(books.heads[slot]["best_ask_ticks"])


def test_a_new_book_is_syncing_and_updates_alone_do_not_change_that(books: Books) -> None:
    apply_level(books, 0, level(Side.BUY, 99, 5))
    assert review_frame(books, 0, 1) == BookState.SYNCING


def test_a_book_is_not_live_before_its_snapshot_ends(books: Books) -> None:
    events = snapshot(BIDS, ASKS)
    for event in events[:-1]:
        apply_level(books, 0, event)
    assert review_frame(books, 0, 1) == BookState.SYNCING
    apply_level(books, 0, events[-1])
    assert review_frame(books, 0, 2) == BookState.LIVE


def test_a_snapshot_forgets_what_was_there(books: Books) -> None:
    live(books)
    for event in snapshot({90: 1}, {110: 1}):
        apply_level(books, 0, event)
    assert review_frame(books, 0, 1) == BookState.LIVE
    assert touch(books) == (90, 110)


def test_an_empty_snapshot_is_a_live_empty_book(books: Books) -> None:
    live(books)
    for event in snapshot({}, {}):
        assert apply_level(books, 0, event)
    assert review_frame(books, 0, 1) == BookState.LIVE
    assert touch(books) == (0, 0)


def test_a_book_that_is_crossed_inside_a_frame_is_judged_at_its_end(books: Books) -> None:
    live(books)
    apply_level(books, 0, level(Side.BUY, 101, 1))
    apply_level(books, 0, level(Side.SELL, 101, 0))
    assert review_frame(books, 0, 1) == BookState.LIVE


@pytest.mark.parametrize("bid_ticks", [101, 102])
def test_a_book_that_ends_a_frame_locked_or_crossed_is_crossed_until_it_is_not(books: Books, bid_ticks: int) -> None:
    live(books)
    apply_level(books, 0, level(Side.BUY, bid_ticks, 1))
    assert review_frame(books, 0, 1) == BookState.CROSSED
    apply_level(books, 0, level(Side.BUY, bid_ticks, 0))
    assert review_frame(books, 0, 2) == BookState.LIVE


def test_a_side_without_levels_does_not_cross_a_book(books: Books) -> None:
    for event in snapshot({99: 5}, {}):
        apply_level(books, 0, event)
    assert review_frame(books, 0, 1) == BookState.LIVE


def test_a_gap_makes_the_book_untradable_until_the_next_snapshot(books: Books) -> None:
    live(books)
    mark_gapped(books, 0)
    apply_level(books, 0, level(Side.BUY, 99, 6))
    assert review_frame(books, 0, 1) == BookState.GAPPED
    assert books.heads[0]["gaps"] == 1
    live(books)


def test_a_gap_inside_a_snapshot_spoils_it(books: Books) -> None:
    events = snapshot(BIDS, ASKS)
    apply_level(books, 0, events[0])
    mark_gapped(books, 0)
    for event in events[1:]:
        apply_level(books, 0, event)
    assert review_frame(books, 0, 1) == BookState.GAPPED


@pytest.mark.parametrize(("price", "lots"), [(0, 1), (-5, 1), (LARGEST + 1, 1), (99, -1), (99, LARGEST + 1)])
def test_an_absurd_level_never_reaches_the_book_and_gaps_it(books: Books, price: int, lots: int) -> None:
    live(books)
    assert not apply_level(books, 0, level(Side.BUY, price, lots))
    assert touch(books) == (99, 101)
    assert review_frame(books, 0, 1) == BookState.GAPPED
    assert books.heads[0]["refused"] == 1


def test_an_absurd_level_inside_a_snapshot_keeps_the_book_gapped(books: Books) -> None:
    events = snapshot(BIDS, ASKS)
    events[1]["price_ticks"] = -1
    for event in events:
        apply_level(books, 0, event)
    assert review_frame(books, 0, 1) == BookState.GAPPED


def test_levels_beyond_a_full_far_table_are_let_go_until_the_touch_comes_near_them(books: Books) -> None:
    live(books)
    for i in range(9):
        apply_level(books, 0, level(Side.SELL, 100_000 + i, 1))
    assert review_frame(books, 0, 1) == BookState.LIVE
    assert touch(books) == (99, 101)
    for price in (101, 102, *range(100_000, 100_008)):
        apply_level(books, 0, level(Side.SELL, price, 0))
    assert review_frame(books, 0, 2) == BookState.GAPPED, "what comes behind is not known"


def test_a_live_feed_does_not_make_a_book_live(books: Books) -> None:
    apply_feed_state(books, 0, feed_state(FeedState.LIVE))
    assert review_frame(books, 0, 1) == BookState.SYNCING
    live(books)
    mark_gapped(books, 0)
    apply_feed_state(books, 0, feed_state(FeedState.LIVE))
    assert review_frame(books, 0, 2) == BookState.GAPPED


@pytest.mark.parametrize(
    ("told", "state"),
    [
        (FeedState.DOWN, BookState.SYNCING),
        (FeedState.CONNECTING, BookState.SYNCING),
        (FeedState.SYNCING, BookState.SYNCING),
        (FeedState.GAPPED, BookState.GAPPED),
        (99, BookState.GAPPED),
    ],
)
def test_a_feed_that_is_not_live_costs_the_book_its_trust(books: Books, told: int, state: BookState) -> None:
    live(books)
    apply_feed_state(books, 0, feed_state(told))
    assert books.heads[0]["state"] == state
    assert review_frame(books, 0, 1) == state
    live(books)


def test_silence_makes_a_book_stale_and_the_next_frame_live_again(books: Books) -> None:
    live(books, now_ns=1_000)
    assert not review_silence(books, 0, 1_500, 500)
    assert review_silence(books, 0, 1_501, 500)
    assert books.heads[0]["state"] == BookState.STALE
    assert not review_silence(books, 0, 1_600, 500), "it is told once"
    apply_level(books, 0, level(Side.BUY, 99, 6, now_ns=1_700))
    assert review_frame(books, 0, 1_700) == BookState.LIVE


def test_a_feed_that_says_it_is_live_keeps_a_quiet_book_from_being_stale(books: Books) -> None:
    live(books, now_ns=1_000)
    apply_feed_state(books, 0, feed_state(FeedState.LIVE, now_ns=1_400))
    assert not review_silence(books, 0, 1_800, 500)
    assert review_silence(books, 0, 1_901, 500)


def test_a_stale_feed_makes_the_book_stale_but_no_gapped_one_better(books: Books) -> None:
    live(books)
    apply_feed_state(books, 0, feed_state(FeedState.STALE))
    assert books.heads[0]["state"] == BookState.STALE
    mark_gapped(books, 0)
    assert not mark_stale(books, 0)
    assert books.heads[0]["state"] == BookState.GAPPED


def test_distrusting_all_needs_a_snapshot_of_each(books: Books) -> None:
    live(books, slot=0)
    distrust_all(books)
    assert [int(state) for state in books.heads["state"]] == [BookState.GAPPED, BookState.SYNCING]
    for slot in range(2):
        assert review_frame(books, slot, 5) != BookState.LIVE
        live(books, slot)


def test_the_flags_of_a_level_that_is_refused_still_count(books: Books) -> None:
    live(books)
    apply_level(books, 0, level(Side.BUY, -1, 1, flags=EventFlag.SNAPSHOT_BEGIN))
    assert touch(books) == (0, 0), "the old book is gone with the snapshot that replaces it"
    assert review_frame(books, 0, 1) == BookState.GAPPED
