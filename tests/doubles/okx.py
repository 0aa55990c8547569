"""OKX v5: orders over REST, the orders channel after a login, algo orders as far as they rest and are cancelled."""

import json
import time
from types import MappingProxyType
from typing import Any

from aiohttp import web

from core.vocabulary import OrderStatus
from feeds.credentials import Credentials
from feeds.venues.contract import VenueFill, VenueReport
from feeds.venues.okx.order_words import NAMES
from feeds.venues.okx.signing import sign
from tests.doubles.framework import FEE, Answer, ExchangeDouble, side_of, status_of
from tests.venue_double import Resting

STATES = {
    OrderStatus.NEW: "live",
    OrderStatus.PARTIALLY_FILLED: "partially_filled",
    OrderStatus.FILLED: "filled",
    OrderStatus.CANCELED: "canceled",
}


def _refused(code: str, text: str) -> Answer:
    row = {"clOrdId": "", "ordId": "", "tag": "", "sCode": code, "sMsg": text}
    return 200, {"code": "1", "data": [row], "msg": "All operations failed"}


class OkxDouble(ExchangeDouble):
    keys = Credentials("the-key", "the-secret-of-nobody", "the-passphrase-of-nobody")
    names = NAMES
    dialect = "okx"
    refusals = MappingProxyType({
        "funds": _refused("51008", "Order failed. Insufficient USDT balance in account"),
        "price": _refused("51006", "Order price is not within the price limit (max buy price: 1 min sell price: 1)"),
        "quantity": _refused("51121", "Order quantity must be a multiple of the lot size."),
        "duplicate": _refused("51016", "Client order ID already exists."),
        "throttled": (429, {"code": "50011", "msg": "Too Many Requests", "data": []}),
        "unknown": (400, {"code": "50004", "msg": "API endpoint request timeout", "data": []}),
        "clock": (401, {"code": "50102", "msg": "Timestamp request expired", "data": []}),
    })  # fmt: skip

    def __init__(self, row: Any) -> None:
        super().__init__(row)
        self.algos: list[dict[str, Any]] = []

    @property
    def triggers(self) -> list[str]:
        return [algo["triggerPx"] for algo in self.algos if algo["state"] == "live"]

    def is_public(self, path: str) -> bool:
        return path == "/api/v5/public/time"

    def is_signed(self, request: web.Request, body: str) -> bool:
        headers = request.headers
        payload = f"{headers['OK-ACCESS-TIMESTAMP']}{request.method}{request.raw_path}{body}"
        return (
            headers["OK-ACCESS-KEY"] == self.keys.key
            and headers["OK-ACCESS-PASSPHRASE"] == self.keys.passphrase
            and headers["OK-ACCESS-SIGN"] == sign(payload, self.keys.secret)
        )

    def unsigned(self) -> Answer:
        return 401, {"code": "50113", "msg": "Invalid Sign", "data": []}

    def headers_of(self, status: int) -> dict[str, str]:
        return {}

    def read_body(self, body: str) -> dict[str, Any]:
        given = json.loads(body)
        return {"": given} if isinstance(given, list) else dict(given)

    def is_new_order(self, name: str) -> bool:
        return name in ("POST /api/v5/trade/order", "POST /api/v5/trade/order-algo")

    def order_text(self, number: int) -> str:
        return str(2_497_956_918_703_120_000 + number)

    async def on_message(self, socket: web.WebSocketResponse, text: str) -> None:
        if text == "ping":
            await socket.send_str("pong")
            return
        asked = json.loads(text)
        if asked["op"] == "login":
            given = asked["args"][0]
            is_right = given["sign"] == sign(f"{given['timestamp']}GET/users/self/verify", self.keys.secret)
            if not is_right or given["passphrase"] != self.keys.passphrase or self.refuse_logins:
                self.refuse_logins = max(0, self.refuse_logins - 1)
                self.bad_signatures += not is_right
                await socket.send_json({"event": "error", "code": "60009", "msg": "Login failed.", "connId": "a4d3"})
                return
            await socket.send_json({"event": "login", "code": "0", "msg": "", "connId": "a4d3"})
        elif asked["op"] == "subscribe":
            self.sockets.add(socket)
            await socket.send_json({"event": "subscribe", "arg": asked["args"][0], "connId": "a4d3"})

    async def answer(self, name: str, given: dict[str, Any]) -> Answer:
        match name.replace("/api/v5/", ""):
            case "GET public/time":
                return _rows({"ts": str(time.time_ns() // 1_000_000)})
            case "POST trade/order":
                order = await self.place(
                    given["clOrdId"],
                    is_buy=given["side"] == "buy",
                    is_market=given["ordType"] == "market",
                    is_ioc=given["ordType"] == "ioc",
                    price=given.get("px", ""),
                    quantity=given["sz"],
                )
                return _rows(self._outcome(order))
            case "POST trade/cancel-order":
                order = self._find(given)
                return _rows(self._outcome(order)) if await self.cancel(order) and order else _gone("51400")
            case "POST trade/amend-order":
                order = self._find(given)
                done = await self.change(order, given.get("newPx", ""), given.get("newSz", ""))
                return _rows(self._outcome(order)) if done and order else _gone("51503")
            case "GET trade/order":
                order = self._find(given)
                return _rows(self._shown(order)) if order else (200, _error("51603", "Order does not exist"))
            case "GET trade/orders-pending":
                return _rows(*(self._shown(order) for order in self.open))
            case "GET trade/fills" | "GET trade/fills-history":
                return _rows(*(self._fill(fill) for fill in self.fills_after(int(given.get("begin", 0)))))
            case "GET account/balance":
                return _rows({"details": [{"ccy": self.base, "cashBal": self.lots(self.held_lots)}]})
            case "GET account/positions":
                return _rows({"instId": self.symbol, "pos": self.lots(self.held_lots), "posSide": "net"})
            case "POST trade/cancel-all-after":
                self.dead_man.append(int(given["timeOut"]))
                return _rows({"triggerTime": "0", "ts": "1587971460"})
            case algo:
                return self._algo(algo, given)

    def _algo(self, name: str, given: dict[str, Any]) -> Answer:
        if name == "POST trade/order-algo":
            self.algos.append(
                {**given, "algoId": str(900 + len(self.algos)), "state": "live", "ordPx": given.get("orderPx", "")}
            )
            return _rows({"algoId": self.algos[-1]["algoId"], "algoClOrdId": given["algoClOrdId"], "sCode": "0"})
        asked = given[""][0] if name == "POST trade/cancel-algos" else given
        if name == "GET trade/orders-algo-pending":
            live = [algo for algo in self.algos if algo["state"] == "live" and algo["ordType"] == given["ordType"]]
            return _rows(*live)
        known = [
            algo for algo in self.algos
            if algo["algoId"] == asked.get("algoId") or algo["algoClOrdId"] == asked.get("algoClOrdId")
        ]  # fmt: skip
        if not known:
            return (200, _error("51603", "Order does not exist")) if name.startswith("GET") else _gone("51400")
        if name == "POST trade/amend-algos":
            known[0]["sz"] = given["newSz"]
            if "newTriggerPx" in given:
                # Of a trigger order both prices go together.
                known[0] |= {"ordPx": given["newOrdPx"], "triggerPx": given["newTriggerPx"]}
            return _rows({"algoId": known[0]["algoId"], "sCode": "0", "sMsg": ""})
        if name == "POST trade/cancel-algos":
            known[0]["state"] = "canceled"
            return _rows({"algoId": known[0]["algoId"], "sCode": "0", "sMsg": ""})
        return _rows(known[0])

    def order_words(self, order: Resting, report: VenueReport) -> list[Any]:
        return [self._push(self._shown(order))]

    def fill_words(self, order: Resting, fill: VenueFill, report: VenueReport) -> list[Any]:
        return [
            self._push({
                **self._shown(order),
                "accFillSz": self.lots(report.filled_lots),
                "state": STATES[report.status],
                "tradeId": str(fill.execution_id),
                "fillPx": self.price(fill.price_ticks),
                "fillSz": self.lots(fill.quantity_lots),
                "fillFee": f"-{FEE}",
                "fillFeeCcy": self.quote,
                "fillTime": str(fill.venue_ns // 1_000_000),
                "execType": "M",
            })
        ]  # fmt: skip

    def _push(self, row: dict[str, Any]) -> dict[str, Any]:
        return {"arg": {"channel": "orders", "instType": "ANY", "uid": "77"}, "data": [row]}

    def _find(self, given: dict[str, Any]) -> Resting | None:
        return self.find(order_id=given.get("ordId", ""), text=given.get("clOrdId", ""))

    def _outcome(self, order: Resting) -> dict[str, Any]:
        return {
            "clOrdId": self.text_of(order),
            "ordId": self.order_text(order.venue_order_id),
            "sCode": "0",
            "sMsg": "",
        }

    def _shown(self, order: Resting) -> dict[str, Any]:
        return {
            "instId": self.symbol, "ordId": self.order_text(order.venue_order_id), "clOrdId": self.text_of(order),
            "algoId": "", "algoClOrdId": "", "side": side_of(order, "buy", "sell"), "ordType": "limit",
            "px": self.price(order.price_ticks) if order.price_ticks else "", "sz": self.lots(order.quantity_lots),
            "accFillSz": self.lots(order.filled_lots), "state": status_of(order, STATES), "fillPx": "", "fillSz": "0",
            "tradeId": "", "cancelSource": "", "uTime": str(self.venue.clock_ns // 1_000_000),
        }  # fmt: skip

    def _fill(self, fill: VenueFill) -> dict[str, Any]:
        order = self.order_of(fill)
        return {
            "instId": self.symbol, "tradeId": str(fill.execution_id), "ordId": self.order_text(fill.venue_order_id),
            "clOrdId": self.text_of(order), "billId": f"1{fill.execution_id:06}", "side": side_of(order, "buy", "sell"),
            "fillPx": self.price(fill.price_ticks), "fillSz": self.lots(fill.quantity_lots), "execType": "M",
            "fee": f"-{FEE}", "feeCcy": self.quote, "ts": str(fill.venue_ns // 1_000_000),
        }  # fmt: skip


def _rows(*rows: dict[str, Any]) -> Answer:
    return 200, {"code": "0", "msg": "", "data": list(rows)}


def _error(code: str, text: str) -> dict[str, Any]:
    return {"code": code, "msg": text, "data": []}


def _gone(code: str) -> Answer:
    return _refused(code, "Cancellation failed as the order has been filled, canceled or does not exist.")
