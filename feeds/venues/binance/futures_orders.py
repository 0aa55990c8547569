"""Orders of Binance's futures, of both margins: REST for what we ask, the user data by listen key for what happens.

A change is asked for in place; its new quantity is the total. Positions are one-way. The dead-man timer is a countdown
for each symbol. USD-M and COIN-M differ in the root of their paths, in the address of the user data, and in what their
quantities count: the base currency, or contracts.
"""

from decimal import Decimal

import msgspec

from feeds.order_entry.amounts import decimal_of
from feeds.order_entry.words import Execution, Named, NewOrder, Shown
from feeds.venues.binance.calls import BinanceAccount
from feeds.venues.binance.countdown import CountdownOrders
from feeds.venues.binance.messages import FuturesPosition, FuturesTrade, FuturesUpdate, PlacedOrder, Tagged
from feeds.venues.binance.order_words import SIDES, futures_parameters
from feeds.venues.binance.orders import NS_PER_MS, name_of, shown


class FuturesAccount(BinanceAccount):
    orders_a_second, orders_at_once = 20.0, 200.0  # 300 in ten seconds, 1,200 a minute
    queries_a_second, queries_at_once = 4.0, 40.0  # 2,400 of weight a minute, a question weighs 5
    time_path, listen_key_path = "/fapi/v1/time", "/fapi/v1/listenKey"

    async def socket_url(self) -> str:
        if not self.config.ws_api_url:
            return ""
        return f"{self.config.ws_api_url.rstrip('/')}/ws?listenKey={await self.listen_key()}"

    async def log_in(self) -> None:
        """The key of the address is the login."""

    def on_frame(self, frame: bytes, received_ns: int) -> None:
        self._on_news(frame, received_ns)


class CoinMarginedAccount(FuturesAccount):
    queries_a_second, queries_at_once = 1.0, 20.0  # 2,400 of weight a minute, a question weighs up to 40
    time_path, listen_key_path = "/dapi/v1/time", "/dapi/v1/listenKey"

    async def socket_url(self) -> str:
        return f"{self.config.ws_url.rstrip('/')}/ws/{await self.listen_key()}"


class FuturesOrders(CountdownOrders):
    account = FuturesAccount
    amends = True
    root, positions_path = "/fapi/v1", "/fapi/v3/positionRisk"

    @property
    def countdown_path(self) -> str:
        return f"{self.root}/countdownCancelAll"

    @property
    def order_path(self) -> str:
        return f"{self.root}/order"

    async def send_order(self, order: NewOrder) -> None:
        await self.calls.send("POST", self.order_path, futures_parameters(order))

    async def send_cancel(self, named: Named) -> None:
        await self.calls.cancel("DELETE", self.order_path, name_of(named))

    async def send_change(self, named: Named, order: NewOrder) -> None:
        terms = {"side": "BUY" if order.is_buy else "SELL", "quantity": order.quantity, "price": order.price}
        await self.calls.send("PUT", self.order_path, {**name_of(named), **terms})

    async def cancel_all_in(self, symbol: str) -> None:
        await self.calls.cancel("DELETE", f"{self.root}/allOpenOrders", {"symbol": symbol})

    async def list_open(self) -> list[Shown]:
        body = await self.calls.query("GET", f"{self.root}/openOrders", {})
        return [shown(placed) for placed in msgspec.json.decode(body, type=list[PlacedOrder])]

    async def find(self, named: Named) -> Shown | None:
        body = await self.calls.query("GET", self.order_path, name_of(named))
        return shown(msgspec.json.decode(body, type=PlacedOrder))

    async def executions_in(self, symbol: str, since: dict[str, object]) -> list[Execution]:
        body = await self.calls.query("GET", f"{self.root}/userTrades", {"symbol": symbol, "limit": 1_000, **since})
        return [_execution(trade) for trade in msgspec.json.decode(body, type=list[FuturesTrade])]

    async def contracts(self) -> dict[str, Decimal]:
        body = await self.calls.query("GET", self.positions_path, {})
        held: dict[str, Decimal] = {}
        for row in msgspec.json.decode(body, type=list[FuturesPosition]):
            held[row.symbol] = held.get(row.symbol, Decimal(0)) + decimal_of(row.positionAmt)
        return held

    def read_news(self, frame: bytes, received_ns: int) -> None:
        event = msgspec.json.decode(frame, type=Tagged).e
        if event == "ORDER_TRADE_UPDATE":
            self.tell(msgspec.json.decode(frame, type=FuturesUpdate).o, received_ns)
        elif event == "listenKeyExpired":
            self.calls.begin_again()


class CoinMarginedOrders(FuturesOrders):
    account = CoinMarginedAccount
    root, positions_path = "/dapi/v1", "/dapi/v1/positionRisk"


def _execution(trade: FuturesTrade) -> Execution:
    return Execution(
        symbol=trade.symbol,
        execution_id=str(trade.id),
        order_id=str(trade.orderId),
        side=SIDES[trade.side],
        price=trade.price,
        quantity=trade.qty,
        fee=trade.commission,
        fee_currency=trade.commissionAsset,
        is_maker=trade.maker,
        venue_ns=trade.time * NS_PER_MS,
    )
