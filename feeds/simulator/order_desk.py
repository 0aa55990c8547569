"""Order entry of the served exchange, in Binance spot's words: the same methods for REST and for its WebSocket API.

Each method takes the request's parameters as text and an account, and returns what becomes JSON, or raises ApiError.
An answer comes when the exchange has worked on the request and the way back is over.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from decimal import Decimal

import numpy as np

from core.errors import UnitsError
from core.records.event import EVENT
from core.vocabulary import EventFlag, EventKind, OrderType, Reject, Report, Request, Side, TimeInForce
from feeds.simulator.client_names import ClientNames
from feeds.simulator.dialect import (
    ApiError,
    Json,
    Scale,
    amount_text,
    execution_json,
    order_json,
    rejection,
    status_text,
    trade_json,
)
from feeds.simulator.live import LiveExchange
from feeds.simulator.matching import notional_e8

Parameters = Mapping[str, str]
UNKNOWN_ORDER = ApiError(-2011, "Unknown order sent.")
REFUSALS = (Report.REJECTED, Report.CANCEL_REJECTED, Report.REPLACE_REJECTED)
FIRST_BALANCE = {"USD": 10_000_000, "BTC": 100, "ETH": 1_000, "SOL": 10_000, "XRP": 1_000_000}
"""What every account began with. The exchange never refuses for want of funds."""


class OrderDesk:
    """All accounts of one venue."""

    def __init__(self, live: LiveExchange, scales: dict[int, Scale], names: ClientNames) -> None:
        """`scales`: book → Scale, of the books that this venue serves."""
        self._live, self._scales, self._names = live, scales, names
        self._books = {scale.symbol: book for book, scale in scales.items()}
        self._waiting: dict[tuple[int, int], list[asyncio.Future[np.void]]] = {}
        self._listeners: dict[int, set[Callable[[Json], None]]] = {}
        self._known_accounts: set[int] = set()
        self._countdowns: dict[tuple[int, str], asyncio.Task[None]] = {}

    def serve(self, account: int) -> None:
        """Begin to hear the account's reports."""
        if account not in self._known_accounts:
            self._known_accounts.add(account)
            self._live.listen(account, self._heard)

    def subscribe(self, account: int, tell: Callable[[Json], None]) -> Callable[[], None]:
        """User data: `tell` is given every event of the account until the returned function is called."""
        self._listeners.setdefault(account, set()).add(tell)
        return lambda: self._listeners[account].discard(tell)

    def book(self, parameters: Parameters) -> int:
        try:
            return self._books[parameters["symbol"]]
        except KeyError:
            raise ApiError(-1121, "Invalid symbol.") from None

    async def place(self, parameters: Parameters, account: int) -> Json:
        book = self.book(parameters)
        request = self._as_request(parameters, self._scales[book])
        name = parameters.get("newClientOrderId") or f"web_{self._live.now_ns:x}"
        known = self._live.exchange.ledger.by_client(account, self._names.number(account, name))
        if known is not None and known["row"] > 0:
            raise rejection(Reject.DUPLICATE_ID)
        try:
            number = self._names.new(account, name)
            request["client_id"] = number
            report = await self._ask(request, account, book)
        except OSError as error:
            raise ApiError(-1000, f"The order could not be recorded: {error}", http_status=500) from error
        reason = Reject(int(report["reason"]))
        if report["detail"] == Report.REJECTED and reason is not Reject.NOT_FILLABLE:
            raise rejection(reason)
        order = self._live.exchange.ledger.by_client(account, number)
        assert order is not None
        shown = self._show(order, account)
        shown["fills"] = [
            {**trade_json(fill, self._scales[book]), "tradeId": int(fill["execution_id"])}
            for fill in self._fills(account, book)
            if fill["order_id"] == order["order_id"]
        ]
        return shown

    async def cancel(self, parameters: Parameters, account: int) -> Json:
        book = self.book(parameters)
        order = self._find(parameters, account, id_name="orderId", client_name="origClientOrderId")
        if order is None:
            await self._live.ask()
            raise UNKNOWN_ORDER
        request = np.zeros(1, EVENT)
        request["kind"], request["detail"] = EventKind.ORDER_REQUEST, Request.CANCEL
        request["client_id"], request["reference_id"] = order["client_id"], order["order_id"]
        report = await self._ask(request, account, book)
        if report["detail"] != Report.CANCELED:
            raise UNKNOWN_ORDER
        shown = self._show(order, account)
        shown["origClientOrderId"] = shown["clientOrderId"]
        shown["clientOrderId"] = parameters.get("newClientOrderId") or f"cancel-{shown['orderId']}"
        return shown

    async def cancel_replace(self, parameters: Parameters, account: int) -> Json:
        """STOP_ON_FAILURE: the new order is sent when the old one is surely gone. ALLOW_FAILURE: in any case."""
        wanted = {"symbol": parameters.get("symbol", "")}
        for ours, theirs in (("orderId", "cancelOrderId"), ("origClientOrderId", "cancelOrigClientOrderId")):
            if theirs in parameters:
                wanted[ours] = parameters[theirs]
        try:
            cancelled = await self.cancel(wanted, account)
        except ApiError as error:
            if parameters.get("cancelReplaceMode") != "ALLOW_FAILURE":
                raise ApiError(-2022, "Order cancel-replace failed.") from error
            cancelled = error.as_json()
        return {
            "cancelResult": "SUCCESS" if "orderId" in cancelled else "FAILURE",
            "newOrderResult": "SUCCESS",
            "cancelResponse": cancelled,
            "newOrderResponse": await self.place(parameters, account),
        }

    async def cancel_open_orders(self, parameters: Parameters, account: int) -> list[Json]:
        shown = await self.open_orders(parameters, account)
        cancelled = []
        for order in shown:
            with suppress(ApiError):  # it was filled meanwhile
                wanted = {"symbol": order["symbol"], "orderId": str(order["orderId"])}
                cancelled.append(await self.cancel(wanted, account))
        return cancelled

    async def count_down(self, parameters: Parameters, account: int) -> Json:
        """As the venue's futures have it: all orders of a symbol are cancelled when it ends. 0: it never does."""
        self.book(parameters)
        symbol, length_ms = parameters["symbol"], int(_needed(parameters, "countdownTime"))
        running = self._countdowns.pop((account, symbol), None)
        if running is not None:
            running.cancel()
        if length_ms > 0:
            ending = self._cancel_at_the_end(symbol, account, length_ms / 1_000)
            self._countdowns[account, symbol] = asyncio.create_task(ending)
        return {"symbol": symbol, "countdownTime": str(length_ms)}

    async def _cancel_at_the_end(self, symbol: str, account: int, length_s: float) -> None:
        await asyncio.sleep(length_s)
        with suppress(ApiError):  # nothing is open
            await self.cancel_open_orders({"symbol": symbol}, account)

    async def order(self, parameters: Parameters, account: int) -> Json:
        self.book(parameters)
        await self._live.ask()
        order = self._find(parameters, account, id_name="orderId", client_name="origClientOrderId")
        if order is None:
            raise ApiError(-2013, "Order does not exist.")
        return self._show(order, account)

    async def open_orders(self, parameters: Parameters, account: int) -> list[Json]:
        books = [self.book(parameters)] if "symbol" in parameters else list(self._scales)
        await self._live.ask()
        known = self._live.exchange.ledger.open_orders(account)
        return [self._show(order, account) for order in known if order["book"] in books]

    async def my_trades(self, parameters: Parameters, account: int) -> list[Json]:
        book = self.book(parameters)
        await self._live.ask()
        since_ns = int(parameters.get("startTime", "0")) * 1_000_000
        first_id, most = int(parameters.get("fromId", "0")), min(1_000, int(parameters.get("limit", "500")))
        fills = [
            fill
            for fill in self._fills(account, book)
            if fill["venue_ns"] >= since_ns and fill["execution_id"] >= first_id
        ]
        wanted = fills[:most] if since_ns or first_id else fills[-most:]
        if "orderId" in parameters:
            wanted = [fill for fill in wanted if fill["order_id"] == int(parameters["orderId"])]
        return [trade_json(fill, self._scales[book]) for fill in wanted]

    async def account(self, parameters: Parameters, account: int) -> Json:
        await self._live.ask()
        held = {name: Decimal(amount) for name, amount in FIRST_BALANCE.items()}
        for book, scale in self._scales.items():
            row, instrument = self._live.exchange.state.accounts[account, book], scale.instrument
            position = Decimal(int(row["position_lots"])) * instrument.lot * instrument.contract_size
            held[instrument.base] = held.get(instrument.base, Decimal(0)) + position
            held[instrument.quote] = held.get(instrument.quote, Decimal(0)) - Decimal(
                amount_text(row["notional_e8"] + row["fees_e8"])
            )
        balances = [{"asset": name, "free": format(amount, "f"), "locked": "0"} for name, amount in held.items()]
        return {"accountType": "SPOT", "canTrade": True, "balances": balances, "uid": account}

    def _as_request(self, parameters: Parameters, scale: Scale) -> np.ndarray:
        """EVENT[1]. Raises ApiError with the filter or the parameter that is wrong."""
        request = np.zeros(1, EVENT)
        request["kind"], request["detail"] = EventKind.ORDER_REQUEST, Request.NEW
        kind = _needed(parameters, "type")
        try:
            request["side"] = Side[_needed(parameters, "side")]
            request["order_type"] = OrderType.MARKET if kind == "MARKET" else OrderType.LIMIT
            is_limit = kind == "LIMIT"
            request["time_in_force"] = TimeInForce[_needed(parameters, "timeInForce")] if is_limit else TimeInForce.GTC
        except KeyError as error:
            raise ApiError(-1116, f"Invalid parameter: {error}") from None
        if kind not in ("LIMIT", "MARKET", "LIMIT_MAKER"):
            raise ApiError(-1116, "Invalid orderType.")
        request["flags"] = EventFlag.POST_ONLY if kind == "LIMIT_MAKER" else 0
        rule = "LOT_SIZE"
        try:
            request["quantity_lots"] = scale.lots(_needed(parameters, "quantity"))
            rule = "PRICE_FILTER"
            if kind != "MARKET":
                request["price_ticks"] = scale.ticks(_needed(parameters, "price"))
        except UnitsError as error:
            raise ApiError(-1013, f"Filter failure: {rule}") from error
        return request

    async def _ask(self, request: np.ndarray, account: int, book: int) -> np.void:
        """Send, and wait for the first report on it. Raises OSError."""
        answer: asyncio.Future[np.void] = asyncio.get_running_loop().create_future()
        self._live.send(request[0], account=account, book=book)
        self._waiting.setdefault((account, int(request["client_id"][0])), []).append(answer)
        return await answer

    def _heard(self, report: np.void) -> None:
        key = (int(report["account_id"]), int(report["client_id"]))
        is_answer = report["detail"] in (Report.ACCEPTED, Report.REPLACED, Report.CANCELED, *REFUSALS)
        waiting = self._waiting.get(key)
        if waiting and is_answer:
            answer = waiting.pop(0)
            if not waiting:
                del self._waiting[key]
            if not answer.done():
                answer.set_result(report)
        self._tell_user(report, key)

    def _tell_user(self, report: np.void, key: tuple[int, int]) -> None:
        scale = self._scales.get(int(report["instrument_id"]))
        is_told = report["detail"] not in (Report.CANCEL_REJECTED, Report.REPLACE_REJECTED)
        order = self._live.exchange.ledger.by_client(*key)
        if scale is not None and is_told and order is not None:
            event = execution_json(report, order, scale, self._names.name(*key))
            for tell in list(self._listeners.get(key[0], ())):
                tell(event)

    def _find(self, parameters: Parameters, account: int, *, id_name: str, client_name: str) -> np.void | None:
        ledger = self._live.exchange.ledger
        if id_name in parameters:
            return ledger.by_order(account, int(parameters[id_name]))
        if client_name in parameters:
            return ledger.by_client(account, self._names.number(account, parameters[client_name]))
        raise ApiError(-1102, f"Param '{client_name}' or '{id_name}' must be sent, but both were empty/null!")

    def _show(self, order: np.void, account: int) -> Json:
        book = int(order["book"])
        state_row = self._live.exchange.state.books[book]
        executed_e8 = sum(
            int(notional_e8(state_row, int(fill["price_ticks"]), int(fill["quantity_lots"])))
            for fill in self._fills(account, book)
            if fill["order_id"] == order["order_id"]
        )
        name = self._names.name(account, int(order["client_id"]))
        shown = order_json(order, self._scales[book], name, executed_e8=executed_e8)
        shown["status"] = status_text(order["status"], order["reason"])
        return shown

    def _fills(self, account: int, book: int) -> Iterable[np.void]:
        fills = self._live.exchange.ledger.fills_since(account, 0)
        return list(fills[fills["book"] == book])


def _needed(parameters: Parameters, name: str) -> str:
    try:
        return parameters[name]
    except KeyError:
        raise ApiError(-1102, f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed.") from None
