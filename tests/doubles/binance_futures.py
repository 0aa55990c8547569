"""Binance's futures of both margins: as spot where they are the same; changes in place, user data by listen key."""

from typing import Any

from aiohttp import web

from core.vocabulary import Report
from feeds.venues.contract import VenueFill, VenueReport
from tests.doubles.binance import BinanceDouble
from tests.doubles.framework import Answer
from tests.venue_double import Resting

LISTEN_KEY = "the-listen-key-of-nobody"


class FuturesDouble(BinanceDouble):
    dialect = "binance-usdm"
    socket_path = ""
    tokens = (LISTEN_KEY,)
    root, positions = "/fapi/v1/", "GET /fapi/v3/positionRisk"

    def is_public(self, path: str) -> bool:
        return path in (f"{self.root}time", f"{self.root}listenKey")

    def is_new_order(self, name: str) -> bool:
        return name == f"POST {self.root}order"

    async def on_open(self, socket: web.WebSocketResponse) -> None:
        assert socket._req is not None
        if self.key_of(socket._req) == LISTEN_KEY:
            self.sockets.add(socket)

    def key_of(self, request: web.BaseRequest) -> str:
        return request.query.get("listenKey", "")

    async def answer(self, name: str, given: dict[str, Any]) -> Answer:
        if name == self.positions:
            return 200, [{"symbol": self.symbol, "positionAmt": self.lots(self.held_lots), "positionSide": "BOTH"}]
        match name.replace(self.root, ""):
            case "POST listenKey" if self.refuse_logins:
                self.refuse_logins -= 1
                return 401, {"code": -2015, "msg": "Invalid API-key, IP, or permissions for action"}
            case "POST listenKey":
                return 200, {"listenKey": LISTEN_KEY}
            case "PUT order":
                order = self.find(order_id=given.get("orderId", ""), text=given.get("origClientOrderId", ""))
                if not await self.change(order, given["price"], given["quantity"]) or order is None:
                    return 400, {"code": -2013, "msg": "Order does not exist."}
                return 200, self._shown(order)
            case "DELETE allOpenOrders":
                for order in self.open:
                    await self.cancel(order)
                return 200, {"code": 200, "msg": "The operation of cancel all open order is done."}
            case "POST countdownCancelAll":
                self.dead_man.append(int(given["countdownTime"]) // 1_000)
                return 200, {"symbol": given["symbol"], "countdownTime": given["countdownTime"]}
            case "GET userTrades":
                fills = self.fills_after(int(given.get("startTime", 0)))
                return 200, [{**self._trade(fill), **_maker(fill)} for fill in fills]
        return await super().answer(name.replace(self.root, "/api/v3/"), given)

    def order_words(self, order: Resting, report: VenueReport) -> list[Any]:
        what = {Report.ACCEPTED: "NEW", Report.CANCELED: "CANCELED", Report.REPLACED: "AMENDMENT"}[report.report]
        return [self._update({**self._event(order, report, 0), "x": what, "c": self.text_of(order)})]

    def fill_words(self, order: Resting, fill: VenueFill, report: VenueReport) -> list[Any]:
        return [self._update(self._event(order, report, fill.quantity_lots))]

    def _update(self, event: dict[str, Any]) -> dict[str, Any]:
        kept = {name: value for name, value in event.items() if name not in ("e", "E", "C", "r")}
        return {"e": "ORDER_TRADE_UPDATE", "E": 1, "T": 1, "o": kept}


class CoinMarginedDouble(FuturesDouble):
    dialect = "binance-coinm"
    root, positions = "/dapi/v1/", "GET /dapi/v1/positionRisk"

    def key_of(self, request: web.BaseRequest) -> str:
        return request.path.removeprefix("/ws/")


def _maker(fill: VenueFill) -> dict[str, Any]:
    return {"maker": fill.is_maker, "side": "BUY" if fill.side > 0 else "SELL"}
