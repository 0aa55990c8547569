"""Depth and trade streams of the served exchange, as Binance spot sends them.

A depth message holds every level that changed in the interval, with its total at the end of it; its update ids follow
on. Update ids are counted from the virtual time of the start in microseconds, so that they also grow over a restart.
"""

from collections.abc import Callable

import msgspec
import numpy as np

from core.vocabulary import EventKind, Side
from feeds.simulator.depth import bids_and_asks
from feeds.simulator.dialect import NS_PER_MS, Json, Scale
from feeds.simulator.live import LiveExchange

Tell = Callable[[str, bytes], None]
"""Stream name, JSON."""


class _Pending:
    """What changed in one book since its last depth message."""

    def __init__(self, update_id: int) -> None:
        self.update_id = self.told_id = update_id
        self.levels: dict[tuple[int, int], int] = {}


class MarketStreams:
    def __init__(self, live: LiveExchange, scales: dict[int, Scale]) -> None:
        self._live, self._scales = live, scales
        self._pending = {book: _Pending(live.exchange.now_ns // 1_000) for book in scales}
        self._listeners: dict[str, set[Tell]] = {}
        live.on_market = self._heard

    def names(self) -> set[str]:
        """Every stream that can be asked for."""
        kinds = ("depth", "depth@100ms", "trade", "aggTrade")
        return {f"{scale.symbol.lower()}@{kind}" for scale in self._scales.values() for kind in kinds}

    def subscribe(self, stream: str, tell: Tell) -> Callable[[], None]:
        listeners = self._listeners.setdefault(stream, set())
        listeners.add(tell)
        return lambda: listeners.discard(tell)

    def snapshot(self, book: int, most: int) -> Json:
        """GET /api/v3/depth: at this very moment, between two depth messages."""
        self._live.pump()
        scale = self._scales[book]
        bids, asks = bids_and_asks(self._live.exchange.state, book)
        return {
            "lastUpdateId": self._pending[book].update_id,
            "bids": scale.levels(bids[:most]),
            "asks": scale.levels(asks[:most]),
        }

    def told_id(self, book: int) -> int:
        """The last update id that a depth message held."""
        return self._pending[book].told_id

    def flush(self) -> None:
        """Called every 100 ms: one depth message for each book that changed."""
        for book, pending in self._pending.items():
            if pending.levels:
                self._tell_depth(book, pending)

    def _tell_depth(self, book: int, pending: _Pending) -> None:
        scale = self._scales[book]
        bids: list[list[str]] = []
        asks: list[list[str]] = []
        for (side, ticks), lots in pending.levels.items():
            (bids if side == Side.BUY else asks).append([scale.price(ticks), scale.quantity(lots)])
        message = {
            "e": "depthUpdate",
            "E": self._live.exchange.now_ns // NS_PER_MS,
            "s": scale.symbol,
            "U": pending.told_id + 1,
            "u": pending.update_id,
            "b": bids,
            "a": asks,
        }
        pending.told_id = pending.update_id
        pending.levels.clear()
        for kind in ("depth@100ms", "depth"):
            self._tell(f"{scale.symbol.lower()}@{kind}", message)

    def _heard(self, market: np.ndarray) -> None:
        for event in market:
            book = int(event["instrument_id"])
            pending = self._pending.get(book)
            if pending is None:
                continue
            if event["kind"] == EventKind.BOOK_LEVEL:
                pending.update_id += 1
                pending.levels[int(event["side"]), int(event["price_ticks"])] = int(event["quantity_lots"])
            elif event["kind"] == EventKind.TRADE:
                self._tell_trade(self._scales[book], event)

    def _tell_trade(self, scale: Scale, event: np.void) -> None:
        at_ms, trade_id = int(event["venue_ns"]) // NS_PER_MS, int(event["reference_id"])
        trade = {
            "e": "trade",
            "E": at_ms,
            "s": scale.symbol,
            "t": trade_id,
            "p": scale.price(event["price_ticks"]),
            "q": scale.quantity(event["quantity_lots"]),
            "T": at_ms,
            "m": bool(event["side"] == Side.SELL),
            "M": True,
        }
        self._tell(f"{scale.symbol.lower()}@trade", trade)
        aggregate = {**trade, "e": "aggTrade", "a": trade_id, "f": trade_id, "l": trade_id}
        self._tell(f"{scale.symbol.lower()}@aggTrade", aggregate)

    def _tell(self, stream: str, message: Json) -> None:
        listeners = self._listeners.get(stream)
        if listeners:
            encoded = msgspec.json.encode(message)
            for tell in list(listeners):
                tell(stream, encoded)
