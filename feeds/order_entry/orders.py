"""The order side of a live venue: what is asked goes out in its words, what it tells comes back in ours.

A replacement never doubles an order. Where the venue changes orders in place, it is asked to, and the change counts
when the venue shows the new terms. Elsewhere the old form is cancelled first, and only when the venue shows it closed
does a new form ask for what it left; a name with the next revision keeps both apart.

Without its private stream a venue is asked what became of each request: slower, and nothing is lost.
"""

import asyncio
from collections.abc import Callable, Collection
from decimal import Decimal
from typing import ClassVar

import msgspec
import numpy as np

from core.clock import monotonic_ns
from core.errors import UnitsError
from core.vocabulary import AssetClass, OrderStatus, OrderType, Reject, Report
from feeds.config import VenueConfig
from feeds.credentials import Credentials
from feeds.errors import NotSent, VenueError, VenueRefused
from feeds.order_entry.account import NS_PER_MS, VenueAccount
from feeds.order_entry.amounts import lots_of, whole_lots
from feeds.order_entry.refusals import ErrorTable
from feeds.order_entry.telling import NEVER_SHOWN, Telling
from feeds.order_entry.words import OPEN, Execution, Named, NewOrder, Shown
from feeds.sent_orders import is_external
from feeds.venues.contract import VenueFill, VenueOrder, VenuePosition, VenueReport

ASK_AGAIN_S = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4)
OVERLAP_MS = 600_000
"""An execution is listed by then, and our clock is right to as much"""
_HELD_BY_SYMBOL = (AssetClass.PERPETUAL, AssetClass.FUTURE, AssetClass.EQUITY)


class LiveOrders(Telling):
    """One account. `instruments`: instrument_id → row of the instrument table."""

    account: ClassVar[type[VenueAccount]]
    amends: ClassVar[bool] = True
    """The venue changes orders in place…"""
    renews: ClassVar[tuple[OrderType, ...]] = ()
    """…but these are cancelled and placed again."""
    cancels_in_one: ClassVar[bool] = False
    """`cancel_all` is a call of the venue's."""
    lists_all: ClassVar[bool] = True
    """`list_executions` brings those of every symbol: what was listed once need not be listed again."""
    _listed_until_ms = 0

    def __init__(
        self,
        config: VenueConfig,
        credentials: Credentials,
        instruments: dict[int, np.void],
        *,
        wall_offset_ns: int,
        say: Callable[[str], None] = lambda sentence: None,
    ) -> None:
        self.name = config.name
        super().__init__(instruments)
        self.config, self._say, self._wall_offset_ns = config, say, wall_offset_ns
        self.calls = self.account(
            config, credentials, wall_offset_ns=wall_offset_ns, on_news=self._on_news, on_stream=self._on_stream
        )
        self._is_quiet = False
        self.bad_messages = 0

    @property
    def errors(self) -> ErrorTable:
        return self.account.errors

    # What a venue adds: each call raises VenueRefused, NotSent or VenueError

    async def send_order(self, order: NewOrder) -> None:
        raise NotImplementedError

    async def send_cancel(self, named: Named) -> None:
        raise NotImplementedError

    async def send_change(self, named: Named, order: NewOrder) -> None:
        """New price, total quantity and trigger, where `amends`."""
        raise NotImplementedError

    async def list_open(self) -> list[Shown]:
        raise NotImplementedError

    async def find(self, named: Named) -> Shown | None:
        """One order, also a closed one; None: the venue never saw it."""
        raise NotImplementedError

    async def list_executions(self, since_ms: int) -> list[Execution]:
        """0: since whenever the venue likes; only the newest one counts then."""
        raise NotImplementedError

    async def balances(self) -> dict[str, Decimal]:
        """By currency, what is reserved by orders included."""
        return {}

    async def contracts(self) -> dict[str, Decimal]:
        """By symbol, signed."""
        return {}

    def read_news(self, frame: bytes, received_ns: int) -> None:
        """A frame of the private stream: calls `told_order` and `told_execution`."""
        raise NotImplementedError

    # The contract

    async def start(self, report: Callable[[VenueReport], None]) -> None:
        self._report = report
        await self.calls.start()

    async def start_quietly(self) -> None:
        """By REST and without private stream: one connection less that has to be there, and nothing is reported."""
        self._is_quiet = True
        await self.calls.start_quietly()

    async def close(self) -> None:
        await self.calls.close()

    async def place(self, request: np.void) -> None:
        await self._place(request, int(request["quantity_lots"]), revision=0)
        await self._tell_when_nobody_does(request)

    async def cancel(self, request: np.void) -> None:
        try:
            await self.send_cancel(self._named(request))
        except VenueRefused as refusal:
            self._refused(request, Report.CANCEL_REJECTED, refusal)
        else:
            await self._tell_when_nobody_does(request)

    async def cancel_all(self, instrument_ids: Collection[int] = ()) -> None:
        orders = await self.open_orders()
        asked = (self.send_cancel(self._named_by(order)) for order in orders)
        for outcome in await asyncio.gather(*asked, return_exceptions=True):
            if isinstance(outcome, VenueError):
                raise outcome

    async def replace(self, request: np.void) -> None:
        if self.amends and int(request["order_type"]) not in self.renews:
            await self._change(request)
        else:
            await self._cancel_and_place_again(request)
            await self._tell_when_nobody_does(request)

    async def open_orders(self) -> list[VenueOrder]:
        orders = []
        for shown in await self.list_open():
            if shown.symbol not in self.by_symbol:
                continue
            client_id, revision = self.names.read(shown.client_text)
            if self._revisions.is_known(client_id, revision):
                orders.append(self.order_of(shown))
            else:
                found = await self.look_up(client_id, self.by_symbol[shown.symbol])
                orders.append(found or self.order_of(shown))
            self.learn_terms(orders[-1])
        return orders

    async def look_up(self, client_id: int, instrument_id: int) -> VenueOrder | None:
        """Through all of its revisions: the last one is the order, the earlier ones add what they had filled."""
        symbol = self.rows[instrument_id]["venue_symbol"].decode()
        self.touched.add(symbol)
        if is_external(client_id):
            named = Named(symbol, self._strangers.get(client_id, ""), "")
            shown = await self._find(named) if named.order_id else None
            return self.order_of(shown) if shown is not None else None
        found, filled_before, revision = None, 0, 0
        while True:
            kind = self._types.get(client_id, OrderType.NONE)
            shown = await self._find(Named(symbol, "", self.names.write(client_id, revision), kind))
            if shown is None:
                return found
            self._revisions.begin(client_id, revision, filled_before)
            found = self.order_of(shown)
            has_one_form = self.amends and not self.renews
            if has_one_form or found.status in OPEN or found.status == OrderStatus.FILLED:
                return found
            filled_before, revision = found.filled_lots, revision + 1

    async def fills_since(self, venue_ns: int) -> list[VenueFill]:
        since_ms, now_ms = venue_ns // NS_PER_MS, self.calls.now_ms()
        executions = await self.list_executions(max(since_ms, self._listed_until_ms) if since_ms else 0)
        if since_ms and self.lists_all:
            self._listed_until_ms = now_ms - OVERLAP_MS
        fills = [self._fill_of(one) for one in executions if one.symbol in self.by_symbol]
        return sorted((fill for fill in fills if fill.venue_ns >= venue_ns), key=lambda fill: fill.venue_ns)

    async def positions(self) -> list[VenuePosition]:
        """Of a currency one, at the first instrument that trades it, less what the configuration keeps out."""
        by_symbol = {index: row for index, row in self.rows.items() if self.is_held_by_symbol(row)}
        contracts = await self.contracts() if by_symbol else {}
        balances = await self.balances() if len(by_symbol) < len(self.rows) else {}
        positions, seen = [], set()
        for index, row in self.rows.items():
            base = row["base"].decode()
            if index in by_symbol:
                held = contracts.get(row["venue_symbol"].decode(), Decimal(0))
            elif base in seen:
                continue
            else:
                seen.add(base)
                held = balances.get(base, Decimal(0)) - Decimal(self.config.kept_balances.get(base, "0"))
            positions.append(VenuePosition(instrument_id=index, position_lots=whole_lots(held, row)))
        return positions

    def is_held_by_symbol(self, row: np.void) -> bool:
        return int(row["asset_class"]) in _HELD_BY_SYMBOL

    # Asking

    async def _place(self, request: np.void, quantity_lots: int, *, revision: int) -> None:
        self._unheard.add(int(request["client_id"]))
        try:
            await self.send_order(self._new_order(request, quantity_lots, revision))
        except VenueRefused as refusal:
            reject = self.errors.reason(refusal.code, refusal.text)
            if reject == Reject.DUPLICATE_ID:
                raise VenueError(f"an order of this name is there already: {refusal}") from refusal
            self._tell_end(request, Report.REJECTED if revision == 0 else Report.CANCELED, 0, reject)

    async def _change(self, request: np.void) -> None:
        client_id = int(request["client_id"])
        self._shown_terms.setdefault(client_id, NEVER_SHOWN)
        shown = self._changes[client_id] = asyncio.Event()
        try:
            order = self._new_order(request, int(request["quantity_lots"]), 0)
            await self.send_change(self._named(request), order)
            if not self.calls.is_told:
                await self._tell_when_nobody_does(request)
            elif not shown.is_set():
                await asyncio.wait_for(shown.wait(), self.config.request_timeout_ms / 1_000)
        except VenueRefused as refusal:
            self._refused(request, Report.REPLACE_REJECTED, refusal)
        except TimeoutError:
            raise VenueError("the venue took the change and did not show it") from None
        finally:
            del self._changes[client_id]

    async def _cancel_and_place_again(self, request: np.void) -> None:
        client_id = int(request["client_id"])
        self._revisions.replacing.add(client_id)
        try:
            try:
                closed = await self.cancel_and_see(self._named(request))
            except VenueRefused as refusal:
                self._refused(request, Report.REPLACE_REJECTED, refusal)
                return
            await self._place_what_is_left(request, closed)
        finally:
            self._revisions.replacing.discard(client_id)

    async def cancel_and_see(self, named: Named) -> Shown:
        """Cancel, and the order as it is when nothing more can happen to it."""
        await self.send_cancel(named)
        deadline_ns = monotonic_ns() + self.config.request_timeout_ms * NS_PER_MS
        for tries in range(1 << 30):
            shown = await self.find(named)
            if shown is not None and shown.status not in OPEN:
                return shown
            if monotonic_ns() > deadline_ns:
                break
            await asyncio.sleep(ASK_AGAIN_S[min(tries, len(ASK_AGAIN_S) - 1)])
        raise VenueError("the venue took the cancel and did not show it")

    async def _place_what_is_left(self, request: np.void, closed: Shown) -> None:
        client_id = int(request["client_id"])
        row = self.rows[int(request["instrument_id"])]
        revision = self._revisions.current.get(client_id, 0)
        filled = self._revisions.filled_before(client_id, revision) + lots_of(closed.filled, row)
        left_lots = int(request["quantity_lots"]) - filled
        if left_lots <= 0:
            self._tell_end(request, Report.CANCELED, filled)
            return
        self._revisions.begin(client_id, revision + 1, filled)
        try:
            await self._place(request, left_lots, revision=revision + 1)
        except NotSent:
            # The old form is gone and the new one surely never was: no replacement was refused, the order is over.
            self._tell_end(request, Report.CANCELED, filled)

    def _new_order(self, request: np.void, quantity_lots: int, revision: int) -> NewOrder:
        client_id = int(request["client_id"])
        row = self.rows[int(request["instrument_id"])]
        order = NewOrder(
            request,
            row,
            client_text=self.names.write(client_id, revision),
            quantity_lots=quantity_lots,
            wall_offset_ns=self._wall_offset_ns,
        )
        if order.type not in (OrderType.LIMIT, OrderType.MARKET):
            self._types[client_id] = order.type
        self.touched.add(order.symbol)
        return order

    def _named(self, request: np.void) -> Named:
        """By the venue's id when we have it and it cannot have been replaced, else by our own."""
        symbol = self.rows[int(request["instrument_id"])]["venue_symbol"].decode()
        self.touched.add(symbol)
        client_id = int(request["client_id"])
        revision = self._revisions.current.get(client_id, 0)
        order_id = self.ids.text(int(request["reference_id"])) if revision == 0 else ""
        if client_id == 0 or is_external(client_id):
            order_id = order_id or self._strangers.get(client_id, "")
            if not order_id:
                raise VenueRefused(code=0, text="an order of somebody else that the venue does not show any more")
            return Named(symbol, order_id, "")
        kind = self._types.get(client_id, OrderType.NONE)
        return Named(symbol, order_id, self.names.write(client_id, revision), kind)

    def _named_by(self, order: VenueOrder) -> Named:
        symbol = self.rows[order.instrument_id]["venue_symbol"].decode()
        kind = self._types.get(order.client_id, OrderType.NONE)
        return Named(symbol, self.ids.text(order.venue_order_id), "", kind)

    async def _find(self, named: Named) -> Shown | None:
        try:
            return await self.find(named)
        except VenueRefused as refusal:
            if refusal.code in self.errors.no_such_order:
                return None
            raise VenueError(f"the venue would not say: {refusal}") from refusal

    async def _tell_when_nobody_does(self, request: np.void) -> None:
        """The stream is broken, or there is none: the venue is asked what became of what it was just asked."""
        if self.calls.is_told or self._is_quiet:
            return
        client_id = int(request["client_id"])
        revision = self._revisions.current.get(client_id, 0)
        if client_id == 0 or is_external(client_id):
            return
        shown = await self._find(Named(self._named(request).symbol, "", self.names.write(client_id, revision)))
        if shown is not None:
            self.told_order(shown, monotonic_ns())

    def _refused(self, request: np.void, report: Report, refusal: VenueRefused) -> None:
        reject = self.errors.reason(refusal.code, refusal.text)
        if refusal.code in self.errors.no_such_order:
            reject = Reject.UNKNOWN_ORDER
        self._tell_end(request, report, 0, reject)

    def _on_news(self, frame: bytes, received_ns: int) -> None:
        try:
            self.read_news(frame, received_ns)
        except (msgspec.DecodeError, UnicodeError, UnitsError, KeyError, ArithmeticError) as error:
            self.bad_messages += 1
            self._say(f"a message of the private stream made no sense: {error}")

    def _on_stream(self, is_open: bool, why: str) -> None:
        if not is_open:
            self.touched = set(self.by_symbol)  # what happens meanwhile is found by asking
            self._say(why)
