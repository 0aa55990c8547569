"""The server of recorded frames: who asks as the recorder did ends with the recorded books, at every venue."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from feeds.frames import FrameServer
from feeds.playback.faults import HUGE_BYTES, Faults, read_faults
from feeds.recording import Recording, Socket, read_recording
from tests.deadline import until
from tests.recorded import captured_paths, golden_venues, recorded
from tests.reference.venue_books.ladder import Book
from tests.reference.venue_books.walk import VENUES, reference_books, walk


class Client:
    """Says what the recorder said, on one socket, and keeps the slow reference books of what it hears."""

    def __init__(self, server: FrameServer, socket: Socket, session: aiohttp.ClientSession) -> None:
        self.server, self._address, self._session = server, socket, session
        self.begin()

    def begin(self) -> None:
        self.reference = reference_books(self.server.recording.venue)
        self.heard: list[str] = []
        self.unreadable: list[str] = []
        self.is_closed = False

    async def run(self, sent: list[str] | None = None) -> None:
        recording = self.server.recording
        url = urlsplit(self._address.url)
        path = f"{url.path}?{url.query}" if url.query else url.path
        async with self._session.ws_connect(self.server.ws_url + path, max_msg_size=0) as self.socket:
            for text in sent if sent is not None else _sent(recording, self._address):
                self.reference.feed_sent(text)
                await self.socket.send_str(text)
            await self.fetch_books()
            async for message in self.socket:
                packed = message.type is aiohttp.WSMsgType.BINARY
                self._hear(gzip.decompress(message.data).decode() if packed else message.data)
        self.is_closed = True

    def _hear(self, text: str) -> None:
        self.heard.append(text)
        try:
            json.loads(text)
        except json.JSONDecodeError:
            self.unreadable.append(text)
            return
        if '"padding"' not in text[:20]:
            self.reference.feed(text)

    async def fetch_books(self) -> None:
        for answer in self.server.recording.answers:
            if self.server.recording.dialect.snapshot_symbol(answer.path, answer.query):
                _, text = await self.get(answer.url)
                self.reference.feed_http(answer.url, text)

    async def get(self, url: str) -> tuple[int, str]:
        parts = urlsplit(url)
        async with self._session.get(f"{self.server.rest_url}{parts.path}?{parts.query}") as response:
            return response.status, await response.text()


def _sent(recording: Recording, socket: Socket) -> list[str]:
    return [frame.text for frame in recording.sent if frame.conn == socket.conn]


def _levels(books: dict[str, Book]) -> dict[str, tuple[dict[str, str], dict[str, str]]]:
    return {symbol: (book.bids, book.asks) for symbol, book in books.items()}


def _recorded_books(recording: Recording) -> dict[str, Book]:
    walked = walk(recording)
    for _ in walked:
        pass
    return {symbol: book for books in walked.by_conn.values() for symbol, book in books.books.items()}


@asynccontextmanager
async def _clients(recording: Recording, *, faults: Faults | None = None) -> AsyncIterator[list[Client]]:
    """One for each recorded socket."""
    server = FrameServer(recording, speed=0, at_end="hold", faults=faults)
    async with server, aiohttp.ClientSession() as session:
        clients = [Client(server, socket, session) for socket in recording.sockets]
        tasks = [asyncio.create_task(client.run()) for client in clients]
        try:
            yield clients
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _plays_what_was_recorded(recording: Recording) -> None:
    expected = _levels(_recorded_books(recording))

    def books() -> dict[str, tuple[dict[str, str], dict[str, str]]]:
        return {symbol: book for client in clients for symbol, book in _levels(client.reference.books).items()}

    async with _clients(recording) as clients:
        try:
            await until(lambda: books() == expected)
        except TimeoutError:
            assert books() == expected
        for client in clients:
            assert client.reference.found.gaps == 0 or recording.venue == "dydx-v3"
            assert client.reference.found.checksums_wrong == 0


@pytest.mark.parametrize("venue", golden_venues())
async def test_a_client_hears_the_recorded_books(venue: str) -> None:
    await _plays_what_was_recorded(recorded(venue))


async def test_real_recordings_are_played_to_their_end(captures: Path, is_whole: bool) -> None:
    for path in captured_paths(captures):
        if path.stat().st_size < (900_000 if is_whole else 150_000):
            recording = read_recording(path)
            if recording.venue in VENUES and recording.sent:
                await _plays_what_was_recorded(recording)


async def test_who_asks_for_one_symbol_hears_one_and_misses_no_number() -> None:
    recording = recorded("coinbase")
    async with FrameServer(recording, speed=0, at_end="hold") as server, aiohttp.ClientSession() as session:
        client = Client(server, recording.sockets[0], session)
        running = asyncio.create_task(client.run(['{"type":"subscribe","product_ids":["ETH-USD"],"channel":"level2"}']))
        await until(server.ended.is_set)
        await until(lambda: client.reference.found.updates == 1)
        assert set(client.reference.books) == {"ETH-USD"}
        assert client.reference.found.gaps == 0
        running.cancel()


async def test_a_book_that_is_asked_for_again_is_told_from_its_beginning() -> None:
    recording = recorded("okx")
    expected = _levels(_recorded_books(recording))
    async with _clients(recording) as (client,):
        await until(lambda: _levels(client.reference.books) == expected)
        client.begin()
        await client.socket.send_str('{"op":"subscribe","args":[{"channel":"books","instId":"BTC-USDT"}]}')
        await until(lambda: _levels(client.reference.books) == {"BTC-USDT": expected["BTC-USDT"]})


async def test_a_recorded_stream_is_served_under_the_name_that_was_asked_for() -> None:
    recording = recorded("okx")
    async with FrameServer(recording, speed=0, at_end="hold") as server, aiohttp.ClientSession() as session:
        client = Client(server, recording.sockets[0], session)
        asked = '{"op":"subscribe","args":[{"channel":"books50-l2-tbt","instId":"BTC-USDT"}]}'
        running = asyncio.create_task(client.run([asked]))
        await until(lambda: client.reference.found.updates == 5)
        assert all('"channel":"books50-l2-tbt"' in text for text in client.heard)
        running.cancel()


async def test_a_book_that_is_fetched_late_is_the_book_so_far() -> None:
    recording = recorded("binance")
    expected = _levels(_recorded_books(recording))
    async with _clients(recording) as (client,):
        await until(client.server.ended.is_set)
        late = reference_books("binance")
        for answer in recording.answers:
            late.feed_http(answer.url, (await client.get(answer.url))[1])
        assert _levels(late.books) == expected


async def test_a_symbol_that_the_venue_does_not_list_is_refused() -> None:
    async with _clients(recorded("kraken")) as (client,):
        await until(client.server.ended.is_set)
        await client.socket.send_str(
            '{"method":"subscribe","params":{"channel":"book","symbol":["NO/SUCH"]},"req_id":7}'
        )
        await until(lambda: '"success":false' in client.heard[-1] and '"req_id":7' in client.heard[-1])


async def test_a_token_is_given_for_this_server() -> None:
    async with (
        FrameServer(recorded("kucoin")) as server,
        aiohttp.ClientSession() as session,
        session.post(f"{server.rest_url}/api/v1/bullet-public") as response,
    ):
        body = await response.json()
    assert body["data"]["instanceServers"][0]["endpoint"].startswith(server.ws_url)


async def test_what_was_asked_is_remembered() -> None:
    async with _clients(recorded("bitstamp")) as (client,):
        await until(client.server.ended.is_set)
        assert [path for _, path in client.server.requests] == ["/api/v2/order_book/btcusd"]
        assert len(client.server.heard) == 3
        assert len(client.server.opened_ns) == 1


@pytest.mark.parametrize("fault", ["drop", "swap"])
@pytest.mark.parametrize("venue", ["binance", "binance-usdm", "bybit-linear", "coinbase", "deribit", "kraken-futures"])
async def test_a_frame_that_is_missing_or_late_is_a_gap(venue: str, fault: str) -> None:
    place = 2 if fault == "drop" else 3
    async with _clients(recorded(venue), faults=read_faults([f"{fault}={place}"])) as (client,):
        await until(lambda: client.reference.found.gaps > 0)


async def test_a_wrong_checksum_is_wrong_once() -> None:
    async with _clients(recorded("kraken"), faults=Faults(wrong_checksum=(2,))) as (client,):
        await until(lambda: client.reference.found.checksums_right == 5)
        assert client.reference.found.checksums_wrong == 1


async def test_truncated_and_spoilt_frames_are_no_json() -> None:
    async with _clients(recorded("gemini"), faults=Faults(truncate=(1,), spoil=(3,), double=(4,))) as (client,):
        await until(lambda: len(client.heard) == len(recorded("gemini").frames) + 1)
        assert len(client.unreadable) == 2
        assert len(client.heard) - len(set(client.heard)) == 1


async def test_a_frame_of_fifty_megabytes_comes_between() -> None:
    async with _clients(recorded("deribit"), faults=Faults(huge=(2,))) as (client,):
        await until(lambda: client.reference.found.updates == 4)
        assert max(map(len, client.heard)) > HUGE_BYTES


async def test_a_socket_that_is_hung_up_can_be_opened_again() -> None:
    recording = recorded("bybit-linear")
    async with _clients(recording, faults=Faults(hang_up=(3,), hang_up_at_open=0)) as (client,):
        await until(lambda: client.is_closed)
        again = Client(client.server, recording.sockets[0], client._session)
        running = asyncio.create_task(again.run())
        await until(lambda: _levels(again.reference.books) == _levels(_recorded_books(recording)))
        running.cancel()


async def test_a_silent_socket_answers_no_ping() -> None:
    async with _clients(recorded("bybit-linear"), faults=Faults(silence=(2,))) as (client,):
        await until(client.server.ended.is_set)
        heard = len(client.heard)
        await client.socket.send_str('{"op":"ping"}')
        await until(lambda: '{"op":"ping"}' in [text for _, text in client.server.heard][-1])
        assert (len(client.heard), client.is_closed) == (heard, False)


async def test_http_fails_as_it_was_told_to() -> None:
    faults = Faults(http=("429", "rubbish", "ok", "500"), http_path="/depth", retry_after_s=3)
    url = "/api/v3/depth?symbol=BTCUSDT"
    async with FrameServer(recorded("binance"), faults=faults) as server, aiohttp.ClientSession() as session:
        found = []
        for path in ("/api/v3/time", url, url, url, url, url):
            async with session.get(server.rest_url + path) as response:
                found.append((response.status, response.headers.get("Retry-After"), response.content_type))
    assert [status for status, _, _ in found] == [200, 429, 200, 200, 500, 200]
    assert found[1][1] == "3"
    assert found[2][2] == "text/html"


async def test_an_old_snapshot_is_older_than_every_frame() -> None:
    async with FrameServer(recorded("binance"), faults=Faults(old_snapshots=1)) as server:
        ids = []
        async with aiohttp.ClientSession() as session:
            for _ in range(2):
                async with session.get(f"{server.rest_url}/api/v3/depth?symbol=BTCUSDT") as response:
                    ids.append((await response.json())["lastUpdateId"])
    assert ids == [1, 1001]


async def test_a_subscription_that_is_not_heard_has_no_effect() -> None:
    async with _clients(recorded("deribit"), faults=Faults(refuse_subscriptions=1)) as (client,):
        await until(lambda: len(client.server.heard) == 3)
        assert not client.server.ended.is_set()
        await client.socket.send_str(recorded("deribit").sent[1].text)
        await until(lambda: client.reference.found.updates == 4)


def test_faults_are_read_from_words() -> None:
    assert read_faults(["drop=1,2", "http=429,rubbish", "retry_after_s=4"]) == Faults(
        drop=(1, 2), http=("429", "rubbish"), retry_after_s=4
    )
    for words in (["drop=x"], ["no_such=1"], ["drop"]):
        with pytest.raises(ValueError, match="--fault takes"):
            read_faults(words)
