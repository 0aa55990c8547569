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
                self.orders[int(order["order_id"])] = order.copy()
        for fill in ledger.fills_since(ACCOUNT, 0):
            self.fills[int(fill["book"]), int(fill["side"]), int(fill["execution_id"])] = fill.copy()
        self.open_ids = {int(order["order_id"]) for order in ledger.open_orders(ACCOUNT)}
        self.accounts = exchange.state.accounts[ACCOUNT].copy()

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
                if arrival["detail"] == Request.NEW:
                    self.arrived[int(arrival["sequence"])] = int(arrival["client_id"])
                if int(arrival["sequence"]) >= exchange.arrivals_submitted:
                    exchange.submit(arrival)
        exchange.set_character(self.settings)
        exchange.advance(max(now_ns, exchange.now_ns))
        return exchange
