"""Open, closed, suspended: what venues say of an instrument, told once and when it changes."""

import asyncio
import json
from decimal import Decimal

import pytest

from core.vocabulary import AssetClass, EventKind, InstrumentState
from feeds.config import VenueConfig
from feeds.hours import hours_text, sessions_of
from feeds.instruments import Instrument
from feeds.recording import Recording, Socket
from feeds.trading_states import read_states
from tests.unit.feeds.test_listing import served
from tests.venue_bench import VenueBench

OPEN, CLOSED, SUSPENDED = InstrumentState.OPEN, InstrumentState.CLOSED, InstrumentState.SUSPENDED


def _bench(dialect: str, symbol: str) -> VenueBench:
    recording = Recording("by hand", dialect, (Socket("1", "wss://x/y"),), ())
    one = Instrument(
        symbol="A-B.x", venue_symbol=symbol, venue=dialect, base="A", quote="B", settlement="B",
        tick=Decimal("0.1"), lot=Decimal(1),
    )  # fmt: skip
    return VenueBench(dialect, recording, reference="binance", instruments={symbol: one})


def _told(bench: VenueBench) -> list[InstrumentState]:
    records = bench.ring.peek()
    told = [InstrumentState(int(one["detail"])) for one in records if one["kind"] == EventKind.INSTRUMENT_STATE]
    bench.ring.release(len(records))
    return told


def test_a_state_is_told_once_and_when_it_changes() -> None:
    bench = _bench("binance", "BTCUSDT")
    for state in (OPEN, OPEN, CLOSED, CLOSED, OPEN):
        bench.market.trading_states.tell("BTCUSDT", state)
    bench.market.trading_states.tell("NOBODY", CLOSED)
    assert _told(bench) == [OPEN, CLOSED, OPEN], "also the first, which the core may know otherwise"


def test_a_session_that_is_over_closes_whatever_a_list_says() -> None:
    bench = _bench("alpaca", "AAPL")
    states = bench.market.trading_states
    states.tell_session(["AAPL"], is_open=False)
    states.tell("AAPL", OPEN)
    states.tell_session(["AAPL"], is_open=True)
    states.tell("AAPL", SUSPENDED)
    assert _told(bench) == [CLOSED, OPEN, SUSPENDED]


def test_the_clock_of_alpaca_opens_and_closes_equities() -> None:
    bench = _bench("alpaca", "AAPL")
    for is_open in ("false", "true"):
        bench.answer = f'{{"timestamp":"2026-11-26T10:00:00-05:00","is_open":{is_open}}}'.encode()
        asyncio.run(bench.market.read_clock(["AAPL"]))
    assert _told(bench) == [CLOSED, OPEN]


DERIBIT = {"timestamp": 1626993723632, "instrument_name": "X", "best_bid_price": 0, "best_ask_price": 0}
KRAKEN = {"feed": "ticker", "product_id": "X", "time": 1676393235406}


@pytest.mark.parametrize(
    ("dialect", "frames", "states"),
    [
        (
            "dydx",
            [
                {"type": "connected", "message_id": 0},
                *(
                    {
                        "type": "channel_data", "message_id": number, "channel": "v4_markets",
                        "contents": {"trading": {"X": {"status": status}}},
                    }
                    for number, status in enumerate(("ACTIVE", "PAUSED", "FINAL_SETTLEMENT"), 1)
                ),
            ],
            [OPEN, SUSPENDED, CLOSED],
        ),
        (
            "bitmex",
            [{"table": "instrument", "action": "update", "data": [{"symbol": "X", "state": "Closed"}]}],
            [CLOSED],
        ),
        (
            "deribit",
            [
                {"method": "subscription", "params": {"channel": "ticker.X.100ms", "data": DERIBIT | {"state": state}}}
                for state in ("open", "closed")
            ],
            [OPEN, CLOSED],
        ),
        (
            "kraken-futures",
            [KRAKEN | {"suspended": True}, KRAKEN | {"suspended": False, "post_only": True}],
            [SUSPENDED, InstrumentState.POST_ONLY],
        ),
    ],
    ids=["dydx", "bitmex", "deribit", "kraken-futures"],
)  # fmt: skip
def test_venues_that_say_it_in_their_frames(dialect: str, frames: list[object], states: list[InstrumentState]) -> None:
    bench = _bench(dialect, "X")
    for frame in frames:
        bench.market.receive(json.dumps(frame, separators=(",", ":")).encode(), 1, bench.socket)
    assert bench.market.status["bad_frames"] == 0, bench.market.status["message"]
    assert _told(bench) == states


async def test_the_list_is_read_by_a_process_of_its_own() -> None:
    with served(pages=2) as (url, _):
        config = VenueConfig(name="bybit-linear", rest_url=url, ws_url="ws://127.0.0.1:1")
        found = await asyncio.get_running_loop().create_task(read_states(config))
    assert found == {"C0USDT": OPEN, "C1USDT": OPEN}


async def test_a_list_that_cannot_be_had_says_nothing() -> None:
    with served(pages=0) as (url, _):
        assert await read_states(VenueConfig(name="bybit-linear", rest_url=url, ws_url="ws://127.0.0.1:1")) == {}


def test_hours_are_those_of_the_market() -> None:
    assert hours_text(sessions_of(AssetClass.EQUITY)) == "Mon–Fri 09:30–16:00 New York"
    assert hours_text(sessions_of(AssetClass.PERPETUAL)) == "always"
