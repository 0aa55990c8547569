"""A core without rings and clocks: one instrument, events by hand, decisions as plain tuples."""

from decimal import Decimal
from typing import Any

import numpy as np

from core.config import CoreConfig, RiskLimits
from core.installed import install_strategies
from core.records.decisions import clear_event, make_decisions
from core.records.event import EVENT
from core.records.instrument import INSTRUMENT
from core.settings import CoreSettings, StrategySettings
from core.state import Sizes, make_state
from core.step import link_step, step_once
from core.vocabulary import Command, DenyReason, EventFlag, EventKind, Mode, Origin, Report, Side
from feeds.instruments import Instrument, write_table
from tests.generous import generous_limits

SECOND = 1_000_000_000
SIZES = Sizes(books=2, window_ticks=256, far_levels=64, open_orders=64, positions=16, strategies=4)
FIRST, LAST = int(EventFlag.SNAPSHOT_BEGIN), int(EventFlag.SNAPSHOT_END | EventFlag.LAST_IN_FRAME)
SYMBOL = "BTC-USD.alpha"


class World:
    """`say` steps over one event and returns what was decided: (kind, detail, reason, side, price, lots)."""

    def __init__(
        self, *, mode: Mode = Mode.SIM, strategies: tuple[StrategySettings, ...] = (), limits: RiskLimits | None = None
    ) -> None:
        link_step()
        table, line = np.zeros(4, INSTRUMENT), np.zeros(8, np.int64)
        write_table(table, line, [(0, instrument("BTC-USD.alpha")), (0, instrument("ETH-USD.alpha"))])
        settings = CoreSettings(
            state_folder="",
            epoch=1,
            wall_offset_ns=0,
            config=CoreConfig(mode=mode, risk=limits or generous_limits()),
            strategies=strategies,
        )
        self.state = make_state(table, int(line[0]), settings, capacities=SIZES)
        install_strategies(self.state, settings)
        self.decisions = make_decisions(512)
        self.now_ns = SECOND
        self._sequence = 0
        self._reports = 0
        self._venue_id = 0
        self.say(EventKind.SESSION, client_id=1)

    def say(self, kind: EventKind, **fields: Any) -> list[tuple[Any, ...]]:
        self.now_ns += 1000
        self._sequence += 1
        events = np.zeros(1, EVENT)
        clear_event(events[0])
        events["kind"], events["now_ns"], events["received_ns"] = kind, self.now_ns, self.now_ns
        events["sequence"], events["source_id"] = self._sequence, 0
        for name, value in fields.items():
            events[name] = value
        step_once(self.state, self.decisions, events, 0)
        return [
            (
                EventKind(int(row["kind"])),
                int(row["detail"]),
                DenyReason(int(row["reason"])) if row["kind"] == EventKind.DENIED else int(row["reason"]),
                Side(int(row["side"])),
                int(row["price_ticks"]),
                int(row["quantity_lots"]),
            )
            for row in self.decisions.records[: self.decisions.used[0]]
        ]

    def book(self, bid: int = 1000, ask: int = 1002, lots: int = 50, instrument_id: int = 0) -> list[tuple[Any, ...]]:
        """A whole snapshot with one level a side."""
        self.level(Side.BUY, bid, lots, FIRST, instrument_id)
        return self.level(Side.SELL, ask, lots, LAST, instrument_id)

    def level(self, side: Side, ticks: int, lots: int, flags: int = 0, instrument_id: int = 0) -> list[tuple[Any, ...]]:
        return self.say(
            EventKind.BOOK_LEVEL,
            instrument_id=instrument_id,
            side=side,
            price_ticks=ticks,
            quantity_lots=lots,
            flags=flags,
        )

    def command(self, command: Command, **fields: Any) -> list[tuple[Any, ...]]:
        fields = {"reference_id": int(self.state.lease.generation[0]), "origin": Origin.KEY, **fields}
        return self.say(EventKind.COMMAND, detail=command, **fields)

    def armed(self) -> "World":
        self.command(Command.TAKE_LEASE)
        self.command(Command.ARM)
        return self

    @property
    def last_reason(self) -> DenyReason:
        return DenyReason(int(self.state.seats[0]["last_reason"]))

    @property
    def last_client_id(self) -> int:
        return int(self.state.seats[0]["last_client_id"])

    @property
    def position_lots(self) -> int:
        return int(self.state.positions.rows[0]["position_lots"])

    def report(self, report: Report, client_id: int, **fields: Any) -> list[tuple[Any, ...]]:
        self._reports += 1
        self._venue_id = fields.pop("reference_id", client_id & 0xFFFF)
        fields = {"instrument_id": 0, "sequence": self._reports, "reference_id": self._venue_id, **fields}
        return self.say(EventKind.EXECUTION_REPORT, detail=report, client_id=client_id, **fields)

    def fill(self, client_id: int, side: Side, ticks: int, lots: int, filled: int) -> list[tuple[Any, ...]]:
        return self.report(
            Report.FILLED,
            client_id,
            side=side,
            price_ticks=ticks,
            quantity_lots=lots,
            filled_lots=filled,
            execution_id=1000 + self._reports,
        )


def instrument(symbol: str) -> Instrument:
    base = symbol.partition("-")[0]
    return Instrument(
        symbol=symbol,
        venue_symbol=base,
        venue="alpha",
        base=base,
        quote="USD",
        settlement="USD",
        tick=Decimal("0.5"),
        lot=Decimal("0.01"),
        maker_fee_ppm=100,
        taker_fee_ppm=400,
    )
