"""Kraken level 3 against a double that asks for the key: token, orders, queues, checksums, depth. After the documents.

No recording of it is to be had: the channel wants an account.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from aiohttp import WSMsgType, web

from core.vocabulary import EventKind, Side
from feeds.config import VenueConfig
from feeds.credentials import Credentials
from feeds.venues.kraken.signing import signed
from tests.deadline import until
from tests.unit.feeds.market_bench import MarketBench

SECRET = "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=="
"""Of the venue's authentication guide"""
PAIRS = (
    '{"error":[],"result":{"XXBTZUSD":{"altname":"XBTUSD","wsname":"XBT/USD","base":"XXBT","quote":"ZUSD",'
    '"pair_decimals":1,"lot_decimals":8,"tick_size":"0.1","ordermin":"0.0001","status":"online"}}}'
)
Row = tuple[str, str, str]
"""order id, price, quantity"""
BIDS: list[Row] = [("OBUY01-AAAAA-AAAAAA", "60000.0", "1.50000000"), ("OBUY02-AAAAA-AAAAAA", "60000.0", "0.50000000"),
                   ("OBUY03-AAAAA-AAAAAA", "59999.9", "0.00020000")]  # fmt: skip
ASKS: list[Row] = [("OSEL01-AAAAA-AAAAAA", "60000.1", "2.00000000")]
AT = "2026-09-21T14:13:20.600000000Z"


def _crc(bids: list[Row], asks: list[Row]) -> int:
    """Best price first, each queue in its order: what the guide says, of books of fewer than ten prices."""
    text = "".join(number.replace(".", "").lstrip("0") for row in asks + bids for number in row[1:])
    return zlib.crc32(text.encode())


def _rows(rows: list[Row], event: str = "") -> str:
    kind = f'"event":"{event}",' if event else ""
    return ",".join(
        f'{{{kind}"order_id":"{number}","limit_price":{price},"order_qty":{quantity},"timestamp":"{AT}"}}'
        for number, price, quantity in rows
    )


def _frame(kind: str, bids: str, asks: str, checksum: int) -> str:
    data = f'{{"symbol":"BTC/USD","checksum":{checksum},"bids":[{bids}],"asks":[{asks}],"timestamp":"{AT}"}}'
    return f'{{"channel":"level3","type":"{kind}","data":[{data}]}}'


SNAPSHOT = _frame("snapshot", _rows(BIDS), _rows(ASKS), _crc(BIDS, ASKS))


def _update(bids: str, asks: str, book: tuple[list[Row], list[Row]]) -> str:
    return _frame("update", bids, asks, _crc(*book))


class Double:
    """One that gives tokens for signatures, and books for tokens."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.tokens = 0
        self.sockets: list[web.WebSocketResponse] = []
        self.refuses = 0

    async def token(self, request: web.Request) -> web.Response:
        body = await request.text()
        nonce = parse_qs(body)["nonce"][0]
        message = request.path.encode() + hashlib.sha256((nonce + body).encode()).digest()
        expected = base64.b64encode(hmac.digest(base64.b64decode(SECRET), message, "sha512")).decode()
        if self.refuses or request.headers["API-Key"] != "key" or request.headers["API-Sign"] != expected:
            self.refuses = max(self.refuses - 1, 0)
            return web.json_response({"error": ["EAPI:Invalid key"]})
        self.tokens += 1
        return web.json_response({"error": [], "result": {"token": f"token{self.tokens}", "expires": 900}})

    async def stream(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                wish = json.loads(message.data)
                self.heard.append(wish)
                asked = wish.get("params", {})
                is_book = wish["method"] == "subscribe" and asked["channel"] == "level3"
                if is_book and asked["token"] == f"token{self.tokens}":
                    await socket.send_str(SNAPSHOT)
        return socket

    async def say(self, text: str) -> None:
        for socket in self.sockets:
            if not socket.closed:
                await socket.send_str(text)


@asynccontextmanager
async def _served(credentials: Path | None) -> AsyncIterator[tuple[Double, MarketBench]]:
    double = Double()
    app = web.Application()
    app.add_routes([web.post("/0/private/GetWebSocketsToken", double.token), web.get("/v2", double.stream)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host = f"127.0.0.1:{runner.addresses[0][1]}"
    bench = _bench(rest_url=f"http://{host}", ws_url=f"ws://{host}/v2", credentials_file=str(credentials or ""))
    bench.market.messages_a_second = bench.market.connects_a_second = 1_000.0  # type: ignore[misc]
    running = asyncio.create_task(bench.market.run())
    try:
        yield double, bench
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await runner.cleanup()


def _bench(**more: Any) -> MarketBench:
    config = VenueConfig(name="kraken", level=3, depth=10, instruments=("BTC/USD",), history_minutes=0,
                         reconnect_first_ms=2, reconnect_most_ms=10, **more)  # fmt: skip
    return MarketBench(PAIRS, config)


def _still_bench(**more: Any) -> MarketBench:
    """Without a network: nothing is asked for."""
    bench = _bench(**more)
    bench.market._sync = lambda *given, **more: None  # type: ignore[method-assign]
    return bench


@pytest.fixture
def credentials(tmp_path: Path) -> Path:
    path = tmp_path / "kraken.toml"
    path.write_text(f'key = "key"\nsecret = "{SECRET}"\n')
    path.chmod(0o600)
    return path


def _levels(bench: MarketBench) -> dict[tuple[int, int], int]:
    """(side, ticks) → lots, of what waits in the ring."""
    return {
        (int(row["side"]), int(row["price_ticks"])): int(row["quantity_lots"])
        for row in bench.take()
        if row["kind"] == EventKind.BOOK_LEVEL
    }


def test_the_signature_is_that_of_the_venues_guide() -> None:
    body = "nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25"
    headers = signed(Credentials("key", SECRET), "/0/private/AddOrder", 1616492376594, body)
    assert headers["API-Sign"] == (
        "4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ=="
    )


async def test_a_token_is_fetched_and_the_book_of_orders_begins(credentials: Path) -> None:
    async with _served(credentials) as (double, bench):
        [book] = bench.market.books.values()
        await until(lambda: book.is_live)
        assert _levels(bench) == {(1, 600_000): 200_000_000, (1, 599_999): 20_000, (-1, 600_001): 200_000_000}
        await until(lambda: len(double.heard) >= 3)
        [asked] = [wish["params"] for wish in double.heard if wish["params"]["channel"] == "level3"]
        assert asked == {"channel": "level3", "symbol": ["BTC/USD"], "depth": 10, "snapshot": True, "token": "token1"}
        assert {wish["params"]["channel"] for wish in double.heard} == {"level3", "trade", "ticker"}
        await double.say(SNAPSHOT.replace(f'"checksum":{_crc(BIDS, ASKS)}', '"checksum":1'))
        await until(lambda: bench.market.status["gaps"] >= 1 and book.is_live)
        asked = [wish["params"]["token"] for wish in double.heard if wish["params"]["channel"] == "level3"]
        assert asked[-1] == "token1", "the book is asked for again, with the token in hand"


async def test_a_refused_key_is_said_and_tried_again(credentials: Path) -> None:
    async with _served(credentials) as (double, bench):
        double.refuses = 2
        [book] = bench.market.books.values()
        await until(lambda: book.is_live)
        assert double.refuses == 0
    async with _served(None) as (double, bench):
        await until(lambda: b"no key is named" in bytes(bench.market.status["message"]))
        assert not double.sockets or not any("token" in wish.get("params", {}) for wish in double.heard)


def test_orders_come_change_and_go_in_their_queues() -> None:
    bench = _still_bench()
    bench.feed(SNAPSHOT)
    first, second, third = BIDS
    bench.take()
    smaller = (first[0], first[1], "1.00000000")
    bench.feed(_update(_rows([smaller], "modify"), "", ([smaller, second, third], ASKS)))
    assert _levels(bench) == {(1, 600_000): 150_000_000}, "it keeps its place"
    larger = (first[0], first[1], "1.20000000")
    bench.feed(_update(_rows([larger], "modify"), "", ([second, larger, third], ASKS)))
    assert _levels(bench) == {(1, 600_000): 170_000_000}, "it goes to the back"
    new = ("OSEL02-AAAAA-AAAAAA", "60000.1", "0.30000000")
    changes = _rows([second], "delete"), _rows([new], "add")
    bench.feed(_update(*changes, ([larger, third], [*ASKS, new])))
    assert _levels(bench) == {(1, 600_000): 120_000_000, (-1, 600_001): 230_000_000}
    assert (bench.market.status["gaps"], bench.market.status["bad_frames"]) == (0, 0)
    bench.feed(_update("", _rows([ASKS[0]], "delete"), ([larger, third], ASKS)))
    assert bench.market.status["gaps"] == 1, "the checksum is of another book"
    assert _levels(bench) == {}


def test_orders_that_fall_out_of_the_depth_are_gone() -> None:
    bench = _still_bench()
    bids = [(f"O{place:05}-AAAAA-AAAAAA", f"{59990 - place}.0", "1.00000000") for place in range(10)]
    bench.feed(_frame("snapshot", _rows(bids), _rows(ASKS), _crc(bids, ASKS)))
    bench.take()
    better = ("OBETTR-AAAAA-AAAAAA", "59995.0", "2.00000000")
    bench.feed(_update(_rows([better], "add"), "", ([better, *bids[:9]], ASKS)))
    assert _levels(bench) == {(1, 599_950): 200_000_000, (1, 599_810): 0}
    [book] = bench.market.books.values()
    assert book.queues is not None
    assert len(book.queues) == 11
    bench.feed(_update(_rows([better], "delete") + "," + _rows([bids[9]], "add"), "", (bids, ASKS)))
    assert _levels(bench) == {(1, 599_950): 0, (1, 599_810): 100_000_000}


def test_the_guides_checksum_is_of_ten_prices_and_all_their_orders() -> None:
    bench = _still_bench()
    bids = [(f"O{place:05}-AAAAA-AAAAAA", f"{59990 - place // 2}.0", "0.00100000") for place in range(24)]
    bench.feed(_frame("snapshot", _rows(bids), "", _crc(bids[:20], [])))
    assert bench.market.status["gaps"] == 0
    assert sum(_levels(bench).values()) == 20 * 100_000, "twelve prices are more than were asked for"


def test_checks_can_be_switched_off() -> None:
    bench = _still_bench(checksums=False)
    bench.feed(_frame("snapshot", _rows(BIDS), _rows(ASKS), 1))
    assert bench.market.status["gaps"] == 0
    assert (Side.SELL, 600_001) in _levels(bench)
