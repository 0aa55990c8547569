"""Binance spot: REST, WebSocket API and user data; `ws_api=False` in the configuration has a listen key instead."""

import json
import time
from types import MappingProxyType
from typing import Any

from aiohttp import web

from core.vocabulary import OrderStatus, Report, Side
from feeds.order_entry.names import MarkedNames
from feeds.venues.binance.signing import sign
from feeds.venues.contract import VenueFill, VenueReport
from tests.doubles.framework import FEE, Answer, ExchangeDouble
from tests.venue_double import CLOSED, Resting

NAMES = {Report.ACCEPTED: "NEW", Report.FILLED: "TRADE", Report.CANCELED: "CANCELED"}
_ACCOUNT = "/api/v3/"


class BinanceDouble(ExchangeDouble):
    names = MarkedNames()
    dialect = "binance"
    tokens = ("the-listen-key",)
    socket_path = "/ws-api/v3"
    refusals = MappingProxyType({
        "funds": (400, {"code": -2010, "msg": "Account has insufficient balance for requested action."}),
        "would_take": (400, {"code": -2010, "msg": "Order would immediately match and take."}),
        "price": (400, {"code": -1013, "msg": "Filter failure: PRICE_FILTER"}),
        "quantity": (400, {"code": -1013, "msg": "Filter failure: LOT_SIZE"}),
        "duplicate": (400, {"code": -2010, "msg": "Duplicate order sent."}),
        "throttled": (429, {"code": -1003, "msg": "Too many requests."}),
        "unknown": (503, {"code": -1007, "msg": "Timeout waiting for response from backend server."}),
        "clock": (400, {"code": -1021, "msg": "Timestamp for this request is outside of the recvWindow."}),
    })  # fmt: skip

    def is_public(self, path: str) -> bool:
        return path in ("/api/v3/time", "/api/v3/userDataStream")

    def is_signed(self, request: web.Request, body: str) -> bool:
        query, _, signature = request.query_string.rpartition("&signature=")
        is_ours = request.headers.get("X-MBX-APIKEY") == self.keys.key
        return is_ours and not body and sign(query, self.keys.secret) == signature

    def unsigned(self) -> Answer:
        return 400, {"code": -1022, "msg": "Signature for this request is not valid."}

    def is_new_order(self, name: str) -> bool:
        return name == "POST /api/v3/order"

    def order_text(self, number: int) -> str:
        return str(number)

    async def on_open(self, socket: web.WebSocketResponse) -> None:
        if not self._is_ws_api(socket):
            self.sockets.add(socket)

    async def on_message(self, socket: web.WebSocketResponse, text: str) -> None:
        call = json.loads(text)
        given = {name: value for name, value in call["params"].items() if name != "signature"}
        payload = "&".join(f"{name}={given[name]}" for name in sorted(given))
        answer: Answer | None
        if sign(payload, self.keys.secret) != call["params"]["signature"]:
            self.bad_signatures += 1
            answer = self.unsigned()
        elif call["method"] == "userDataStream.subscribe.signature":
            if self.refuse_logins:
                self.refuse_logins -= 1
                answer = 400, {"code": -2015, "msg": "Invalid API-key, IP, or permissions for action."}
            else:
                self.sockets.add(socket)
                answer = 200, {"subscriptionId": 0}
        else:
            name = {
                "order.place": "POST /api/v3/order",
                "order.cancel": "DELETE /api/v3/order",
                "openOrders.cancelAll": "DELETE /api/v3/openOrders",
            }[call["method"]]
            answer = await self.answer_with_faults(name, given)
        if answer is None:
            await socket.close()
            return
        status, body = answer
        kind = "result" if status == 200 else "error"
        if not socket.closed:
            await socket.send_json({"id": call["id"], "status": status, kind: body})

    async def answer(self, name: str, given: dict[str, Any]) -> Answer:
        match name.replace(_ACCOUNT, ""):
            case "GET time":
                return 200, {"serverTime": time.time_ns() // 1_000_000}
            case "POST userDataStream":
                if self.refuse_logins:
                    self.refuse_logins -= 1
                    return 400, {"code": -2015, "msg": "Invalid API-key, IP, or permissions for action."}
                return 200, {"listenKey": "the-listen-key"}
            case "POST order":
                order = await self.place(
                    given["newClientOrderId"],
                    is_buy=given["side"] == "BUY",
                    is_market=given["type"] == "MARKET",
                    is_ioc=given.get("timeInForce") == "IOC",
                    price=given.get("price", ""),
                    quantity=given["quantity"],
                )
                return 200, self._shown(order)
            case "GET openOrders":
                return 200, [self._shown(order) for order in self.open]
            case "DELETE openOrders" if not self.open:
                return 400, {"code": -2011, "msg": "Unknown order sent."}
            case "DELETE openOrders":
                cancelled = [(order, await self.cancel(order)) for order in self.open]
                return 200, [self._shown(order) for order, _ in cancelled]
            case "GET myTrades":
                return 200, [self._trade(fill) for fill in self.fills_after(int(given.get("startTime", 0)))]
            case "GET account":
                return 200, {"balances": [{"asset": self.base, "free": self.lots(self.held_lots), "locked": "0"}]}
            case "GET order" | "DELETE order":
                found = self.find(order_id=given.get("orderId", ""), text=given.get("origClientOrderId", ""))
                return await self._known(name.startswith("DELETE"), found)
        raise AssertionError(name)

    async def _known(self, is_cancel: bool, order: Resting | None) -> Answer:
        if order is None or (is_cancel and order.status in CLOSED):
            return 400, (
                {"code": -2011, "msg": "Unknown order sent."}
                if is_cancel
                else {"code": -2013, "msg": "Order does not exist."}
            )
        if not is_cancel:
            return 200, self._shown(order)
        await self.cancel(order)
        return 200, {
            **self._shown(order),
            "origClientOrderId": self.texts.get(order.venue_order_id, "web-abc"),
            "clientOrderId": "the-cancel",
        }

    def order_words(self, order: Resting, report: VenueReport) -> list[Any]:
        return [self._event(order, report, 0)] if report.report in NAMES else []

    def fill_words(self, order: Resting, fill: VenueFill, report: VenueReport) -> list[Any]:
        return [self._event(order, report, fill.quantity_lots)]

    def _event(self, order: Resting, report: VenueReport, lots: int) -> dict[str, Any]:
        text = self.texts.get(order.venue_order_id, "web-abc")
        is_cancel = report.report == Report.CANCELED
        status = report.status if lots else order.status
        return {
            "e": "executionReport", "E": 1, "s": self.symbol, "c": "cancel-1" if is_cancel else text,
            "C": text if is_cancel else "", "S": Side(order.side).name, "o": "LIMIT", "f": "GTC",
            "q": self.lots(order.quantity_lots), "p": self.price(order.price_ticks),
            "x": NAMES.get(report.report, ""), "X": OrderStatus(status).name, "r": "NONE", "i": order.venue_order_id,
            "l": self.lots(lots), "z": self.lots(report.filled_lots), "L": self.price(report.price_ticks),
            "n": FEE, "N": self.quote, "T": report.venue_ns // 1_000_000,
            "t": report.execution_id or -1, "m": report.is_maker,
        }  # fmt: skip

    def encoded(self, word: Any) -> str:
        return json.dumps(word)

    async def _send_words(self) -> None:
        while True:
            event = await self._words.get()
            for socket in list(self.sockets):
                wrapped = {"subscriptionId": 0, "event": event} if self._is_ws_api(socket) else event
                if not socket.closed:
                    await socket.send_json(wrapped)

    def _is_ws_api(self, socket: web.WebSocketResponse) -> bool:
        return bool(socket._req is not None and socket._req.path.startswith("/ws-api"))

    def _shown(self, order: Resting) -> dict[str, Any]:
        return {
            "symbol": self.symbol,
            "orderId": order.venue_order_id,
            "clientOrderId": self.texts.get(order.venue_order_id, "web-abc"),
            "price": self.price(order.price_ticks),
            "origQty": self.lots(order.quantity_lots),
            "executedQty": self.lots(order.filled_lots),
            "status": OrderStatus(order.status).name,
            "side": Side(order.side).name,
        }

    def _trade(self, fill: VenueFill) -> dict[str, Any]:
        return {
            "symbol": self.symbol, "id": fill.execution_id, "orderId": fill.venue_order_id,
            "price": self.price(fill.price_ticks), "qty": self.lots(fill.quantity_lots), "commission": FEE,
            "commissionAsset": self.quote, "time": fill.venue_ns // 1_000_000,
            "isBuyer": fill.side == Side.BUY, "isMaker": fill.is_maker,
        }  # fmt: skip
