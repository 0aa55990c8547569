"""A venue's list of instruments over HTTP: in portions where it comes so, and what a 403 of some venues asks for."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from feeds.config import VenueConfig
from feeds.connection import Connection, ConnectionSettings, Pacer
from feeds.errors import RateLimited, VenueRefused
from feeds.listing import MOST_PAGES, fetch_listing
from feeds.rest import RestClient
from feeds.venues.bybit.instruments import next_page
from tests.deadline import until

ONE = {
    "symbol": "BTCUSDT", "status": "Trading", "baseCoin": "BTC", "quoteCoin": "USDT", "settleCoin": "USDT",
    "contractType": "LinearPerpetual", "priceFilter": {"tickSize": "0.10"},
    "lotSizeFilter": {"qtyStep": "0.001", "minOrderQty": "0.001"},
}  # fmt: skip


class Venue(BaseHTTPRequestHandler):
    """Bybit's list, a contract a page."""

    pages = 3
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        page = int(parse_qs(urlsplit(self.path).query).get("cursor", ["first=0"])[0].partition("=")[2])
        row = ONE | {"symbol": f"C{page}USDT", "baseCoin": f"C{page}"}
        cursor = f"first%3D{page + 1}" if page + 1 < self.pages else ""
        body = json.dumps({"retCode": 0, "result": {"list": [row], "nextPageCursor": cursor}}).encode()
        status = 200 if self.pages else 403
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""


@contextmanager
def served(pages: int) -> Iterator[tuple[str, list[str]]]:
    """Address, and what was asked for."""
    handler = type("Paged", (Venue,), {"pages": pages, "asked": []})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", handler.asked  # type: ignore[attr-defined]
        server.shutdown()
        thread.join()


def test_a_list_in_pages_is_read_to_its_end() -> None:
    with served(pages=3) as (url, asked):
        listed = fetch_listing(VenueConfig(name="bybit-linear", rest_url=url, ws_url="ws://127.0.0.1:1"))
    assert [one.venue_symbol for one in listed] == ["C0USDT", "C1USDT", "C2USDT"]
    assert [path.rpartition("cursor=")[2] for path in asked[1:]] == ["first%3D1", "first%3D2"]


def test_a_list_without_an_end_ends() -> None:
    with served(pages=10_000) as (url, asked):
        listed = fetch_listing(VenueConfig(name="bybit-linear", rest_url=url, ws_url="ws://127.0.0.1:1"))
    assert len(listed) == len(asked) == MOST_PAGES


def test_the_last_page_names_no_other() -> None:
    assert next_page(b'{"result":{"list":[],"nextPageCursor":""}}') == ""
    assert next_page(b'{"result":{"list":[]}}') == ""


async def test_a_403_of_some_venues_means_silence() -> None:
    with served(pages=0) as (url, asked):
        async with aiohttp.ClientSession() as session:
            strict = RestClient(session, url, timeout_ms=2_000, forbidden_s=600.0)
            with pytest.raises(RateLimited) as refused:
                await strict.call("GET", "/v5/market/time")
            assert refused.value.wait_s == 600.0
            with pytest.raises(RateLimited):
                await strict.call("GET", "/v5/market/time")
            assert len(asked) == 1, "nothing leaves before the time is over"
            with pytest.raises(VenueRefused):
                await RestClient(session, url, timeout_ms=2_000).call("GET", "/v5/market/time")


async def test_a_403_at_the_door_holds_every_socket_of_the_venue() -> None:
    closed: list[str] = []
    pacer = Pacer(0.0)

    async def opened() -> None:
        raise AssertionError("it cannot open")

    with served(pages=0) as (url, asked):
        settings = ConnectionSettings(
            url=url.replace("http", "ws"), stale_after_ms=1_000, first_ms=1, most_ms=2, forbidden_s=600.0
        )
        connection = Connection(settings, on_frame=lambda *_: None, on_open=opened, on_close=closed.append, pacer=pacer)
        running = asyncio.create_task(connection.run())
        await until(lambda: closed)
        running.cancel()
    assert "403" in closed[0]
    assert len(asked) == 1
