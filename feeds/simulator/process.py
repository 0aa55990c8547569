"""The process of the simulated exchange, in both roles of its venue group: market data and orders.

    python -m feeds.simulator.process --descriptor JSON --settings JSON

One matching engine must see both, so this is one process where a real venue has two. It ends cleanly on SIGTERM, comes
back from SIGKILL as an exchange would (keeping.py), and does not care which other process of the desk lives.
"""

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from core.clock import monotonic_ns, wall_offset_ns
from core.errors import StationError
from core.memory.control import read_header
from core.memory.files import Descriptor, Memory, close_on_exec
from core.memory.numpy_ring import on_bell
from feeds.gateway import OrderGateway
from feeds.simulator.instruments import simulator_instruments
from feeds.simulator.keeping import Keeper
from feeds.simulator.live import LiveExchange
from feeds.simulator.market_feed import MarketFeed
from feeds.simulator.settings import SimulatorSettings
from feeds.simulator.venue import SimulatedVenue

BEAT_S = 0.02


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="feeds.simulator.process", description=__doc__)
    parser.add_argument("--descriptor", required=True)
    parser.add_argument("--settings", required=True)
    given = parser.parse_args(arguments)
    descriptor = msgspec.json.decode(given.descriptor, type=Descriptor)
    settings = msgspec.json.decode(given.settings, type=SimulatorSettings)
    close_on_exec(descriptor)
    try:
        asyncio.run(run(descriptor, settings))
    except (StationError, OSError) as error:
        sys.stderr.write(f"{error}\n{getattr(error, 'cure', '')}".rstrip() + "\n")
        return getattr(error, "exit_code", 74)
    return 0


async def run(descriptor: Descriptor, settings: SimulatorSettings) -> None:
    """Until SIGTERM or SIGINT."""
    group = settings.group
    memory = Memory(descriptor, frozenset({f"market.{group}", f"order.{group}"}))
    beats = [memory.heartbeat(f"market.{group}"), memory.heartbeat(f"order.{group}")]
    _beat(beats)
    offset_ns = settings.wall_offset_ns or _wall_offset(memory)
    folder = Path(settings.state_folder)
    journal_folder = settings.journal_folder or str(folder / "exchange")
    settings = msgspec.structs.replace(settings, journal_folder=journal_folder)
    now_ns = monotonic_ns() + offset_ns
    keeper = Keeper(simulator_instruments(), settings, now_ns=now_ns, beat=lambda: _beat(beats))
    live = LiveExchange(keeper.exchange, settings, wall_offset_ns=offset_ns, keeper=keeper)
    instrument_ids = ids_of(memory, [row.symbol for row in live.exchange.instruments])
    gateway = OrderGateway(
        memory,
        group,
        SimulatedVenue(live, account=settings.account, instrument_ids=instrument_ids),
        config=settings.gateway,
        folder=folder / group,
        lock_folder=Path(settings.lock_folder or settings.state_folder),
        account=f"{journal_folder}#{settings.account}",
        kill_file=Path(settings.kill_file) if settings.kill_file else None,
    )
    feed = MarketFeed(memory, group, live, instrument_ids)
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, gateway.stop)
    live.start()
    feed.start(_first_word(keeper))
    bell = descriptor.bells.get(f"market.{group}", -1)
    if bell >= 0:
        on_bell(loop, bell, feed.answer_requests)
    beating = asyncio.create_task(_beat_for_ever(beats, feed))
    try:
        await gateway.run()
    finally:
        beating.cancel()
        feed.stop()
        live.close()


def ids_of(memory: Memory, symbols: list[str]) -> list[int]:
    """The station's instrument id of each symbol; -1: the desk did not list it."""
    count = int(memory.lines("instrument_count")[0, 0])
    known = memory.table("instruments")["symbol"][:count]
    listed = {bytes(symbol).decode(): index for index, symbol in enumerate(known)}
    return [listed.get(symbol, -1) for symbol in symbols]


def _first_word(keeper: Keeper) -> str:
    """What the status line says of where this exchange comes from."""
    if keeper.message:
        return keeper.message
    if keeper.missed_ns:
        return f"came back: the market was closed for {keeper.missed_ns // 1_000_000_000} s"
    return "came back from its journal" if keeper.was_recovered else "opened anew"


def _wall_offset(memory: Memory) -> int:
    header = read_header(memory.control)
    return header.wall_offset_ns if header is not None else wall_offset_ns()


def _beat(beats: list[np.ndarray]) -> None:
    for line in beats:
        line[0] = monotonic_ns()


async def _beat_for_ever(beats: list[np.ndarray], feed: MarketFeed) -> None:
    while True:
        _beat(beats)
        feed.answer_requests()
        feed.update_status()
        await asyncio.sleep(BEAT_S)


if __name__ == "__main__":
    sys.exit(main())
