"""The simulated exchange on loopback, speaking Binance spot's dialect, so that the real processes can be tried on it.

    python -m feeds.simulator.server --port 0 --venue alpha --credentials FILE --settings JSON

Prints `{"port": …}` when it is ready. REST under /api/v3, market streams under /ws and /stream, the WebSocket API under
/ws-api/v3. Signed requests need a key of the credentials file (TOML tables `[account.1]` … with `key` and `secret`);
without one, market data only. It serves 127.0.0.1 and nothing else.
"""

import argparse
import asyncio
import signal
import sys
import tomllib
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import msgspec
from aiohttp import web

from core.clock import monotonic_ns, wall_offset_ns
from core.errors import StationError
from feeds.simulator.client_names import ClientNames
from feeds.simulator.dialect import ApiError, Json, Scale
from feeds.simulator.instruments import VENUES, simulator_instruments
from feeds.simulator.keeping import Keeper
from feeds.simulator.live import LiveExchange
from feeds.simulator.market_streams import MarketStreams
from feeds.simulator.order_desk import OrderDesk, Parameters
from feeds.simulator.settings import SimulatorSettings
from feeds.simulator.signatures import Keys
from feeds.simulator.sockets import Sockets

DEPTH_INTERVAL_S = 0.1
MOST_LEVELS = 5_000
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Method = Callable[[Parameters, int], Awaitable[Json | list[Json]]]


class ExchangeServer:
    """One venue of one exchange, as an aiohttp application."""

    def __init__(self, live: LiveExchange, *, venue: str, keys: Keys, names: ClientNames) -> None:
        self._live, self._keys = live, keys
        self._scales = {
            book: Scale(instrument)
            for book, instrument in enumerate(live.exchange.instruments)
            if instrument.venue == venue
        }
        self.streams = MarketStreams(live, self._scales)
        self.orders = OrderDesk(live, self._scales, names)
        for account in keys.accounts:
            self.orders.serve(account)
        self.sockets = Sockets(live, self.streams, self.orders, keys, self.methods())
        self.application = web.Application(middlewares=[_as_venue_errors])
        self._route()

    def methods(self) -> dict[str, Method]:
        """Names of the WebSocket API."""
        return {
            "order.place": self.orders.place,
            "order.cancel": self.orders.cancel,
            "order.cancelReplace": self.orders.cancel_replace,
            "order.status": self.orders.order,
            "openOrders.status": self.orders.open_orders,
            "openOrders.cancelAll": self.orders.cancel_open_orders,
            "account.status": self.orders.account,
            "myTrades": self.orders.my_trades,
        }

    async def flush_for_ever(self) -> None:
        while True:
            await asyncio.sleep(DEPTH_INTERVAL_S)
            self.streams.flush()

    def _route(self) -> None:
        add = self.application.router.add_route
        for path, answer in (
            ("ping", self._ping), ("time", self._time), ("exchangeInfo", self._exchange_info), ("depth", self._depth),
        ):  # fmt: skip
            add("GET", f"/api/v3/{path}", answer)
        for verb, path, method in (
            ("POST", "order", self.orders.place), ("DELETE", "order", self.orders.cancel),
            ("GET", "order", self.orders.order), ("POST", "order/cancelReplace", self.orders.cancel_replace),
            ("GET", "openOrders", self.orders.open_orders), ("DELETE", "openOrders", self.orders.cancel_open_orders),
            ("GET", "myTrades", self.orders.my_trades), ("GET", "account", self.orders.account),
        ):  # fmt: skip
            add(verb, f"/api/v3/{path}", self._signed(method))
        add("POST", "/fapi/v1/countdownCancelAll", self._signed(self.orders.count_down))
        for verb in ("POST", "PUT", "DELETE"):
            add(verb, "/api/v3/userDataStream", self._listen_key)
        add("GET", "/stream", self.sockets.combined)
        add("GET", "/ws", self.sockets.raw)
        add("GET", "/ws/{stream:.*}", self.sockets.raw)
        add("GET", "/ws-api/v3", self.sockets.api)

    def _signed(self, method: Method) -> Handler:
        async def answer(request: web.Request) -> web.Response:
            body = await request.text()
            key = request.headers.get("X-MBX-APIKEY", "")
            now_ms = self._live.now_ns // 1_000_000
            parameters, account = self._keys.check_query(key, request.rel_url.raw_query_string, body, now_ms=now_ms)
            return _json(await method(parameters, account))

        return answer

    async def _ping(self, request: web.Request) -> web.Response:
        return _json({})

    async def _time(self, request: web.Request) -> web.Response:
        return _json({"serverTime": self._live.now_ns // 1_000_000})

    async def _exchange_info(self, request: web.Request) -> web.Response:
        books = self._live.exchange.state.books
        symbols = [scale.rules(int(books[book]["state"])) for book, scale in self._scales.items()]
        asked = request.query.get("symbol")
        if asked is not None:
            symbols = [symbol for symbol in symbols if symbol["symbol"] == asked]
            if not symbols:
                raise ApiError(-1121, "Invalid symbol.")
        now_ms = self._live.now_ns // 1_000_000
        return _json({"timezone": "UTC", "serverTime": now_ms, "rateLimits": [], "symbols": symbols})

    async def _depth(self, request: web.Request) -> web.Response:
        book = self.orders.book(request.query)
        limit = request.query.get("limit", "100")
        if not limit.isdigit():
            raise ApiError(-1100, "Illegal characters found in parameter 'limit'.")
        return _json(self.streams.snapshot(book, min(int(limit), MOST_LEVELS)))

    async def _listen_key(self, request: web.Request) -> web.Response:
        account = self._keys.account_of(request.headers.get("X-MBX-APIKEY", ""))
        if request.method == "POST":
            return _json({"listenKey": self._keys.listen_key(account)})
        return _json({})


@web.middleware
async def _as_venue_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except ApiError as error:
        return _json(error.as_json(), status=error.http_status)
    except ValueError as error:  # a number that is none
        return _json(ApiError(-1100, f"Illegal characters found in a parameter: {error}").as_json(), status=400)


def _json(answer: Json | list[Json], *, status: int = 200) -> web.Response:
    return web.Response(body=msgspec.json.encode(answer), content_type="application/json", status=status)


async def serve(live: LiveExchange, server: ExchangeServer, port: int) -> tuple[web.AppRunner, int]:
    """On 127.0.0.1; returns what to clean up, and the port."""
    runner = web.AppRunner(server.application, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    live.start()
    address: tuple[str, int] = runner.addresses[0]
    return runner, address[1]


async def run(settings: SimulatorSettings, *, port: int, venue: str, credentials: str) -> None:
    """Until SIGTERM or SIGINT."""
    offset_ns = settings.wall_offset_ns or wall_offset_ns()
    instruments, now_ns = simulator_instruments(), monotonic_ns() + offset_ns
    folder = Path(settings.journal_folder)
    keeper = Keeper(instruments, settings, now_ns=now_ns)
    live = LiveExchange(keeper.exchange, settings, wall_offset_ns=offset_ns, keeper=keeper)
    names = ClientNames(folder / "client-names.txt")
    keys = Keys.read(Path(credentials)) if credentials else Keys({})
    server = ExchangeServer(live, venue=venue, keys=keys, names=names)
    stopping = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopping.set)
    runner, bound = await serve(live, server, port)
    flushing = asyncio.create_task(server.flush_for_ever())
    print(msgspec.json.encode({"port": bound}).decode(), flush=True)
    await stopping.wait()
    flushing.cancel()
    await runner.cleanup()
    live.close()
    names.close()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m feeds.simulator.server", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: any free one, printed")
    parser.add_argument("--venue", choices=VENUES, default=VENUES[0])
    parser.add_argument("--credentials", default="", help="TOML file with keys and secrets of accounts")
    parser.add_argument("--settings", default="{}", help="JSON of SimulatorSettings; journal_folder is needed")
    given = parser.parse_args(arguments)
    try:
        settings = msgspec.json.decode(given.settings, type=SimulatorSettings)
        if not settings.journal_folder:
            parser.error("--settings must name a journal_folder")
        asyncio.run(run(settings, port=given.port, venue=given.venue, credentials=given.credentials))
    except (StationError, OSError, msgspec.DecodeError, tomllib.TOMLDecodeError) as error:
        print(f"{error}\n{getattr(error, 'cure', '')}".strip(), file=sys.stderr)
        return getattr(error, "exit_code", 1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
