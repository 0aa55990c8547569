"""OKX orders: spot, swaps and futures. REST for what we ask, the orders channel for what happens.

What becomes of a triggered (algo) order is asked for, because its channel is on a third socket; when it triggers, its
order comes in the orders channel under our name. A change is asked for in place; its new size is the total.
"""

from decimal import Decimal

import msgspec
import numpy as np

from core.clock import monotonic_ns
from core.vocabulary import OrderType, Reject, TimeInForce
from feeds.errors import VenueRefused
from feeds.order_entry.account import MOST_PAGES
from feeds.order_entry.amounts import decimal_of
from feeds.order_entry.orders import LiveOrders
from feeds.order_entry.words import Execution, Named, NewOrder, Shown
from feeds.venues.okx.calls import OkxAccount
from feeds.venues.okx.order_messages import Balance, Fill, Order, Position
from feeds.venues.okx.order_words import (
    NAMES,
    ONLY_SIZE,
    SIDES,
    STATUSES,
    TIMES_IN_FORCE,
    WOULD_TAKE_SOURCE,
    algo_change,
    algo_parameters,
    is_algo,
    order_parameters,
)

NS_PER_MS = 1_000_000
PAGE = 100
RECENT_MS = 3 * 86_400_000 - 60_000
"""Older fills are in another list."""
KINDS = {"SWAP": "SWAP"}
DEAD_MAN_S = (10, 120)


class OkxOrders(LiveOrders):
    account = OkxAccount
    names = NAMES
    has_numbers = True
    calls: OkxAccount

    async def send_order(self, order: NewOrder) -> None:
        if is_algo(order.type):
            await self.calls.send("POST", "/api/v5/trade/order-algo", algo_parameters(order))
            await self._tell_algo(Named(order.symbol, "", order.client_text, order.type))
        else:
            await self.calls.send("POST", "/api/v5/trade/order", order_parameters(order))

    async def send_cancel(self, named: Named) -> None:
        if is_algo(named.order_type):
            await self._cancel_algo(named)
            return
        try:
            await self.calls.cancel("POST", "/api/v5/trade/cancel-order", _name_of(named))
        except VenueRefused as refusal:
            if refusal.code not in self.errors.no_such_order:
                raise
            try:
                await self._cancel_algo(named)  # of an earlier process, which alone knew what it was
            except VenueRefused:
                raise refusal from None

    async def send_change(self, named: Named, order: NewOrder) -> None:
        if order.type == OrderType.TRAILING_STOP:
            await self._refuse_unless_of_size(named, order)
        if is_algo(order.type):
            terms = {"instId": named.symbol, **_algo_name(named), "newSz": order.quantity, **algo_change(order)}
            await self.calls.send("POST", "/api/v5/trade/amend-algos", terms)
            await self._tell_algo(named)
            return
        price = {"newPx": order.price} if order.has_limit else {}
        given = {**_name_of(named), "newSz": order.quantity, **price}
        await self.calls.send("POST", "/api/v5/trade/amend-order", given)

    async def _refuse_unless_of_size(self, named: Named, order: NewOrder) -> None:
        """The venue would answer that it changed a trail which it left as it was. Raises VenueRefused."""
        shown = await self.find(named)
        if shown is not None and shown.quantity and Decimal(shown.quantity) == Decimal(order.quantity):
            raise VenueRefused(code=ONLY_SIZE, text="a trailing stop changes its size alone")

    async def keep_alive(self, timeout_s: int) -> None:
        nearest = min(max(timeout_s, DEAD_MAN_S[0]), DEAD_MAN_S[1]) if timeout_s else 0
        await self.calls.cancel("POST", "/api/v5/trade/cancel-all-after", {"timeOut": str(nearest)}, cost=0)

    async def list_open(self) -> list[Shown]:
        orders = await self._pages("/api/v5/trade/orders-pending", {}, "ordId")
        for kind in ("trigger", "move_order_stop"):
            orders += await self._pages("/api/v5/trade/orders-algo-pending", {"ordType": kind}, "algoId")
        return [_shown(order) for order in orders]

    async def find(self, named: Named) -> Shown | None:
        finders = [self._find_order, self._find_algo]
        for find in reversed(finders) if is_algo(named.order_type) else finders:
            try:
                return await find(named)
            except VenueRefused as refusal:
                if refusal.code not in self.errors.no_such_order:
                    raise
        return None

    async def list_executions(self, since_ms: int) -> list[Execution]:
        if since_ms and self.calls.now_ms() - since_ms > RECENT_MS:
            kinds = {kind_of(row) for row in self.rows.values()}
            fills = [
                fill
                for kind in sorted(kinds)
                for fill in await self._fills("/api/v5/trade/fills-history", {"instType": kind, "begin": since_ms})
            ]
        else:
            fills = await self._fills("/api/v5/trade/fills", {"begin": since_ms} if since_ms else {})
        return [_execution(fill) for fill in fills]

    async def balances(self) -> dict[str, Decimal]:
        rows = msgspec.json.decode(await self.calls.query("GET", "/api/v5/account/balance", {}), type=list[Balance])
        return {detail.ccy: decimal_of(detail.cashBal) for row in rows for detail in row.details}

    async def contracts(self) -> dict[str, Decimal]:
        rows = msgspec.json.decode(await self.calls.query("GET", "/api/v5/account/positions", {}), type=list[Position])
        signs = {"short": -1}
        held: dict[str, Decimal] = {}
        for row in rows:
            held[row.instId] = held.get(row.instId, Decimal(0)) + signs.get(row.posSide, 1) * decimal_of(row.pos)
        return held

    def read_news(self, frame: bytes, received_ns: int) -> None:
        for order in msgspec.json.decode(frame, type=list[Order]):
            if order.tradeId not in ("", "0") and decimal_of(order.fillSz):
                self.told_execution(_executed(order), received_ns)
            self.told_order(_shown(order), received_ns)

    async def _tell_algo(self, named: Named) -> None:
        shown = await self.find(named)
        if shown is not None:
            self.told_order(shown, monotonic_ns())

    async def _cancel_algo(self, named: Named) -> None:
        name = _algo_name(named)
        try:
            await self.calls.cancel("POST", "/api/v5/trade/cancel-algos", {"": [{"instId": named.symbol, **name}]})
        except VenueRefused:
            shown = await self.find(named)
            if shown is None or not shown.order_id or shown.order_id == named.order_id:
                raise
            # It has triggered: its order is what must be cancelled.
            await self.calls.cancel(
                "POST", "/api/v5/trade/cancel-order", {"instId": named.symbol, "ordId": shown.order_id}
            )
            return
        await self._tell_algo(named)

    async def _find_order(self, named: Named) -> Shown:
        return _shown(_one(await self.calls.query("GET", "/api/v5/trade/order", _name_of(named))))

    async def _find_algo(self, named: Named) -> Shown:
        name = _algo_name(named)
        algo = _one(await self.calls.query("GET", "/api/v5/trade/order-algo", name))
        if not algo.ordId:
            return _shown(algo)
        body = await self.calls.query("GET", "/api/v5/trade/order", {"instId": named.symbol, "ordId": algo.ordId})
        return msgspec.structs.replace(_shown(_one(body)), client_text=algo.algoClOrdId)

    async def _pages(self, path: str, given: dict[str, object], last: str) -> list[Order]:
        orders: list[Order] = []
        for _ in range(MOST_PAGES):
            after = {"after": getattr(orders[-1], last)} if orders else {}
            body = await self.calls.query("GET", path, {**given, "limit": PAGE, **after})
            page = msgspec.json.decode(body, type=list[Order])
            orders += page
            if len(page) < PAGE:
                break
        return orders

    async def _fills(self, path: str, given: dict[str, object]) -> list[Fill]:
        fills: list[Fill] = []
        for _ in range(MOST_PAGES):
            after = {"after": fills[-1].billId} if fills else {}
            body = await self.calls.query("GET", path, {**given, "limit": PAGE, **after})
            page = msgspec.json.decode(body, type=list[Fill])
            fills += page
            if len(page) < PAGE or not given:  # without a beginning the newest are enough
                break
        return fills


def kind_of(row: np.void) -> str:
    """instType, by how the venue names its instruments."""
    parts = row["venue_symbol"].decode().split("-")
    if len(parts) == 2:
        return "SPOT"
    return KINDS.get(parts[2], "FUTURES" if len(parts) == 3 else "OPTION")


def _name_of(named: Named) -> dict[str, object]:
    if named.order_id:
        return {"instId": named.symbol, "ordId": named.order_id}
    return {"instId": named.symbol, "clOrdId": named.client_text}


def _algo_name(named: Named) -> dict[str, object]:
    return {"algoId": named.order_id} if named.order_id else {"algoClOrdId": named.client_text}


def _one(body: bytes) -> Order:
    rows = msgspec.json.decode(body, type=list[Order])
    if not rows:
        raise VenueRefused(code="51603", text="the venue shows no such order")
    return rows[0]


def _shown(order: Order) -> Shown:
    price = order.ordPx or order.px
    would_take = order.state == "canceled" and order.cancelSource == WOULD_TAKE_SOURCE
    return Shown(
        symbol=order.instId,
        order_id=order.ordId or order.algoId,
        client_text=order.algoClOrdId or order.clOrdId,
        side=SIDES[order.side],
        price="0" if price == "-1" else price,
        quantity=order.sz,
        filled=order.accFillSz,
        trigger=order.triggerPx,
        status=STATUSES[order.state],
        time_in_force=TIMES_IN_FORCE.get(order.ordType, TimeInForce.GTC),
        reject=Reject.WOULD_TAKE if would_take else Reject.NONE,
        venue_ns=int(order.uTime or 0) * NS_PER_MS,
    )


def _executed(order: Order) -> Execution:
    return Execution(
        symbol=order.instId,
        execution_id=order.tradeId,
        order_id=order.ordId,
        client_text=order.algoClOrdId or order.clOrdId,
        side=SIDES[order.side],
        price=order.fillPx,
        quantity=order.fillSz,
        filled=order.accFillSz,
        is_last=order.state == "filled",
        fee=_paid(order.fillFee),
        fee_currency=order.fillFeeCcy or order.feeCcy,
        is_maker=order.execType == "M",
        venue_ns=int(order.fillTime or order.uTime) * NS_PER_MS,
    )


def _execution(fill: Fill) -> Execution:
    return Execution(
        symbol=fill.instId,
        execution_id=fill.tradeId,
        order_id=fill.ordId,
        client_text=fill.clOrdId,
        side=SIDES[fill.side],
        price=fill.fillPx,
        quantity=fill.fillSz,
        fee=_paid(fill.fee),
        fee_currency=fill.feeCcy,
        is_maker=fill.execType == "M",
        venue_ns=int(fill.ts) * NS_PER_MS,
    )


def _paid(fee: str) -> str:
    """The venue writes what it takes as negative."""
    return str(-decimal_of(fee))
