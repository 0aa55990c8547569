"""Volume at price, what became of levels, and which of them may hide an iceberg."""

import numpy as np

from core.vocabulary import Side
from station.link.flow.tables import FlowTables
from station.views.flow import Iceberg, LevelFlow, LevelFlowView, PriceVolume, ProfileView
from station.views.profile import value_area

FEWEST_REFILLS = 3
"""An iceberg is one from so many on."""


class Levels:
    def __init__(self, tables: FlowTables) -> None:
        self._tables = tables

    def profile(self, instrument_id: int, _: int, slot: int) -> ProfileView | None:
        tables = self._tables
        read = tables.whole(slot, lambda: (tables.heads[slot].copy(), tables.profile[slot].copy()))
        if read is None:
            return None
        head, volumes = read
        step, first = int(head["profile_ticks_per_row"]), int(head["profile_first_row"])
        used = np.flatnonzero(volumes.any(axis=1))
        if not len(used):
            return ProfileView(instrument_id=instrument_id, since_wall_ns=int(head["since_wall_ns"]))
        low, high = int(used[0]), int(used[-1])
        area = value_area(volumes[low : high + 1].sum(axis=1).tolist())
        assert area is not None
        rows = [PriceVolume((first + row) * step, *volumes[row].tolist()) for row in reversed(used.tolist())]
        return ProfileView(
            instrument_id=instrument_id,
            ticks_per_row=step,
            rows=tuple(rows),
            total_lots=int(head["total_lots"]),
            point_of_control_ticks=(first + low + area.control) * step,
            value_area_low_ticks=(first + low + area.low) * step,
            value_area_high_ticks=(first + low + area.high) * step,
            vwap_ticks=float(head["value"]) / int(head["total_lots"]),
            high_ticks=int(head["high_ticks"]),
            low_ticks=int(head["low_ticks"]),
            open_ticks=int(head["open_ticks"]),
            since_wall_ns=int(head["since_wall_ns"]),
        )

    def level_flow(self, instrument_id: int, _: int, slot: int) -> LevelFlowView | None:
        rows = self._rows(slot)
        if rows is None:
            return None
        moved = rows[rows["sums"].any(axis=1)]
        moved = moved[np.argsort(-moved["price_ticks"])]
        traded_ns, offset_ns = moved["last_trade_ns"], self._tables.wall_offset_ns
        # A trade that claims a fall of before takes it from what was pulled: at the window's edge that may be gone.
        made = zip(
            moved["price_ticks"].tolist(),
            np.maximum(moved["sums"], 0).tolist(),
            np.where(traded_ns > 0, traded_ns + offset_ns, 0).tolist(),
            (moved["changed_ns"] + offset_ns).tolist(),
            strict=True,
        )
        # The sums are told in the order of LevelFlow's fields.
        levels = {price: LevelFlow._make((price, *sums, *walls_ns)) for price, sums, *walls_ns in made}
        return LevelFlowView(instrument_id=instrument_id, levels=levels)

    def icebergs(self, _: int, __: int, slot: int) -> tuple[Iceberg, ...] | None:
        rows = self._rows(slot)
        if rows is None:
            return None
        is_one = (rows["traded_lots"] > rows["shown_lots"]) & (rows["refills"] >= FEWEST_REFILLS)
        found = [
            Iceberg(
                price_ticks=int(rows[place]["price_ticks"]),
                side=Side.BUY if row == 0 else Side.SELL,
                traded_lots=int(rows[place]["traded_lots"][row]),
                refills=int(rows[place]["refills"][row]),
                shown_lots=int(rows[place]["shown_lots"][row]),
            )
            for place, row in np.argwhere(is_one & (rows["gone_ns"] == 0)).tolist()
        ]
        return tuple(sorted(found, key=lambda one: -one.traded_lots))

    def _rows(self, slot: int) -> np.ndarray | None:
        rows = self._tables.whole(slot, lambda: self._tables.levels[slot].copy())
        return None if rows is None else rows[rows["price_ticks"] != 0]
