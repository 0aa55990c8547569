"""Binance spot orders: REST or WebSocket API for what we ask, the user data for what happens.

Replacing is cancel, then new with what the cancelled one left: exact, where the venue's cancelReplace could fill both.
Its position in an instrument is the balance of the base currency less what the configuration keeps out.
"""

from decimal import Decimal

import msgspec

from core.vocabulary import OrderStatus, Reject, TimeInForce
from feeds.order_entry.orders import LiveOrders
from feeds.order_entry.words import Execution, Named, NewOrder, Shown
from feeds.venues.binance.calls import BinanceAccount
from feeds.venues.binance.messages import Account, AccountTrade, ExecutionReport, PlacedOrder, Tagged
from feeds.venues.binance.order_words import SIDES, STATUSES, TIMES_IN_FORCE, order_parameters

NS_PER_MS = 1_000_000
ALL_SYMBOLS_EVERY = 20
"""Fills are asked for the symbols that were traded; every so many rounds for all (each costs 20 of 6,000 a minute)."""


class BinanceOrders(LiveOrders):
    account = BinanceAccount
    has_numbers = True
    amends = False
    calls: BinanceAccount
    _rounds = 0

    async def send_order(self, order: NewOrder) -> None:
        await self.calls.order("order.place", order_parameters(order))

    async def send_cancel(self, named: Named) -> None:
        await self.calls.order("order.cancel", _name_of(named))

    async def cancel_and_see(self, named: Named) -> Shown:
        return _shown(msgspec.json.decode(await self.calls.order("order.cancel", _name_of(named)), type=PlacedOrder))

    async def list_open(self) -> list[Shown]:
        body = await self.calls.query("GET", "/api/v3/openOrders", {})
        return [_shown(placed) for placed in msgspec.json.decode(body, type=list[PlacedOrder])]

    async def find(self, named: Named) -> Shown | None:
        body = await self.calls.query("GET", "/api/v3/order", _name_of(named))
        return _shown(msgspec.json.decode(body, type=PlacedOrder))

    async def list_executions(self, since_ms: int) -> list[Execution]:
        symbols = set(self.by_symbol) if self._rounds % ALL_SYMBOLS_EVERY == 0 else self.touched
        self._rounds += 1
        self.touched = set()
        executions: list[Execution] = []
        for symbol in sorted(symbols):
            parameters: dict[str, object] = {"symbol": symbol, "limit": 1_000}
            if since_ms:
                parameters["startTime"] = since_ms
            body = await self.calls.query("GET", "/api/v3/myTrades", parameters)
            executions += [_execution(trade) for trade in msgspec.json.decode(body, type=list[AccountTrade])]
        return executions

    async def balances(self) -> dict[str, Decimal]:
        body = await self.calls.query("GET", "/api/v3/account", {"omitZeroBalances": "true"})
        rows = msgspec.json.decode(body, type=Account).balances
        return {row.asset: Decimal(row.free) + Decimal(row.locked) for row in rows}

    def read_news(self, frame: bytes, received_ns: int) -> None:
        if msgspec.json.decode(frame, type=Tagged).e != "executionReport":
            return
        told = msgspec.json.decode(frame, type=ExecutionReport)
        name = told.C or told.c
        if told.x != "TRADE":
            self.told_order(
                Shown(
                    symbol=told.s,
                    order_id=str(told.i),
                    client_text=name,
                    side=SIDES[told.S],
                    price=told.p,
                    quantity=told.q,
                    filled=told.z,
                    status=STATUSES[told.X],
                    reject=Reject.NONE if told.r == "NONE" else self.errors.reason(0, told.r),
                    venue_ns=told.T * NS_PER_MS,
                ),
                received_ns,
            )
            return
        self.told_execution(
            Execution(
                symbol=told.s,
                execution_id=str(told.t),
                order_id=str(told.i),
                client_text=name,
                side=SIDES[told.S],
                price=told.L,
                quantity=told.l,
                filled=told.z,
                is_last=STATUSES[told.X] == OrderStatus.FILLED,
                fee=told.n or "0",
                fee_currency=told.N or "none",
                is_maker=told.m,
                venue_ns=told.T * NS_PER_MS,
            ),
            received_ns,
        )


def _name_of(named: Named) -> dict[str, object]:
    if named.order_id:
        return {"symbol": named.symbol, "orderId": int(named.order_id)}
    return {"symbol": named.symbol, "origClientOrderId": named.client_text}


def _shown(placed: PlacedOrder) -> Shown:
    return Shown(
        symbol=placed.symbol,
        order_id=str(placed.orderId),
        # The answer to a cancel has the cancel's own name too.
        client_text=placed.origClientOrderId or placed.clientOrderId,
        side=SIDES[placed.side],
        price=placed.price,
        quantity=placed.origQty,
        filled=placed.executedQty,
        status=STATUSES.get(placed.status, OrderStatus.UNKNOWN),
        time_in_force=TIMES_IN_FORCE.get(placed.timeInForce, TimeInForce.GTC),
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
