"""Kraken v2: the recording beside the slow book, checksums and the cut of the depth by hand, its instruments."""

import gzip
import json
import zlib
from decimal import Decimal
from pathlib import Path

import pytest

from core.vocabulary import InstrumentState, Side
from feeds.recording import Frame, Recording, Socket, read_recording
from feeds.venues.catalogue import listing_of
from tests.venue_bench import VenueBench, trades_of

RECORDED = "derived/kraken_v2/kraken_v2_first20.jsonl"
URL = "wss://ws.kraken.com/v2"
Rows = list[tuple[str, str]]


def _checksum(bids: Rows, asks: Rows) -> int:
    """As the venue's guide says, slowly: ten asks, then ten bids, digits only, no leading noughts."""
    numbers = [text for row in asks[:10] + bids[:10] for text in row]
    return zlib.crc32("".join(text.replace(".", "").lstrip("0") for text in numbers).encode())


def _book(kind: str, bids: Rows, asks: Rows, checksum: int) -> str:
    def rows(levels: Rows) -> str:
        return ",".join(f'{{"price":{price},"qty":{size}}}' for price, size in levels)

    return (
        f'{{"channel":"book","type":"{kind}","data":[{{"symbol":"BTC/USD","bids":[{rows(bids)}],"asks":[{rows(asks)}],'
        f'"checksum":{checksum},"timestamp":"2026-07-19T17:54:39.753424Z"}}]}}'
    )


BIDS = [(f"645{place:02}.0", f"0.{place:08}") for place in range(20, 8, -1)]
ASKS = [(f"646{place:02}.5", f"1.0000000{place % 10}") for place in range(12)]
"""Twelve a side"""
SNAPSHOT = _book("snapshot", BIDS, ASKS, _checksum(BIDS, ASKS))


def _bench(*frames: str, depth: int = 0) -> VenueBench:
    lines = tuple(Frame(at_ns, "1", text) for at_ns, text in enumerate(frames or (SNAPSHOT,), 1))
    return VenueBench("kraken", Recording("by hand", "kraken", (Socket("1", URL),), lines), depth=depth)


def _fixture(captures: Path, name: str) -> str:
    path = captures / "nautilus/adapter_fixtures/kraken_fixtures.json.gz"
    if not path.is_file():
        pytest.skip(f"no recording at {path}")
    files = json.loads(gzip.decompress(path.read_bytes()))["files"]
    return next(str(file["text"]) for file in files if file["path"].endswith(f"/{name}"))


@pytest.mark.parametrize("depth", [0, 10])
def test_the_recorded_book_is_the_slow_one_with_every_checksum_right(captures: Path, depth: int) -> None:
    bench = VenueBench("kraken", read_recording(captures / RECORDED), depth=depth)
    assert bench.play().compared >= 20
    assert bench.market.status["gaps"] == 0


def test_the_wrong_checksum_of_a_document_is_seen(captures: Path) -> None:
    """The fixture has three levels of a longer book."""
    snapshot = _fixture(captures, "ws_book_snapshot.json")
    bench = _bench(snapshot)
    bench.feed(snapshot)
    assert bench.market.status["gaps"] == 1
    assert bench.books["BTC/USD"].sides == {Side.BUY: {}, Side.SELL: {}}


def test_documented_trades_have_the_side_of_the_taker(captures: Path) -> None:
    trades = _fixture(captures, "ws_trade_update.json")
    recording = Recording("by hand", "kraken", (Socket("1", URL),), (Frame(1, "1", SNAPSHOT), Frame(2, "1", trades)))
    found = VenueBench("kraken", recording).play()
    assert found.trades == trades_of("kraken", recording)
    assert [side for *_, side in found.trades] == ["buy", "sell"]


def test_trades_of_a_snapshot_are_not_told_as_new(captures: Path) -> None:
    trades = _fixture(captures, "ws_trade_update.json").replace('"update"', '"snapshot"')
    bench = _bench()
    bench.feed(SNAPSHOT)
    bench.feed(trades)
    assert bench.found.trades == []
    assert bench.market.status["bad_frames"] == 0


def test_an_update_is_checked_before_it_is_published() -> None:
    bench = _bench()
    bench.feed(SNAPSHOT)
    bids = [("64520.0", "3.00000000"), *BIDS[1:]]
    bench.feed(_book("update", bids[:1], [], _checksum(bids, ASKS)))
    assert bench.books["BTC/USD"].sides[Side.BUY][645200] == 300_000_000
    bench.feed(_book("update", [("64520.0", "4.00000000")], [], _checksum(bids, ASKS)))
    assert bench.market.status["gaps"] == 1
    assert not bench.market.books["BTC/USD"].is_live
    assert bench.books["BTC/USD"].sides[Side.BUY][645200] == 300_000_000, "what the checksum refuses is not seen"
    bench.feed(_book("update", bids[:1], [], _checksum(bids, ASKS)))
    assert not bench.market.books["BTC/USD"].is_live, "only a snapshot repairs it"
    bench.feed(SNAPSHOT)
    assert bench.market.books["BTC/USD"].is_live


def test_checks_can_be_switched_off() -> None:
    recording = Recording("by hand", "kraken", (Socket("1", URL),), (Frame(1, "1", SNAPSHOT),))
    bench = VenueBench("kraken", recording, checksums=False)
    bench.feed(_book("snapshot", BIDS, ASKS, 7))
    assert bench.market.books["BTC/USD"].is_live


def test_levels_that_fall_out_of_the_depth_are_deleted() -> None:
    bids, asks = BIDS[:10], ASKS[:10]
    snapshot = _book("snapshot", bids, asks, _checksum(bids, asks))
    better = ("64521.0", "1.00000000")
    bench = _bench(snapshot)
    bench.feed(snapshot)
    bench.feed(_book("update", [better], [], _checksum([better, *bids[:9]], asks)))
    assert sorted(bench.books["BTC/USD"].sides[Side.BUY]) == sorted([645210, *range(645200, 645110, -10)])
    assert bench.market.status["gaps"] == 0


def test_a_book_that_is_not_full_is_not_cut() -> None:
    bench = _bench()
    bench.feed(SNAPSHOT)
    better = ("64521.0", "1.00000000")
    bench.feed(_book("update", [better], [], _checksum([better, *BIDS], ASKS)))
    assert len(bench.books["BTC/USD"].sides[Side.BUY]) == 13


def test_a_refused_subscription_is_told_and_is_no_bad_frame() -> None:
    bench = _bench()
    bench.feed('{"channel":"heartbeat"}')
    bench.feed('{"channel":"status","type":"update","data":[{"system":"online","api_version":"v2"}]}')
    bench.feed('{"method":"pong","req_id":42,"time_in":"2023-09-25T09:05:00.123456Z"}')
    bench.feed('{"error":"Currency pair not supported X/USD","method":"subscribe","success":false,"symbol":"X/USD"}')
    assert bench.market.status["bad_frames"] == 0
    assert bench.market.status["message"] == b"the venue refused: Currency pair not supported X/USD"


def test_a_lost_book_is_asked_for_again_with_its_depth() -> None:
    bench = _bench(depth=20)
    [book] = bench.market.books.values()
    [text] = bench.market.subscribe_book(book)
    assert json.loads(text)["params"] == {"channel": "book", "symbol": ["BTC/USD"], "depth": 25, "snapshot": True}


def test_the_list_of_pairs_has_the_names_of_v2(captures: Path) -> None:
    body = _fixture(captures, "http_asset_pairs.json").encode()
    listed = {instrument.symbol: instrument for instrument in listing_of("kraken")([body], "kraken")}
    pair = listed["BTC-USDT.kraken"]
    assert (pair.venue_symbol, pair.tick, pair.lot) == ("BTC/USDT", Decimal("0.1"), Decimal("1E-8"))
    assert pair.state is InstrumentState.OPEN
