"""A second opinion on books: what the venue quotes as its best bid and offer, against what the core shows."""

import numpy as np
import pytest

from core.memory.files import Memory, create_files
from core.memory.layout import Capacities
from core.records.instrument import INSTRUMENT
from core.vocabulary import BookState
from feeds.recording import Frame, Recording, Socket
from feeds.touch import STANDS_BEATS, CoreTops, Touch
from tests.venue_bench import VenueBench

ROW = np.zeros(1, INSTRUMENT)
ROW["tick_mantissa"], ROW["tick_exponent"], ROW["lot_mantissa"], ROW["lot_exponent"] = 1, -1, 1, -2
BOOK = (1_000, 1_005)
BID, ASK = ("100.0", "2"), ("100.5", "3")


def _looks(touch: Touch, count: int, best: tuple[int, int] = BOOK) -> list[bool]:
    return [touch.is_wrong(best, ROW[0]) for _ in range(count)]


def test_a_book_that_shows_what_is_quoted_is_right_for_ever() -> None:
    touch = Touch()
    for _ in range(10):
        touch.quote(BID, ASK)
        assert not any(_looks(touch, 1))


def test_a_best_price_that_stands_and_is_never_quoted_is_wrong() -> None:
    touch = Touch()
    touch.quote(("99.9", "2"), ASK)
    assert _looks(touch, STANDS_BEATS) == [False] * STANDS_BEATS
    touch.quote(("99.9", "1"), ASK)
    assert _looks(touch, 1) == [True]


def test_a_price_that_was_quoted_a_moment_ago_is_no_fault() -> None:
    touch = Touch()
    for _ in range(10):
        touch.quote(("99.9", "2"), ASK)
        touch.quote(BID, ASK)
        touch.quote(("99.8", "2"), ASK)
        assert not any(_looks(touch, 1))


def test_a_book_that_moves_is_not_held_to_one_quote() -> None:
    touch = Touch()
    for step in range(10):
        touch.quote(("99.9", "2"), ASK)
        assert not any(_looks(touch, 1, (1_000 + step, 1_005)))


@pytest.mark.parametrize("bid", [("99.95", "2"), ("99.9", "0.001"), ("rubbish", "2")], ids=["off tick", "dust", "none"])
def test_a_quote_that_a_book_cannot_show_says_nothing(bid: tuple[str, str]) -> None:
    touch = Touch()
    for _ in range(10):
        touch.quote(bid, ASK)
        assert not any(_looks(touch, 1))


def test_silence_of_the_quotes_says_nothing() -> None:
    touch = Touch()
    touch.quote(BID, ASK)
    assert not any(_looks(touch, 1))
    assert not any(_looks(touch, 20, (990, 1_005))), "the channel may have ended"


def test_an_empty_side_that_the_venue_quotes_is_wrong() -> None:
    touch = Touch()
    wrong = []
    for _ in range(STANDS_BEATS + 1):
        touch.quote(BID, ASK)
        wrong += _looks(touch, 1, (1_000, 0))
    assert wrong[-1]
    touch.clear()
    for _ in range(STANDS_BEATS + 1):
        touch.quote(BID, ("0", "0"))
        assert not any(_looks(touch, 1, (1_000, 0)))


def test_only_a_book_that_the_core_trusts_is_looked_at() -> None:
    memory = Memory(create_files("tops", ("toy",), Capacities(books=2)), frozenset({"desk", "core"}))
    memory.table("instruments")["book_slot"][:3] = 0, 1, -1
    tops, top = CoreTops(memory), memory.cells("books").values[0]
    assert [tops.best(number) for number in range(3)] == [None, None, None]
    top["published_ns"], top["state"], top["bid_count"], top["bids"]["price_ticks"][0] = 1, BookState.LIVE, 1, 1_000
    assert tops.best(0) == (1_000, 0)
    top["state"] = BookState.GAPPED
    assert tops.best(0) is None


def test_a_ghost_costs_the_book_its_trust_and_says_so() -> None:
    snapshot = (
        '{"topic":"orderbook.200.BTCUSDT","type":"snapshot","ts":1786310818129,'
        '"data":{"s":"BTCUSDT","b":[["65114.2","6"]],"a":[["65114.3","2"]],"u":10,"seq":7},"cts":1786310818027}'
    )
    recording = Recording("by hand", "bybit", (Socket("1", "wss://x"),), (Frame(1, "1", snapshot),))
    bench = VenueBench("bybit-linear", recording, reference="bybit")
    bench.feed(snapshot)
    market, book = bench.market, bench.market.books["BTCUSDT"]
    market.best_in_core = lambda instrument_id: (651_142, 651_143)
    for look in range(STANDS_BEATS + 1):
        assert book.is_live, look
        quote = snapshot.replace(".200.", ".1.").replace("65114.2", "65114.1")
        bench.feed(quote)
        market._compare_with_quotes()
    assert not book.is_live
    assert (market.status["gaps"], bench.wanted) == (1, {"BTCUSDT"})
    assert b"none that the venue quoted" in market.status["message"]
