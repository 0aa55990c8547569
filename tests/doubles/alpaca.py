"""Alpaca's trading API: keys in headers, orders over REST, trade updates in binary frames."""

import json
import time
from types import MappingProxyType
from typing import Any

from aiohttp import web

from core.vocabulary import OrderStatus, Report
from feeds.order_entry.names import MarkedNames
from feeds.venues.contract import VenueFill, VenueReport
from tests.doubles.framework import Answer, ExchangeDouble, side_of, status_of
from tests.venue_double import Resting

STATES = {
    OrderStatus.NEW: "new",
    OrderStatus.PARTIALLY_FILLED: "partially_filled",
    OrderStatus.FILLED: "filled",
    OrderStatus.CANCELED: "canceled",
}
EVENTS = {Report.ACCEPTED: "new", Report.CANCELED: "canceled"}


class AlpacaDouble(ExchangeDouble):
    names = MarkedNames()
    dialect = "alpaca"
    socket_path = "/stream"
    refusals = MappingProxyType({
        "funds": (403, {"code": 40310000, "message": "insufficient buying power", "buying_power": "0"}),
        "price": (422, {"code": 42210000, "message": "invalid limit_price 1.2345. sub-penny increment does not fulfill"
                        " minimum pricing criteria"}),
        "quantity": (422, {"code": 42210000, "message": "qty must be > 0"}),
        "duplicate": (422, {"code": 40010001, "message": "client_order_id must be unique"}),
        "throttled": (429, {"code": 42910000, "message": "rate limit exceeded"}),
        "unknown": (500, {"code": 50010000, "message": "internal server error occurred"}),
    })  # fmt: skip

    def is_signed(self, request: web.Request, body: str) -> bool:
        headers = request.headers
        is_key = headers.get("APCA-API-KEY-ID") == self.keys.key
        return is_key and headers.get("APCA-API-SECRET-KEY") == self.keys.secret

    def unsigned(self) -> Answer:
        return 401, {"code": 40110000, "message": "request is not authorized"}

    def is_new_order(self, name: str) -> bool:
        return name == "POST /v2/orders"

    async def on_message(self, socket: web.WebSocketResponse, text: str) -> None:
        asked = json.loads(text)
        if asked["action"] == "auth":
            is_right = (asked["key"], asked["secret"]) == (self.keys.key, self.keys.secret) and not self.refuse_logins
            self.refuse_logins = max(0, self.refuse_logins - 1)
            status = "authorized" if is_right else "unauthorized"
            answer = {"stream": "authorization", "data": {"status": status, "action": "authenticate"}}
        else:
            self.sockets.add(socket)
            answer = {"stream": "listening", "data": asked["data"]}
        await socket.send_bytes(json.dumps(answer).encode())

    async def _send_words(self) -> None:
        while True:
            word = await self._words.get()
            for socket in list(self.sockets):
                if not socket.closed:
                    await socket.send_bytes(json.dumps({"stream": "trade_updates", "data": word}).encode())

    async def answer(self, name: str, given: dict[str, Any]) -> Answer:
        match name.replace("/v2/", ""):
            case "POST orders":
                order = await self.place(
                    given["client_order_id"],
                    is_buy=given["side"] == "buy",
                    is_market=given["type"] == "market",
                    is_ioc=given["time_in_force"] == "ioc",
                    price=given.get("limit_price", ""),
                    quantity=given["qty"],
                )
                return 200, self._shown(order)
            case "GET orders":
                return 200, [self._shown(order) for order in self.open]
            case "DELETE orders":
                for order in self.open:
                    await self.cancel(order)
                return 207, []
            case "GET orders:by_client_order_id":
                return self._one(self.find(text=given["client_order_id"]))
            case "GET account/activities/FILL":
                return 200, [self._activity(fill) for fill in self.venue.fills if "page_token" not in given]
            case "GET positions":
                side = "long" if self.held_lots >= 0 else "short"
                return 200, [{"symbol": "BTCUSD", "qty": self.lots(self.held_lots), "side": side}]
            case one if one.startswith("GET orders/"):
                return self._one(self.find(order_id=one.rpartition("/")[2]))
            case one if one.startswith("DELETE orders/"):
                found = self.find(order_id=one.rpartition("/")[2])
                if found is None:
                    return self._one(found)
                if not await self.cancel(found):
                    return 422, {"code": 42210000, "message": f'order is already in "{status_of(found, STATES)}" state'}
                return 204, None
        raise AssertionError(name)

    def order_words(self, order: Resting, report: VenueReport) -> list[Any]:
        return [{"event": EVENTS[report.report], "timestamp": _time(report.venue_ns), "order": self._shown(order)}]

    def fill_words(self, order: Resting, fill: VenueFill, report: VenueReport) -> list[Any]:
        return [
            {
                "event": "fill" if report.is_final else "partial_fill",
                "timestamp": _time(fill.venue_ns),
                "order": {**self._shown(order), "filled_qty": self.lots(report.filled_lots)},
                "price": self.price(fill.price_ticks),
                "qty": self.lots(fill.quantity_lots),
                "execution_id": f"4adee259-5b3c-4bc8-891f-{fill.execution_id:012}",
            }
        ]

    def _one(self, order: Resting | None) -> Answer:
        if order is None:
            return 404, {"code": 40410000, "message": "order not found for its id"}
        return 200, self._shown(order)

    def _shown(self, order: Resting) -> dict[str, Any]:
        return {
            "id": self.order_text(order.venue_order_id), "client_order_id": self.text_of(order), "symbol": self.symbol,
            "qty": self.lots(order.quantity_lots), "filled_qty": self.lots(order.filled_lots), "order_class": "",
            "side": side_of(order, "buy", "sell"), "type": "limit", "time_in_force": "gtc", "notional": None,
            "limit_price": self.price(order.price_ticks) if order.price_ticks else None,
            "status": status_of(order, STATES), "updated_at": _time(self.venue.clock_ns),
        }  # fmt: skip

    def _activity(self, fill: VenueFill) -> dict[str, Any]:
        same = [one for one in self.venue.fills if one.venue_order_id == fill.venue_order_id]
        total = sum(one.quantity_lots for one in same if one.execution_id <= fill.execution_id)
        return {
            "activity_type": "FILL", "id": f"20190524113406977::{fill.execution_id:08}", "symbol": "BTCUSD",
            "order_id": self.order_text(fill.venue_order_id), "side": "buy" if fill.side > 0 else "sell",
            "price": self.price(fill.price_ticks), "qty": self.lots(fill.quantity_lots), "cum_qty": self.lots(total),
            "transaction_time": _time(fill.venue_ns), "type": "fill",
        }  # fmt: skip


def _time(venue_ns: int) -> str:
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(venue_ns // 1_000_000_000))
    return f"{stamp}.{venue_ns // 1_000 % 1_000_000:06}Z"
