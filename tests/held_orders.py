"""A desk whose core works orders itself, and short ways to say what happens to them."""

from typing import Any

import numpy as np

from core.config import RiskLimits
from core.on_restore import restore_range
from core.orders.blotter import find
from core.records.decisions import make_decisions
from core.records.event import EVENT
from core.vocabulary import Command, EventFlag, EventKind, OrderType, Request, Side, TimeInForce
from tests.core_world import SECOND, World

LAST_IN_FRAME = int(EventFlag.LAST_IN_FRAME)
REDUCE_ONLY = int(EventFlag.REDUCE_ONLY)
WAITS, ONE_CANCELS, MORE = int(EventFlag.WAITS), int(EventFlag.ONE_CANCELS), int(EventFlag.MORE)
ORDER: dict[str, Any] = {
    "instrument_id": 0,
    "side": Side.BUY,
    "order_type": OrderType.LIMIT,
    "time_in_force": TimeInForce.GTC,
    "quantity_lots": 10,
}


class Desk(World):
    """A live book 1000 / 1002, armed, and short ways to say things."""

    def __init__(self, limits: RiskLimits | None = None) -> None:
        super().__init__(limits=limits)
        self.book()
        self.armed()
        self.journal: list[np.ndarray] = []

    def say(self, kind: EventKind, **fields: Any) -> list[tuple[Any, ...]]:
        said = super().say(kind, **fields)
        if hasattr(self, "journal"):
            decided = self.decisions.records[: self.decisions.used[0]]
            if kind == EventKind.EXECUTION_REPORT:
                event = np.zeros(1, EVENT)
                event["kind"], event["now_ns"] = kind, self.now_ns
                event["instrument_id"] = event["source_id"] = 0
                for name, value in fields.items():
                    event[name] = value
                self.journal.append(event)
            self.journal += [decided[i : i + 1].copy() for i in range(len(decided)) if decided[i]["kind"] == 60]
        return said

    def place(self, **fields: Any) -> int:
        """The client id of an order; 0 when it was denied."""
        self.command(Command.PLACE_ORDER, **{**ORDER, **fields})
        return 0 if self.last_reason else self.last_client_id

    def order(self, client_id: int) -> np.void:
        row: np.void = self.state.blotter.orders[find(self.state.blotter, client_id)]
        return row

    def trade(self, ticks: int, lots: int = 1, side: Side = Side.BUY) -> list[tuple[Any, ...]]:
        return self.say(
            EventKind.TRADE, instrument_id=0, side=side, price_ticks=ticks, quantity_lots=lots, flags=LAST_IN_FRAME
        )

    def wait(self, seconds: float) -> list[tuple[Any, ...]]:
        """Time passes: the book is heard of, and the housekeeping timer fires."""
        self.now_ns += int(seconds * SECOND)
        said = self.say(EventKind.TIMER, venue_ns=self.now_ns, instrument_id=-1)
        decided = self.decisions.records[: self.decisions.used[0]]
        self.sent = [int(r["client_id"]) for r in decided if r["kind"] == 60 and r["detail"] == Request.NEW]
        self.level(Side.BUY, 1, 1, LAST_IN_FRAME)
        return said

    def hold(self, lots: int, ticks: int = 1001) -> None:
        """A position, by an order that was filled at once."""
        client_id = self.place(side=Side.BUY if lots > 0 else Side.SELL, quantity_lots=abs(lots), price_ticks=1001)
        self.fill(client_id, Side.BUY if lots > 0 else Side.SELL, ticks, abs(lots), abs(lots))

    def restarted(self) -> "Desk":
        """Another core, of this one's journal alone."""
        other = Desk()
        other.state.risk.state["is_halted"] = 1
        decisions = make_decisions(512)
        for record in self.journal:
            restore_range(other.state, decisions, record, 0, 1)
        other.state.risk.state["is_halted"] = 0
        return other


def requests(said: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """What leaves the house: (request, side, price, lots)."""
    return [(Request(row[1]), row[3], row[4], row[5]) for row in said if row[0] == 60 and row[1] != Request.HOLD]


def bracket(desk: Desk, *, lots: int = 10, targets: tuple[int, ...] = (1050,)) -> tuple[int, int, list[int]]:
    """Entry at 1000, stop at 980, targets that share it."""
    before = int(desk.state.blotter.counts[0]["next_counter"])
    exits = WAITS | ONE_CANCELS | REDUCE_ONLY | MORE
    leg = {**ORDER, "side": Side.SELL, "flags": exits}
    desk.command(
        Command.PLACE_ORDER, **{**leg, "order_type": OrderType.STOP, "execution_id": 980, "quantity_lots": lots}
    )
    for target in targets:
        desk.command(Command.PLACE_ORDER, **{**leg, "price_ticks": target, "quantity_lots": lots // len(targets)})
    desk.command(Command.PLACE_ORDER, **{**ORDER, "price_ticks": 1000, "quantity_lots": lots})
    base = 1 << 32
    return base | (before + 1 + len(targets)), base | before, [base | (before + 1 + i) for i in range(len(targets))]
