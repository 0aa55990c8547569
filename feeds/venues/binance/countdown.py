"""The countdown of Binance's futures, which cancels all open orders of a symbol unless it is set anew in time.

Spot has none; venues of its dialect may, and say where with `countdown_path`. Source: binance-futures docs,
POST /fapi/v1/countdownCancelAll (symbol, countdownTime in milliseconds, 0: off).
"""

import asyncio
from collections.abc import Callable

import numpy as np

from feeds.config import VenueConfig
from feeds.credentials import Credentials
from feeds.venues.binance.orders import BinanceOrders


class CountdownOrders(BinanceOrders):
    """A DeadMan."""

    @property
    def countdown_path(self) -> str:
        return self.config.countdown_path

    async def keep_alive(self, timeout_s: int) -> None:
        await asyncio.gather(*(self._count_down(symbol, timeout_s) for symbol in self.by_symbol))

    async def _count_down(self, symbol: str, timeout_s: int) -> None:
        parameters: dict[str, object] = {"symbol": symbol, "countdownTime": timeout_s * 1_000}
        await self.calls.cancel("POST", self.countdown_path, parameters, cost=0)


def binance_orders(
    config: VenueConfig,
    credentials: Credentials,
    instruments: dict[int, np.void],
    *,
    wall_offset_ns: int,
    say: Callable[[str], None] = lambda sentence: None,
) -> BinanceOrders:
    kind = CountdownOrders if config.countdown_path else BinanceOrders
    return kind(config, credentials, instruments, wall_offset_ns=wall_offset_ns, say=say)
