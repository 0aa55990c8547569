"""Bybit v5, spot: orders over REST, order and execution topics after a login."""

import json
import time
from types import MappingProxyType
from typing import Any

from aiohttp import web

from core.vocabulary import OrderStatus
from feeds.order_entry.names import MarkedNames
from feeds.venues.bybit.signing import sign
from feeds.venues.contract import VenueFill, VenueReport
from tests.doubles.framework import FEE, Answer, ExchangeDouble, side_of, status_of
from tests.venue_double import Resting

STATES = {
    OrderStatus.NEW: "New",
    OrderStatus.PARTIALLY_FILLED: "PartiallyFilled",
    OrderStatus.FILLED: "Filled",
    OrderStatus.CANCELED: "Cancelled",
}


def _refused(code: int, text: str) -> Answer:
    return 200, {"retCode": code, "retMsg": text, "result": {}, "retExtInfo": {}, "time": 1_672_211_918_471}


class BybitDouble(ExchangeDouble):
    names = MarkedNames()
    dialect = "bybit"
    refusals = MappingProxyType({
        "funds": _refused(170131, "Insufficient balance."),
        "would_take": _refused(170218, "LIMIT-MAKER order is rejected due to invalid price."),
        "price": _refused(170134, "Order price has too many decimals."),
        "quantity": _refused(170136, "Order quantity exceeded lower limit."),
        "duplicate": _refused(170141, "Duplicate clientOrderId"),
        "throttled": _refused(10006, "Too many visits!"),
        "unknown": _refused(10016, "Internal system error."),
        "clock": _refused(10002, "invalid request, please check your server timestamp or recv_window param."),
    })  # fmt: skip

    def __init__(self, row: Any) -> None:
        super().__init__(row)
        self.stops: list[dict[str, Any]] = []

    @property
    def triggers(self) -> list[str]:
        return [stop["triggerPrice"] for stop in self.stops if stop["orderStatus"] == "Untriggered"]

    def is_public(self, path: str) -> bool:
        return path == "/v5/market/time"

    def is_signed(self, request: web.Request, body: str) -> bool:
        headers = request.headers
        payload = request.raw_path.partition("?")[2] or body
        text = f"{headers['X-BAPI-TIMESTAMP']}{headers['X-BAPI-API-KEY']}{headers['X-BAPI-RECV-WINDOW']}{payload}"
        return headers["X-BAPI-API-KEY"] == self.keys.key and headers["X-BAPI-SIGN"] == sign(text, self.keys.secret)

    def unsigned(self) -> Answer:
        return _refused(10004, "error sign! Please check your signature generation algorithm.")

    def is_new_order(self, name: str) -> bool:
        return name == "POST /v5/order/create"

    async def on_message(self, socket: web.WebSocketResponse, text: str) -> None:
        asked = json.loads(text)
        if asked["op"] == "ping":
            await socket.send_json({"success": True, "ret_msg": "pong", "conn_id": "c", "op": "ping"})
        elif asked["op"] == "auth":
            key, expires, signature = asked["args"]
            is_right = key == self.keys.key and signature == sign(f"GET/realtime{expires}", self.keys.secret)
            if not is_right or self.refuse_logins:
                self.refuse_logins = max(0, self.refuse_logins - 1)
                self.bad_signatures += not is_right
                await socket.send_json({"op": "auth", "success": False, "retCode": 10003, "retMsg": "Invalid apikey"})
                return
            await socket.send_json({"op": "auth", "success": True, "retCode": 0, "retMsg": "", "connId": "c"})
        else:
            self.sockets.add(socket)
            await socket.send_json({"op": asked["op"], "success": True, "ret_msg": "", "conn_id": "c"})

    async def answer(self, name: str, given: dict[str, Any]) -> Answer:
        match name.replace("/v5/", ""):
            case "GET market/time":
                return 200, {"retCode": 0, "result": {}, "time": time.time_ns() // 1_000_000}
            case "POST order/create" if "triggerPrice" in given:
                self.stops.append({**given, "orderId": f"99{len(self.stops)}", "orderStatus": "Untriggered"})
                return self._stop_words(self.stops[-1])
            case "POST order/create":
                order = await self.place(
                    given["orderLinkId"],
                    is_buy=given["side"] == "Buy",
                    is_market=given["orderType"] == "Market",
                    is_ioc=given.get("timeInForce") == "IOC",
                    price=given.get("price", ""),
                    quantity=given["qty"],
                )
                return _result(self._name(order))
            case "POST order/cancel" if given.get("orderFilter") == "StopOrder":
                stop = next(iter(self._stops_of(given)), None)
                if stop is None:
                    return _refused(170213, "Order does not exist.")
                stop["orderStatus"] = "Cancelled"
                return self._stop_words(stop)
            case "POST order/cancel":
                order = self._find(given)
                done = await self.cancel(order) and order is not None
                return _result(self._name(order)) if done and order else _refused(170213, "Order does not exist.")
            case "POST order/cancel-all":
                for order in self.open:
                    await self.cancel(order)
                return _result({"success": "1"})
            case "POST order/amend" if self._stops_of(given):
                stop = self._stops_of(given)[0]
                changed = {name: given[name] for name in ("qty", "price", "triggerPrice") if name in given}
                stop.update(changed)
                return self._stop_words(stop)
            case "POST order/amend":
                order = self._find(given)
                done = await self.change(order, given.get("price", ""), given.get("qty", ""))
                return _result(self._name(order)) if done and order else _refused(170213, "Order does not exist.")
            case "GET order/realtime" if "orderLinkId" in given or "orderId" in given:
                order = self._find(given)
                return _list(
                    *self._stops_of(given), *([self._shown(order)] if order is not None and order in self.open else [])
                )
            case "GET order/history":
                order = self._find(given)
                return _list(*([self._shown(order)] if order is not None else []))
            case "GET order/realtime":
                stops = [stop for stop in self.stops if stop["orderStatus"] == "Untriggered"]
                return _list(*(self._shown(order) for order in self.open), *stops)
            case "GET execution/list":
                # Its fills are of a clock of their own: whatever is asked for, the newest are here.
                return _list(*(self._execution(fill) for fill in self.venue.fills))
            case "GET account/wallet-balance":
                return _list({"coin": [{"coin": self.base, "walletBalance": self.lots(self.held_lots)}]})
        raise AssertionError(name)

    def order_words(self, order: Resting, report: VenueReport) -> list[Any]:
        return [self._push("order.spot", self._shown(order))]

    def fill_words(self, order: Resting, fill: VenueFill, report: VenueReport) -> list[Any]:
        left = order.quantity_lots - report.filled_lots
        row = {**self._execution(fill), "orderQty": self.lots(order.quantity_lots), "leavesQty": self.lots(left)}
        return [self._push("execution.spot", row), self._push("order.spot", self._shown(order))]

    def _push(self, topic: str, row: dict[str, Any]) -> dict[str, Any]:
        return {"id": "5923240c6880ab", "topic": topic, "creationTime": 1_672_364_262_474, "data": [row]}

    def _stops_of(self, given: dict[str, Any]) -> list[dict[str, Any]]:
        names = (given.get("orderLinkId"), given.get("orderId"))
        return [stop for stop in self.stops if stop["orderLinkId"] in names or stop["orderId"] in names]

    def _stop_words(self, stop: dict[str, Any]) -> Answer:
        self._words.put_nowait(self._push("order.spot", dict(stop)))
        return _result({"orderId": stop["orderId"], "orderLinkId": stop["orderLinkId"]})

    def _find(self, given: dict[str, Any]) -> Resting | None:
        return self.find(order_id=given.get("orderId", ""), text=given.get("orderLinkId", ""))

    def _name(self, order: Resting) -> dict[str, Any]:
        return {"orderId": self.order_text(order.venue_order_id), "orderLinkId": self.text_of(order)}

    def _shown(self, order: Resting) -> dict[str, Any]:
        return {
            **self._name(order), "symbol": self.symbol, "side": side_of(order, "Buy", "Sell"),
            "orderType": "Limit" if order.price_ticks else "Market", "price": self.price(order.price_ticks),
            "qty": self.lots(order.quantity_lots), "cumExecQty": self.lots(order.filled_lots),
            "orderStatus": status_of(order, STATES), "timeInForce": "GTC", "rejectReason": "EC_NoError",
            "updatedTime": str(self.venue.clock_ns // 1_000_000), "category": "spot",
        }  # fmt: skip

    def _execution(self, fill: VenueFill) -> dict[str, Any]:
        order = self.order_of(fill)
        return {
            **self._name(order), "symbol": self.symbol, "side": side_of(order, "Buy", "Sell"), "execType": "Trade",
            "execId": f"e0cbe81d-0f18-5866-9415-{fill.execution_id:012}", "execPrice": self.price(fill.price_ticks),
            "execQty": self.lots(fill.quantity_lots), "execFee": FEE, "feeCurrency": self.quote, "isMaker": True,
            "execTime": str(fill.venue_ns // 1_000_000),
        }  # fmt: skip


def _result(result: dict[str, Any]) -> Answer:
    return 200, {"retCode": 0, "retMsg": "OK", "result": result, "retExtInfo": {}, "time": 1_672_211_918_471}


def _list(*rows: dict[str, Any]) -> Answer:
    return _result({"list": list(rows), "nextPageCursor": ""})
