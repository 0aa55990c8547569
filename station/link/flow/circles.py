"""Candles, depth over time and prints: circles of rows, of which the newest may still be growing."""

from collections import defaultdict

import numpy as np

from core.bars.bar import PERIOD_NS
from core.records.flow import HEAT_PERIODS_NS, MISSED, PRINTS_KEPT, SINCE_WALL_NS
from core.vocabulary import Side
from station.link.flow.recorded import RecordedBars, joined
from station.link.flow.tables import Circle, FlowTables
from station.views.flow import Candle, CandlesView, HeatColumn, HeatView, Print, PrintsView

RATE_S = 5.0
SIDES = {side.value: side for side in Side}


class Circles:
    def __init__(self, tables: FlowTables, recorded: RecordedBars | None) -> None:
        self._tables, self._recorded = tables, recorded
        bars, columns = tables.bars.shape[2], tables.columns.shape[2]
        self._candles: dict[tuple[int, int], Circle[Candle]] = defaultdict(lambda: Circle(bars, candle))
        self._columns: dict[tuple[int, int], Circle[HeatColumn]] = defaultdict(lambda: Circle(columns, heat_column))
        self._prints: dict[int, Circle[Print]] = defaultdict(lambda: Circle(PRINTS_KEPT, print_of))

    def candles(self, instrument_id: int, frame: int, slot: int) -> CandlesView | None:
        tables, made = self._tables, self._candles[slot, frame]

        def copy() -> tuple[int, np.ndarray, np.ndarray]:
            count = int(tables.bar_counts[slot, frame])
            return (
                count,
                tables.bars[slot, frame][made.missing(count)],
                tables.bars_open[slot, frame : frame + 1].copy(),
            )

        read = tables.whole(slot, copy)
        if read is None:
            return None
        count, closed, growing = read
        made.add(closed, count)
        candles = (*made.views, candle(growing[0])) if growing[0]["open_ticks"] else ()
        since_wall_ns = int(tables.words[SINCE_WALL_NS])
        if self._recorded is not None:
            older = self._recorded.before(instrument_id, frame, since_wall_ns)
            candles = joined(older, candles, since_wall_ns, PERIOD_NS[frame])
        return CandlesView(
            instrument_id=instrument_id,
            frame=frame,
            period_ns=PERIOD_NS[frame],
            candles=candles,
            since_wall_ns=since_wall_ns,
            missed=int(tables.words[MISSED]),
        )

    def heat(self, instrument_id: int, period: int, slot: int) -> HeatView | None:
        tables, made = self._tables, self._columns[slot, period]

        def copy() -> tuple[int, np.ndarray, int]:
            count = int(tables.heads[slot]["columns"][period])
            columns = tables.columns[slot, period][made.missing(count)]
            return count, columns, int(tables.heads[slot]["heat_ticks_per_row"])

        read = tables.whole(slot, copy)
        if read is None:
            return None
        made.add(read[1], read[0])
        return HeatView(
            instrument_id=instrument_id,
            period_ns=HEAT_PERIODS_NS[period],
            ticks_per_row=max(1, read[2]),
            columns=tuple(made.views),
        )

    def prints(self, instrument_id: int, _: int, slot: int) -> PrintsView | None:
        tables, made = self._tables, self._prints[slot]

        def copy() -> tuple[int, np.ndarray, np.void]:
            head = tables.heads[slot].copy()
            count = int(head["prints"])
            # The newest may grow: it is made anew each time.
            rows = tables.prints[slot][[*made.missing(max(0, count - 1)), (count - 1) % PRINTS_KEPT]]
            return count, rows, head

        read = tables.whole(slot, copy)
        if read is None:
            return None
        count, rows, head = read
        made.add(rows[:-1], max(0, count - 1))
        older = list(made.views)[-(PRINTS_KEPT - 1) :]
        return PrintsView(
            instrument_id=instrument_id,
            prints=(print_of(rows[-1]), *reversed(older)) if count else (),
            per_second=int(head["trades_5s"]) / RATE_S,
            lots_per_second=int(head["lots_5s"]) / RATE_S,
        )


def candle(row: np.void) -> Candle:
    start_ns, _, *rest = row.item()
    return Candle(start_ns, *rest)


def heat_column(row: np.void) -> HeatColumn:
    trades = int(row["trades"])
    rows, lots = row["trade_rows"][:trades].tolist(), row["trade_lots"][:trades].tolist()
    is_gap = bool(row["is_gap"])
    return HeatColumn(
        start_wall_ns=int(row["start_wall_ns"]),
        bid_ticks=int(row["bid_ticks"]),
        ask_ticks=int(row["ask_ticks"]),
        low_ticks=int(row["low_ticks"]),
        codes=b"" if is_gap else row["codes"].tobytes(),
        trades=tuple(zip(rows, lots, strict=True)),
        is_gap=is_gap,
    )


def print_of(row: np.void) -> Print:
    return Print(
        wall_ns=int(row["wall_ns"]),
        price_from_ticks=int(row["price_from_ticks"]),
        price_to_ticks=int(row["price_to_ticks"]),
        lots=int(row["lots"]),
        side=SIDES[int(row["side"])],
        fills=int(row["fills"]),
    )
