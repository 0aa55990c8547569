"""OKX: every recording beside the slow books, the rule of its sequence ids by hand, its list of instruments."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from core.vocabulary import AssetClass, Reference, Side
from feeds.errors import SequenceGap
from feeds.recording import Frame, Recording, Socket, read_recording
from feeds.venues.catalogue import listing_of
from feeds.venues.okx.sequence import BookSequence
from tests.unit.feeds.venues.noted import note_references
from tests.venue_bench import VenueBench, trades_of

URL = "wss://ws.okx.com:8443/ws/v5/public"


def _book(
    action: str, previous: int | None, last: int | None, bids: object = (), asks: object = (), **more: object
) -> str:
    data = {"asks": asks, "bids": bids, "ts": "1786541241006", "checksum": 0, **more}
    if previous is not None:
        data |= {"prevSeqId": previous, "seqId": last}
    head = {"arg": {"channel": "books", "instId": "BTC-USDT"}}
    return json.dumps({**head, "action": action, "data": [data]} if action else {**head, "data": [data]})


SNAPSHOT = _book(
    "snapshot", -1, 10, [["63921.4", "421.93", "0", "28"]], [["63921.5", "790.41", "0", "42"], ["63922", "1", "0", "1"]]
)


def _bench(*frames: str) -> VenueBench:
    lines = tuple(Frame(at_ns, "1", text) for at_ns, text in enumerate(frames or (SNAPSHOT,), 1))
    return VenueBench("okx", Recording("by hand", "okx", (Socket("1", URL),), lines))


def _sides(bench: VenueBench) -> dict[int, dict[int, int]]:
    return bench.books["BTC-USDT"].sides


@pytest.mark.parametrize("conn", ["OKEX.ws.1", "OKEX.ws.2", "OKEX.ws.3"])
def test_recorded_books_of_2021_are_the_slow_ones_with_every_checksum_right(captures: Path, conn: str) -> None:
    recording = read_recording(captures / "cryptofeed/okx/OKEX_2021-07-22.jsonl.gz")
    bench = VenueBench("okx", recording, conn=conn)
    found = bench.play(every=5)
    assert len(found.symbols) == 10
    assert found.trades == trades_of("okx", recording, conn)
    assert bench.market.status["gaps"] == 0


def test_recorded_books_of_2022_are_the_slow_ones_with_every_checksum_right(captures: Path) -> None:
    recording = read_recording(captures / "cryptofeed/okx/OKX_2022-05-13.jsonl.gz")
    bench = VenueBench("okx", recording)
    found = bench.play()
    assert found.compared >= 290
    assert found.trades == trades_of("okx", recording)
    assert bench.market.status["gaps"] == 0


def test_frames_of_2026_with_whole_books_are_read(captures: Path) -> None:
    recording = read_recording(captures / "misc_wire/okx/okx_v5_frames_20260812.jsonl")
    found = VenueBench("okx", recording).play()
    assert found.symbols == {"BTC-USDT", "BTC-USDT-SWAP"}
    assert found.trades == trades_of("okx", recording)


def test_an_update_follows_the_message_before_it() -> None:
    sequence = BookSequence(venue="okx", symbol="BTC-USDT")
    sequence.begin(10)
    assert sequence.accepts(10, 15)
    assert sequence.accepts(15, 15), "a keep-alive: nothing changed for a minute"
    assert sequence.accepts(15, 3), "ids start over after maintenance"
    assert sequence.accepts(3, 5)
    with pytest.raises(SequenceGap):
        sequence.accepts(6, 7)


def test_a_message_that_comes_twice_is_taken_once() -> None:
    sequence = BookSequence(venue="okx", symbol="BTC-USDT")
    sequence.begin(10)
    assert sequence.accepts(10, 15)
    assert not sequence.accepts(10, 15)
    assert sequence.accepts(15, 16)


def test_a_message_without_ids_behind_one_with_ids_is_a_gap() -> None:
    sequence = BookSequence(venue="okx", symbol="BTC-USDT")
    sequence.begin(10)
    with pytest.raises(SequenceGap):
        sequence.accepts(None, None)


def test_a_lost_update_ends_the_book_until_the_next_snapshot() -> None:
    bench = _bench()
    bench.feed(SNAPSHOT)
    bench.feed(_book("update", 10, 11, asks=[["63922", "0", "0", "0"]]))
    assert _sides(bench) == {Side.BUY: {639214: 42193}, Side.SELL: {639215: 79041}}
    bench.feed(_book("update", 12, 13, bids=[["63921", "1", "0", "1"]]))
    assert bench.market.status["gaps"] == 1
    assert not bench.books["BTC-USDT"].is_live
    bench.feed(_book("update", 13, 14, bids=[["63921", "1", "0", "1"]]))
    assert _sides(bench)[Side.BUY] == {639214: 42193}, "an update before the new snapshot is not taken"
    bench.feed(SNAPSHOT)
    assert bench.market.books["BTC-USDT"].is_live
    assert bench.market.status["gaps"] == 1


def test_a_wrong_checksum_ends_the_book_before_it_is_published() -> None:
    bench = _bench()
    bench.feed(_book("snapshot", -1, 10, [["63921.4", "421.93", "0", "28"]], [["63921.5", "1", "0", "42"]], checksum=7))
    assert bench.market.status["gaps"] == 1
    assert _sides(bench) == {Side.BUY: {}, Side.SELL: {}}


def test_a_whole_book_of_five_levels_does_not_replace_the_full_one() -> None:
    bench = _bench()
    bench.feed(SNAPSHOT)
    bench.feed(_book("", None, None, [["63921.4", "1", "0", "28"]], [["63921.5", "1", "0", "42"]]))
    assert _sides(bench)[Side.BUY] == {639214: 42193}


def test_a_book_that_is_neither_snapshot_nor_update_is_refused() -> None:
    bench = _bench()
    bench.feed(SNAPSHOT)
    bench.feed(_book("update", 10, 11, [["63921", "1", "0", "1"]]).replace('"update"', '"updatf"'))
    assert bench.market.status["bad_frames"] == 1
    assert not bench.market.books["BTC-USDT"].is_live


def test_a_refused_subscription_is_told_and_is_no_bad_frame() -> None:
    bench = _bench()
    bench.feed(
        '{"event":"error","code":"60018","msg":"Wrong URL or channel:books,instId:X doesn\'t exist.","connId":"a"}'
    )
    bench.feed("pong")
    bench.feed('{"event":"subscribe","arg":{"channel":"books","instId":"BTC-USDT"},"connId":"a4d3ae55"}')
    assert bench.market.status["bad_frames"] == 0
    assert b"refused: Wrong URL" in bench.market.status["message"]


def test_a_notice_of_maintenance_opens_the_socket_anew() -> None:
    bench = _bench()
    reopened: list[bool] = []
    bench.socket.reopen = lambda: reopened.append(True)  # type: ignore[method-assign]
    bench.feed('{"event":"notice","code":"64008","msg":"The connection will soon be closed for a service upgrade."}')
    assert reopened == [True]


def test_the_book_is_subscribed_by_the_depth_that_is_asked_for() -> None:
    bench = _bench()
    [text] = bench.market.subscribe(list(bench.market.books.values()))
    channels = ("books", "trades", "bbo-tbt", "tickers")
    args = [{"channel": channel, "instId": "BTC-USDT"} for channel in channels]
    assert json.loads(text) == {"op": "subscribe", "args": args}


def test_the_list_of_instruments_has_spot_swaps_and_futures(captures: Path) -> None:
    recording = read_recording(captures / "cryptofeed/okx/OKX_2022-05-13.jsonl.gz")
    bodies = [answer.text.encode() for answer in recording.answers[:5]]
    listed = {instrument.symbol: instrument for instrument in listing_of("okx")(bodies, "okx")}
    spot, swap, future = listed["BTC-USDT.okx"], listed["BTC-USD-PERP.okx"], listed["BTC-USD-220527.okx"]
    assert (spot.venue_symbol, spot.tick, spot.lot) == ("BTC-USDT", Decimal("0.1"), Decimal("1E-8"))
    assert (swap.venue_symbol, swap.contract_size, swap.is_inverse) == ("BTC-USD-SWAP", Decimal(100), True)
    assert future.asset_class is AssetClass.FUTURE
    assert not listed["BTC-USDT-PERP.okx"].is_inverse
    assert listed["BTC-USD-220514-22000-C.okx"].is_shown_only
    assert [one.knows_reduce_only for one in (spot, swap, future)] == [False, True, True]


def test_mark_index_funding_and_liquidations_are_told_when_they_change() -> None:
    """Shapes of the venue's documents."""
    bench = _bench(SNAPSHOT.replace("BTC-USDT", "BTC-USDT-SWAP"))
    told = note_references(bench)
    mark = (
        '{"arg":{"channel":"mark-price","instId":"BTC-USDT-SWAP"},"data":[{"instType":"SWAP","instId":"BTC-USDT-SWAP",'
    )
    bench.feed(mark + '"markPx":"63921.45","ts":"1597026383085"}]}')
    bench.feed(mark + '"markPx":"63921.45","ts":"1597026383285"}]}')
    bench.feed(
        '{"arg":{"channel":"index-tickers","instId":"BTC-USDT"},"data":[{"instId":"BTC-USDT","idxPx":"63920","ts":"1"}]}'
    )
    bench.feed(
        '{"arg":{"channel":"funding-rate","instId":"BTC-USDT-SWAP"},"data":[{"fundingRate":"-0.0001875391284828",'
        '"fundingTime":"1700726400000","instId":"BTC-USDT-SWAP","instType":"SWAP","nextFundingRate":""}]}'
    )
    bench.feed(
        '{"arg":{"channel":"liquidation-orders","instType":"SWAP"},"data":[{"details":[{"bkLoss":"0","bkPx":"63900.1",'
        '"posSide":"short","side":"buy","sz":"13","ts":"1692266434010"}],"instId":"BTC-USDT-SWAP","instType":"SWAP"}]}'
    )
    assert told == [
        (Reference.MARK_E8, 6_392_145_000_000),
        (Reference.INDEX_E8, 6_392_000_000_000),
        (Reference.FUNDING_E8, -18_753),
        (Reference.FUNDING_AT_NS, 1_700_726_400_000_000_000),
        (Reference.LIQUIDATION, 639_001),
    ]
    assert bench.market.status["bad_frames"] == 0


def test_a_reference_that_is_no_number_is_a_bad_frame() -> None:
    bench = _bench(SNAPSHOT.replace("BTC-USDT", "BTC-USDT-SWAP"))
    bench.feed(
        '{"arg":{"channel":"mark-price","instId":"BTC-USDT-SWAP"},"data":[{"instId":"BTC-USDT-SWAP","markPx":"1e999999999"}]}'
    )
    assert bench.market.status["bad_frames"] == 1
