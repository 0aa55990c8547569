"""BitMEX: the recording beside the slow book, levels by their ids, what is not ours to apply, its instruments."""

import json
from decimal import Decimal
from pathlib import Path

from core.vocabulary import AssetClass, Reference, Side
from feeds.recording import Frame, Recording, Socket, read_recording
from feeds.venues.catalogue import listing_of
from tests.unit.feeds.venues.noted import note_references
from tests.venue_bench import VenueBench, trades_of

RECORDED = "cryptofeed/bitmex/BITMEX_2021-07-22.jsonl.gz"
BID, ASK, FAR_ASK = 62400580205, 62400580206, 62400580300


def _table(action: str, *rows: dict[str, object], table: str = "orderBookL2") -> str:
    """As of 2026: every row with its price and time."""
    times = {"timestamp": "2026-11-24T08:26:22.356Z", "transactTime": "2026-11-24T08:26:22.275Z"}
    data = [{"symbol": "XBTUSD", **row, **times} for row in rows]
    more = {"types": {"symbol": "symbol"}, "filter": {"symbol": "XBTUSD"}} if action == "partial" else {}
    return json.dumps({"table": table, "action": action, **more, "data": data}, separators=(",", ":"))


def _row(number: int, side: str, price: float, size: int | None = None) -> dict[str, object]:
    sizes: dict[str, object] = {"size": size} if size is not None else {}
    return {"id": number, "side": side, **sizes, "price": price}


PARTIAL = _table(
    "partial", _row(BID, "Buy", 98459.5, 33000), _row(ASK, "Sell", 98460, 200), _row(FAR_ASK, "Sell", 98500.1, 700)
)


def _bench() -> VenueBench:
    recording = Recording(
        "by hand", "bitmex", (Socket("1", "wss://ws.bitmex.com/realtime"),), (Frame(1, "1", PARTIAL),)
    )
    return VenueBench("bitmex", recording)


def _sides(bench: VenueBench) -> dict[int, dict[int, int]]:
    """By hand, a tick is 0.1 and a lot is 1."""
    return bench.books["XBTUSD"].sides


def test_recorded_books_of_2021_are_the_slow_ones(captures: Path) -> None:
    recording = read_recording(captures / RECORDED)
    bench = VenueBench("bitmex", recording)
    found = bench.play(every=20)
    assert len(found.symbols) == 10
    assert found.trades == trades_of("bitmex", recording), "trades of the partials happened before"
    assert bench.market.status["gaps"] == 0


def test_levels_are_inserted_updated_and_deleted_by_their_ids() -> None:
    bench = _bench()
    bench.feed(_table("update", _row(BID, "Buy", 98459.5, 100)))
    assert bench.books["XBTUSD"].sides[Side.BUY] == {}, "what comes before the partial is not applied"
    bench.feed(PARTIAL)
    bench.feed(_table("update", {"id": BID, "side": "Buy", "size": 500}))
    bench.feed(_table("insert", _row(7, "Buy", 98459.4, 900)))
    bench.feed(_table("delete", {"id": FAR_ASK, "side": "Sell"}))
    assert _sides(bench) == {Side.BUY: {984595: 500, 984594: 900}, Side.SELL: {984600: 200}}
    assert bench.market.status["bad_frames"] == 0


def test_a_change_of_an_unknown_level_shows_a_loss() -> None:
    bench = _bench()
    bench.feed(PARTIAL)
    bench.feed(_table("update", _row(8, "Buy", 98459.4, 100)))
    assert bench.market.status["gaps"] == 1
    assert not bench.market.books["XBTUSD"].is_live
    bench.feed(_table("update", _row(BID, "Buy", 98459.5, 100)))
    assert _sides(bench)[Side.BUY] == {984595: 33000}
    bench.feed(PARTIAL)
    assert bench.market.books["XBTUSD"].is_live


def test_an_update_without_its_size_is_refused_and_deletes_nothing() -> None:
    bench = _bench()
    bench.feed(PARTIAL)
    bench.feed(_table("update", _row(BID, "Buy", 98459.5)))
    assert bench.market.status["bad_frames"] == 1
    assert _sides(bench)[Side.BUY] == {984595: 33000}


def test_an_empty_partial_is_an_empty_book() -> None:
    bench = _bench()
    bench.feed(PARTIAL)
    bench.feed(_table("partial"))
    assert _sides(bench) == {Side.BUY: {}, Side.SELL: {}}
    assert bench.market.books["XBTUSD"].is_live


def test_the_best_levels_alone_do_not_replace_the_full_book() -> None:
    bench = _bench()
    bench.feed(PARTIAL)
    bench.feed(_table("partial", _row(ASK, "Sell", 98460, 200), table="orderBookL2_25"))
    bench.feed(_table("delete", _row(BID, "Buy", 98459.5), table="orderBookL2_25"))
    assert _sides(bench)[Side.BUY] == {984595: 33000}


def test_a_refused_subscription_is_told_and_is_no_bad_frame() -> None:
    bench = _bench()
    bench.feed('{"info":"Welcome to the BitMEX Realtime API.","version":"2.0","limit":{"remaining":39}}')
    bench.feed('{"success":true,"subscribe":"orderBookL2:XBTUSD","request":{"op":"subscribe","args":[]}}')
    bench.feed("pong")
    bench.feed('{"status":400,"error":"Unknown or expired symbol: NOUSD","meta":{},"request":{"op":"subscribe"}}')
    assert bench.market.status["bad_frames"] == 0
    assert bench.market.status["message"] == b"the venue refused: Unknown or expired symbol: NOUSD"


def test_the_list_of_instruments_has_inverse_quanto_and_dated_contracts(captures: Path) -> None:
    body = read_recording(captures / RECORDED).answers[0].text.encode()
    listed = {instrument.symbol: instrument for instrument in listing_of("bitmex")([body], "bitmex")}
    inverse, future, alt = (
        listed["BTC-USD-PERP.bitmex"],
        listed["BTC-USD-210924.bitmex"],
        listed["XRP-BTC-210924.bitmex"],
    )
    assert (inverse.venue_symbol, inverse.tick, inverse.lot) == ("XBTUSD", Decimal("0.5"), Decimal(100))
    assert inverse.is_inverse
    quanto = listed["ETH-USD-PERP.bitmex"]
    assert (quanto.is_inverse, quanto.contract_size, quanto.settlement) == (False, Decimal("0.000001"), "BTC")
    assert (future.venue_symbol, future.asset_class) == ("XBTU21", AssetClass.FUTURE)
    assert (alt.tick, alt.is_inverse, alt.maker_fee_ppm) == (Decimal("1E-8"), False, -250)


def test_mark_index_funding_and_liquidations_are_told() -> None:
    """Shapes of the venue's documents."""
    bench = _bench()
    told = note_references(bench)
    bench.feed(
        '{"table":"instrument","action":"update","data":[{"symbol":"XBTUSD","markPrice":95125.7,"fundingRate":0.0001,'
        '"fundingTimestamp":"2024-11-25T04:00:00.000Z","timestamp":"2024-11-24T23:33:19.034Z"}]}'
    )
    bench.feed('{"table":"instrument","action":"update","data":[{"symbol":"XBTUSD","indicativeSettlePrice":95124.3}]}')
    order = '{"orderID":"a","symbol":"XBTUSD","side":"Sell","price":95000.0,"leavesQty":1000}'
    bench.feed('{"table":"liquidation","action":"insert","data":[' + order + "]}")
    assert told == [
        (Reference.MARK_E8, 9_512_570_000_000),
        (Reference.FUNDING_E8, 10_000),
        (Reference.FUNDING_AT_NS, 1_732_507_200_000_000_000),
        (Reference.INDEX_E8, 9_512_430_000_000),
        (Reference.LIQUIDATION, 950_000),
    ]
