"""The core's cells as views. Reads a cell again only when its version changed: an unchanged view is the same object."""

from functools import cache
from typing import TypeVar

import numpy as np

from core.memory import numpy_cell
from core.memory.files import CellParts, Memory
from core.records.snapshot import TRADES_SHOWN
from core.vocabulary import BookState, InstrumentState, OrderStatus, OrderType, Origin, Side, TimeInForce
from station.link.instruments import wide
from station.views.book import BookView, TradesView, TradeView, WatchView
from station.views.instrument import InstrumentView
from station.views.orders import OrderNews, OrderView, PositionView
from station.views.signals import SignalsView, StrategyView

_View = TypeVar("_View")

OPEN = frozenset({
    OrderStatus.PENDING_NEW,
    OrderStatus.NEW,
    OrderStatus.PARTIALLY_FILLED,
    OrderStatus.PENDING_CANCEL,
    OrderStatus.PENDING_REPLACE,
    OrderStatus.UNKNOWN,
})  # fmt: skip


class Snapshots:
    """One process's reading of the cells. Not for two threads."""

    def __init__(self, memory: Memory, wall_offset_ns: int) -> None:
        self._wall_offset_ns = wall_offset_ns
        self._count = memory.lines("instrument_count")
        self._instruments_table = memory.table("instruments")
        self._books = memory.cells("books")
        self._trades = memory.cells("trades")
        self._signals = memory.cells("signals")
        self._strategies = memory.cells("strategies")
        self._orders = _Rows(memory.cells("orders"))
        self._positions = _Rows(memory.cells("positions"))
        self._instruments: tuple[InstrumentView, ...] = ()
        self._book_views: dict[int, tuple[int, BookView]] = {}
        self._watch_views: dict[int, tuple[int, int, WatchView]] = {}
        self._trades_views: dict[int, tuple[int, TradesView]] = {}
        self._signal_views: dict[int, tuple[int, SignalsView]] = {}
        self._strategy_views: tuple[StrategyView, ...] = ()
        self._strategies_version = -1
        self._order_views: tuple[OrderView, ...] = ()
        self._news: list[OrderNews] = []
        self._last_known: dict[int, tuple[int, int]] | None = None
        """client id → status and filled lots, as of the last look; None before the first"""
        self._position_views: tuple[PositionView, ...] = ()
        self._lots_held: dict[int, int] = {}

    def instruments(self) -> tuple[InstrumentView, ...]:
        """Grows when the desk appends."""
        count = int(self._count[0, 0])
        if count != len(self._instruments):
            self._instruments = tuple(
                instrument_view(number, row) for number, row in enumerate(self._instruments_table[:count])
            )
        return self._instruments

    def book(self, instrument_id: int) -> BookView:
        slot = self._slot(instrument_id)
        if slot < 0:
            return _no_book(instrument_id)
        version = numpy_cell.version(self._books, slot)
        known = self._book_views.get(instrument_id)
        if known is not None and known[0] == version:
            return known[1]
        value = numpy_cell.read(self._books, slot)
        if value is None:
            return known[1] if known is not None else _no_book(instrument_id)
        view = book_view(instrument_id, value)
        self._book_views[instrument_id] = (version, view)
        return view

    def trades(self, instrument_id: int) -> TradesView:
        slot = self._slot(instrument_id)
        known = self._trades_views.get(instrument_id)
        version = numpy_cell.version(self._trades, slot) if slot >= 0 else 0
        if known is not None and known[0] == version:
            return known[1]
        value = numpy_cell.read(self._trades, slot) if slot >= 0 else None
        if value is None:
            return known[1] if known is not None else TradesView(instrument_id=instrument_id)
        view = self._trades_view(instrument_id, value)
        self._trades_views[instrument_id] = (version, view)
        return view

    def signals(self, instrument_id: int) -> SignalsView:
        slot = self._slot(instrument_id)
        known = self._signal_views.get(instrument_id)
        version = numpy_cell.version(self._signals, slot) if slot >= 0 else 0
        if known is not None and known[0] == version:
            return known[1]
        value = numpy_cell.read(self._signals, slot) if slot >= 0 else None
        if value is None:
            return known[1] if known is not None else SignalsView(instrument_id=instrument_id)
        view = signals_view(instrument_id, value)
        self._signal_views[instrument_id] = (version, view)
        return view

    def watch(self) -> tuple[WatchView, ...]:
        self.positions()
        return tuple(self._watch_view(instrument) for instrument in self.instruments())

    def orders(self) -> tuple[OrderView, ...]:
        """Open ones, the newest first."""
        if self._orders.have_changed("client_id"):
            rows = [order_view(row) for row in self._orders.known.values() if int(row["status"]) in OPEN]
            self._order_views = tuple(sorted(rows, key=lambda order: order.client_id, reverse=True))
            self._compare()
        return self._order_views

    def news(self) -> tuple[OrderNews, ...]:
        """What happened to orders since the last call. What happened before we attached is no news."""
        self.orders()
        news, self._news = tuple(self._news), []
        return news

    def _compare(self) -> None:
        before, now = self._last_known, {}
        for row in self._orders.known.values():
            client_id, status, filled = int(row["client_id"]), int(row["status"]), int(row["filled_lots"])
            now[client_id] = (status, filled)
            old_status, old_filled = (before or {}).get(client_id, (0, 0))
            if before is not None and (status, filled) != (old_status, old_filled):
                self._news.append(
                    OrderNews(
                        client_id=client_id,
                        instrument_id=int(row["instrument_id"]),
                        side=Side(int(row["side"])),
                        status=OrderStatus(status),
                        price_ticks=int(row["price_ticks"]),
                        traded_lots=max(0, filled - old_filled),
                        reason=int(row["reason"]),
                        strategy_id=int(row["strategy_id"]),
                    )
                )
        self._last_known = now

    def positions(self) -> tuple[PositionView, ...]:
        if self._positions.have_changed("updated_ns"):
            rows = [position_view(row) for row in self._positions.known.values() if int(row["strategy_id"]) == -1]
            busy = [row for row in rows if row.position_lots or row.fills]
            # What is held comes before what was only traded; neither jumps about when a profit changes.
            self._position_views = tuple(sorted(busy, key=lambda row: (row.position_lots == 0, row.instrument_id)))
            self._lots_held = {row.instrument_id: row.position_lots for row in busy}
        return self._position_views

    def strategies(self) -> tuple[StrategyView, ...]:
        version = int(self._strategies.counts[:, 0].sum())
        if version != self._strategies_version:
            views = []
            for slot in np.flatnonzero(self._strategies.values["name"] != b""):
                row = numpy_cell.read(self._strategies, int(slot))
                if row is not None:
                    views.append(strategy_view(int(slot), row))
            self._strategies_version, self._strategy_views = version, tuple(views)
        return self._strategy_views

    def _slot(self, instrument_id: int) -> int:
        known = self.instruments()
        return known[instrument_id].book_slot if 0 <= instrument_id < len(known) else -1

    def _watch_view(self, instrument: InstrumentView) -> WatchView:
        number, slot = instrument.instrument_id, instrument.book_slot
        held = self._lots_held.get(number, 0)
        if slot < 0:
            return WatchView(instrument_id=number, position_lots=held)
        version = numpy_cell.version(self._books, slot)
        known = self._watch_views.get(number)
        if known is not None and known[0] == version and known[1] == held:
            return known[2]
        value = numpy_cell.read(self._books, slot)
        if value is None:
            return known[2] if known is not None else WatchView(instrument_id=number, position_lots=held)
        view = watch_view(number, value, held)
        self._watch_views[number] = (version, held, view)
        return view

    def _trades_view(self, instrument_id: int, value: np.void) -> TradesView:
        seen = int(value["count"])
        rows = value["rows"].tolist()
        newest = [rows[(seen - 1 - back) % TRADES_SHOWN] for back in range(min(seen, TRADES_SHOWN))]
        offset = self._wall_offset_ns
        return TradesView(
            instrument_id=instrument_id,
            seen=seen,
            trades=tuple(TradeView(received + offset, ticks, lots, side) for received, ticks, lots, side in newest),
        )


class _Rows:
    """Many cells of which few are filled and fewer change: only those that changed are copied."""

    def __init__(self, cells: CellParts) -> None:
        self._cells = cells
        self._versions = np.full(len(cells.values), -1, np.int64)
        self._sum = -1
        self.known: dict[int, np.void] = {}

    def have_changed(self, key: str) -> bool:
        """Brings `known` up to date: cells whose `key` is not 0, by index."""
        counts = self._cells.counts[:, 0]
        # Counts only grow, so their sum changes whenever one does.
        total = int(counts.sum())
        if total == self._sum:
            return False
        versions = counts.copy()
        for index in np.flatnonzero(versions != self._versions):
            row = numpy_cell.read(self._cells, int(index))
            if row is None:
                versions[index] = -1
                total = -1
            elif row[key]:
                self.known[int(index)] = row
            else:
                self.known.pop(int(index), None)
        self._versions, self._sum = versions, total
        return True


def instrument_view(number: int, row: np.void) -> InstrumentView:
    return InstrumentView(
        instrument_id=number,
        symbol=row["symbol"].decode(),
        venue=row["venue"].decode(),
        settlement=row["settlement"].decode(),
        tick_mantissa=int(row["tick_mantissa"]),
        tick_exponent=int(row["tick_exponent"]),
        lot_mantissa=int(row["lot_mantissa"]),
        lot_exponent=int(row["lot_exponent"]),
        value_numerator=int(row["value_numerator"]),
        value_denominator=max(1, int(row["value_denominator"])),
        min_lots=max(1, int(row["min_lots"])),
        max_lots=int(row["max_lots"]),
        reference_ticks=int(row["reference_ticks"]),
        book_slot=int(row["book_slot"]),
        source_id=int(row["source_id"]),
    )


def book_view(instrument_id: int, value: np.void) -> BookView:
    return BookView(
        instrument_id=instrument_id,
        state=_book_state(value["state"]),
        instrument_state=_instrument_state(value["instrument_state"]),
        bids=tuple(value["bids"][: int(value["bid_count"])].tolist()),
        asks=tuple(value["asks"][: int(value["ask_count"])].tolist()),
        last_ticks=int(value["last_trade_ticks"]),
        last_lots=int(value["last_trade_lots"]),
        last_side=int(value["last_trade_side"]),
        day_volume_lots=int(value["day_volume_lots"]),
        day_open_ticks=int(value["day_open_ticks"]),
        day_high_ticks=int(value["day_high_ticks"]),
        day_low_ticks=int(value["day_low_ticks"]),
        frames_gapped=int(value["frames_gapped"]),
        published_ns=int(value["published_ns"]),
    )


def watch_view(instrument_id: int, value: np.void, held_lots: int) -> WatchView:
    last, opened = int(value["last_trade_ticks"]), int(value["day_open_ticks"])
    return WatchView(
        instrument_id=instrument_id,
        state=_book_state(value["state"]),
        instrument_state=_instrument_state(value["instrument_state"]),
        last_ticks=last,
        last_side=int(value["last_trade_side"]),
        bid_ticks=int(value["bids"][0]["price_ticks"]) if value["bid_count"] else None,
        ask_ticks=int(value["asks"][0]["price_ticks"]) if value["ask_count"] else None,
        change_ppm=(last - opened) * 1_000_000 // opened if opened > 0 and last else 0,
        day_volume_lots=int(value["day_volume_lots"]),
        position_lots=held_lots,
    )


def order_view(row: np.void) -> OrderView:
    return OrderView(
        client_id=int(row["client_id"]),
        instrument_id=int(row["instrument_id"]),
        side=Side(int(row["side"])),
        order_type=OrderType(int(row["order_type"])),
        time_in_force=TimeInForce(int(row["time_in_force"])),
        status=OrderStatus(int(row["status"])),
        price_ticks=int(row["price_ticks"]),
        quantity_lots=int(row["quantity_lots"]),
        filled_lots=int(row["filled_lots"]),
        queue_ahead_lots=int(row["queue_ahead_lots"]),
        strategy_id=int(row["strategy_id"]),
        origin=Origin(int(row["origin"])),
        created_ns=int(row["created_ns"]),
    )


def position_view(row: np.void) -> PositionView:
    lots = int(row["position_lots"])
    cost = wide(row["cost_high"], row["cost_low"])
    return PositionView(
        instrument_id=int(row["instrument_id"]),
        position_lots=lots,
        average_ticks=cost / lots if lots else 0.0,
        mark_ticks=int(row["mark_ticks"]),
        working_buy_lots=int(row["working_buy_lots"]),
        working_sell_lots=int(row["working_sell_lots"]),
        realised_e8=int(row["realised_e8"]),
        unrealised_e8=int(row["unrealised_e8"]),
        fees_e8=int(row["fees_e8"]),
        fills=int(row["fills"]),
    )


def signals_view(instrument_id: int, value: np.void) -> SignalsView:
    return SignalsView(
        instrument_id=instrument_id,
        is_warm=int(value["is_warm"]),
        imbalance=float(value["imbalance"]),
        weighted_mid_ticks=float(value["weighted_mid"]),
        micro_price_ticks=float(value["micro_price"]),
        trade_flow=float(value["trade_flow"]),
        volatility=float(value["volatility"]),
        rsi=float(value["rsi"]),
        macd_ticks=float(value["macd"]),
        macd_signal_ticks=float(value["macd_signal"]),
    )


def strategy_view(slot: int, row: np.void) -> StrategyView:
    return StrategyView(
        slot=slot,
        name=row["name"].decode(errors="replace"),
        instrument_id=int(row["instrument_id"]),
        is_enabled=bool(row["is_enabled"]),
        version=int(row["version"]),
        calls=int(row["calls"]),
        intents=int(row["intents"]),
        denied=int(row["denied"]),
        position_lots=int(row["position_lots"]),
        realised_e8=int(row["realised_e8"]),
    )


@cache
def _no_book(instrument_id: int) -> BookView:
    return BookView(instrument_id=instrument_id)


def _book_state(code: int) -> BookState:
    """A code that this version does not know cannot be trusted."""
    return BookState(int(code)) if int(code) in BookState._value2member_map_ else BookState.STALE


def _instrument_state(code: int) -> InstrumentState:
    known = int(code) in InstrumentState._value2member_map_
    return InstrumentState(int(code)) if known else InstrumentState.SUSPENDED
