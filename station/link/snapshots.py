"""The core's cells as views. Reads a cell again only when its version changed: an unchanged view is the same object."""

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

import numpy as np

from core.memory import numpy_cell
from core.memory.files import CellParts, Memory
from core.records.snapshot import TRADES_SHOWN
from core.vocabulary import (
    OPEN_STATUSES,
    BookState,
    InstrumentState,
    OrderStatus,
    Phase,
)
from feeds.instruments import known_rows
from station.link.instruments import wide
from station.link.order_views import is_as_before, order_news, order_view
from station.link.risk import RiskCells
from station.views.book import BookView, TradesView, TradeView, WatchView
from station.views.instrument import InstrumentView
from station.views.orders import OrderNews, OrderView, PositionView
from station.views.risk import RiskView
from station.views.signals import SignalsView, StrategyView

_View = TypeVar("_View")


class Snapshots:
    """One process's reading of the cells. Not for two threads."""

    def __init__(self, memory: Memory, wall_offset_ns: int, rates: Mapping[str, float] | None = None) -> None:
        """`rates`: what a unit of each currency is worth in the desk's base currency."""
        self._wall_offset_ns = wall_offset_ns
        self._rates = rates or {}
        self._count = memory.lines("instrument_count")
        self._memory = memory
        books = memory.cells("books")
        self._books = _Views(books, self._book_view, lambda number: BookView(instrument_id=number))
        self._states: dict[int, tuple[int, int]] = {}
        """instrument id → state of its book, and since when by the wall clock"""
        self._watched = _Views(
            books, watch_view, lambda number, held: WatchView(instrument_id=number, position_lots=held)
        )
        self._trades = _Views(
            memory.cells("trades"), self._trades_view, lambda number: TradesView(instrument_id=number)
        )
        self._signals = _Views(memory.cells("signals"), signals_view, lambda number: SignalsView(instrument_id=number))
        self._strategies = memory.cells("strategies")
        self._risk = RiskCells(memory, wall_offset_ns)
        self._orders = _Rows(memory.cells("orders"))
        self._positions = _Rows(memory.cells("positions"))
        self._instruments: tuple[InstrumentView, ...] = ()
        self._strategy_views: tuple[StrategyView, ...] = ()
        self._strategies_version = -1
        self._order_views: tuple[OrderView, ...] = ()
        self._news: list[OrderNews] = []
        self._last_known: dict[int, tuple[OrderStatus, int, Phase, int, int]] | None = None
        """client id → status, filled lots and phase, as of the last look; None before the first"""
        self._position_views: tuple[PositionView, ...] = ()
        self._lots_held: dict[int, int] = {}

    def instruments(self) -> tuple[InstrumentView, ...]:
        """Grows when the desk appends."""
        if int(self._count[0, 0]) != len(self._instruments):
            rows = known_rows(self._memory)
            if len(rows) != len(self._instruments):
                rates = [self._rates.get(row["settlement"].decode(), 0.0) for row in rows]
                self._instruments = tuple(map(instrument_view, range(len(rows)), rows, rates))
        return self._instruments

    def book(self, instrument_id: int) -> BookView:
        return self._books.view(instrument_id, self._slot(instrument_id))

    def trades(self, instrument_id: int) -> TradesView:
        return self._trades.view(instrument_id, self._slot(instrument_id))

    def signals(self, instrument_id: int) -> SignalsView:
        return self._signals.view(instrument_id, self._slot(instrument_id))

    def watch(self) -> tuple[WatchView, ...]:
        self.positions()
        held = self._lots_held
        return tuple(
            self._watched.view(one.instrument_id, one.book_slot, held.get(one.instrument_id, 0))
            for one in self.instruments()
        )

    def orders(self) -> tuple[OrderView, ...]:
        """Open ones, the newest first."""
        if self._orders.have_changed("client_id"):
            rows = [
                order_view(row, self._wall_offset_ns)
                for row in self._orders.known.values()
                if int(row["status"]) in OPEN_STATUSES
            ]
            self._order_views = tuple(sorted(rows, key=lambda order: order.client_id, reverse=True))
            self._compare()
        return self._order_views

    def news(self) -> tuple[OrderNews, ...]:
        """What happened to orders since the last call. What happened before we attached is no news."""
        self.orders()
        news, self._news = tuple(self._news), []
        return news

    def _book_view(self, instrument_id: int, value: np.void) -> BookView:
        """A state that was found so has been at least since the last frame."""
        state, before = int(value["state"]), self._states.get(instrument_id)
        if before is None or before[0] != state:
            began_ns = int((value["received_ns"] if before is None else 0) or value["published_ns"])
            before = self._states[instrument_id] = (state, began_ns + self._wall_offset_ns if began_ns else 0)
        return book_view(instrument_id, value, since_wall_ns=before[1])

    def _compare(self) -> None:
        """A slice's news are its parent's."""
        before, now = self._last_known, {}
        for row in self._orders.known.values():
            if row["parent_id"]:
                continue
            order = order_view(row)
            traded_for = wide(row["filled_notional_high"], row["filled_notional_low"])
            known = now[order.client_id] = (order.status, order.filled_lots, order.phase, traded_for, order.reason)
            old = (before or {}).get(order.client_id, (OrderStatus.NONE, 0, Phase.NONE, 0, 0))
            if before is not None and known != old:
                news = order_news(
                    order,
                    traded_lots=order.filled_lots - old[1],
                    phase_before=old[2],
                    traded_for=traded_for - old[3],
                    is_as_before=is_as_before(order, status_before=old[0], reason_before=old[4]),
                )
                self._news.append(news)
        self._last_known = now

    def positions(self) -> tuple[PositionView, ...]:
        if self._positions.have_changed("updated_ns"):
            known = self.instruments()
            rows = [
                position_view(row, known[int(row["instrument_id"])])
                for row in self._positions.known.values()
                if int(row["strategy_id"]) == -1 and 0 <= int(row["instrument_id"]) < len(known)
            ]
            busy = [row for row in rows if row.position_lots or row.fills]
            # What is held comes before what was only traded; neither jumps about when a profit changes.
            self._position_views = tuple(sorted(busy, key=lambda row: (row.position_lots == 0, row.instrument_id)))
            self._lots_held = {row.instrument_id: row.position_lots for row in busy}
        return self._position_views

    def risk(self) -> RiskView:
        return self._risk.view()

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


class _Views(Generic[_View]):
    """One cell's view an instrument: made again when the cell's version or what else it is made of has changed."""

    def __init__(self, cells: CellParts, make: Callable[..., _View], nothing: Callable[..., _View]) -> None:
        """`make` gets the instrument, the cell's value and the rest; `nothing` the same without a value."""
        self._cells, self._make, self._nothing = cells, make, nothing
        self._known: dict[int, tuple[tuple[int, ...], _View]] = {}

    def view(self, instrument_id: int, slot: int, *rest: int) -> _View:
        """Slot -1: it has no cell. A cell that is being written over and over shows what was known of it."""
        known = self._known.get(instrument_id)
        seen = (numpy_cell.version(self._cells, slot) if slot >= 0 else -1, *rest)
        if known is not None and known[0] == seen:
            return known[1]
        value = numpy_cell.read(self._cells, slot) if slot >= 0 else None
        if value is None and slot >= 0:
            return known[1] if known is not None else self._nothing(instrument_id, *rest)
        view = self._nothing(instrument_id, *rest) if value is None else self._make(instrument_id, value, *rest)
        self._known[instrument_id] = (seen, view)
        return view


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


def instrument_view(number: int, row: np.void, rate: float = 0.0) -> InstrumentView:
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
        is_inverse=bool(row["is_inverse"]),
        min_lots=max(1, int(row["min_lots"])),
        max_lots=int(row["max_lots"]),
        reference_ticks=int(row["reference_ticks"]),
        book_slot=int(row["book_slot"]),
        source_id=int(row["source_id"]),
        maker_fee_ppm=int(row["maker_fee_ppm"]),
        taker_fee_ppm=int(row["taker_fee_ppm"]),
        native_types=int(row["native_types"]),
        margin_ppm=int(row["margin_ppm"]),
        pair_id=int(row["pair_id"]),
        rate=rate,
    )


def book_view(instrument_id: int, value: np.void, *, since_wall_ns: int = 0) -> BookView:
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
        references=tuple(value["references"].tolist()),
        published_ns=int(value["published_ns"]),
        since_wall_ns=since_wall_ns,
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


def position_view(row: np.void, instrument: InstrumentView) -> PositionView:
    lots = int(row["position_lots"])
    cost = wide(row["cost_high"], row["cost_low"])
    return PositionView(
        instrument_id=int(row["instrument_id"]),
        position_lots=lots,
        average_ticks=instrument.average_ticks(cost, lots),
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


def _book_state(code: int) -> BookState:
    """A code that this version does not know cannot be trusted."""
    return BookState(int(code)) if int(code) in BookState._value2member_map_ else BookState.STALE


def _instrument_state(code: int) -> InstrumentState:
    known = int(code) in InstrumentState._value2member_map_
    return InstrumentState(int(code)) if known else InstrumentState.SUSPENDED
