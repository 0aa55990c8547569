"""Coinbase spot orders: REST for what we ask, the user channel for what happens.

The channel says how much of an order was filled and not by which executions: they are asked for, in the order that the
channel spoke, before anything else of that order is told. The venue's calls want its own id; what our name belongs to
is remembered, and else found among the newest orders. A limit order is changed in place; its new size is the total.
"""

import asyncio
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property

import msgspec

from core.errors import UnitsError
from core.vocabulary import OrderType, Reject, TimeInForce
from feeds.errors import VenueError, VenueRefused
from feeds.order_entry.account import MOST_PAGES
from feeds.order_entry.amounts import decimal_of, quantity_text, whole_lots
from feeds.order_entry.orders import LiveOrders
from feeds.order_entry.words import OPEN, Execution, Named, NewOrder, Shown
from feeds.venue_time import ns_of
from feeds.venues.coinbase.calls import ROOT, CoinbaseAccount
from feeds.venues.coinbase.order_messages import (
    Accounts,
    Answer,
    Fill,
    Fills,
    Frame,
    OneOrder,
    Order,
    Orders,
    UserOrder,
)
from feeds.venues.coinbase.order_words import NAMES, SIDES, STATUSES, TIMES_IN_FORCE, order_parameters
from feeds.venues.contract import VenueReport

PAGE, NEWEST_PAGES = 250, 4
"""What an unknown order is looked for in: the newest thousand"""
ASK_AGAIN_S = (0.0, 0.05, 0.2, 0.5)
"""Fills may be listed a little after the channel spoke of them"""


class CoinbaseOrders(LiveOrders):
    account = CoinbaseAccount
    cancels_in_one = True
    renews = (OrderType.STOP_LIMIT,)
    """Edit Order speaks of size and price"""
    names = NAMES
    calls: CoinbaseAccount
    _following: asyncio.Task[None] | None = None

    @cached_property
    def _order_ids(self) -> dict[str, str]:
        """client text → the venue's id"""
        return {}

    @cached_property
    def _filled(self) -> dict[str, Decimal]:
        """order id → filled, of what was told"""
        return {}

    @cached_property
    def _news(self) -> asyncio.Queue[tuple[UserOrder, int]]:
        return asyncio.Queue()

    async def start(self, report: Callable[[VenueReport], None]) -> None:
        if self._following is None:
            self._following = asyncio.create_task(self._follow())
        await super().start(report)

    async def close(self) -> None:
        if self._following is not None:
            self._following.cancel()
            self._following = None
        await super().close()

    async def send_order(self, order: NewOrder) -> None:
        answer = await self.calls.send("POST", f"{ROOT}/orders", order_parameters(order))
        placed = msgspec.json.decode(answer, type=Answer).success_response
        if placed is not None:
            self._order_ids[order.client_text] = placed.order_id

    async def send_cancel(self, named: Named) -> None:
        await self.calls.cancel("POST", f"{ROOT}/orders/batch_cancel", {"order_ids": [await self._id_of(named)]})

    async def send_change(self, named: Named, order: NewOrder) -> None:
        terms = {"order_id": await self._id_of(named), "price": order.price, "size": order.quantity}
        await self.calls.send("POST", f"{ROOT}/orders/edit", terms)

    async def cancel_all(self, instrument_ids: Collection[int] = ()) -> None:
        orders = [shown.order_id for shown in await self.list_open()]
        if orders:
            await self.calls.cancel("POST", f"{ROOT}/orders/batch_cancel", {"order_ids": orders})

    async def list_open(self) -> list[Shown]:
        return [self._shown(order) for order in await self._orders({"order_status": "OPEN"}, most=MOST_PAGES)]

    async def find(self, named: Named) -> Shown | None:
        order_id = named.order_id or self._order_ids.get(named.client_text, "")
        if order_id:
            body = await self.calls.query("GET", f"{ROOT}/orders/historical/{order_id}", {})
            return self._shown(msgspec.json.decode(body, type=OneOrder).order)
        newest = await self._orders({"product_ids": named.symbol}, most=NEWEST_PAGES)
        return next((self._shown(order) for order in newest if order.client_order_id == named.client_text), None)

    async def list_executions(self, since_ms: int) -> list[Execution]:
        if not since_ms:
            return await self._executions({}, most=1)
        return await self._executions({"start_sequence_timestamp": _iso(since_ms)}, most=MOST_PAGES)

    async def balances(self) -> dict[str, Decimal]:
        held: dict[str, Decimal] = {}
        cursor: dict[str, object] = {}
        for _ in range(MOST_PAGES):
            body = await self.calls.query("GET", f"{ROOT}/accounts", {"limit": PAGE, **cursor})
            page = msgspec.json.decode(body, type=Accounts)
            for row in page.accounts:
                amount = decimal_of(row.available_balance.value) + decimal_of(row.hold.value if row.hold else "0")
                held[row.currency] = held.get(row.currency, Decimal(0)) + amount
            if not page.has_next:
                break
            cursor = {"cursor": page.cursor}
        return held

    def read_news(self, frame: bytes, received_ns: int) -> None:
        for event in msgspec.json.decode(frame, type=Frame).events:
            for order in event.orders:
                self._news.put_nowait((order, received_ns))

    async def _follow(self) -> None:
        while True:
            order, received_ns = await self._news.get()
            try:
                await self._tell(order, received_ns)
            except (VenueError, VenueRefused, msgspec.DecodeError, UnitsError, KeyError, ArithmeticError) as error:
                self.touched.add(order.product_id)  # found by the next comparison
                self._say(f"an order of the user channel could not be told: {error}")

    async def _tell(self, order: UserOrder, received_ns: int) -> None:
        if order.product_id not in self.by_symbol:
            return
        self._order_ids[order.client_order_id] = order.order_id
        filled, before = decimal_of(order.cumulative_quantity), self._filled.get(order.order_id, Decimal(0))
        for wait_s in ASK_AGAIN_S:
            if filled <= before:
                break
            await asyncio.sleep(wait_s)
            fills = await self._executions({"order_ids": order.order_id}, most=NEWEST_PAGES)
            for one in fills:
                self.told_execution(msgspec.structs.replace(one, client_text=order.client_order_id), received_ns)
            before = self._filled[order.order_id] = sum((decimal_of(one.quantity) for one in fills), Decimal(0))
        is_over = STATUSES[order.status] not in OPEN
        if order.limit_price or order.order_type.upper() == "MARKET" or is_over:
            self.told_order(_shown_by(order), received_ns)
        elif (shown := await self.find(Named(order.product_id, order.order_id, ""))) is not None:
            self.told_order(shown, received_ns)
        if is_over:
            self._filled.pop(order.order_id, None)

    async def _id_of(self, named: Named) -> str:
        order_id = named.order_id or self._order_ids.get(named.client_text, "")
        if not order_id:
            shown = await self.find(named)
            if shown is None:
                raise VenueRefused(code="ORDER_NOT_FOUND", text="the venue shows no order of this name")
            order_id = shown.order_id
        return order_id

    async def _orders(self, given: dict[str, object], *, most: int) -> list[Order]:
        orders: list[Order] = []
        cursor: dict[str, object] = {}
        for _ in range(most):
            body = await self.calls.query("GET", f"{ROOT}/orders/historical/batch", {**given, "limit": PAGE, **cursor})
            page = msgspec.json.decode(body, type=Orders)
            orders += page.orders
            if not page.has_next:
                break
            cursor = {"cursor": page.cursor}
        return orders

    async def _executions(self, given: dict[str, object], *, most: int) -> list[Execution]:
        """Oldest first, as the channel would have told them."""
        fills: list[Fill] = []
        cursor: dict[str, object] = {}
        for _ in range(most):
            body = await self.calls.query("GET", f"{ROOT}/orders/historical/fills", {**given, "limit": PAGE, **cursor})
            page = msgspec.json.decode(body, type=Fills)
            fills += [fill for fill in page.fills if fill.trade_type == "FILL" and fill.product_id in self.by_symbol]
            if not page.cursor or not page.fills:
                break
            cursor = {"cursor": page.cursor}
        return [self._execution(fill) for fill in sorted(fills, key=lambda fill: fill.trade_time)]

    def _execution(self, fill: Fill) -> Execution:
        quantity = fill.size
        if fill.size_in_quote:  # of an order that somebody else sent
            row = self.rows[self.by_symbol[fill.product_id]]
            quantity = quantity_text(whole_lots(decimal_of(fill.size) / decimal_of(fill.price), row), row)
        return Execution(
            symbol=fill.product_id,
            execution_id=fill.entry_id,
            order_id=fill.order_id,
            side=SIDES[fill.side],
            price=fill.price,
            quantity=quantity,
            fee=fill.commission,
            is_maker=fill.liquidity_indicator == "MAKER",
            venue_ns=ns_of(fill.trade_time),
        )

    def _shown(self, order: Order) -> Shown:
        self._order_ids[order.client_order_id] = order.order_id
        terms = next(iter(order.order_configuration.values()), None)
        price, size = (terms.limit_price, terms.base_size) if terms else ("", "")
        if order.edit_history:
            last = order.edit_history[-1]
            price, size = last.price or price, last.size or size
        return Shown(
            symbol=order.product_id,
            order_id=order.order_id,
            client_text=order.client_order_id,
            side=SIDES[order.side],
            price=price,
            quantity=size or order.filled_size,
            filled=order.filled_size,
            trigger=terms.stop_price if terms else "",
            status=STATUSES[order.status],
            time_in_force=TIMES_IN_FORCE.get(order.time_in_force, TimeInForce.GTC),
        )


def _shown_by(order: UserOrder) -> Shown:
    total = decimal_of(order.cumulative_quantity) + decimal_of(order.leaves_quantity)
    would_take = "post only" in order.reject_reason.lower().replace("_", " ")
    return Shown(
        symbol=order.product_id,
        order_id=order.order_id,
        client_text=order.client_order_id,
        side=SIDES[order.order_side],
        price="" if order.order_type.upper() == "MARKET" else order.limit_price,
        quantity=str(total),
        filled=order.cumulative_quantity,
        trigger=order.stop_price,
        status=STATUSES[order.status],
        time_in_force=TIMES_IN_FORCE.get(order.time_in_force, TimeInForce.GTC),
        reject=Reject.WOULD_TAKE if would_take else Reject.NONE,
    )


def _iso(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1_000, UTC):%Y-%m-%dT%H:%M:%S}.{ms % 1_000:03d}Z"
