"""The simulated exchange as an OrderVenue: one account, in the same process, with the latency of a wire.

Both venues, "alpha" and "beta", are reached through one session, as one venue group. Questions (open orders, look-up,
fills, positions) travel behind the orders that were sent before them, so that "never seen" means never seen.
"""

from bisect import bisect_left
from collections.abc import Callable

import numpy as np

from core.clock import monotonic_ns
from core.vocabulary import EventFlag, OrderStatus, OrderType, Reject, Report, Side, TimeInForce
from feeds.errors import NotSent
from feeds.simulator.live import LiveExchange
from feeds.venues.contract import VenueFill, VenueOrder, VenuePosition, VenueReport

NO_BOOK = 0x7FFF
"""Where a request for an instrument goes that the exchange does not have: it is refused there."""


class SimulatedVenue:
    """One account's session. `instrument_ids`: the station's id of each book, -1 where it has none."""

    name = "sim"

    def __init__(self, live: LiveExchange, *, account: int, instrument_ids: list[int]) -> None:
        self._live, self._account = live, account
        self._ids = instrument_ids
        self._books = {instrument_id: book for book, instrument_id in enumerate(instrument_ids) if instrument_id >= 0}
        self._report: Callable[[VenueReport], None] | None = None
        self._fills: list[VenueFill] = []
        self._fills_read = 0

    async def start(self, report: Callable[[VenueReport], None]) -> None:
        if self._report is None:
            self._live.listen(self._account, self._heard)
        self._report = report

    async def place(self, request: np.void) -> None:
        self._send(request)

    async def cancel(self, request: np.void) -> None:
        self._send(request)

    async def replace(self, request: np.void) -> None:
        self._send(request)

    async def open_orders(self) -> list[VenueOrder]:
        await self._live.ask()
        return [self._order(known) for known in self._live.exchange.ledger.open_orders(self._account)]

    async def look_up(self, client_id: int, instrument_id: int) -> VenueOrder | None:
        await self._live.ask()
        known = self._live.exchange.ledger.by_client(self._account, client_id)
        return None if known is None else self._order(known)

    async def fills_since(self, venue_ns: int) -> list[VenueFill]:
        await self._live.ask()
        self._read_new_fills()
        return self._fills[bisect_left(self._fills, venue_ns, key=lambda fill: fill.venue_ns) :]

    async def positions(self) -> list[VenuePosition]:
        await self._live.ask()
        accounts = self._live.exchange.state.accounts[self._account]
        return [
            VenuePosition(instrument_id=self._ids[book], position_lots=int(accounts[book]["position_lots"]))
            for book in range(len(self._ids))
            if accounts[book]["fills"]
        ]

    async def close(self) -> None:
        self._report = None

    def _send(self, request: np.void) -> None:
        book = self._books.get(int(request["instrument_id"]), NO_BOOK)
        try:
            self._live.send(request, account=self._account, book=book)
        except OSError as error:
            raise NotSent(f"the simulated exchange cannot record what arrives: {error}") from error

    def _heard(self, report: np.void) -> None:
        if self._report is None:
            return
        book, is_fill = int(report["instrument_id"]), report["detail"] == Report.FILLED
        self._report(
            VenueReport(
                report=Report(int(report["detail"])),
                instrument_id=self._ids[book] if book < len(self._ids) else -1,
                client_id=int(report["client_id"]),
                venue_order_id=int(report["reference_id"]),
                side=Side(int(report["side"])),
                price_ticks=int(report["price_ticks"]),
                quantity_lots=int(report["quantity_lots"]),
                filled_lots=int(report["filled_lots"]),
                trigger_ticks=0 if is_fill else int(report["execution_id"]),
                execution_id=int(report["execution_id"]) if is_fill else 0,
                fee_e8=int(report["amount"]),
                reject=Reject(int(report["reason"])),
                status=OrderStatus(int(report["status"])),
                is_maker=bool(report["flags"] & EventFlag.MAKER),
                is_final=bool(report["flags"] & EventFlag.FINAL),
                venue_ns=int(report["venue_ns"]),
                received_ns=monotonic_ns(),
            )
        )

    def _read_new_fills(self) -> None:
        """Each is made once: the gateway asks for the last ten minutes every few seconds."""
        ledger = self._live.exchange.ledger
        unread = min(ledger.fills_noted - self._fills_read, ledger.fill_count)
        self._fills_read = ledger.fills_noted
        for fill in ledger.fills[ledger.fill_count - unread : ledger.fill_count]:
            if fill["account"] == self._account:
                self._fills.append(self._fill(fill))
        del self._fills[: -len(ledger.fills)]

    def _fill(self, fill: np.void) -> VenueFill:
        return VenueFill(
            instrument_id=self._ids[fill["book"]],
            execution_id=int(fill["execution_id"]),
            venue_order_id=int(fill["order_id"]),
            client_id=int(fill["client_id"]),
            side=Side(int(fill["side"])),
            price_ticks=int(fill["price_ticks"]),
            quantity_lots=int(fill["quantity_lots"]),
            fee_e8=int(fill["fee_e8"]),
            is_maker=bool(fill["is_maker"]),
            venue_ns=int(fill["venue_ns"]),
        )

    def _order(self, known: np.void) -> VenueOrder:
        is_limit = known["order_type"] == OrderType.LIMIT
        return VenueOrder(
            instrument_id=self._ids[known["book"]],
            venue_order_id=int(known["order_id"]),
            client_id=int(known["client_id"]),
            side=Side(int(known["side"])),
            price_ticks=int(known["price_ticks"]) if is_limit else 0,
            quantity_lots=int(known["quantity_lots"]),
            filled_lots=int(known["filled_lots"]),
            status=OrderStatus(int(known["status"])),
            time_in_force=TimeInForce(int(known["time_in_force"])),
            trigger_ticks=int(known["trigger_ticks"]),
        )
