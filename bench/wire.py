"""The whole way: a WebSocket frame of the venue in, the bytes of an order out, through three real processes.

    double ── depth frame ──► market process ─ ring ─► core ─ ring ─► order process ── order.place ──► double
           stamp before send                                                    stamp: the call is read and its
                                                                                signature checked

The venue is a double of Binance on the loopback, in this process: a depth stream of ours, tests/doubles/binance.py for
orders, each refused, so that none stays open. The core is core.process with the strategy of bench/tick_to_order.py: an
order at the touch after every frame. One trip at a time, at times of chance; `runs` is how many ended
in an order that was still young enough to be sent. Wait policy: backoff; every process shares the CPUs that there are.

The double's own sending, reading and checking, two trips over the loopback and the waking of a process are in the
figure. What these take alone is a row of its own, of the same run: in place of the station stands a process that waits
in `recv` and for every frame sends an order that was made and signed before.
"""

import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from aiohttp import web

from core.clock import monotonic_ns, wall_offset_ns
from core.config import CoreConfig
from core.histogram.percentiles import summary
from core.memory import control, numpy_cell
from core.memory.files import Memory, create_files, keep_open
from core.memory.layout import seat_role
from core.memory.numpy_ring import Consumer, Producer
from core.settings import CoreSettings, StrategySettings
from core.vocabulary import BookState, Command, EventKind, FeedState, Hop, Mode
from feeds.config import GatewayConfig, MarketSettings, OrderSettings, VenueConfig
from feeds.instruments import write_table
from feeds.listing import choose, read_listing
from feeds.venues.binance.signing import signed_parameters
from station.link.seat import plain_command
from tests.doubles.binance import BinanceDouble
from tests.generous import generous_limits

TRIPS = 400
WARM_TRIPS = 40
WARM_FRAMES = 800
WITHIN_S = 60.0
SYMBOL = "BTCUSDT"
FIRST_ID = 100
PASS_ON = "import sys, bench.wire; bench.wire.pass_on(*sys.argv[1:])"
CORE = "import sys, bench.tick_to_order, core.process; sys.exit(core.process.main())"
LISTING = {
    "symbols": [
        {
            "symbol": SYMBOL,
            "status": "TRADING",
            "baseAsset": "BTC",
            "quoteAsset": "USDT",
            "filters": [
                {"filterType": "PRICE_FILTER", "tickSize": "0.01000000"},
                {"filterType": "LOT_SIZE", "stepSize": "0.00001000"},
            ],
        }
    ]
}


class _Venue(BinanceDouble):
    """The double, which refuses every order and says when it came."""

    def __init__(self, row: np.void) -> None:
        super().__init__(row)
        self.arrived: asyncio.Queue[int] = asyncio.Queue()

    async def answer_with_faults(self, name: str, given: dict[str, Any]) -> tuple[int, Any] | None:
        if not self.is_new_order(name):
            return await super().answer_with_faults(name, given)
        self.arrived.put_nowait(monotonic_ns())
        return self.refusals["funds"]


class Stream:
    """Snapshot and depth stream of one symbol."""

    def __init__(self) -> None:
        self.socket: web.WebSocketResponse | None = None
        self.last_id = FIRST_ID
        self.url = ""

    async def start(self) -> None:
        application = web.Application()
        application.router.add_get("/stream", self._open)
        application.router.add_get("/api/v3/depth", self._depth)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        if self.socket is not None:
            await self.socket.close()
        await self._runner.cleanup()

    async def send(self) -> int:
        """The next depth frame, ten levels a side; when it was about to be sent."""
        self.last_id += 1
        data = {"e": "depthUpdate", "E": time.time_ns() // 1_000_000, "s": SYMBOL, "U": self.last_id, "u": self.last_id}
        text = json.dumps({"stream": "btcusdt@depth@100ms", "data": data | _levels(self.last_id, "b", "a")})
        assert self.socket is not None
        sent_ns = monotonic_ns()
        await self.socket.send_str(text)
        return sent_ns

    async def _open(self, request: web.Request) -> web.WebSocketResponse:
        self.socket = web.WebSocketResponse(compress=False)
        await self.socket.prepare(request)
        async for _ in self.socket:
            pass
        return self.socket

    async def _depth(self, request: web.Request) -> web.Response:
        return web.json_response({"lastUpdateId": self.last_id} | _levels(0, "bids", "asks"))


def _levels(number: int, bids: str, asks: str) -> dict[str, list[list[str]]]:
    """Ten levels a side around a middle that moves, what it passed deleted: the micro-price wants moves."""
    size, middle = f"{1 + number % 7:.8f}", number % 3
    own = {
        bids: [(middle - 1 - level, size) for level in range(10)] + [(step, "0.00000000") for step in range(middle, 3)],
        asks: [(middle + level, size) for level in range(10)] + [(step, "0.00000000") for step in range(middle)],
    }
    return {name: [[f"{64_000 + step * 0.01:.8f}", lots] for step, lots in levels] for name, levels in own.items()}


class Desk:
    """Memory, settings and the three processes; with `plays_market` two, and the market's hands are the caller's."""

    def __init__(self, folder: Path, venue: VenueConfig, *, plays_market: bool = False) -> None:
        self.descriptor = create_files("bench-wire", ("binance",))
        self.roles = {"desk", "recorder", seat_role(0)} | ({"market.binance"} if plays_market else set())
        self.memory = Memory(self.descriptor, frozenset(self.roles))
        offset_ns = wall_offset_ns()
        header = control.Header(os.getpid(), 0, monotonic_ns(), offset_ns, "bench-wire")
        control.write_header(self.memory.control, header)
        rows = choose(
            read_listing("binance", [json.dumps(LISTING).encode()], venue=venue.name), (SYMBOL,), venue=venue.name
        )
        counts = self.memory.lines("instrument_count")[0]
        write_table(self.memory.table("instruments"), counts, [(0, row) for row in rows])
        self.row = self.memory.table("instruments")[0]
        self.tape = Consumer(self.memory.ring("tape"))
        self.commands = Producer(self.memory.ring("commands.00"))
        self.offset_ns, self.folder = offset_ns, folder
        self.children: list[subprocess.Popen[bytes]] = []

    def start(
        self,
        venue: VenueConfig,
        *,
        market_rest_url: str = "",
        order_process: tuple[str, str] = ("-m", "feeds.order_process"),
        gateway: GatewayConfig | None = None,
    ) -> None:
        folder, group = str(self.folder), ("--group", "binance")
        if "market.binance" not in self.roles:
            market = msgspec.structs.replace(venue, rest_url=market_rest_url)
            settings = MarketSettings(venues=(market,), wall_offset_ns=self.offset_ns)
            self._start(["-m", "feeds.market_process", *group], settings)
        orders = OrderSettings(
            venue=venue,
            mode=Mode.LIVE,
            gateway=gateway or GatewayConfig(),
            state_folder=folder,
            lock_folder=folder,
            wall_offset_ns=self.offset_ns,
        )
        self._start([*order_process, *group], orders)
        strategy = StrategySettings(name="bench_every_frame", symbol=bytes(self.row["symbol"]).decode())
        core = CoreSettings(
            config=CoreConfig(mode=Mode.LIVE, heartbeat_ms=10_000, stale_after_ms=600_000, risk=generous_limits()),
            state_folder=folder,
            epoch=1,
            wall_offset_ns=self.offset_ns,
            strategies=(strategy,),
        )
        self._start(["-c", CORE], core)

    def _start(self, what: list[str], settings: msgspec.Struct) -> None:
        told = [msgspec.json.encode(part).decode() for part in (self.descriptor, settings)]
        command = [sys.executable, *what, "--descriptor", told[0], "--settings", told[1]]
        self.children.append(subprocess.Popen(command, pass_fds=keep_open(self.descriptor)))

    def beat(self) -> None:
        """The hands of all that are played here: heartbeats, and the tape is read."""
        for role in self.roles:
            self.memory.heartbeat(role)[0] = monotonic_ns()
        self.tape.release(self.tape.waiting)

    def is_ready(self) -> bool:
        top = numpy_cell.read(self.memory.cells("books"), 0)
        is_open = self.memory.table("gateway.binance")[0]["state"] == FeedState.LIVE
        return bool(is_open and top is not None and top["state"] == BookState.LIVE)

    def health(self) -> np.void:
        while (health := numpy_cell.read(self.memory.cells("health"), 0)) is None:
            pass
        return health

    def command(self, command: Command, *, amount: int = 0, **fields: int) -> int:
        event = plain_command(command, reference_id=int(self.health()["lease_generation"]), amount=amount)
        for name, value in fields.items():
            event[name] = value
        event["kind"], event["sequence"], event["received_ns"] = (
            EventKind.COMMAND, self.commands.produced + 1, monotonic_ns(),
        )  # fmt: skip
        assert self.commands.publish(event[0])
        return int(event["sequence"][0])

    def ring(self, roles: str) -> None:
        """The bells of those whose role begins so, as who halts a desk rings them."""
        for role, bell in self.descriptor.bells.items():
            if role.startswith(roles):
                os.write(bell, b"\1\0\0\0\0\0\0\0")

    def has_answered(self, sequence: int) -> bool:
        return int(self.health()["seats"][0]["last_sequence"]) >= sequence

    def end(self) -> None:
        for child in self.children:
            child.terminate()
        for child in self.children:
            child.wait(20)


def pass_on(frames_at: str, orders_at: str) -> None:
    """In a process of its own: an order, made before, for every frame."""
    frames, orders = _opened(frames_at, "/stream"), _opened(orders_at, "/ws-api/v3")
    given = {"symbol": SYMBOL, "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.00100"}
    signed = signed_parameters(given | {"price": "64000.00", "recvWindow": 5_000, "timestamp": 1}, BinanceDouble.keys)
    text = msgspec.json.encode({"id": "s1", "method": "order.place", "params": signed})
    order = b"\x81\xfe" + len(text).to_bytes(2, "big") + bytes(4) + text  # one text frame, masked with zeros
    while frames.recv(1 << 16):
        orders.sendall(order)


def _opened(place: str, path: str) -> socket.socket:
    host, port = place.split(":")
    opened = socket.create_connection((host, int(port)))
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    opened.sendall(
        f"GET {path} HTTP/1.1\r\nHost: {place}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        answer += opened.recv(1)
    return opened


async def _double_alone(row: np.void) -> list[float]:
    stream, double = Stream(), _Venue(row)
    await stream.start()
    place = await double.start()
    child = subprocess.Popen([sys.executable, "-c", PASS_ON, stream.url, place])
    try:
        give_up = time.monotonic() + WITHIN_S
        while stream.socket is None or not stream.socket.prepared:
            if time.monotonic() > give_up or child.poll() is not None:
                raise RuntimeError(f"the process that passes on must become ready: {WITHIN_S=}")
            await asyncio.sleep(0.002)
        return await _trips(stream, double, lambda: None)
    finally:
        child.terminate()
        child.wait(20)
        await stream.stop()
        await double.stop()


async def _measure(folder: Path) -> tuple[list[float], list[float], list[dict[str, Any]]]:
    keys = folder / "keys.toml"
    keys.write_text(f'key = "{BinanceDouble.keys.key}"\nsecret = "{BinanceDouble.keys.secret}"\n')
    keys.chmod(0o600)
    stream = Stream()
    await stream.start()
    desk = Desk(folder, VenueConfig(name="binance"))
    alone = await _double_alone(desk.row)
    double = _Venue(desk.row)
    place = await double.start()
    venue = VenueConfig(
        name="binance",
        rest_url=f"http://{place}",
        ws_url=f"ws://{stream.url}",
        ws_api_url=f"ws://{place}/ws-api/v3",
        instruments=(SYMBOL,),
        credentials_file=str(keys),
    )
    desk.start(venue, market_rest_url=f"http://{stream.url}")
    try:
        await _warm(desk, stream, double)
        return await _trips(stream, double, desk.beat), alone, _parts(desk.memory)
    finally:
        desk.end()
        await stream.stop()
        await double.stop()


async def _warm(desk: Desk, stream: Stream, double: _Venue) -> None:
    await until(desk, desk.is_ready)
    for command, amount in ((Command.TAKE_LEASE, 0), (Command.ENABLE_STRATEGIES, 1)):
        sequence = desk.command(command, amount=amount)
        await until(desk, partial(desk.has_answered, sequence))
    for _ in range(WARM_FRAMES):
        await stream.send()
        await asyncio.sleep(0.001)
        desk.beat()
    await asyncio.wait_for(double.arrived.get(), 5)


async def _trips(stream: Stream, double: _Venue, beat: Callable[[], None]) -> list[float]:
    """One after another: microseconds from before the frame is sent until its order was read."""
    chance, found = random.Random(1), []
    for trip in range(WARM_TRIPS + TRIPS):
        beat()
        await asyncio.sleep(chance.uniform(0.004, 0.012))
        while not double.arrived.empty():
            double.arrived.get_nowait()
        sent_ns = await stream.send()
        try:
            arrived_ns = await asyncio.wait_for(double.arrived.get(), 2)
        except TimeoutError:  # on a busy machine an order can be too old when it would be sent: that is kept back
            continue
        if trip >= WARM_TRIPS:
            found.append((arrived_ns - sent_ns) / 1_000)
    if len(found) < 0.9 * TRIPS:
        raise RuntimeError(f"nearly every frame must end in an order: orders={len(found)}, frames={TRIPS}")
    return found


async def until(desk: Desk, is_true: Callable[[], bool]) -> None:
    give_up = time.monotonic() + WITHIN_S
    while not is_true():
        if time.monotonic() > give_up or any(child.poll() is not None for child in desk.children):
            said = bytes(desk.memory.table("gateway.binance")[0]["message"]).decode()
            raise RuntimeError(f"the processes must become ready: {WITHIN_S=}, {said=}")
        desk.beat()
        await asyncio.sleep(0.002)


PARTS = (
    ("market.binance", Hop.DECODE, "of it: frame off the socket → ring"),
    ("core", Hop.FEED_TO_CORE, "of it: frame off the socket → taken by the core"),
    ("core", Hop.TICK_TO_ORDER, "of it: frame off the socket → order request in its ring"),
    ("order.binance", Hop.CORE_TO_WIRE, "of it: core's decision → handed to the order's socket"),
)


def rows() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="station-bench-") as folder:
        times, alone, parts = asyncio.run(_measure(Path(folder)))
    return [
        _row_of("WebSocket frame sent → order read by the venue's double, three processes, backoff", times),
        _row_of("the double alone: frame sent → an order made before read, one process that only passes on", alone),
        *parts,
    ]


def _row_of(what: str, times: list[float]) -> dict[str, Any]:
    return _row(what, float(np.percentile(times, 50)), float(np.percentile(times, 99)), min(times), len(times))


def _parts(memory: Memory) -> list[dict[str, Any]]:
    """What the processes counted themselves, warm-up included."""
    found = []
    for role, hop, what in PARTS:
        seen = summary(memory.histograms(role)[hop])
        found.append(_row(what, seen.p50_ns / 1_000, seen.p99_ns / 1_000, seen.min_ns / 1_000, seen.count))
    return found


def _row(what: str, p50: float, p99: float, least: float, runs: int) -> dict[str, Any]:
    return {
        "bench": "wire",
        "what": what,
        "unit": "µs",
        "subject": "station",
        "p50": p50,
        "p99": p99,
        "min": least,
        "runs": runs,
    }
