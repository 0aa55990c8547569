"""Bybit orders of one category. REST for what we ask, the private stream for what happens.

The answer to an order or a change only says that it was understood; the stream shows it. A change is asked for in
place, its new quantity is the total. Orders and executions come in two topics, in any order.
"""

from collections.abc import Collection
from decimal import Decimal
from typing import TypeVar
from urllib.parse import unquote

import msgspec

from core.vocabulary import Reject, TimeInForce
from feeds.errors import VenueRefused
from feeds.order_entry.account import MOST_PAGES
from feeds.order_entry.amounts import decimal_of
from feeds.order_entry.orders import LiveOrders
from feeds.order_entry.words import Execution as Executed
from feeds.order_entry.words import Named, NewOrder, Shown
from feeds.venues.bybit.calls import BybitAccount
from feeds.venues.bybit.order_messages import Execution, Order, Page, Position, Push, Wallet
from feeds.venues.bybit.order_words import (
    REJECTS,
    SIDES,
    SPOT,
    STATUSES,
    TIMES_IN_FORCE,
    is_triggered,
    order_parameters,
)

NS_PER_MS = 1_000_000
Row = TypeVar("Row")
WINDOW_MS = 7 * 86_400_000
"""What one question about executions may span"""
NO_TRADES = ("Funding",)


class BybitOrders(LiveOrders):
    account = BybitAccount
    cancels_in_one = True
    calls: BybitAccount

    async def send_order(self, order: NewOrder) -> None:
        await self.calls.send("POST", "/v5/order/create", order_parameters(order, self.calls.category))

    async def send_cancel(self, named: Named) -> None:
        drawers: list[dict[str, object]] = [{}, {"orderFilter": "StopOrder"}] if self.calls.category == SPOT else [{}]
        if is_triggered(named.order_type):
            drawers.reverse()
        for place, drawer in enumerate(drawers):
            try:
                await self.calls.cancel("POST", "/v5/order/cancel", {**self._name_of(named), **drawer})
                return
            except VenueRefused as refusal:
                if refusal.code not in self.errors.no_such_order or place == len(drawers) - 1:
                    raise

    async def send_change(self, named: Named, order: NewOrder) -> None:
        terms: dict[str, object] = {**self._name_of(named), "qty": order.quantity}
        if order.has_limit:
            terms["price"] = order.price
        if is_triggered(order.type):
            terms["triggerPrice"] = order.trigger
        await self.calls.send("POST", "/v5/order/amend", terms)

    async def cancel_all(self, instrument_ids: Collection[int] = ()) -> None:
        for scope in self._scopes():
            await self.calls.cancel("POST", "/v5/order/cancel-all", {"category": self.calls.category, **scope})

    async def list_open(self) -> list[Shown]:
        orders = [
            order
            for scope in self._scopes()
            for order in await self._pages("/v5/order/realtime", {**scope, "openOnly": 0, "limit": 50}, Order)
        ]
        return [_shown(order) for order in orders]

    async def find(self, named: Named) -> Shown | None:
        for path in ("/v5/order/realtime", "/v5/order/history"):
            found = await self._page(path, self._name_of(named))
            orders = msgspec.json.decode(found.list, type=list[Order])
            if orders:
                return _shown(orders[0])
        return None

    async def list_executions(self, since_ms: int) -> list[Executed]:
        now_ms = self.calls.now_ms()
        starts = range(since_ms, now_ms, WINDOW_MS) if since_ms else [now_ms - WINDOW_MS]
        executions = [
            one
            for start in starts
            for one in await self._pages(
                "/v5/execution/list",
                {"startTime": start, "endTime": min(start + WINDOW_MS, now_ms + WINDOW_MS), "limit": 100},
                Execution,
            )
        ]
        return [_executed(one) for one in executions if one.execType not in NO_TRADES]

    async def balances(self) -> dict[str, Decimal]:
        page = msgspec.json.decode(
            await self.calls.query("GET", "/v5/account/wallet-balance", {"accountType": "UNIFIED"}), type=Page
        )
        wallets = msgspec.json.decode(page.list, type=list[Wallet])
        return {coin.coin: decimal_of(coin.walletBalance) for wallet in wallets for coin in wallet.coin}

    async def contracts(self) -> dict[str, Decimal]:
        held: dict[str, Decimal] = {}
        for scope in self._scopes():
            for row in await self._pages("/v5/position/list", {**scope, "limit": 200}, Position):
                held[row.symbol] = decimal_of(row.size) * SIDES.get(row.side, 0)
        return held

    def read_news(self, frame: bytes, received_ns: int) -> None:
        push = msgspec.json.decode(frame, type=Push)
        if push.topic.startswith("execution"):
            for one in msgspec.json.decode(push.data, type=list[Execution]):
                if one.execType not in NO_TRADES:
                    self.told_execution(_executed(one), received_ns)
        elif push.topic.startswith("order"):
            for order in msgspec.json.decode(push.data, type=list[Order]):
                self.told_order(_shown(order), received_ns)

    def _scopes(self) -> list[dict[str, object]]:
        """Linear lists are by settlement."""
        if self.calls.category != "linear":
            return [{}]
        return [{"settleCoin": coin} for coin in sorted({row["settlement"].decode() for row in self.rows.values()})]

    def _name_of(self, named: Named) -> dict[str, object]:
        name = {"orderId": named.order_id} if named.order_id else {"orderLinkId": named.client_text}
        return {"category": self.calls.category, "symbol": named.symbol, **name}

    async def _pages(self, path: str, given: dict[str, object], kind: type[Row]) -> list[Row]:
        rows: list[Row] = []
        cursor: dict[str, object] = {}
        for _ in range(MOST_PAGES):
            page = await self._page(path, {"category": self.calls.category, **given, **cursor})
            found = msgspec.json.decode(page.list, type=list[kind])  # type: ignore[valid-type]  # the caller's
            rows += found
            if not found or not page.nextPageCursor:
                break
            cursor = {"cursor": unquote(page.nextPageCursor)}
        return rows

    async def _page(self, path: str, given: dict[str, object]) -> Page:
        return msgspec.json.decode(await self.calls.query("GET", path, given), type=Page)


def _shown(order: Order) -> Shown:
    return Shown(
        symbol=order.symbol,
        order_id=order.orderId,
        client_text=order.orderLinkId,
        side=SIDES[order.side],
        # A market order is shown with the worst price that it may have.
        price="0" if order.orderType == "Market" else order.price or "0",
        quantity=order.qty,
        filled=order.cumExecQty or "0",
        trigger=order.triggerPrice or "",
        status=STATUSES[order.orderStatus],
        time_in_force=TIMES_IN_FORCE.get(order.timeInForce, TimeInForce.GTC),
        reject=REJECTS.get(order.rejectReason, Reject.NONE),
        venue_ns=int(order.updatedTime or 0) * NS_PER_MS,
    )


def _executed(one: Execution) -> Executed:
    has_total = bool(one.orderQty and one.leavesQty)
    return Executed(
        symbol=one.symbol,
        execution_id=one.execId,
        order_id=one.orderId,
        client_text=one.orderLinkId,
        side=SIDES[one.side],
        price=one.execPrice,
        quantity=one.execQty,
        filled=str(decimal_of(one.orderQty) - decimal_of(one.leavesQty)) if has_total else "",
        is_last=has_total and not decimal_of(one.leavesQty),
        fee=one.execFee or "0",
        fee_currency=one.feeCurrency,
        is_maker=one.isMaker,
        venue_ns=int(one.execTime) * NS_PER_MS,
    )
