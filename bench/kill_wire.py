"""From the stroke of the kill key to the last of a hundred cancels on the wire: core, order process, a venue's double.

    halt line ── bell ──► order process ── 100 × order.cancel, or one call that cancels all ──► relay ──► double
       stamp                                                          stamp: the last call is off the socket

A hundred limit orders of ours rest at the double (tests/doubles, over the loopback); then the line of a seat is written
and the bells are rung, as link/halt.py does it. Binance spot over its WebSocket API: a cancel for each order where only
our own are meant (`kill_scope = "own"`, and every venue without such a call), and the venue's one call for all. The
double runs in this process and in the figure; so is the waking of the order process. The order process's own count of
new orders a second is lifted, or resting a hundred would take ten seconds a round. Wait policy: backoff.
"""

import asyncio
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np

from bench.book import MID_TICKS
from bench.tapped_wire import WireTap
from bench.tick_to_order import snapshot_frames
from bench.wire import SYMBOL, Desk, until
from core.clock import monotonic_ns
from core.memory import control
from core.memory.numpy_ring import Producer
from core.vocabulary import Command, OrderStatus, OrderType, Origin, Side, TimeInForce
from feeds.config import GatewayConfig, VenueConfig
from tests.doubles.binance import BinanceDouble
from tests.venue_double import CLOSED, Resting

ORDERS = 100
ROUNDS = 30
WARM_ROUNDS = 2
SETTLED_NS = 3_000_000_000
SEAT = 0
"""Its halt line is ours"""
PRICE_TICKS = MID_TICKS - 10_000
"""Far behind the best bid"""
LIFTED = (
    "import sys; from feeds.venues.binance.calls import BinanceAccount as account;"
    "account.orders_a_second = account.orders_at_once = account.queries_a_second = account.queries_at_once = 1e6;"
    "import feeds.order_process; sys.exit(feeds.order_process.main())"
)


class _Venue(BinanceDouble):
    """The double; the rounds before do not make it slower."""

    @property
    def open(self) -> list[Resting]:
        return [order for order in self.venue.orders[-3 * ORDERS :] if order.status not in CLOSED]

    def find(self, *, order_id: str = "", text: str = "") -> Resting | None:
        return self.venue.orders[int(order_id) - 1] if order_id else super().find(text=text)


def rows() -> list[dict[str, Any]]:
    found = []
    scopes: tuple[tuple[Literal["own", "account"], str], ...] = (
        ("own", f"{ORDERS} cancels, one for each order"),
        ("account", f"one call for {ORDERS} orders"),
    )
    for scope, how in scopes:
        with tempfile.TemporaryDirectory(prefix="station-bench-") as folder:
            last_ms, first_ms, clean_ms = asyncio.run(_measure(Path(folder), GatewayConfig(kill_scope=scope)))
        found.append(_row(f"kill key → the last cancel on the wire: {how}", last_ms))
        found.append(_row(f"kill key → the first cancel on the wire: {how}", first_ms))
        found.append(_row(f"kill key → the venue shows nothing open: {how}", clean_ms))
    return found


async def _measure(folder: Path, gateway: GatewayConfig) -> tuple[list[float], list[float], list[float]]:
    keys = folder / "keys.toml"
    keys.write_text(f'key = "{BinanceDouble.keys.key}"\nsecret = "{BinanceDouble.keys.secret}"\n')
    keys.chmod(0o600)
    desk = Desk(folder, VenueConfig(name="binance"), plays_market=True)
    double = _Venue(desk.row)
    place = await double.start()
    tap = WireTap(place)
    venue = VenueConfig(
        name="binance",
        rest_url=f"http://{place}",
        ws_api_url=f"ws://{tap.address}/ws-api/v3",
        instruments=(SYMBOL,),
        credentials_file=str(keys),
    )
    desk.beat()
    desk.start(venue, order_process=("-c", LIFTED), gateway=gateway)
    Producer(desk.memory.ring("market.binance")).publish_batch(snapshot_frames())
    try:
        await until(desk, desk.is_ready)
        await until(desk, partial(desk.has_answered, desk.command(Command.TAKE_LEASE)))
        rounds = [await _round(desk, double, tap) for _ in range(WARM_ROUNDS + ROUNDS)][WARM_ROUNDS:]
        return [row[0] for row in rounds], [row[1] for row in rounds], [row[2] for row in rounds]
    finally:
        desk.end()
        tap.close()
        await double.stop()


async def _round(desk: Desk, double: _Venue, tap: WireTap) -> tuple[float, float, float]:
    """Milliseconds from the stroke to the last cancel, to the first, and until nothing is open."""
    await _rest(desk, double)
    tap.take()
    page = desk.memory.control
    struck_ns = monotonic_ns()
    control.write_halt(page, SEAT, at_ns=struck_ns, reason="measured")
    desk.ring("order.")
    total = control.halt_sum(page)
    status = desk.memory.table("gateway.binance")[0]
    await until(desk, lambda: not double.open and status["halt_sum_clean"] == total)
    clean_ms = (int(status["halt_clean_ns"]) - struck_ns) / 1e6
    said = [(at_ns - struck_ns) / 1e6 for at_ns in tap.take()]
    await until(desk, partial(desk.has_answered, desk.command(Command.REARM, amount=total)))
    await until(desk, lambda: _known_open(desk) == 0)
    return max(said), min(said), clean_ms


async def _rest(desk: Desk, double: _Venue) -> None:
    """A hundred orders or more at the double, and known to the core. On a busy machine some are too old to be sent."""
    while (missing := ORDERS - len(double.open)) > 0:
        for number in range(missing):
            placed = desk.command(
                Command.PLACE_ORDER,
                instrument_id=0,
                side=Side.BUY,
                order_type=OrderType.LIMIT,
                time_in_force=TimeInForce.GTC,
                price_ticks=PRICE_TICKS - number,
                quantity_lots=100,
                origin=Origin.CLI,
            )
        await until(desk, partial(desk.has_answered, placed))
        give_up_ns = monotonic_ns() + SETTLED_NS
        await until(desk, lambda: len(double.open) >= ORDERS or monotonic_ns() > give_up_ns)  # noqa: B023
    await until(desk, lambda: _known_open(desk) >= len(double.open))


def _known_open(desk: Desk) -> int:
    """What the core shows as open and acknowledged."""
    orders = desk.memory.cells("orders").values
    return int(np.isin(orders["status"][orders["client_id"] != 0], (OrderStatus.NEW, OrderStatus.PENDING_CANCEL)).sum())


def _row(what: str, times: list[float]) -> dict[str, Any]:
    return {
        "bench": "kill_wire",
        "what": what,
        "unit": "ms",
        "subject": "station",
        "p50": float(np.percentile(times, 50)),
        "p99": float(np.percentile(times, 99)),
        "min": min(times),
        "runs": len(times),
    }


if __name__ == "__main__":
    for row in rows():
        sys.stdout.write(f"{row['what']}: p50 {row['p50']:.2f} p99 {row['p99']:.2f} least {row['min']:.2f} ms\n")
