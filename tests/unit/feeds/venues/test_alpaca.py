"""Alpaca, on frames made after its documents: login first, quotes as books, books of crypto, who took, its lists."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from core.vocabulary import AssetClass, Side
from feeds.config import VenueConfig
from feeds.credentials import Credentials
from feeds.errors import CredentialsMissing
from feeds.venues.alpaca.market import AlpacaBook, AlpacaMarket
from feeds.venues.alpaca.signing import listing_headers
from feeds.venues.alpaca.taker import Taker
from feeds.venues.catalogue import listing_of
from tests.recorded import recorded
from tests.venue_bench import VenueBench

AT = "2026-09-21T14:13:20.800000123Z"


CRYPTO, EQUITIES = "1", "2"
"""Sockets of the hand-made frames"""


def _bench(conn: str) -> VenueBench:
    bench = VenueBench("alpaca", recorded("alpaca"), conn=conn)
    bench.play()
    bench.socket.sent.clear()  # type: ignore[attr-defined]
    return bench


def _market(bench: VenueBench) -> AlpacaMarket:
    assert isinstance(bench.market, AlpacaMarket)
    return bench.market


def test_books_of_crypto_are_the_slow_ones() -> None:
    bench = _bench(CRYPTO)
    assert bench.found.symbols == {"BTC/USD"}
    assert bench.found.trades == [("BTC/USD", Decimal(60001), Decimal("0.25"), "buy")]


def test_the_best_quote_of_an_equity_is_its_book() -> None:
    bench = _bench(EQUITIES)
    assert bench.books["AAPL"].sides == {Side.BUY: {22651: 2}, Side.SELL: {22654: 4}}
    assert bench.found.trades == [("AAPL", Decimal("226.53"), Decimal(100), "buy")], "it traded at the ask"


def test_nothing_is_subscribed_before_the_venue_knows_us() -> None:
    bench = _bench(EQUITIES)
    market = _market(bench)
    market.credentials = Credentials("key", "secret")
    asked = [json.loads(text) for text in market.subscribe(list(market.books.values()))]
    assert asked == [{"action": "auth", "key": "key", "secret": "secret"}]
    bench.feed('[{"T":"success","msg":"connected"}]')
    sent: list[str] = bench.socket.sent  # type: ignore[attr-defined]
    assert sent == []
    bench.feed('[{"T":"success","msg":"authenticated"}]')
    assert json.loads(sent[0]) == {"action": "subscribe", "quotes": ["AAPL"], "trades": ["AAPL"]}


def test_equities_and_crypto_have_sockets_of_their_own() -> None:
    market = _market(_bench(CRYPTO))
    bitcoin = market.books["BTC/USD"]
    apple = AlpacaBook("AAPL", 1, bitcoin.decoder)
    assert market.portions([bitcoin, apple]) == [[apple], [bitcoin]]
    assert [market.stream_url(books) for books in ([apple], [bitcoin])] == [
        "wss://stream.data.alpaca.markets/v2/iex",
        "wss://stream.data.alpaca.markets/v1beta3/crypto/us",
    ]


def test_a_refusal_is_a_sentence() -> None:
    bench = _bench(EQUITIES)
    bench.feed('[{"T":"error","code":406,"msg":"connection limit exceeded"}]')
    assert b"406 connection limit exceeded" in bytes(bench.market.status["message"])
    assert bench.market.status["bad_frames"] == 0


def test_a_side_without_a_price_is_empty() -> None:
    bench = _bench(EQUITIES)
    quote = {"T": "q", "S": "AAPL", "bp": 226.5, "bs": 3, "ap": 0, "as": 0, "t": AT}
    bench.feed(json.dumps([quote]))
    assert list(bench.books["AAPL"].sides[Side.BUY].values()) == [3]
    assert bench.books["AAPL"].sides[Side.SELL] == {}
    assert bench.books["AAPL"].is_live


def test_updates_wait_for_a_whole_book() -> None:
    bench = _bench(CRYPTO)
    bench.market._begin_again(bench.market.books["BTC/USD"])
    book = {"T": "o", "S": "BTC/USD", "t": AT, "b": [{"p": 59000, "s": 1}], "a": []}
    bench.feed(json.dumps([book]))
    assert not bench.market.books["BTC/USD"].is_live
    bench.feed(json.dumps([book | {"r": True}]))
    assert bench.market.books["BTC/USD"].is_live
    assert list(bench.books["BTC/USD"].sides[Side.BUY].values()) == [100]


@pytest.mark.parametrize("price", ['"abc"', "null", "1e999999999", "[]"])
def test_a_trade_without_a_price_is_a_bad_frame(price: str) -> None:
    bench = _bench(EQUITIES)
    bench.feed(f'[{{"T":"t","S":"AAPL","i":1,"x":"V","p":{price},"s":100,"t":"{AT}"}}]')
    assert bench.market.status["bad_frames"] == 1


def test_who_took_is_told_by_the_quote_and_else_by_the_last_trade() -> None:
    taker = Taker()
    assert taker.side_of(b"10") == "", "no quote yet"
    taker.quote(b"10", b"10.02")
    assert taker.side_of(b"10.01") == "", "in the middle, and nothing moved"
    assert taker.side_of(b"10.02") == "buy"
    assert taker.side_of(b"10.01") == "sell", "in the middle, down from the last"
    assert taker.side_of(b"10.01") == "sell", "as the last"
    assert taker.side_of(b"10.0101") == "buy"


def test_the_lists_of_instruments() -> None:
    crypto, equities = (answer.text.encode() for answer in recorded("alpaca").answers)
    apple, bitcoin = listing_of("alpaca")([equities, crypto], "alpaca")
    assert (bitcoin.symbol, bitcoin.venue_symbol) == ("BTC-USD.alpaca", "BTC/USD")
    assert (bitcoin.tick, bitcoin.lot) == (Decimal("0.01"), Decimal("1E-9"))
    assert (apple.symbol, apple.asset_class, apple.tick) == ("AAPL-USD.alpaca", AssetClass.EQUITY, Decimal("0.0001"))


def test_the_list_needs_a_key(tmp_path: Path) -> None:
    with pytest.raises(CredentialsMissing):
        listing_headers(VenueConfig(name="alpaca"))
    file = tmp_path / "key.toml"
    file.write_text('key = "K"\nsecret = "S"\n')
    file.chmod(0o600)
    headers = listing_headers(VenueConfig(name="alpaca", credentials_file=str(file)))
    assert headers == {"APCA-API-KEY-ID": "K", "APCA-API-SECRET-KEY": "S"}
