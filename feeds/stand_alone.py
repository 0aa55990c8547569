"""Stand an account down without its order process: for `station kill` when nobody beats. Same keys, no log, no lock.

Cancels and reduce-only orders do no harm beside an order process that comes back and does the same; it finds what was
done here by reconciling.
"""

import asyncio
import time

import msgspec
import numpy as np

from core.clock import monotonic_ns
from core.records.event import EVENT
from core.vocabulary import EventFlag, EventKind, OrderType, Origin, Request, Side, TimeInForce
from feeds.config import VenueConfig
from feeds.errors import FeedError
from feeds.sent_orders import KILL_SPACE
from feeds.venues.binance.orders import BinanceOrders
from feeds.venues.binance.signing import read_credentials
from feeds.venues.contract import OrderVenue, VenueOrder, VenuePosition

AGAIN_S = 0.2


class StoodDown(msgspec.Struct, kw_only=True):
    """What was done."""

    cancelled: int = 0
    """Orders that were asked to be cancelled"""
    closing_orders: int = 0
    is_clean: bool = False
    """The venue showed no open order."""
    is_flat: bool = False
    """And no position; never said without `flatten`."""
    fault: str = ""
    """The last thing that went wrong"""


def stand_down(
    config: VenueConfig,
    instruments: dict[int, np.void],
    *,
    wall_offset_ns: int,
    flatten: bool = False,
    seconds: float = 10.0,
) -> StoodDown:
    """Blocks until it is done or the time is over. `instruments`: feeds.child.instruments_of. Raises
    CredentialsMissing."""
    credentials = read_credentials(config.credentials_file, venue=config.name)
    venue = BinanceOrders(config, credentials, instruments, wall_offset_ns=wall_offset_ns)
    return asyncio.run(stand_down_venue(venue, instruments, flatten=flatten, seconds=seconds))


async def stand_down_venue(
    venue: OrderVenue, instruments: dict[int, np.void], *, flatten: bool, seconds: float
) -> StoodDown:
    done = StoodDown()
    try:
        async with asyncio.timeout(seconds):
            while not await _one_round(venue, instruments, done, flatten=flatten):
                await asyncio.sleep(AGAIN_S)
    except TimeoutError:
        done.fault = done.fault or f"not done within {seconds:.0f} s"
    finally:
        await venue.close()
    return done


async def _one_round(venue: OrderVenue, instruments: dict[int, np.void], done: StoodDown, *, flatten: bool) -> bool:
    try:
        await venue.start(lambda report: None)
        orders = await venue.open_orders()
        done.is_clean = not orders
        done.cancelled += len(orders)
        await asyncio.gather(*(venue.cancel(_cancel_of(order)) for order in orders))
        if not flatten:
            return done.is_clean
        positions = [position for position in await venue.positions() if _lots(position, instruments) > 0]
        done.is_flat = not positions and done.is_clean
        for position in positions:
            done.closing_orders += 1
            await venue.place(_closing(position, _lots(position, instruments)))
    except (FeedError, OSError) as error:
        done.fault = str(error)
        return False
    return done.is_flat


def _lots(position: VenuePosition, instruments: dict[int, np.void]) -> int:
    """What one order can close; 0 for dust."""
    row = instruments[position.instrument_id]
    lots = min(abs(position.position_lots), int(row["max_lots"]) or abs(position.position_lots))
    return lots if lots >= int(row["min_lots"]) else 0


def _cancel_of(order: VenueOrder) -> np.void:
    request = _request(Request.CANCEL, order.instrument_id)
    request["client_id"], request["reference_id"] = order.client_id, order.venue_order_id
    return request


def _closing(position: VenuePosition, lots: int) -> np.void:
    request = _request(Request.NEW, position.instrument_id)
    request["client_id"], request["quantity_lots"] = KILL_SPACE | time.time_ns() // 1_000, lots
    request["side"] = Side.SELL if position.position_lots > 0 else Side.BUY
    request["order_type"], request["time_in_force"] = OrderType.MARKET, TimeInForce.IOC
    request["flags"] = EventFlag.REDUCE_ONLY
    return request


def _request(detail: Request, instrument_id: int) -> np.void:
    request: np.void = np.zeros(1, EVENT)[0]
    request["kind"], request["detail"], request["origin"] = EventKind.ORDER_REQUEST, detail, Origin.KILL
    request["instrument_id"], request["strategy_id"], request["now_ns"] = instrument_id, -1, monotonic_ns()
    return request
