"""A gateway over one live venue's double, as the stories of tests/unit/feeds/live_venues need it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from core.clock import wall_offset_ns
from core.vocabulary import Report
from feeds.config import GatewayConfig
from feeds.instruments import as_row
from feeds.order_entry.orders import LiveOrders
from tests.deadline import until
from tests.doubles.venues import Entry
from tests.unit.feeds.gateway_bench import GatewayBench, order, running

QUICK = GatewayConfig(reconcile_s=0.05, answer_ms=250, arrival_ms=200, core_stale_ms=60_000)
UNASKED = GatewayConfig(reconcile_s=60.0, answer_ms=60_000, core_stale_ms=60_000)
"""The venue is asked nothing by itself: what is told, its stream told."""
PRICE_TICKS, LOTS = 6_183_763, 10


class Desk:
    """A gateway, its venue and what was said; the double outlives it."""

    def __init__(self, folder: Path, entry: Entry) -> None:
        self.bench = GatewayBench(folder)
        self.bench.table[0] = as_row(entry.instrument, source_id=0, book_slot=0, bar_slot=0)[0]
        self.entry, self.double = entry, entry.double(self.bench.table[0])
        self.said: list[str] = []

    def make(self, **settings: object) -> LiveOrders:
        return self.entry.orders(
            self.double.config(**{**self.entry.settings, **settings}),
            self.double.keys,
            {0: self.bench.table[0]},
            wall_offset_ns=wall_offset_ns(),
            say=self.said.append,
        )

    @asynccontextmanager
    async def trading(self, gateway: GatewayConfig = QUICK, **settings: object) -> AsyncIterator[LiveOrders]:
        venue = self.make(**settings)
        async with running(self.bench.make(config=gateway, venue=venue)):
            yield venue

    async def accepted(self, client_id: int, **fields: int) -> None:
        self.bench.ask(order(client_id, **{"price_ticks": PRICE_TICKS, "quantity_lots": LOTS, **fields}))
        await until(lambda: self.bench.told(client_id) == [Report.ACCEPTED])
