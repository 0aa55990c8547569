"""Deribit: the recording beside the slow book, the rule of its change ids by hand, heartbeats, its instruments."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from core.vocabulary import AssetClass, Reference, Side
from feeds.errors import SequenceGap
from feeds.recording import Frame, Recording, Socket, read_recording
from feeds.venues.catalogue import listing_of
from feeds.venues.deribit.sequence import BookSequence
from tests.unit.feeds.venues.noted import note_references
from tests.venue_bench import VenueBench, trades_of

RECORDED = "cryptofeed/deribit/DERIBIT_2021-07-22.jsonl.gz"


def _book(kind: str, previous: int | None, last: int, bids: object = (), asks: object = ()) -> str:
    data = {
        "type": kind, "timestamp": 1699999999000, "instrument_name": "BTC-PERPETUAL", "change_id": last,
        "bids": bids, "asks": asks,
    }  # fmt: skip
    if previous is not None:
        data["prev_change_id"] = previous
    params = {"channel": "book.BTC-PERPETUAL.100ms", "data": data}
    return json.dumps({"jsonrpc": "2.0", "method": "subscription", "params": params}, separators=(",", ":"))


SNAPSHOT = _book("snapshot", None, 10, [["new", 42500.0, 1000.0]], [["new", 42501.0, 800.0], ["new", 42501.5, 600.0]])
TRADES = (
    '{"jsonrpc":"2.0","method":"subscription","params":{"channel":"trades.BTC-PERPETUAL.100ms","data":[{"timestamp":'
    '1765531356452,"price":92294.5,"amount":10.0,"direction":"sell","index_price":92276.75,"instrument_name":'
    '"BTC-PERPETUAL","trade_seq":271252854,"mark_price":92287.11,"tick_direction":2,"contracts":1.0,"trade_id":'
    '"403691824"},{"timestamp":1765531356452,"price":92288.5,"amount":750.0,"direction":"buy","index_price":92276.75,'
    '"instrument_name":"BTC-PERPETUAL","trade_seq":271252855,"mark_price":92287.11,"tick_direction":2,"contracts":75.0,'
    '"trade_id":"403691825"}]}}'
)


def _bench() -> VenueBench:
    recording = Recording(
        "by hand", "deribit", (Socket("1", "wss://www.deribit.com/ws/api/v2"),), (Frame(1, "1", SNAPSHOT),)
    )
    bench = VenueBench("deribit", recording)
    bench.feed(SNAPSHOT)
    return bench


def _sides(bench: VenueBench) -> dict[int, dict[int, int]]:
    """By hand, a tick is 0.1 and a lot is 1."""
    return bench.books["BTC-PERPETUAL"].sides


def test_recorded_books_of_2021_are_the_slow_ones(captures: Path) -> None:
    recording = read_recording(captures / RECORDED)
    bench = VenueBench("deribit", recording)
    assert len(bench.play().symbols) == 10
    assert bench.market.status["gaps"] == 0


def test_a_change_names_the_one_before_it() -> None:
    sequence = BookSequence(venue="deribit", symbol="BTC-PERPETUAL")
    sequence.begin(10)
    assert sequence.accepts(10, 14)
    assert not sequence.accepts(10, 14), "told twice"
    with pytest.raises(SequenceGap):
        sequence.accepts(15, 16)
    with pytest.raises(SequenceGap):
        sequence.accepts(None, 16)


def test_changes_and_deletions_are_applied() -> None:
    bench = _bench()
    bench.feed(_book("change", 10, 11, [["change", 42500.0, 900.0]], [["delete", 42501.0, 0.0]]))
    assert _sides(bench)[Side.BUY] == {425000: 900}
    assert list(_sides(bench)[Side.SELL]) == [425015]


def test_a_lost_change_ends_the_book_until_the_next_snapshot() -> None:
    bench = _bench()
    bench.feed(_book("change", 11, 12, [["delete", 42500.0, 0.0]]))
    bench.feed(_book("change", 12, 13, [["delete", 42500.0, 0.0]]))
    assert bench.market.status["gaps"] == 1
    assert not bench.market.books["BTC-PERPETUAL"].is_live
    assert _sides(bench)[Side.BUY] == {425000: 1000}
    bench.feed(SNAPSHOT)
    assert bench.market.books["BTC-PERPETUAL"].is_live


def test_trades_have_the_side_of_the_taker() -> None:
    recording = Recording(
        "by hand", "deribit", (Socket("1", "wss://www.deribit.com/ws/api/v2"),),
        (Frame(1, "1", SNAPSHOT), Frame(2, "1", TRADES)),
    )  # fmt: skip
    found = VenueBench("deribit", recording).play()
    assert found.trades == trades_of("deribit", recording)
    assert [side for *_, side in found.trades] == ["sell", "buy"]


def test_a_test_request_is_answered() -> None:
    bench = _bench()
    bench.feed('{"jsonrpc":"2.0","method":"heartbeat","params":{"type":"heartbeat"}}')
    assert bench.socket.sent == []  # type: ignore[attr-defined]
    bench.feed('{"jsonrpc":"2.0","method":"heartbeat","params":{"type":"test_request"}}')
    assert json.loads(bench.socket.sent[0])["method"] == "public/test"  # type: ignore[attr-defined]
    assert bench.market.status["bad_frames"] == 0


def test_what_the_venue_does_not_know_is_told() -> None:
    bench = _bench()
    bench.feed('{"jsonrpc":"2.0","id":2,"result":["trades.BTC-PERPETUAL.100ms"],"usIn":1,"usOut":2,"usDiff":1}')
    assert bench.market.status["message"] == b"the venue does not know BTC-PERPETUAL"
    bench.feed('{"jsonrpc":"2.0","id":2,"error":{"code":10028,"message":"too_many_requests","data":null}}')
    assert bench.market.status["message"] == b"the venue refused: too_many_requests"


def test_a_grouped_view_changes_nothing() -> None:
    bench = _bench()
    bench.feed(
        '{"jsonrpc":"2.0","method":"subscription","params":{"channel":"book.BTC-PERPETUAL.none.10.100ms","data":'
        '{"instrument_name":"BTC-PERPETUAL","timestamp":1769246173071,"change_id":136725664747,"bids":[[89532.5,10.0]],'
        '"asks":[[89533.0,91570.0]]}}}'
    )
    assert _sides(bench)[Side.BUY] == {425000: 1000}


def test_the_list_names_futures_and_options(captures: Path) -> None:
    bodies = [answer.text.encode() for answer in read_recording(captures / RECORDED).answers]
    listed = {instrument.symbol: instrument for instrument in listing_of("deribit")(bodies, "deribit")}
    perpetual, future = listed["BTC-USD-PERP.deribit"], listed["ETH-USD-210924.deribit"]
    option = listed["BTC-USD-210924-40000-P.deribit"]
    assert (perpetual.venue_symbol, perpetual.lot, perpetual.is_inverse) == ("BTC-PERPETUAL", Decimal(10), True)
    assert (future.venue_symbol, future.asset_class) == ("ETH-24SEP21", AssetClass.FUTURE)
    assert (option.venue_symbol, option.tick, option.lot) == ("BTC-24SEP21-40000-P", Decimal("0.0005"), Decimal("0.1"))


def test_a_linear_perpetual_is_not_inverse() -> None:
    """Shape of the venue's documents."""
    row = {
        "instrument_name": "BTC_USDC-PERPETUAL", "kind": "future", "instrument_type": "linear", "base_currency": "BTC",
        "quote_currency": "USDC", "counter_currency": "USDC", "settlement_currency": "USDC", "contract_size": 0.0001,
        "tick_size": 0.5, "min_trade_amount": 0.0001, "settlement_period": "perpetual", "is_active": True,
        "taker_commission": 0.0005, "expiration_timestamp": 32503708800000,
    }  # fmt: skip
    [found] = listing_of("deribit")([json.dumps({"result": [row]}).encode()], "deribit")
    assert (found.symbol, found.is_inverse, found.lot) == ("BTC-USDC-PERP.deribit", False, Decimal("0.0001"))
    assert found.taker_fee_ppm == 500


def test_mark_index_and_open_interest_of_the_recording_are_told(captures: Path) -> None:
    recording = read_recording(captures / RECORDED)
    bench = VenueBench("deribit", recording)
    told = note_references(bench)
    for frame in recording.frames:
        bench.feed(frame.text)
    assert (Reference.MARK_E8, 197_200) in told
    assert (Reference.INDEX_E8, 200_672_000_000) in told
    assert bench.market.status["bad_frames"] == 0
