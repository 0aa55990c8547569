"""Kraken spot orders: over the private socket while it is open, else over REST; executions tell what happens.

The venue changes an order in place and names it by our UUID. Its executions say only what changed: what was said of an
order before is kept until its end. Of the account's positions the balance is what counts; there is no margin.
"""

from collections.abc import Collection
from decimal import Decimal
from functools import cached_property

import msgspec
from msgspec import Raw

from core.vocabulary import OrderStatus, Reject, TimeInForce
from feeds.order_entry.account import MOST_PAGES
from feeds.order_entry.amounts import decimal_of
from feeds.order_entry.orders import LiveOrders
from feeds.order_entry.words import OPEN, Named, NewOrder, Shown
from feeds.order_entry.words import Execution as Executed
from feeds.venue_time import ns_of
from feeds.venues.kraken.calls import KrakenAccount
from feeds.venues.kraken.order_messages import ClosedOrders, Execution, OpenOrders, Order, Trade, Trades
from feeds.venues.kraken.order_words import (
    NAMES,
    SIDES,
    STATUSES,
    TIMES_IN_FORCE,
    TRIGGERED,
    currency_of,
    number,
    pairs_of,
    rest_parameters,
    socket_parameters,
)

NS_PER_SECOND = 1_000_000_000
PAGE = 50
CHANGES = ("new", "canceled", "expired", "amended", "restated", "status", "pending_new")
"""exec_type of what shows an order"""
STANDING = (
    "cl_ord_id", "symbol", "side", "order_type", "order_qty", "limit_price", "triggers", "order_status",
    "time_in_force", "cum_qty",
)  # fmt: skip
"""What is true of an order until the venue says otherwise"""


class KrakenOrders(LiveOrders):
    account = KrakenAccount
    cancels_in_one = True
    names = NAMES
    calls: KrakenAccount

    @cached_property
    def _said(self) -> dict[str, Execution]:
        """order id → all that was said of it so far"""
        return {}

    @cached_property
    def _pairs(self) -> dict[str, str]:
        """What REST calls it → venue symbol"""
        return {name: symbol for symbol in self.by_symbol for name in pairs_of(symbol)}

    async def send_order(self, order: NewOrder) -> None:
        if self.calls.is_told:
            await self.calls.over_socket("add_order", socket_parameters(order))
        else:
            await self.calls.send("POST", "/0/private/AddOrder", rest_parameters(order))

    async def send_cancel(self, named: Named) -> None:
        if self.calls.is_told:
            name = {"order_id": [named.order_id]} if named.order_id else {"cl_ord_id": [named.client_text]}
            await self.calls.over_socket("cancel_order", name, urgent=True)
        else:
            await self.calls.cancel("POST", "/0/private/CancelOrder", _name_of(named))

    async def send_change(self, named: Named, order: NewOrder) -> None:
        terms = {"order_qty": order.quantity}
        if order.has_limit:
            terms["limit_price"] = order.price
        if order.trigger:
            terms["trigger_price"] = order.trigger
        if self.calls.is_told:
            name = {"order_id": named.order_id} if named.order_id else {"cl_ord_id": named.client_text}
            numbers = {term: number(text) for term, text in terms.items()}
            await self.calls.over_socket("amend_order", {**name, **numbers})
        else:
            await self.calls.send("POST", "/0/private/AmendOrder", {**_name_of(named), **terms})

    async def cancel_all(self, instrument_ids: Collection[int] = ()) -> None:
        await self.calls.cancel("POST", "/0/private/CancelAll", {})

    async def keep_alive(self, timeout_s: int) -> None:
        await self.calls.cancel("POST", "/0/private/CancelAllOrdersAfter", {"timeout": timeout_s}, cost=0)

    async def list_open(self) -> list[Shown]:
        body = await self.calls.query("POST", "/0/private/OpenOrders", {})
        orders = msgspec.json.decode(body, type=OpenOrders).open
        return [self._shown(name, order) for name, order in orders.items()]

    async def find(self, named: Named) -> Shown | None:
        if named.order_id:
            body = await self.calls.query("POST", "/0/private/QueryOrders", {"txid": named.order_id})
            found = msgspec.json.decode(body, type=dict[str, Order])
        else:
            name = {"cl_ord_id": named.client_text}
            body = await self.calls.query("POST", "/0/private/OpenOrders", name)
            found = msgspec.json.decode(body, type=OpenOrders).open
            if not found:
                body = await self.calls.query("POST", "/0/private/ClosedOrders", name)
                found = msgspec.json.decode(body, type=ClosedOrders).closed
        return next((self._shown(name, order) for name, order in found.items()), None)

    async def list_executions(self, since_ms: int) -> list[Executed]:
        executions: list[Executed] = []
        for _ in range(MOST_PAGES):
            start = {"start": since_ms // 1_000 - 1} if since_ms else {}
            given = {**start, "ofs": len(executions)}
            body = await self.calls.query("POST", "/0/private/TradesHistory", given, cost=2)
            page = msgspec.json.decode(body, type=Trades)
            executions += [self._execution(name, trade) for name, trade in page.trades.items()]
            if len(page.trades) < PAGE or not since_ms:
                break
        return executions

    async def balances(self) -> dict[str, Decimal]:
        body = await self.calls.query("POST", "/0/private/Balance", {})
        held: dict[str, Decimal] = {}
        for asset, amount in msgspec.json.decode(body, type=dict[str, str]).items():
            held[currency_of(asset)] = held.get(currency_of(asset), Decimal(0)) + decimal_of(amount)
        return held

    def read_news(self, frame: bytes, received_ns: int) -> None:
        for change in msgspec.json.decode(frame, type=list[Execution]):
            told = self._with_what_was_said(change)
            if not told.symbol:
                continue  # of before we listened: found by asking
            if change.exec_type == "trade":
                self.told_execution(_executed(told), received_ns)
            elif change.exec_type in CHANGES and told.order_status != "pending_new":
                self.told_order(_shown_by(told), received_ns)

    def _with_what_was_said(self, change: Execution) -> Execution:
        before = self._said.get(change.order_id)
        if before is not None:
            fields = {name: getattr(before, name) for name in STANDING if not getattr(change, name)}
            change = msgspec.structs.replace(change, **fields)
        if change.symbol:
            self._said[change.order_id] = change
        if STATUSES.get(change.order_status, OrderStatus.NEW) not in OPEN:
            self._said.pop(change.order_id, None)
        return change

    def _symbol_of(self, pair: str) -> str:
        """Ours; what is none of ours stays as it is, and is left out."""
        return self._pairs.get(pair, pair)

    def _shown(self, name: str, order: Order) -> Shown:
        kind = order.descr.ordertype
        price = order.descr.price2 if kind.endswith("-limit") else order.descr.price if kind == "limit" else "0"
        return Shown(
            symbol=self._symbol_of(order.descr.pair),
            order_id=name,
            client_text=order.cl_ord_id or "",
            side=SIDES[order.descr.type],
            price=price,
            quantity=order.vol,
            filled=order.vol_exec,
            trigger=order.descr.price if kind in TRIGGERED else "",
            status=_status(order.status, order.vol_exec),
        )

    def _execution(self, name: str, trade: Trade) -> Executed:
        return Executed(
            symbol=self._symbol_of(trade.pair),
            execution_id=name,
            order_id=trade.ordertxid,
            side=SIDES[trade.type],
            price=trade.price,
            quantity=trade.vol,
            fee=trade.fee,  # in the quote currency, as the venue writes its costs
            is_maker=trade.maker,
            venue_ns=int(Decimal(bytes(trade.time).decode()) * NS_PER_SECOND),
        )


def _name_of(named: Named) -> dict[str, object]:
    return {"txid": named.order_id} if named.order_id else {"cl_ord_id": named.client_text}


def _text(raw: Raw) -> str:
    return bytes(raw).decode().strip('"')


def _status(status: str, filled: str) -> OrderStatus:
    found = STATUSES[status]
    return OrderStatus.PARTIALLY_FILLED if found == OrderStatus.NEW and decimal_of(filled) else found


def _shown_by(told: Execution) -> Shown:
    would_take = "post" in told.reason.lower()
    return Shown(
        symbol=told.symbol,
        order_id=told.order_id,
        client_text=told.cl_ord_id or "",
        side=SIDES[told.side],
        price=_text(told.limit_price),
        quantity=_text(told.order_qty),
        filled=_text(told.cum_qty),
        trigger=_text(told.triggers.price) if told.triggers is not None else "",
        status=STATUSES[told.order_status],
        time_in_force=TIMES_IN_FORCE.get(told.time_in_force.lower(), TimeInForce.GTC),
        reject=Reject.WOULD_TAKE if would_take else Reject.NONE,
        venue_ns=ns_of(told.timestamp),
    )


def _executed(told: Execution) -> Executed:
    currency = told.fees[0].asset if told.fees else ""
    paid = sum((decimal_of(_text(fee.qty)) for fee in told.fees if fee.asset == currency), Decimal(0))
    return Executed(
        symbol=told.symbol,
        execution_id=told.exec_id,
        order_id=told.order_id,
        client_text=told.cl_ord_id or "",
        side=SIDES[told.side],
        price=_text(told.last_price),
        quantity=_text(told.last_qty),
        filled=_text(told.cum_qty),
        is_last=told.order_status == "filled",
        fee=str(paid),
        fee_currency=currency,
        is_maker=told.liquidity_ind == "m",
        venue_ns=ns_of(told.timestamp),
    )
