"""Binance spot orders: REST or WebSocket API for what we ask, the user data for what happens.

Replacing is cancel, then new with what the cancelled one left: exact, where the venue's cancelReplace could fill both.
Its position in an instrument is the balance of the base currency less what the configuration keeps out.
"""

import asyncio
from collections.abc import Collection
from decimal import Decimal

import msgspec

from core.vocabulary import OrderStatus, Reject, TimeInForce
from feeds.errors import VenueRefused
from feeds.order_entry.orders import LiveOrders
from feeds.order_entry.refusals import ErrorTable
from feeds.order_entry.words import Execution, Named, NewOrder, Shown
from feeds.venues.binance.calls import BinanceAccount
from feeds.venues.binance.messages import Account, AccountTrade, ExecutionReport, FuturesOrder, PlacedOrder, Tagged
from feeds.venues.binance.order_words import SIDES, STATUSES, TIMES_IN_FORCE, order_parameters

NS_PER_MS = 1_000_000
EXECUTIONS = ("TRADE", "CALCULATED")
"""What happened (x) when something was executed; calculated: a liquidation"""
ALL_SYMBOLS_EVERY = 20
"""Fills are asked for the symbols that were traded; every so many rounds for all (each costs 20 of 6,000 a minute)."""


class BinanceOrders(LiveOrders):
    account = BinanceAccount
    cancels_in_one = True
    has_numbers = True
    amends = False
    lists_all = False
    calls: BinanceAccount
    _rounds = 0

    async def send_order(self, order: NewOrder) -> None:
        await self.calls.order("order.place", order_parameters(order))

    async def send_cancel(self, named: Named) -> None:
        await self.calls.order("order.cancel", name_of(named))

    async def cancel_all(self, instrument_ids: Collection[int] = ()) -> None:
        """By symbol, all at once; one in which nothing is open any more is no fault."""
        symbols = {self.rows[number]["venue_symbol"].decode() for number in instrument_ids}
        if not symbols:
            symbols = {order.symbol for order in await self.list_open()}
        asked = (self.cancel_all_in(symbol) for symbol in sorted(symbols))
        for outcome in await asyncio.gather(*asked, return_exceptions=True):
            is_done = isinstance(outcome, VenueRefused) and outcome.code in self.errors.no_such_order
            if isinstance(outcome, BaseException) and not is_done:
                raise outcome

    async def cancel_all_in(self, symbol: str) -> None:
        await self.calls.order("openOrders.cancelAll", {"symbol": symbol})

    async def cancel_and_see(self, named: Named) -> Shown:
        return shown(msgspec.json.decode(await self.calls.order("order.cancel", name_of(named)), type=PlacedOrder))

    async def list_open(self) -> list[Shown]:
        body = await self.calls.query("GET", "/api/v3/openOrders", {})
        return [shown(placed) for placed in msgspec.json.decode(body, type=list[PlacedOrder])]

    async def find(self, named: Named) -> Shown | None:
        body = await self.calls.query("GET", "/api/v3/order", name_of(named))
        return shown(msgspec.json.decode(body, type=PlacedOrder))

    async def list_executions(self, since_ms: int) -> list[Execution]:
        symbols = set(self.by_symbol) if self._rounds % ALL_SYMBOLS_EVERY == 0 else self.touched
        self._rounds += 1
        self.touched = set()
        since: dict[str, object] = {"startTime": since_ms} if since_ms else {}
        return [one for symbol in sorted(symbols) for one in await self.executions_in(symbol, since)]

    async def executions_in(self, symbol: str, since: dict[str, object]) -> list[Execution]:
        body = await self.calls.query("GET", "/api/v3/myTrades", {"symbol": symbol, "limit": 1_000, **since})
        return [_execution(trade) for trade in msgspec.json.decode(body, type=list[AccountTrade])]

    async def balances(self) -> dict[str, Decimal]:
        body = await self.calls.query("GET", "/api/v3/account", {"omitZeroBalances": "true"})
        rows = msgspec.json.decode(body, type=Account).balances
        return {row.asset: Decimal(row.free) + Decimal(row.locked) for row in rows}

    def read_news(self, frame: bytes, received_ns: int) -> None:
        if msgspec.json.decode(frame, type=Tagged).e == "executionReport":
            self.tell(msgspec.json.decode(frame, type=ExecutionReport), received_ns)

    def tell(self, told: ExecutionReport | FuturesOrder, received_ns: int) -> None:
        """One change of one order."""
        if told.x in EXECUTIONS:
            if told.l.strip("0."):
                self.told_execution(_executed(told), received_ns)
        elif told.X in STATUSES:
            self.told_order(_shown_by(told, self.errors), received_ns)


def name_of(named: Named) -> dict[str, object]:
    if named.order_id:
        return {"symbol": named.symbol, "orderId": int(named.order_id)}
    return {"symbol": named.symbol, "origClientOrderId": named.client_text}


def shown(placed: PlacedOrder) -> Shown:
    return Shown(
        symbol=placed.symbol,
        order_id=str(placed.orderId),
        # The answer to a cancel has the cancel's own name too.
        client_text=placed.origClientOrderId or placed.clientOrderId,
        side=SIDES[placed.side],
        price=placed.price,
        quantity=placed.origQty,
        filled=placed.executedQty,
        trigger=placed.stopPrice,
        status=STATUSES.get(placed.status, OrderStatus.UNKNOWN),
        time_in_force=TIMES_IN_FORCE.get(placed.timeInForce, TimeInForce.GTC),
    )


def _shown_by(told: ExecutionReport | FuturesOrder, errors: ErrorTable) -> Shown:
    return Shown(
        symbol=told.s,
        order_id=str(told.i),
        client_text=told.C or told.c,
        side=SIDES[told.S],
        price=told.p,
        quantity=told.q,
        filled=told.z,
        trigger=told.P if isinstance(told, ExecutionReport) else "",
        status=STATUSES[told.X],
        reject=Reject.NONE if told.r == "NONE" else errors.reason(0, told.r),
        venue_ns=told.T * NS_PER_MS,
    )


def _executed(told: ExecutionReport | FuturesOrder) -> Execution:
    return Execution(
        symbol=told.s,
        execution_id=str(told.t),
        order_id=str(told.i),
        client_text=told.C or told.c,
        side=SIDES[told.S],
        price=told.L,
        quantity=told.l,
        filled=told.z,
        is_last=told.X == "FILLED",
        fee=told.n or "0",
        fee_currency=told.N or "none",
        is_maker=told.m,
        venue_ns=told.T * NS_PER_MS,
    )


def _execution(trade: AccountTrade) -> Execution:
    return Execution(
        symbol=trade.symbol,
        execution_id=str(trade.id),
        order_id=str(trade.orderId),
        side=SIDES["BUY" if trade.isBuyer else "SELL"],
        price=trade.price,
        quantity=trade.qty,
        fee=trade.commission,
        fee_currency=trade.commissionAsset,
        is_maker=trade.isMaker,
        venue_ns=trade.time * NS_PER_MS,
    )
