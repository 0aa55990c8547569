"""Compile everything that the simulator's process runs, so that its first start, like any other, only loads.

    python -m feeds.simulator.warmup

About nine seconds of one CPU when the cache is empty, half a second otherwise. One stage: all of it hangs together.
"""

import os
import sys
import tempfile

import numpy as np

from core.memory.files import Memory, create_files
from core.memory.layout import Capacities
from core.records.event import EVENT
from core.vocabulary import EventKind, InstrumentState, OrderType, Request, Side, TimeInForce
from core.warmup import Stage
from feeds.instruments import write_table
from feeds.simulator.exchange import Exchange
from feeds.simulator.instruments import simulator_instruments
from feeds.simulator.keeping import Keeper
from feeds.simulator.live import LiveExchange
from feeds.simulator.market_feed import MarketFeed
from feeds.simulator.matching import notional_e8
from feeds.simulator.settings import SimulatorSettings

STAGES = (Stage("simulated exchange", "feeds.simulator.warmup:warm_up"),)
"""For `core.warmup --also feeds.simulator.warmup:STAGES`."""


def warm_up() -> None:
    """Run each kernel once, with the types and shapes of the real thing."""
    with tempfile.TemporaryDirectory() as folder:
        settings = SimulatorSettings(journal_folder=folder)
        keeper = Keeper(simulator_instruments(), settings, now_ns=0)
        exchange = keeper.exchange
        exchange.advance(2_000_000)
        for request in (Request.NEW, Request.REPLACE, Request.CANCEL, Request.CANCEL):  # the last one is refused
            _arrive(exchange, EventKind.ORDER_REQUEST, request)
        for request in (Request.NEW, Request.REPLACE, Request.CANCEL):
            _arrive(exchange, EventKind.ORDER_REQUEST, request, OrderType.STOP)
        _arrive(exchange, EventKind.INSTRUMENT_STATE, InstrumentState.OPEN)
        exchange.advance(4_000_000)
        notional_e8(exchange.state.books[0], 1, 1)
        _publish(exchange, settings)
        keeper.close()


def _arrive(
    exchange: Exchange, kind: EventKind, detail: Request | InstrumentState, order_type: OrderType = OrderType.LIMIT
) -> None:
    asked = np.zeros(1, EVENT)
    asked["kind"], asked["detail"], asked["client_id"] = kind, detail, int(order_type)
    asked["side"], asked["order_type"], asked["time_in_force"] = Side.BUY, order_type, TimeInForce.GTC
    asked["price_ticks"], asked["quantity_lots"] = exchange.state.books["first_ticks"][0] + 1, 100 + detail
    asked["execution_id"] = exchange.state.books["first_ticks"][0] + (1 << 15)
    exchange.submit(exchange.as_arrival(0, asked[0], account=1, book=0)[0])


def _publish(exchange: Exchange, settings: SimulatorSettings) -> None:
    small = Capacities(market=1 << 13, tape=1 << 8, journal=1 << 8, execution_reports=1 << 8, books=2)
    descriptor = create_files("warmup", ("sim",), small)
    try:
        memory = Memory(descriptor, frozenset({"desk", "market.sim"}))
        listed = [(0, instrument) for instrument in exchange.instruments]
        write_table(memory.table("instruments"), memory.lines("instrument_count")[0], listed)
        live = LiveExchange(exchange, settings, wall_offset_ns=0, keeper=None)
        feed = MarketFeed(memory, "sim", live, list(range(len(listed))))
        feed.start("")
        feed.publish(exchange.take_market())
        live.send(np.zeros(1, EVENT)[0], account=1, book=0)
    finally:
        for number in (*descriptor.files.values(), *descriptor.bells.values()):
            os.close(number)


if __name__ == "__main__":
    warm_up()
    sys.exit(0)
