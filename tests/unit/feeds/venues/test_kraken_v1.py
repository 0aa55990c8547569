"""Kraken v1: the recordings of 2021 beside the slow book, both sides in one frame, checksums, what is asked for."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from core.vocabulary import Reference, Side
from feeds.recording import read_recording
from feeds.venues.catalogue import listing_of
from tests.recorded import recorded
from tests.reference.venue_books.walk import findings
from tests.unit.feeds.venues.noted import note_references
from tests.venue_bench import VenueBench, trades_of

RECORDED = "cryptofeed/kraken/KRAKEN_2021-04-17.jsonl.gz"
SYMBOL = "XBT/USD"


def _bench(frames: int | None = None, **config: object) -> VenueBench:
    """The hand-made book, so many frames of it."""
    bench = VenueBench("kraken-v1", recorded("kraken-v1"), **config)
    bench.lines = bench.lines[:frames]
    bench.play()
    return bench


def test_hand_made_frames_give_the_slow_book_with_every_checksum_right() -> None:
    bench = _bench()
    assert bench.found.compared >= 6
    assert bench.found.trades == trades_of("kraken-v1", recorded("kraken-v1"))
    assert bench.market.status["gaps"] == 0
    assert bench.market.books[SYMBOL].decoder["venue_age_ns"][0] != 0


@pytest.mark.compiled
def test_recorded_books_are_the_slow_ones_with_every_checksum_right(captures: Path) -> None:
    recording = read_recording(captures / RECORDED)
    assert findings(recording).checksums_wrong == 0
    bench = VenueBench("kraken-v1", recording)
    found = bench.play(every=10)
    assert len(found.symbols) == 10
    assert found.compared > 400
    assert found.trades == trades_of("kraken-v1", recording)
    assert bench.market.status["gaps"] == 0


def test_a_wrong_checksum_is_seen_in_either_object_before_anything_is_published() -> None:
    bench = _bench()
    before = {side: dict(levels) for side, levels in bench.books[SYMBOL].sides.items()}
    double = '[336,{"a":[["60000.10000","7.00000000","1790000002.0"]]},'
    double += '{"b":[["59999.90000","7.00000000","1790000002.0"]],"c":"1"},"book-10","XBT/USD"]'
    bench.feed(double)
    assert bench.market.status["gaps"] == 1
    assert not bench.books[SYMBOL].is_live
    assert bench.books[SYMBOL].sides == before
    bench.feed(double)
    assert bench.market.status["gaps"] == 1, "only a snapshot begins it again"


def test_checks_can_be_switched_off() -> None:
    bench = _bench(checksums=False)
    bench.feed('[336,{"b":[["59999.90000","7.00000000","1790000002.0"]],"c":"1"},"book-10","XBT/USD"]')
    assert bench.market.status["gaps"] == 0
    assert bench.books[SYMBOL].is_live
    assert 7 in [lots * bench.instruments[SYMBOL].lot for lots in bench.books[SYMBOL].sides[Side.BUY].values()]


def test_an_update_without_a_checksum_is_not_believed() -> None:
    bench = _bench()
    bench.feed('[336,{"b":[["59999.90000","7.00000000","1790000002.0"]]},"book-10","XBT/USD"]')
    assert bench.market.status["bad_frames"] == 1
    assert not bench.books[SYMBOL].is_live


def test_what_is_asked_for_and_refused() -> None:
    bench = _bench(depth=20, ticker=False)
    [book] = bench.market.books.values()
    asked = [json.loads(text) for text in [*bench.market.subscribe([book]), *bench.market.unsubscribe_book(book)]]
    assert asked == [
        {"event": "subscribe", "pair": [SYMBOL], "subscription": {"name": "book", "depth": 25}},
        {"event": "subscribe", "pair": [SYMBOL], "subscription": {"name": "trade"}},
        {"event": "unsubscribe", "pair": [SYMBOL], "subscription": {"name": "book", "depth": 25}},
    ]
    refusal = {"event": "subscriptionStatus", "status": "error", "pair": "X", "errorMessage": "not supported"}
    bench.feed(json.dumps(refusal))
    assert bench.market.status["message"] == b"the venue refused X: not supported"


def test_the_list_has_the_names_of_v1_under_ours(captures: Path) -> None:
    recording = read_recording(captures / RECORDED)
    body = next(answer.text for answer in recording.answers if "AssetPairs" in answer.url).encode()
    listed = {instrument.symbol: instrument for instrument in listing_of("kraken-v1")([body], "kraken-v1")}
    pair = listed["BTC-USD.kraken-v1"]
    assert (pair.venue_symbol, pair.tick) == (SYMBOL, Decimal("0.1"))


def test_what_only_the_best_quote_is_asked_of_is_live_by_it() -> None:
    bench = VenueBench("kraken-v1", recorded("kraken-v1"), level=1, ticker=True)
    asked = [json.loads(text) for text in bench.market.subscribe([*bench.market.books.values()])]
    assert [message["subscription"]["name"] for message in asked] == ["spread", "trade", "ticker"]
    bench.feed('[0,["5698.40000","5700.00000","1542057299.545897","1.5","0.5"],"spread","XBT/USD"]')
    assert [len(levels) for levels in bench.books[SYMBOL].sides.values()] == [1, 1]
    references = note_references(bench)
    day = '{"v":["1","20.5"],"p":["1","5699.0"],"l":["1","5600.0"],"h":["1","5800.0"],"c":["5699.0","1"]}'
    bench.feed(f'[0,{day},"ticker","XBT/USD"]')
    assert {Reference.DAY_VOLUME_LOTS, Reference.DAY_HIGH_TICKS, Reference.DAY_LOW_TICKS} <= {
        row[0] for row in references
    }
    assert bench.market.status["bad_frames"] == 0
