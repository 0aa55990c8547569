"""What the simulated exchange itself knows, read beside the running process: its last snapshot, and what arrived since.

The exchange is a function of its seed and its arrivals, and both are on disk before anybody is told anything. So a
second one, made from the same files and brought to the present, has the same orders, fills and accounts.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from core.clock import monotonic_ns
from core.memory.journal import JournalDamaged, read_journal
from core.vocabulary import Request
from feeds.order_entry.names import MarkedNames
from feeds.simulator.exchange import Exchange
from feeds.simulator.instruments import simulator_instruments
from feeds.simulator.saved_state import SavedStateDamaged, load
from feeds.simulator.settings import SimulatorSettings

ACCOUNT = 1


@dataclass
class VenueLedger:
    """Everything that was ever seen; the exchange itself forgets what is old."""

    folder: Path
    settings: SimulatorSettings
    wall_offset_ns: int
    orders: dict[int, np.void] = field(default_factory=dict)
    """By the venue's order id."""
    fills: dict[tuple[int, int, int], np.void] = field(default_factory=dict)
    """By book, side, execution id."""
    arrived: dict[int, int] = field(default_factory=dict)
    """Sequence of an arrival → client id of the new order that it was."""
    open_ids: set[int] = field(default_factory=set)
    accounts: np.ndarray = field(default_factory=lambda: np.zeros(0))
    """ACCOUNT_ROW[books]"""

    def look(self) -> None:
        """Bring everything to the present."""
        exchange = self._present()
        ledger = exchange.ledger
        for order in ledger.orders[: ledger.order_count]:
            if order["account"] == ACCOUNT:
                self._take_order(order.copy())
        for fill in ledger.fills_since(ACCOUNT, 0):
            self._take_fill(fill.copy())
        self.open_ids = {int(order["order_id"]) for order in ledger.open_orders(ACCOUNT)}
        self.accounts = exchange.state.accounts[ACCOUNT].copy()

    def _take_order(self, order: np.void) -> None:
        self.orders[int(order["order_id"])] = order

    def _take_fill(self, fill: np.void) -> None:
        self.fills[int(fill["book"]), int(fill["side"]), int(fill["execution_id"])] = fill

    def _take_arrival(self, arrival: np.void) -> None:
        if arrival["detail"] == Request.NEW:
            self.arrived[int(arrival["sequence"])] = int(arrival["client_id"])

    def open_orders(self) -> list[np.void]:
        return [self.orders[order_id] for order_id in sorted(self.open_ids)]

    def _present(self) -> Exchange:
        while True:
            numbers = sorted(int(path.stem.partition("-")[2]) for path in self.folder.glob("state-*.bin"))
            for number in reversed(numbers):
                try:
                    return self._from(number, numbers[-1])
                except (FileNotFoundError, SavedStateDamaged, JournalDamaged):
                    continue  # the exchange turns the page just now

    def _from(self, number: int, last: int) -> Exchange:
        now_ns = monotonic_ns() + self.wall_offset_ns  # before the files are read: what they lack comes later
        exchange = Exchange(simulator_instruments(), self.settings, start_ns=now_ns)
        load(exchange, (self.folder / f"state-{number:08d}.bin").read_bytes(), seed=self.settings.seed)
        for each in range(number, last + 1):
            for arrival in read_journal(self.folder / f"arrivals-{each:08d}.log"):
                self._take_arrival(arrival)
                if int(arrival["sequence"]) >= exchange.arrivals_submitted:
                    exchange.submit(arrival)
        exchange.set_character(self.settings)
        exchange.advance(max(now_ns, exchange.now_ns))
        return exchange


@dataclass
class ServedLedger(VenueLedger):
    """The same where clients name their orders with text. That dialect cannot change an order: a replacement is a new
    one of the next revision, so that what we call one order is several there, and is made one again here."""

    _there: dict[int, np.void] = field(default_factory=dict)
    """What the exchange calls an order, by its id"""
    _names: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Its number for a name → our client id and revision"""

    def look(self) -> None:
        super().look()
        revisions: dict[int, list[np.void]] = {}
        for order_id in sorted(self._there):
            row = self._there[order_id]
            revisions.setdefault(self._name(row)[0], []).append(row)
        self.orders = {int(rows[-1]["order_id"]): _as_one(client_id, rows) for client_id, rows in revisions.items()}

    def _take_order(self, order: np.void) -> None:
        self._there[int(order["order_id"])] = order

    def _take_fill(self, fill: np.void) -> None:
        fill["client_id"] = self._name(fill)[0]
        super()._take_fill(fill)

    def _take_arrival(self, arrival: np.void) -> None:
        """As one number for a client id and its revision: each may arrive once."""
        if arrival["detail"] == Request.NEW:
            client_id, revision = self._name(arrival)
            self.arrived[int(arrival["sequence"])] = client_id << 16 | revision

    def _name(self, row: np.void) -> tuple[int, int]:
        number = int(row["client_id"])
        if number not in self._names:  # each name is on disk before its order is
            for line in (self.folder / "client-names.txt").read_text(encoding="utf-8").splitlines():
                account, other, name = line.split(" ")
                if int(account) == ACCOUNT:
                    self._names[int(other)] = MarkedNames().read(name)
        return self._names[number]


def _as_one(client_id: int, revisions: list[np.void]) -> np.void:
    """The last one, with what the ones before it have filled."""
    whole = revisions[-1].copy()
    before_lots = sum(int(row["filled_lots"]) for row in revisions[:-1])
    whole["client_id"] = client_id
    whole["filled_lots"] += before_lots
    whole["quantity_lots"] += before_lots
    return whole
