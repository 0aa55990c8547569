"""Alpaca orders of equities and crypto: REST for what we ask, trade updates for what happens.

A replacement is cancel, then new with what the cancelled one left: what the venue's own one does to an order that is
filled in part, its documents do not say. An execution is known by its order and the total after it, because updates
and activities call it by other names. Fees are not told with it: the instrument's own rate is what is counted.
"""

from collections.abc import Collection
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property

import msgspec
import numpy as np

from core.vocabulary import TimeInForce
from feeds.errors import VenueRefused
from feeds.order_entry.account import MOST_PAGES
from feeds.order_entry.amounts import decimal_of
from feeds.order_entry.orders import LiveOrders
from feeds.order_entry.words import Execution, Named, NewOrder, Shown
from feeds.venue_time import ns_of
from feeds.venues.alpaca.calls import AlpacaAccount
from feeds.venues.alpaca.order_messages import Activity, Order, Position, Update
from feeds.venues.alpaca.order_words import SIDES, STATUSES, TIMES_IN_FORCE, order_parameters

PAGE, MOST_OPEN = 100, 500
FILLS = ("fill", "partial_fill")
NO_NEWS = ("pending_new", "pending_cancel", "pending_replace", "trade_bust", "trade_correct")
"""Events that change no order of ours yet; corrections of trades are for a person"""
NOT_TOLD = "not told"
"""The currency of a fee that nobody names"""


class AlpacaOrders(LiveOrders):
    account = AlpacaAccount
    cancels_in_one = True
    amends = False
    calls: AlpacaAccount

    @cached_property
    def _symbols(self) -> dict[str, str]:
        """Positions and executions call BTC/USD BTCUSD."""
        return {name: symbol for symbol in self.by_symbol for name in (symbol, symbol.replace("/", ""))}

    def is_held_by_symbol(self, row: np.void) -> bool:
        return True

    async def send_order(self, order: NewOrder) -> None:
        if order.is_post_only:
            raise VenueRefused(code=0, text="the venue has no post-only orders")
        await self.calls.send("POST", "/v2/orders", order_parameters(order))

    async def send_cancel(self, named: Named) -> None:
        order_id = named.order_id
        if not order_id:
            order_id = (await self._by_name(named.client_text)).order_id
        await self.calls.cancel("DELETE", f"/v2/orders/{order_id}", {})

    async def cancel_all(self, instrument_ids: Collection[int] = ()) -> None:
        await self.calls.cancel("DELETE", "/v2/orders", {})

    async def list_open(self) -> list[Shown]:
        body = await self.calls.query("GET", "/v2/orders", {"status": "open", "limit": MOST_OPEN})
        return [self._shown(order) for order in msgspec.json.decode(body, type=list[Order])]

    async def find(self, named: Named) -> Shown | None:
        if named.order_id:
            body = await self.calls.query("GET", f"/v2/orders/{named.order_id}", {})
            return self._shown(msgspec.json.decode(body, type=Order))
        return await self._by_name(named.client_text)

    async def list_executions(self, since_ms: int) -> list[Execution]:
        given: dict[str, object] = {"page_size": PAGE, "direction": "desc"}
        if since_ms:
            moment = datetime.fromtimestamp((since_ms - 1) / 1_000, UTC)
            given |= {"after": f"{moment:%Y-%m-%dT%H:%M:%S.%f}Z", "direction": "asc"}
        activities: list[Activity] = []
        for _ in range(MOST_PAGES):
            page_token = {"page_token": activities[-1].id} if activities else {}
            body = await self.calls.query("GET", "/v2/account/activities/FILL", {**given, **page_token})
            page = msgspec.json.decode(body, type=list[Activity])
            activities += page
            if len(page) < PAGE or not since_ms:
                break
        return [self._execution(activity) for activity in activities]

    async def contracts(self) -> dict[str, Decimal]:
        rows = msgspec.json.decode(await self.calls.query("GET", "/v2/positions", {}), type=list[Position])
        held: dict[str, Decimal] = {}
        for row in rows:
            amount = abs(decimal_of(row.qty))
            held[self._symbols.get(row.symbol, row.symbol)] = -amount if row.side == "short" else amount
        for symbol, index in self.by_symbol.items():
            kept = self.config.kept_balances.get(self.rows[index]["base"].decode(), "0")
            held[symbol] = held.get(symbol, Decimal(0)) - decimal_of(kept)
        return held

    def read_news(self, frame: bytes, received_ns: int) -> None:
        update = msgspec.json.decode(frame, type=Update)
        if update.event in FILLS:
            self.told_execution(self._executed(update), received_ns)
        elif update.event not in NO_NEWS:
            self.told_order(self._shown(update.order), received_ns)

    async def _by_name(self, client_text: str) -> Shown:
        body = await self.calls.query("GET", "/v2/orders:by_client_order_id", {"client_order_id": client_text})
        return self._shown(msgspec.json.decode(body, type=Order))

    def _shown(self, order: Order) -> Shown:
        return Shown(
            symbol=self._symbols.get(order.symbol, order.symbol),
            order_id=order.id,
            client_text=order.client_order_id,
            side=SIDES[order.side],
            price=order.limit_price or "",
            quantity=order.qty or order.filled_qty,
            filled=order.filled_qty,
            trigger=order.stop_price or "",
            status=STATUSES[order.status],
            time_in_force=TIMES_IN_FORCE.get(order.time_in_force, TimeInForce.GTC),
            venue_ns=ns_of(order.updated_at),
        )

    def _executed(self, update: Update) -> Execution:
        order = update.order
        return Execution(
            symbol=self._symbols.get(order.symbol, order.symbol),
            execution_id=_execution_id(order.id, order.filled_qty),
            order_id=order.id,
            client_text=order.client_order_id,
            side=SIDES[order.side],
            price=update.price,
            quantity=update.qty,
            filled=order.filled_qty,
            is_last=update.event == "fill",
            fee_currency=NOT_TOLD,
            venue_ns=ns_of(update.timestamp),
        )

    def _execution(self, activity: Activity) -> Execution:
        return Execution(
            symbol=self._symbols.get(activity.symbol, activity.symbol),
            execution_id=_execution_id(activity.order_id, activity.cum_qty),
            order_id=activity.order_id,
            side=SIDES[activity.side],
            price=activity.price,
            quantity=activity.qty,
            fee_currency=NOT_TOLD,
            venue_ns=ns_of(activity.transaction_time),
        )


def _execution_id(order_id: str, total: str) -> str:
    return f"{order_id}:{decimal_of(total).normalize():f}"
