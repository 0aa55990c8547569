"""What contracts are marked by and what they are forced to, of venues whose own tests do not say it already.

Frames are the venues' own of tests/golden or of their documents.
"""

import asyncio
import json
from decimal import Decimal

import pytest

from core.vocabulary import EventKind, Reference, Side
from feeds.instruments import Instrument
from feeds.recording import Recording, Socket
from tests.unit.feeds.venues.noted import note_references
from tests.venue_bench import VenueBench


def _bench(dialect: str, symbol: str) -> VenueBench:
    recording = Recording("by hand", dialect, (Socket("1", "wss://x/y"),), ())
    one = Instrument(
        symbol="A-B.x", venue_symbol=symbol, venue=dialect, base="A", quote="B", settlement="B",
        tick=Decimal("0.1"), lot=Decimal(1),
    )  # fmt: skip
    return VenueBench(dialect, recording, reference="binance", instruments={symbol: one})


def _told(bench: VenueBench, *frames: object) -> dict[Reference, int]:
    told = note_references(bench)
    for frame in frames:
        bench.feed(json.dumps(frame, separators=(",", ":")))
    assert bench.market.status["bad_frames"] == 0, bench.market.status["message"]
    return dict(told)


def _forced(bench: VenueBench, frame: object) -> list[tuple[int, int, Side]]:
    """Price, lots and side of the liquidations among what a frame says."""
    bench.market.receive(json.dumps(frame, separators=(",", ":")).encode(), 1, bench.socket)
    assert bench.market.status["bad_frames"] == 0, bench.market.status["message"]
    records = bench.ring.peek()
    rows = records[(records["kind"] == EventKind.REFERENCE) & (records["detail"] == Reference.LIQUIDATION)]
    return [(int(row["price_ticks"]), int(row["quantity_lots"]), Side(int(row["side"]))) for row in rows]


def test_gate_tells_a_contract_by_its_ticker() -> None:
    ticker = {
        "contract": "BTC_USDT", "funding_rate": "-0.000114", "mark_price": "118.35", "index_price": "118.36",
        "total_size": "73648.5",
    }  # fmt: skip
    frame = {"time": 1, "channel": "futures.tickers", "event": "update", "result": [ticker]}
    assert _told(_bench("gateio-futures", "BTC_USDT"), frame) == {
        Reference.MARK_E8: 11_835_000_000,
        Reference.INDEX_E8: 11_836_000_000,
        Reference.FUNDING_E8: -11_400,
        Reference.OPEN_INTEREST_LOTS: 73_648,
    }


@pytest.mark.parametrize(("size", "side"), [("-124", Side.SELL), (124, Side.BUY)])
def test_the_sign_of_a_forced_order_of_gate_is_its_side(size: object, side: Side) -> None:
    row = {"price": "215.1", "size": size, "time_ms": 1541486601123, "contract": "BTC_USDT"}
    frame = {"channel": "futures.public_liquidates", "event": "update", "time": 1, "result": [row]}
    assert _forced(_bench("gateio-futures", "BTC_USDT"), frame) == [(2151, 124, side)]


HTX = {"symbol": "BTC", "contract_code": "BTC-USDT"}


def test_htx_tells_funding_on_the_socket_of_notices() -> None:
    funding = HTX | {"funding_time": "1606780800000", "funding_rate": "0.0001", "settlement_time": "1606780800000"}
    frame = {"op": "notify", "topic": "public.BTC-USDT.funding_rate", "ts": 1606780803260, "data": [funding]}
    assert _told(_bench("htx-linear-swap", "BTC-USDT"), frame) == {
        Reference.FUNDING_E8: 10_000,
        Reference.FUNDING_AT_NS: 1_606_780_800_000_000_000,
    }


def test_htx_tells_forced_orders_likewise() -> None:
    order = HTX | {"direction": "sell", "offset": "close", "volume": 227.0, "price": 23350.5, "created_at": 1608226502}
    frame = {"op": "notify", "topic": "public.BTC-USDT.liquidation_orders", "ts": 1608226502344, "data": [order]}
    assert _forced(_bench("htx-linear-swap", "BTC-USDT"), frame) == [(233_505, 227, Side.SELL)]


def test_a_ping_of_the_notices_of_htx_is_answered_in_their_words() -> None:
    bench = _bench("htx-swap", "BTC-USD")
    bench.feed('{"op":"ping","ts":"1492420473058"}')
    assert bench.socket.sent == ['{"op":"pong","ts":"1492420473058"}']


def test_index_and_open_interest_of_htx_are_asked_for() -> None:
    bench = _bench("htx-linear-swap", "BTC-USDT")
    told = note_references(bench)
    bench.answer = (
        b'{"status":"ok","data":[{"contract_code":"BTC-USDT","index_price":13707.5,"volume":3063121.0,'
        b'"open":"13700","close":"13711.25"}]}'
    )
    asyncio.run(bench.market.fetch_facts())
    bench.take()
    assert dict(told) == {
        Reference.INDEX_E8: 1_370_750_000_000,
        Reference.OPEN_INTEREST_LOTS: 3_063_121,
        Reference.MARK_E8: 1_371_125_000_000,
    }


def test_open_interest_of_kucoin_is_asked_for() -> None:
    bench = _bench("kucoin-futures", "XBTUSDTM")
    told = note_references(bench)
    bench.answer = b'{"code":"200000","data":[{"symbol":"XBTUSDTM","openInterest":"6273644","volumeOf24h":1.5}]}'
    asyncio.run(bench.market.fetch_open_interest())
    bench.take()
    assert dict(told) == {Reference.OPEN_INTEREST_LOTS: 6_273_644}


BITFINEX = "tBTCF0:USTF0"


def _bitfinex() -> VenueBench:
    bench = _bench("bitfinex", BITFINEX)
    for number, key in ((335856, f"deriv:{BITFINEX}"), (91684, "liq:global")):
        bench.feed(f'{{"event":"subscribed","channel":"status","chanId":{number},"key":"{key}"}}')
    return bench


def test_bitfinex_tells_a_contract_by_its_status() -> None:
    status = [1596124822000, None, 0.896, 0.771995, None, 1396531.67460709, None, 1596153600000, -0.0001056, 6, None,
              -0.01381344, None, None, 0.7664, None, None, 246502.09, None, None, None, 0.3, None]  # fmt: skip
    assert _told(_bitfinex(), [335856, status]) == {
        Reference.MARK_E8: 76_640_000,
        Reference.FUNDING_E8: -1_381_344,
        Reference.FUNDING_AT_NS: 1_596_153_600_000_000_000,
        Reference.OPEN_INTEREST_LOTS: 246_502,
    }


@pytest.mark.parametrize(("amount", "side"), [(-4, Side.BUY), (4, Side.SELL)])
def test_bitfinex_forces_the_other_side_of_a_position(amount: int, side: Side) -> None:
    forced = ["pos", 145400868, 1609144352338, None, BITFINEX, amount, 26736.0, None, 0, 0, None, 26736.5]
    executed = [*forced[:8], 1, *forced[9:]]
    assert _forced(_bitfinex(), [91684, [forced, executed]]) == [(267_360, 4, side)]


def test_a_status_of_bitfinex_that_is_too_short_is_a_bad_frame() -> None:
    bench = _bitfinex()
    bench.feed("[335856,[1596124822000,null,0.896]]")
    assert bench.market.status["bad_frames"] == 1


def test_the_oracle_of_dydx_is_its_index() -> None:
    first = {"oraclePrice": "43250.00", "nextFundingRate": "0.0001", "openInterest": "9876.5", "status": "ACTIVE"}
    later = {"oraclePrice": "43300.00", "effectiveAt": "2024-01-01T00:01:00.000Z"}
    frames = (
        {"type": "connected", "message_id": 0},
        {"type": "subscribed", "message_id": 1, "channel": "v4_markets", "contents": {"markets": {"BTC-USD": first}}},
        {
            "type": "channel_data", "message_id": 2, "channel": "v4_markets", "version": "1.0.0",
            "contents": {"oraclePrices": {"BTC-USD": later, "ETH-USD": later}},
        },
        {
            "type": "channel_batch_data", "message_id": 3, "channel": "v4_markets",
            "contents": [{"trading": {"BTC-USD": {"nextFundingRate": "-0.00002"}}}],
        },
    )  # fmt: skip
    assert _told(_bench("dydx", "BTC-USD"), *frames) == {
        Reference.INDEX_E8: 4_330_000_000_000,
        Reference.FUNDING_E8: -2_000,
        Reference.OPEN_INTEREST_LOTS: 9_876,
    }


@pytest.mark.parametrize(
    ("who", "sides"), [("T", [Side.SELL]), ("M", [Side.BUY]), ("MT", [Side.SELL, Side.BUY]), ("", [])]
)
def test_deribit_says_which_side_of_a_trade_was_forced(who: str, sides: list[Side]) -> None:
    trade = {
        "trade_seq": 40781986, "trade_id": "66460463", "timestamp": 1584058044032, "price": 4469.5,
        "instrument_name": "BTC-PERPETUAL", "direction": "sell", "amount": 1120,
    }  # fmt: skip
    named = trade | ({"liquidation": who} if who else {})
    params = {"channel": "trades.BTC-PERPETUAL.100ms", "data": [named]}
    frame = {"jsonrpc": "2.0", "method": "subscription", "params": params}
    assert _forced(_bench("deribit", "BTC-PERPETUAL"), frame) == [(44_695, 1_120, side) for side in sides]


def test_kraken_futures_tells_forced_trades_apart() -> None:
    trade = {
        "feed": "trade", "product_id": "PI_ETHUSD", "uid": "e7f3a144-5c04-4ed6-999e-5922cd0b6160", "side": "buy",
        "type": "liquidation", "seq": 253796, "time": 1593620853613, "qty": 250, "price": 231.6,
    }  # fmt: skip
    assert _forced(_bench("kraken-futures", "PI_ETHUSD"), trade) == [(2_316, 250, Side.BUY)]
    assert _forced(_bench("kraken-futures", "PI_ETHUSD"), trade | {"type": "fill"}) == []


def test_open_interest_of_binance_is_asked_for() -> None:
    bench = _bench("binance-usdm", "BTCUSDT")
    told = note_references(bench)
    bench.answer = b'{"openInterest":"10659.509","symbol":"BTCUSDT","time":1589437530011}'
    asyncio.run(bench.market.fetch_interest(bench.market.books["BTCUSDT"]))
    bench.take()
    assert told == [(Reference.OPEN_INTEREST_LOTS, 10_659)]
