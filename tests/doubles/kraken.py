"""Kraken spot v2: the private socket takes orders and tells executions; REST for everything else, nonces in order."""

import json
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from core.vocabulary import OrderStatus, Report
from feeds.credentials import Credentials
from feeds.venues.contract import VenueFill, VenueReport
from feeds.venues.kraken.order_words import NAMES
from feeds.venues.kraken.signing import signed
from tests.doubles.framework import FEE, Answer, ExchangeDouble, side_of, status_of
from tests.venue_double import Resting

SECRET = "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=="
TOKEN = "the-token-of-nobody"
LIVE = {
    OrderStatus.NEW: "new",
    OrderStatus.PARTIALLY_FILLED: "partially_filled",
    OrderStatus.FILLED: "filled",
    OrderStatus.CANCELED: "canceled",
}
LISTED = {**LIVE, OrderStatus.NEW: "open", OrderStatus.PARTIALLY_FILLED: "open", OrderStatus.FILLED: "closed"}
EXEC_TYPES = {Report.ACCEPTED: "new", Report.REPLACED: "amended", Report.CANCELED: "canceled"}


def _refused(*errors: str) -> Answer:
    return 200, {"error": list(errors)}


class KrakenDouble(ExchangeDouble):
    keys = Credentials("the-key", SECRET)
    names = NAMES
    dialect = "kraken"
    tokens = (TOKEN,)
    refusals = MappingProxyType({
        "funds": _refused("EOrder:Insufficient funds"),
        "would_take": _refused("EOrder:Post only order"),
        "price": _refused("EOrder:Tick size check failed"),
        "quantity": _refused("EGeneral:Invalid arguments:volume minimum not met"),
        "throttled": _refused("EAPI:Rate limit exceeded"),
        "unknown": _refused("EService:Unavailable"),
        "clock": _refused("EAPI:Invalid nonce"),
    })  # fmt: skip

    def __init__(self, row: Any) -> None:
        super().__init__(row)
        self.stops: dict[str, dict[str, Any]] = {}
        self._last_nonce = 0

    @property
    def triggers(self) -> list[str]:
        return [stop["price"] for stop in self.stops.values()]

    def is_signed(self, request: web.Request, body: str) -> bool:
        nonce = int(dict(parse_qsl(body))["nonce"])
        expected = signed(self.keys, request.path, nonce, body)
        return all(request.headers[name] == value for name, value in expected.items())

    def unsigned(self) -> Answer:
        return _refused("EAPI:Invalid signature")

    def read_body(self, body: str) -> dict[str, Any]:
        return dict(parse_qsl(body))

    def is_new_order(self, name: str) -> bool:
        return name.endswith("/AddOrder")

    def order_text(self, number: int) -> str:
        return f"O{number:05}-FRGI2-MQMWZD"

    async def on_message(self, socket: web.WebSocketResponse, text: str) -> None:
        asked = json.loads(text, parse_float=str, parse_int=str)
        if asked["method"] == "ping":
            await socket.send_json({"method": "pong"})
            return
        given = asked["params"]
        number = int(asked["req_id"])
        if given.pop("token") != TOKEN:
            self.bad_signatures += 1
        if asked["method"] == "subscribe":
            self.sockets.add(socket)
            await socket.send_json({"method": "subscribe", "req_id": number, "result": given, "success": True})
            rows = [self._row(order, "new") for order in self.open]
            await socket.send_str(json.dumps({"channel": "executions", "type": "snapshot", "data": rows}))
            return
        name = {"add_order": "AddOrder", "amend_order": "AmendOrder", "cancel_order": "CancelOrder"}[asked["method"]]
        answer = await self.answer_with_faults(f"POST /0/private/{name}", _as_rest(given))
        if answer is None or answer[0] >= 500:
            await socket.close()
            return
        error = next(iter(answer[1]["error"]), "")
        result = {"error": error} if error else {"result": {}}
        if not socket.closed:
            await socket.send_json({"method": asked["method"], "req_id": number, "success": not error, **result})

    async def answer(self, name: str, given: dict[str, Any]) -> Answer:
        nonce = int(given.get("nonce", self._last_nonce + 1))  # the socket has none
        if nonce <= self._last_nonce:
            return _refused("EAPI:Invalid nonce")
        if "nonce" in given:
            self._last_nonce = nonce
        match name.removeprefix("POST /0/private/"):
            case "GetWebSocketsToken":
                if self.refuse_logins:
                    self.refuse_logins -= 1
                    return _refused("EGeneral:Permission denied")
                return _result({"token": TOKEN, "expires": 900})
            case "AddOrder" if "trigger" in given:
                name = f"S{len(self.stops):05}-FRGI2-MQMWZD"
                self.stops[name] = given
                self._tell_stop(name, "new")
                return _result({"txid": [name]})
            case "AddOrder":
                order = await self.place(
                    given["cl_ord_id"],
                    is_buy=given["type"] == "buy",
                    is_market=given["ordertype"] == "market",
                    is_ioc=given.get("timeinforce") == "IOC",
                    price=given.get("price", ""),
                    quantity=given["volume"],
                )
                return _result({"txid": [self.order_text(order.venue_order_id)]})
            case "CancelOrder":
                for name in self._stops_of(given):
                    self._tell_stop(name, "canceled")
                    del self.stops[name]
                    return _result({"count": 1})
                done = await self.cancel(self._find(given))
                return _result({"count": 1}) if done else _refused("EOrder:Unknown order")
            case "AmendOrder" if names := self._stops_of(given):
                stop = self.stops[names[0]]
                stop |= {"volume": given["order_qty"], "price": given["trigger_price"]}
                self._tell_stop(names[0], "amended")
                return _result({"amend_id": "TEZA4R-DSDGT-IJBOJK"})
            case "AmendOrder":
                done = await self.change(self._find(given), given.get("limit_price", ""), given.get("order_qty", ""))
                return _result({"amend_id": "TEZA4R-DSDGT-IJBOJK"}) if done else _refused("EOrder:Unknown order")
            case "CancelAll":
                for order in self.open:
                    await self.cancel(order)
                return _result({"count": 1})
            case "CancelAllOrdersAfter":
                self.dead_man.append(int(given["timeout"]))
                return _result({"currentTime": "2026-03-24T17:41:56Z", "triggerTime": "0"})
            case "OpenOrders":
                stops = {name: self._stop(stop) for name, stop in self.stops.items()}
                return _result({"open": self._listed(self.open, given) | (stops if "cl_ord_id" not in given else {})})
            case "ClosedOrders":
                closed = [order for order in self.venue.orders if order not in self.open]
                return _result({"closed": self._listed(closed, given), "count": len(closed)})
            case "QueryOrders":
                return _result(self._listed([order for order in [self._find(given)] if order], {}))
            case "TradesHistory":
                fills = self.fills_after(int(given.get("start", 0)) * 1_000)
                trades = {self._trade_name(fill): self._trade(fill) for fill in fills[int(given["ofs"]) :]}
                return _result({"trades": trades, "count": len(fills)})
            case "Balance":
                return _result({"XXBT": self.lots(self.held_lots), "ZUSD": "200000.00"})
        raise AssertionError(name)

    def encoded(self, word: Any) -> str:
        """The venue writes numbers."""
        return json.dumps({"channel": "executions", "type": "update", "data": [word], "sequence": 1})

    def order_words(self, order: Resting, report: VenueReport) -> list[Any]:
        kind = EXEC_TYPES[report.report]
        row = self._row(order, kind)
        if kind != "new":  # only what changed
            kept = ("order_id", "exec_type", "order_status", "timestamp", "limit_price", "order_qty", "cum_qty")
            row = {name: row[name] for name in kept}
        return [row]

    def fill_words(self, order: Resting, fill: VenueFill, report: VenueReport) -> list[Any]:
        return [
            {
                "order_id": self.order_text(order.venue_order_id),
                "exec_type": "trade",
                "order_status": LIVE[report.status],
                "exec_id": self._trade_name(fill),
                "last_qty": float(self.lots(fill.quantity_lots)),
                "last_price": float(self.price(fill.price_ticks)),
                "cum_qty": float(self.lots(report.filled_lots)),
                "liquidity_ind": "m",
                "fees": [{"asset": self.quote, "qty": float(FEE)}],
                "timestamp": _time(fill.venue_ns),
            }
        ]

    def _row(self, order: Resting, kind: str) -> dict[str, Any]:
        return {
            "order_id": self.order_text(order.venue_order_id), "exec_type": kind, "symbol": self.symbol,
            **({"cl_ord_id": self.text_of(order)} if self.text_of(order) else {}),
            "side": side_of(order, "buy", "sell"), "order_type": "limit", "time_in_force": "GTC",
            "order_qty": float(self.lots(order.quantity_lots)), "limit_price": float(self.price(order.price_ticks)),
            "order_status": status_of(order, LIVE), "cum_qty": float(self.lots(order.filled_lots)),
            "timestamp": _time(self.venue.clock_ns),
        }  # fmt: skip

    def _stops_of(self, given: dict[str, Any]) -> list[str]:
        return [
            name for name, stop in self.stops.items()
            if name == given.get("txid") or stop["cl_ord_id"] == given.get("cl_ord_id")
        ]  # fmt: skip

    def _tell_stop(self, name: str, kind: str) -> None:
        stop = self.stops[name]
        self._words.put_nowait({
            "order_id": name, "exec_type": kind, "order_status": "canceled" if kind == "canceled" else "new",
            "cl_ord_id": stop["cl_ord_id"], "symbol": self.symbol, "side": stop["type"],
            "order_type": stop["ordertype"], "order_qty": float(stop["volume"]), "cum_qty": 0,
            "triggers": {"reference": "last", "price": float(stop["price"]), "price_type": "static"},
            "timestamp": _time(self.venue.clock_ns),
        })  # fmt: skip

    def _stop(self, stop: dict[str, Any]) -> dict[str, Any]:
        described = {"pair": "XBTUSD", "type": stop["type"], "ordertype": stop["ordertype"], "price": stop["price"]}
        return {"status": "open", "vol": stop["volume"], "vol_exec": "0", "descr": described} | {
            "cl_ord_id": stop["cl_ord_id"]
        }

    def _listed(self, orders: list[Resting], given: dict[str, Any]) -> dict[str, Any]:
        wanted = given.get("cl_ord_id")
        return {
            self.order_text(order.venue_order_id): {
                "status": status_of(order, LISTED), "vol": self.lots(order.quantity_lots),
                "vol_exec": self.lots(order.filled_lots), "userref": 0, "cl_ord_id": self.text_of(order) or None,
                "descr": {
                    "pair": "XBTUSD", "type": side_of(order, "buy", "sell"), "ordertype": "limit",
                    "price": self.price(order.price_ticks), "price2": "0",
                },
            }
            for order in orders if wanted in (None, self.text_of(order))
        }  # fmt: skip

    def _trade(self, fill: VenueFill) -> dict[str, Any]:
        return {
            "ordertxid": self.order_text(fill.venue_order_id), "pair": "XXBTZUSD", "time": fill.venue_ns / 1e9,
            "type": "buy" if fill.side > 0 else "sell", "price": self.price(fill.price_ticks), "fee": FEE,
            "vol": self.lots(fill.quantity_lots), "maker": True,
        }  # fmt: skip

    def _trade_name(self, fill: VenueFill) -> str:
        return f"T{fill.execution_id:05}-WJ6EO-4FP4VZ"

    def _find(self, given: dict[str, Any]) -> Resting | None:
        return self.find(order_id=given.get("txid", ""), text=given.get("cl_ord_id", ""))


def _as_rest(given: dict[str, Any]) -> dict[str, Any]:
    """What the socket is asked, as REST would be."""
    names = {"order_type": "ordertype", "side": "type", "order_qty": "volume", "limit_price": "price"}
    amends = "order_type" not in given
    asked = {(name if amends else names.get(name, name)): value for name, value in given.items()}
    if "triggers" in asked:
        asked |= {"trigger": asked["triggers"]["reference"], "price": asked["triggers"]["price"]}
    if "time_in_force" in asked:
        asked["timeinforce"] = asked["time_in_force"].upper()
    for name, rest_name in (("order_id", "txid"), ("cl_ord_id", "cl_ord_id")):
        if name in asked:
            value = asked.pop(name)
            asked[rest_name] = value[0] if isinstance(value, list) else value
    return asked


def _time(venue_ns: int) -> str:
    return datetime.fromtimestamp(venue_ns / 1e9, UTC).isoformat().replace("+00:00", "Z")


def _result(result: dict[str, Any]) -> Answer:
    return 200, {"error": [], "result": result}
