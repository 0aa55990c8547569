"""What our fills were worth later, and the course of the equity."""

import numpy as np

from core.records.flow import EQUITY_MINUTES, EQUITY_SECONDS, FILLS, MARK_OUTS_KEPT, MINUTES, SECONDS
from core.vocabulary import Side
from station.link.flow.tables import Circle, FlowTables
from station.views.flow import EquityPoint, EquityView, MarkOut, MarkOutsView

SECOND_NS = 1_000_000_000
VALUED = 1


class Money:
    def __init__(self, tables: FlowTables) -> None:
        self._tables = tables
        self._mark_outs, self._version = MarkOutsView(), -1
        self._seconds = Circle(EQUITY_SECONDS, equity_point)
        self._minutes = Circle(EQUITY_MINUTES, equity_point)
        self._equity = {
            False: EquityView(period_ns=SECOND_NS),
            True: EquityView(period_ns=60 * SECOND_NS),
        }

    def mark_outs(self) -> MarkOutsView:
        tables, line = self._tables, self._tables.money_line
        version = tables.version(line)
        if version == self._version:
            return self._mark_outs
        read = tables.whole(line, lambda: (int(tables.words[FILLS]), tables.mark_outs.copy()))
        if read is not None:
            self._version = version
            count, rows = read
            newest_first = [rows[(count - 1 - back) % MARK_OUTS_KEPT] for back in range(min(count, MARK_OUTS_KEPT))]
            view = MarkOutsView(
                fills=tuple(self._mark_out(row) for row in newest_first),
                mean_1s_bps=mean_bps(newest_first, 0),
                mean_10s_bps=mean_bps(newest_first, 1),
                mean_60s_bps=mean_bps(newest_first, 2),
            )
            if view != self._mark_outs:
                self._mark_outs = view
        return self._mark_outs

    def equity(self, long: bool) -> EquityView:
        tables, made = self._tables, self._minutes if long else self._seconds
        word, first = (MINUTES, EQUITY_SECONDS) if long else (SECONDS, 0)

        def copy() -> tuple[int, np.ndarray]:
            count = int(tables.words[word])
            return count, tables.equity[first + made.missing(count)]

        if not len(made.missing(int(tables.words[word]))):
            return self._equity[long]
        read = tables.whole(tables.money_line, copy)
        if read is not None:
            made.add(read[1], read[0])
            self._equity[long] = EquityView(period_ns=self._equity[long].period_ns, points=tuple(made.views))
        return self._equity[long]

    def _mark_out(self, row: np.void) -> MarkOut:
        after = [
            value if state == VALUED else None
            for value, state in zip(row["after_e8"].tolist(), row["state"].tolist(), strict=True)
        ]
        return MarkOut(
            wall_ns=int(row["filled_ns"]) + self._tables.wall_offset_ns,
            instrument_id=int(row["instrument_id"]),
            side=Side(int(row["side"])),
            price_ticks=int(row["price_ticks"]),
            lots=int(row["lots"]),
            is_maker=bool(row["is_maker"]),
            after_1s_e8=after[0],
            after_10s_e8=after[1],
            after_60s_e8=after[2],
            notional_e8=int(row["notional_e8"]),
        )


def mean_bps(rows: list[np.void], horizon: int) -> float | None:
    """Of what was valued, each fill counted alike."""
    found = [
        10_000 * int(row["after_e8"][horizon]) / int(row["notional_e8"])
        for row in rows
        if row["state"][horizon] == VALUED and row["notional_e8"] > 0
    ]
    return sum(found) / len(found) if found else None


def equity_point(row: np.void) -> EquityPoint:
    return EquityPoint(*row.item())
