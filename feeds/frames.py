"""A local venue that plays real recorded frames in the venue's own protocol, over real sockets.

    python -m feeds.frames --path RECORDING [--path ANOTHER …] --port 0 --speed 1 --at-end loop [--fault drop=7 …]

    recording = read_recording(path)
    async with FrameServer(recording, speed=0, at_end="hold", faults=Faults(drop=(7,))) as server:
        connector(rest_url=server.rest_url, ws_url=server.ws_url)

For each recording a line on standard output tells in JSON (class Ready) the addresses to configure; one process serves
several, on a port each. Any WebSocket path is served. A connection plays the recording from its start, what it asked
for, at recorded speed times `--speed` (0: as fast as they are taken). Books that are fetched over HTTP are waited for,
a second each at most, so that no frame is over too early.

HTTP answers as recorded, by path and query. A book that was fetched late is the recorded one with the frames that were
played, so that a client that lost its place can begin again. At the end the connection is closed as venues do after a
day, and the next one begins anew (loop), or it stays open in silence (hold), or the process ends (exit).
"""

import argparse
import asyncio
import sys
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import aiohttp
import msgspec
from aiohttp import web

from core.clock import monotonic_ns
from feeds.child import on_end
from feeds.errors import FeedError
from feeds.playback.answers import Answers
from feeds.playback.dialects.dialect import Topic
from feeds.playback.dialects.played_book import PlayedBook
from feeds.playback.faults import Faults, HangUp, Saboteur, read_faults
from feeds.playback.player import Player
from feeds.playback.timeline import Timeline
from feeds.playback.wire import Wire
from feeds.recording import Recording, read_recording

SERVER_PING_S = 20.0
PATIENCE_S = 1.0
SHUTDOWN_S = 0.1
"""For requests that a fault left hanging"""
MOST_REMEMBERED = 100_000
FAULTS = f"once for each: {', '.join(Faults.__struct_fields__)}; see feeds/playback/faults.py"
AtEnd = Literal["loop", "hold", "exit"]


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """What a desk needs to know to be configured for this venue."""

    rest_url: str
    ws_url: str
    venue: str
    symbols: tuple[str, ...]
    trade_stream: str
    frames: int


class FrameServer:
    """Serves one recording on 127.0.0.1."""

    def __init__(
        self,
        recording: Recording,
        *,
        speed: float = 1.0,
        at_end: AtEnd = "loop",
        patience_s: float = PATIENCE_S,
        faults: Faults | None = None,
    ) -> None:
        self.recording, self.speed, self.at_end, self.patience_s = recording, speed, at_end, patience_s
        self.saboteur = Saboteur(faults or Faults())
        self.ended = asyncio.Event()
        """The recording was played to its end at least once."""
        self.connections = 0
        self.opened_ns: deque[int] = deque(maxlen=MOST_REMEMBERED)
        self.requests: deque[tuple[int, str]] = deque(maxlen=MOST_REMEMBERED)
        """When, and which path and query was asked for over HTTP"""
        self.heard: deque[tuple[int, str]] = deque(maxlen=MOST_REMEMBERED)
        """When, and what clients said on their sockets"""
        self.rest_url = self.ws_url = ""
        self._timelines: dict[str, Timeline] = {}
        self._answers = Answers(recording)
        self._books: dict[str, PlayedBook] = {}
        self._players: dict[web.WebSocketResponse, Player] = {}
        self._newest: Player | None = None
        self._runner: web.AppRunner | None = None

    @property
    def played(self) -> int:
        """Frames of the newest connection."""
        return self._newest.played if self._newest else 0

    async def start(self, port: int = 0) -> Ready:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=SHUTDOWN_S)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        bound = self._runner.addresses[0][1]
        self.rest_url, self.ws_url = f"http://127.0.0.1:{bound}", f"ws://127.0.0.1:{bound}"
        return Ready(
            rest_url=self.rest_url,
            ws_url=self.ws_url,
            venue=self.recording.venue,
            symbols=self.recording.symbols,
            trade_stream=self.recording.trade_stream,
            frames=len(self.recording.frames),
        )

    async def stop(self) -> None:
        await self.hang_up()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def hang_up(self) -> None:
        """Close every connection, as a venue that restarts."""
        for socket in list(self._players):
            await socket.close(code=aiohttp.WSCloseCode.GOING_AWAY)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._stream(request)
        return await self._http(request)

    async def _stream(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(heartbeat=SERVER_PING_S, autoping=False, compress=False)
        await socket.prepare(request)
        assert request.transport is not None
        self.connections += 1
        self.opened_ns.append(monotonic_ns())
        timeline = self._timelines.get(request.path) or Timeline(self.recording, request.path)
        self._timelines[request.path] = timeline
        player = Player(
            Wire(request.transport),
            timeline,
            self.recording.dialect,
            path=request.path,
            saboteur=self.saboteur,
            open_book=self._open_book,
            follow=self._follow,
        )
        self._players[socket] = self._newest = player
        playing = asyncio.create_task(self._play(socket, player, request))
        try:
            await self._hear(socket, player)
        finally:
            playing.cancel()
            self._players.pop(socket, None)
        return socket

    async def _play(self, socket: web.WebSocketResponse, player: Player, request: web.Request) -> None:
        try:
            if self.saboteur.closes_at_open():
                raise HangUp
            await player.greet()
            await player.want(self.recording.dialect.topics_of_address(request.path, request.query))
            await player.play(speed=self.speed, patience_s=self.patience_s)
        except HangUp:
            await socket.close(code=aiohttp.WSCloseCode.GOING_AWAY)
        except ConnectionError:
            return
        else:
            self.ended.set()
            if self.at_end == "loop" and not player.is_silent:
                await socket.close()

    async def _hear(self, socket: web.WebSocketResponse, player: Player) -> None:
        try:
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    self.heard.append((monotonic_ns(), message.data))
                    await player.hear(message.data)
                elif message.type is aiohttp.WSMsgType.PING and not player.is_silent:
                    await socket.pong(message.data)
        except HangUp:
            await socket.close(code=aiohttp.WSCloseCode.GOING_AWAY)
        except ConnectionError:
            return

    def _open_book(self, topic: Topic) -> bool:
        book = self._answers.new_book(topic.folded)
        if book is None:
            return False
        self._books[topic.folded] = book
        return True

    def _follow(self, topic: Topic, text: str) -> None:
        if topic.kind == "book" and topic.folded in self._books:
            self._books[topic.folded].play(text)

    async def _http(self, request: web.Request) -> web.Response:
        self.requests.append((monotonic_ns(), request.path_qs))
        fault = self.saboteur.http_fault(request.path)
        if fault != "ok":
            return await self._faulty(request, fault)
        symbol = self._answers.snapshot_symbol(request.path, request.query)
        if symbol is None:
            text = self._answers.find(request.path, request.query, await request.text(), self.ws_url)
        else:
            text = self._book_text(symbol, int(request.query.get("limit", "5000")))
            for player in self._players.values():
                player.fetched(symbol)
        if text is None:
            return web.json_response({"code": -1121, "msg": "Invalid symbol."}, status=400 if symbol else 404)
        return web.Response(text=text, content_type="application/json")

    def _book_text(self, symbol: str, limit: int) -> str | None:
        book = self._books.get(symbol) or self._answers.new_book(symbol)
        if book is None:
            return None
        return book.old_snapshot() if self.saboteur.makes_old() else book.snapshot(limit)

    async def _faulty(self, request: web.Request, fault: str) -> web.Response:
        if fault == "hang":
            await asyncio.Event().wait()
        if fault == "cut" and request.transport is not None:
            request.transport.close()
        if fault.isdigit():
            wait_s = self.saboteur.faults.retry_after_s
            return web.Response(
                status=int(fault), text='{"code":-1003}', headers={"Retry-After": str(wait_s)} if wait_s else None
            )
        return web.Response(text="<html><body>Bad Gateway</body></html>", content_type="text/html")


async def serve(paths: Sequence[Path], *, port: int, speed: float, at_end: AtEnd, faults: Faults) -> None:
    """Print the ready lines, then serve until cancelled or, with `exit`, until each was played to its end."""
    servers = [FrameServer(read_recording(path), speed=speed, at_end=at_end, faults=faults) for path in paths]
    try:
        for server in servers:
            ready = await server.start(port)
            sys.stdout.write(msgspec.json.encode(ready).decode() + "\n")
            port = port and port + 1
        sys.stdout.flush()
        if at_end == "exit":
            await asyncio.gather(*(server.ended.wait() for server in servers))
        else:
            await asyncio.Event().wait()
    finally:
        for server in servers:
            await server.stop()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="feeds.frames", description="plays recorded frames as the venue did")
    parser.add_argument("--path", type=Path, action="append", required=True, help="once for each recording")
    parser.add_argument("--port", type=int, default=0, help="of the first; the others follow")
    parser.add_argument("--speed", type=float, default=1.0)
    parser.add_argument("--at-end", choices=("loop", "hold", "exit"), default="loop")
    parser.add_argument("--fault", action="append", default=[], metavar="NAME=VALUE[,VALUE…]", help=FAULTS)
    given = parser.parse_args(arguments)
    try:
        faults = read_faults(given.fault)
    except ValueError as error:
        parser.error(str(error))
    return asyncio.run(_until_signal(given, faults))


async def _until_signal(given: argparse.Namespace, faults: Faults) -> int:
    serving = asyncio.create_task(
        serve(given.path, port=given.port, speed=given.speed, at_end=given.at_end, faults=faults)
    )
    on_end(serving.cancel)
    try:
        with suppress(asyncio.CancelledError):
            await serving
    except (FeedError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 66
    return 0


if __name__ == "__main__":
    sys.exit(main())
