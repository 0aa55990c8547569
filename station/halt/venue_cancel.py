"""The cancel loop of a venue in our own process, with the desk's own keys: for an order process that does not answer.

The built-in simulated exchange is itself the process that does not answer: there is nobody to send to, and it cancels
everything before anything else when it comes back. So does every order process that is restarted.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from core.clock import monotonic_ns, wall_offset_ns
from core.errors import StationError
from core.memory.files import Memory
from core.records.event import EVENT
from core.vocabulary import EventFlag, EventKind, Mode, OrderType, Origin, Request, Side, TimeInForce
from feeds.child import instruments_of as rows_of
from feeds.config import VenueConfig
from feeds.credentials import credentials_of
from feeds.errors import VenueError
from feeds.instruments import as_row
from feeds.kill_report import CANCEL, CLEAN, CLOSE, FLAT, HELD, OPEN, Reporter
from feeds.sent_orders import KILL_SPACE
from feeds.venues.catalogue import order_venue
from feeds.venues.contract import OrderVenue, VenueOrder, VenuePosition
from station.config import DeskSetup, ServedVenue
from station.desk.children import venue_config
from station.desk.key_ring import find_keys
from station.desk.registry import Registry
from station.desk.trading_table import served_instruments

ASK_AGAIN_S = 0.1
WRITE_EVERY_S = 0.02

Say = Callable[[str], None]
Unlock = Callable[[ServedVenue], int]
"""A descriptor of the venue's key, from the key file; -1: it cannot be had."""


@dataclass(frozen=True)
class Task:
    """What is to be done at every venue, and who is told of it."""

    registry: Registry
    memory: Memory | None
    flatten: bool
    only_own: bool
    within_s: float
    say: Say
    pen: Reporter
    unlock: Unlock


def cancel_at_venue(
    registry: Registry,
    memory: Memory | None,
    *,
    flatten: bool,
    within_s: float,
    say: Say,
    pen: Reporter,
    unlock: Unlock = lambda served: -1,
) -> bool:
    """True when the venue itself shows nothing open, and with `flatten` nothing held. Says what it does, and notes
    every try in the kill report."""
    try:
        setup = msgspec.convert(registry.setup, DeskSetup)
    except msgspec.ValidationError:
        say("the desk was set up by another version; its venue cannot be asked from here")
        return False
    if setup.mode is Mode.SIM:
        say("the simulated exchange itself is down; it cancels everything before anything else when it is back")
        return False
    if setup.mode is not Mode.LIVE:
        say("paper mode: no order is at a venue")
        return True
    trading = [served for served in setup.venues if setup.trades(served)]
    only_own = setup.config.gateway.kill_scope == "own"
    task = Task(registry, memory, flatten, only_own, within_s, say, pen, unlock)
    # Before the time runs: whoever has to type a passphrase takes as long as that takes.
    configs = [_with_own_key(venue_config(served), served, task) for served in trading]
    return asyncio.run(_all_stand_down(trading, configs, task))


async def _all_stand_down(trading: list[ServedVenue], configs: list[VenueConfig], task: Task) -> bool:
    """Side by side: a venue that does not answer takes no time from another one."""
    writing = asyncio.create_task(_write_for_ever(task))
    try:
        pairs = zip(trading, configs, strict=True)
        return all(await asyncio.gather(*(_try_to_stand_down(served, config, task) for served, config in pairs)))
    finally:
        writing.cancel()


async def _write_for_ever(task: Task) -> None:
    """Who is killed in the middle leaves what was done until then."""
    while True:
        with suppress(OSError):
            await asyncio.to_thread(task.pen.write)
        await asyncio.sleep(WRITE_EVERY_S)


async def _try_to_stand_down(served: ServedVenue, config: VenueConfig, task: Task) -> bool:
    try:
        rows = await asyncio.to_thread(_rows, served, task.memory)
        return await asyncio.wait_for(_stand_down(config, rows, task), task.within_s)
    except TimeoutError:
        task.say(f"{served.name}: not everything is closed after {task.within_s:.0f} s")
    except (StationError, OSError) as error:
        task.say(f"{served.name}: it could not be asked: {error}")
    return False


async def _stand_down(config: VenueConfig, rows: dict[int, np.void], task: Task) -> bool:
    venue = order_venue(config, credentials_of(config), rows, wall_offset_ns=wall_offset_ns())
    task.say(f"{config.name}: cancelling from here, with the desk's keys")
    try:
        await venue.start_quietly()  # what comes of the orders is asked for below, it need not be told
        cancelled = await cancel_all(venue, task)
        task.say(f"{config.name}: nothing open at the venue, {cancelled} cancelled from here")
        if task.flatten:
            closed = await close_all(venue, rows, task)
            task.say(f"{config.name}: flat, with {closed} orders from here")
        return True
    finally:
        await venue.close()


async def cancel_all(venue: OrderVenue, task: Task) -> int:
    """Until the venue lists nothing open. Returns how many were cancelled."""
    asked: set[int] = set()
    while orders := await _open_orders(venue, task):
        await asyncio.gather(*(_cancel(venue, order, task) for order in orders))
        asked |= {order.venue_order_id for order in orders}
        if await venue.open_orders():
            await asyncio.sleep(ASK_AGAIN_S)
    task.pen.note(CLEAN, f"the venue lists no open order; {len(asked)} cancelled", venue=venue.name, count=0)
    return len(asked)


async def close_all(venue: OrderVenue, rows: dict[int, np.void], task: Task) -> int:
    """At the market, until the venue shows nothing that one order could close. Returns how many orders it took."""
    sent = 0
    while True:
        asked = time.monotonic()
        orders = [order for position in await venue.positions() if (order := _closing(position, rows)) is not None]
        task.pen.note(HELD, venue=venue.name, count=len(orders), took_ms=_since_ms(asked))
        if not orders:
            task.pen.note(FLAT, f"the venue shows no position; {sent} orders", venue=venue.name, count=0)
            return sent
        for order in orders:
            order["client_id"] = KILL_SPACE | (time.time_ns() // 1_000 + sent)
            sent += 1
        await asyncio.gather(*(_close(venue, order, task) for order in orders))
        await asyncio.sleep(ASK_AGAIN_S)


async def _open_orders(venue: OrderVenue, task: Task) -> list[VenueOrder]:
    """Those that a halt means. Ours have a name of ours: who asks from here knows no other sign."""
    asked = time.monotonic()
    orders = [order for order in await venue.open_orders() if order.client_id or not task.only_own]
    ids = ", ".join(str(order.venue_order_id) for order in orders)
    task.pen.note(OPEN, ids, venue=venue.name, count=len(orders), took_ms=_since_ms(asked))
    return orders


async def _cancel(venue: OrderVenue, order: VenueOrder, task: Task) -> None:
    asked = time.monotonic()
    fault = await _try(venue.cancel(_cancel_of(order)[0]))
    answer = fault or "the venue answered"
    task.pen.note(CANCEL, answer, venue=venue.name, order=order.venue_order_id, took_ms=_since_ms(asked))


async def _close(venue: OrderVenue, order: np.ndarray, task: Task) -> None:
    asked = time.monotonic()
    fault = await _try(venue.place(order[0]))
    text = f"{Side(int(order['side'][0])).name} {int(order['quantity_lots'][0])} lots"
    text = f"{text}: {fault}" if fault else text
    task.pen.note(CLOSE, text, venue=venue.name, took_ms=_since_ms(asked))


async def _try(call: Coroutine[Any, Any, None]) -> str:
    """The fault. What failed is seen in the next list."""
    try:
        await call
    except VenueError as error:
        await asyncio.sleep(ASK_AGAIN_S)
        return f"not answered: {error}"
    return ""


def _since_ms(asked: float) -> float:
    return (time.monotonic() - asked) * 1e3


def _with_own_key(config: VenueConfig, served: ServedVenue, task: Task) -> VenueConfig:
    """Whoever lives of the desk has the key, hung or not; else it is unlocked by whoever asks."""
    if config.keys_descriptor < 0:
        return config
    number = find_keys(task.registry, served)
    try:
        number = task.unlock(served) if number is None else number
    except (StationError, OSError) as error:
        task.say(f"{served.name}: its key cannot be had: {error}")
        number = -1
    return msgspec.structs.replace(config, keys_descriptor=number)


def _rows(served: ServedVenue, memory: Memory | None) -> dict[int, np.void]:
    """From the desk's memory, or anew from the venue's list when no process lives."""
    if memory is not None:
        return rows_of(memory, memory.descriptor.groups.index(served.group), served.name)
    return {
        number: as_row(instrument, source_id=0, book_slot=-1, bar_slot=-1)[0]
        for number, instrument in enumerate(served_instruments(served))
    }


def _cancel_of(order: VenueOrder) -> np.ndarray:
    request = _request(Request.CANCEL, order.instrument_id)
    request["client_id"], request["reference_id"], request["side"] = order.client_id, order.venue_order_id, order.side
    return request


def _closing(position: VenuePosition, rows: dict[int, np.void]) -> np.ndarray | None:
    """None for dust that is smaller than the venue's smallest order."""
    row = rows[position.instrument_id]
    lots = min(abs(position.position_lots), int(row["max_lots"]))
    if lots < int(row["min_lots"]):
        return None
    request = _request(Request.NEW, position.instrument_id)
    request["side"] = Side.SELL if position.position_lots > 0 else Side.BUY
    request["quantity_lots"], request["flags"] = lots, EventFlag.REDUCE_ONLY
    request["order_type"], request["time_in_force"] = OrderType.MARKET, TimeInForce.IOC
    return request


def _request(kind: Request, instrument_id: int) -> np.ndarray:
    request = np.zeros(1, EVENT)
    request["kind"], request["detail"], request["origin"] = EventKind.ORDER_REQUEST, kind, Origin.KILL
    request["instrument_id"], request["strategy_id"] = instrument_id, -1
    request["now_ns"] = monotonic_ns()
    return request
