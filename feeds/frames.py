"""A local venue that plays real recorded frames in Binance's protocol, over real sockets.

    python -m feeds.frames --path RECORDING --port 0 --speed 1 --at-end loop

The first line on standard output is JSON (class Ready): the addresses to configure. Each connection to /stream plays
the recording from its start, the streams that it asked for, at recorded speed times `--speed` (0: as fast as they are
taken), once every book's snapshot was asked for or a second has passed, so that no frame is over too early.

GET /api/v3/depth answers with the recorded snapshot until a later frame was played, then with the book as played so
far, so that a client that lost its place can begin again. At the end the connection is closed as the venue does after
a day, and the next one begins anew (loop), or it stays open in silence (hold), or the process ends (exit).
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal

import aiohttp
import msgspec
from aiohttp import web

from core.clock import monotonic_ns
from feeds.child import on_end
from feeds.errors import FeedError
from feeds.recording import Frame, Recording, read_recording
from feeds.venues.binance.messages import Combined, DepthUpdate

SERVER_PING_S = 20.0
PATIENCE_S = 1.0
AtEnd = Literal["loop", "hold", "exit"]


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """What a desk needs to know to be configured for this venue."""

    rest_url: str
    ws_url: str
    symbols: tuple[str, ...]
    trade_stream: str
    frames: int


class PlayedBook:
    """One symbol's book as text, as far as it was played."""

    def __init__(self, recorded: str) -> None:
        snapshot = msgspec.json.decode(recorded)
        self._recorded = recorded
        self.last_id = int(snapshot["lastUpdateId"])
        self._has_moved = False
        self._sides: dict[str, dict[str, str]] = {
            side: {price: size for price, size, *_ in snapshot[side]} for side in ("bids", "asks")
        }

    def play(self, update: DepthUpdate) -> None:
        if update.u <= self.last_id:
            return
        for side, levels in (("bids", update.b), ("asks", update.a)):
            book = self._sides[side]
            for price, size, *_ in msgspec.json.decode(levels):
                if float(size) == 0:
                    book.pop(price, None)
                else:
                    book[price] = size
        self.last_id, self._has_moved = update.u, True

    def snapshot(self, limit: int) -> str:
        if not self._has_moved:
            return self._recorded
        bids = sorted(self._sides["bids"].items(), key=lambda level: -float(level[0]))[:limit]
        asks = sorted(self._sides["asks"].items(), key=lambda level: float(level[0]))[:limit]
        return msgspec.json.encode({"lastUpdateId": self.last_id, "bids": bids, "asks": asks}).decode()


class FrameServer:
    """Serves one recording on 127.0.0.1."""

    def __init__(
        self, recording: Recording, *, speed: float = 1.0, at_end: AtEnd = "loop", patience_s: float = PATIENCE_S
    ) -> None:
        self.recording, self.speed, self.at_end, self.patience_s = recording, speed, at_end, patience_s
        self.ended = asyncio.Event()
        """The recording was played to its end at least once."""
        self.played = 0
        """Frames of the newest connection."""
        self.connections = 0
        self._decode = msgspec.json.Decoder(Combined).decode
        self._decode_depth = msgspec.json.Decoder(DepthUpdate).decode
        self._books: dict[str, PlayedBook] = {}
        self._unasked: set[str] = set()
        self._all_asked = asyncio.Event()
        self._sockets: set[web.WebSocketResponse] = set()
        self._runner: web.AppRunner | None = None

    async def start(self, port: int = 0) -> Ready:
        application = web.Application()
        application.router.add_get("/stream", self._stream)
        application.router.add_get("/api/v3/depth", self._depth)
        application.router.add_get("/api/v3/exchangeInfo", self._exchange_info)
        application.router.add_get("/api/v3/time", self._time)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        bound = self._runner.addresses[0][1]
        self._begin()
        return Ready(
            rest_url=f"http://127.0.0.1:{bound}",
            ws_url=f"ws://127.0.0.1:{bound}",
            symbols=self.recording.symbols,
            trade_stream=self.recording.trade_stream,
            frames=len(self.recording.frames),
        )

    async def stop(self) -> None:
        await self.hang_up()
        if self._runner is not None:
            await self._runner.cleanup()

    async def hang_up(self) -> None:
        """Close every connection, as a venue that restarts."""
        for socket in list(self._sockets):
            await socket.close(code=aiohttp.WSCloseCode.GOING_AWAY)

    def _begin(self) -> None:
        self._books = {symbol: PlayedBook(body) for symbol, body in self.recording.snapshots.items()}
        self.played = 0
        self._unasked = set(self.recording.symbols)
        self._all_asked.clear()

    async def _stream(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(heartbeat=SERVER_PING_S, compress=False)
        await socket.prepare(request)
        self._sockets.add(socket)
        self.connections += 1
        self._begin()
        wanted = frozenset(request.query.get("streams", "").split("/"))
        player = asyncio.create_task(self._play(socket, wanted))
        try:
            async for _ in socket:
                pass  # SUBSCRIBE and the like are not needed: streams stand in the address
        finally:
            player.cancel()
            self._sockets.discard(socket)
        return socket

    async def _play(self, socket: web.WebSocketResponse, wanted: frozenset[str]) -> None:
        frames = [frame for frame in self.recording.frames if _is_wanted(frame, wanted)]
        self._unasked &= {frame.symbol for frame in frames}
        with suppress(TimeoutError):
            await asyncio.wait_for(self._all_asked.wait(), self.patience_s)
        begun_ns = monotonic_ns()
        first_ns = frames[0].at_ns if frames else 0
        try:
            for frame in frames:
                if self.speed > 0:
                    ahead_s = (frame.at_ns - first_ns) / self.speed / 1e9 - (monotonic_ns() - begun_ns) / 1e9
                    if ahead_s > 0:
                        await asyncio.sleep(ahead_s)
                self._follow(frame)
                await socket.send_str(frame.text)
                self.played += 1
        except (ConnectionError, aiohttp.ClientError):
            return
        self.ended.set()
        if self.at_end == "loop":
            await socket.close()

    def _follow(self, frame: Frame) -> None:
        if frame.kind == "depth" and frame.symbol in self._books:
            self._books[frame.symbol].play(self._decode_depth(self._decode(frame.text).data))

    async def _depth(self, request: web.Request) -> web.Response:
        book = self._books.get(request.query.get("symbol", ""))
        if book is None:
            return web.json_response({"code": -1121, "msg": "Invalid symbol."}, status=400)
        self._unasked.discard(request.query["symbol"])
        if not self._unasked:
            self._all_asked.set()
        text = book.snapshot(int(request.query.get("limit", "100")))
        return web.Response(text=text, content_type="application/json")

    async def _exchange_info(self, request: web.Request) -> web.Response:
        return web.Response(text=self.recording.exchange_info, content_type="application/json")

    async def _time(self, request: web.Request) -> web.Response:
        return web.json_response({"serverTime": self.recording.frames[0].at_ns // 1_000_000})


def _is_wanted(frame: Frame, wanted: frozenset[str]) -> bool:
    """Recordings were made at one depth speed; both ways to ask for it are served."""
    if frame.stream in wanted:
        return True
    symbol, kind = frame.stream.split("@", 1)
    return kind.startswith("depth") and (f"{symbol}@depth" in wanted or f"{symbol}@depth@100ms" in wanted)


async def serve(path: Path, *, port: int, speed: float, at_end: AtEnd) -> None:
    """Print the ready line, then serve until cancelled or, with `exit`, to the end."""
    server = FrameServer(read_recording(path), speed=speed, at_end=at_end)
    ready = await server.start(port)
    sys.stdout.write(msgspec.json.encode(ready).decode() + "\n")
    sys.stdout.flush()
    try:
        if at_end == "exit":
            await server.ended.wait()
        else:
            await asyncio.Event().wait()
    finally:
        await server.stop()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="feeds.frames", description="plays recorded frames as the venue did")
    parser.add_argument("--path", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--speed", type=float, default=1.0)
    parser.add_argument("--at-end", choices=("loop", "hold", "exit"), default="loop")
    given = parser.parse_args(arguments)
    return asyncio.run(_until_signal(given))


async def _until_signal(given: argparse.Namespace) -> int:
    serving = asyncio.create_task(serve(given.path, port=given.port, speed=given.speed, at_end=given.at_end))
    on_end(serving.cancel)
    try:
        await serving
    except asyncio.CancelledError:
        return 0
    except (FeedError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 66
    return 0


if __name__ == "__main__":
    sys.exit(main())
