"""Coinbase Advanced Trade: orders over REST with a token each, the user channel without single executions."""

import base64
import json
import time
from types import MappingProxyType
from typing import Any

from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from core.vocabulary import OrderStatus
from feeds.credentials import Credentials
from feeds.venues.coinbase.order_words import NAMES
from feeds.venues.contract import VenueFill, VenueReport
from tests.doubles.framework import FEE, Answer, ExchangeDouble, side_of, status_of
from tests.venue_double import Resting

KEY = ec.generate_private_key(ec.SECP256R1())
PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
STATES = {
    OrderStatus.NEW: "OPEN",
    OrderStatus.PARTIALLY_FILLED: "OPEN",
    OrderStatus.FILLED: "FILLED",
    OrderStatus.CANCELED: "CANCELLED",
}
ROOT = "/api/v3/brokerage/"


def _refused(error: str, message: str) -> Answer:
    response = {"error": error, "message": message, "error_details": "", "preview_failure_reason": "UNKNOWN"}
    return 200, {"success": False, "failure_reason": "UNKNOWN_FAILURE_REASON", "error_response": response}


class CoinbaseDouble(ExchangeDouble):
    keys = Credentials("organizations/o/apiKeys/k", PEM)
    names = NAMES
    dialect = "coinbase"
    refusals = MappingProxyType({
        "funds": _refused("INSUFFICIENT_FUND", "Insufficient balance in source account"),
        "would_take": _refused("INVALID_LIMIT_PRICE_POST_ONLY", "Post only limit price would cross"),
        "price": _refused("INVALID_PRICE_PRECISION", "Too many decimals in order price"),
        "quantity": _refused("INVALID_SIZE_PRECISION", "Too many decimals in order amount"),
        "throttled": (429, {"error": "RESOURCE_EXHAUSTED", "message": "too many requests"}),
        "unknown": _refused("UNKNOWN_FAILURE_REASON", ""),
        "clock": (401, {"error": "Unauthorized", "message": "token is expired"}),
    })  # fmt: skip

    def __init__(self, row: Any) -> None:
        super().__init__(row)
        self._subscribed: dict[int, dict[str, list[str]]] = {}
        self._sequences: dict[int, int] = {}

    def is_public(self, path: str) -> bool:
        return path == f"{ROOT}time"

    def is_signed(self, request: web.Request, body: str) -> bool:
        return self._is_token(
            request.headers["Authorization"].removeprefix("Bearer "), f"{request.method} {request.host}{request.path}"
        )

    def unsigned(self) -> Answer:
        return 401, {"error": "Unauthorized", "message": "invalid signature"}

    def is_new_order(self, name: str) -> bool:
        return name == f"POST {ROOT}orders"

    def order_text(self, number: int) -> str:
        return f"{number:08x}-2222-4222-8333-444444444444"

    async def on_message(self, socket: web.WebSocketResponse, text: str) -> None:
        asked = json.loads(text)
        is_right = self._is_token(asked["jwt"], "")
        self.bad_signatures += not is_right
        if not is_right or self.refuse_logins:
            self.refuse_logins = max(0, self.refuse_logins - 1)
            await socket.send_json({"type": "error", "message": "authentication failure"})
            return
        channels = self._subscribed.setdefault(id(socket), {})
        channels[asked["channel"]] = ["x"]
        await self._send(socket, "subscriptions", {"subscriptions": channels})
        if asked["channel"] == "user":
            self.sockets.add(socket)
            orders = [self._user_order(order) for order in self.open]
            await self._send(socket, "user", {"type": "snapshot", "orders": orders})

    async def _send(self, socket: web.WebSocketResponse, channel: str, event: dict[str, Any]) -> None:
        number = self._sequences[id(socket)] = self._sequences.get(id(socket), -1) + 1
        frame = {"channel": channel, "timestamp": "2026-04-07T14:30:06Z", "sequence_num": number, "events": [event]}
        await socket.send_json(frame)

    async def _send_words(self) -> None:
        while True:
            word = await self._words.get()
            for socket in list(self.sockets):
                if not socket.closed:
                    await self._send(socket, "user", {"type": "update", "orders": [word]})

    async def answer(self, name: str, given: dict[str, Any]) -> Answer:
        match name.replace(ROOT, ""):
            case "GET time":
                return 200, {"iso": "", "epochSeconds": "0", "epochMillis": str(time.time_ns() // 1_000_000)}
            case "POST orders":
                ((kind, terms),) = given["order_configuration"].items()
                order = await self.place(
                    given["client_order_id"],
                    is_buy=given["side"] == "BUY",
                    is_market=kind == "market_market_ioc",
                    is_ioc=kind == "sor_limit_ioc",
                    price=terms.get("limit_price", ""),
                    quantity=terms["base_size"],
                )
                placed = {"order_id": self.order_text(order.venue_order_id), "product_id": self.symbol}
                return 200, {"success": True, "success_response": placed, "order_configuration": {}}
            case "POST orders/batch_cancel":
                results = []
                for order_id in given["order_ids"]:
                    done = await self.cancel(self.find(order_id=order_id))
                    reason = "UNKNOWN_CANCEL_FAILURE_REASON" if done else "UNKNOWN_CANCEL_ORDER"
                    results.append({"success": done, "failure_reason": reason, "order_id": order_id})
                return 200, {"results": results}
            case "POST orders/edit":
                done = await self.change(self.find(order_id=given["order_id"]), given["price"], given["size"])
                errors = [{"edit_failure_reason": "ORDER_NOT_FOUND", "preview_failure_reason": ""}]
                return 200, {"success": done, "errors": [] if done else errors}
            case "GET orders/historical/batch":
                orders = self.open if given.get("order_status") == "OPEN" else self.venue.orders[::-1]
                return 200, {"orders": [self._shown(order) for order in orders], "has_next": False, "cursor": ""}
            case "GET orders/historical/fills":
                fills = [
                    fill for fill in self.venue.fills
                    if given.get("order_ids") in (None, self.order_text(fill.venue_order_id))
                ]  # fmt: skip
                return 200, {"fills": [self._fill(fill) for fill in fills[::-1]], "cursor": ""}
            case "GET accounts":
                amount = {"value": self.lots(self.held_lots), "currency": self.base}
                account = {"currency": self.base, "available_balance": amount, "hold": {"value": "0"}}
                return 200, {"accounts": [account], "has_next": False, "cursor": ""}
            case one if one.startswith("GET orders/historical/"):
                found = self.find(order_id=one.rpartition("/")[2])
                if found is None:
                    return 404, {"error": "NOT_FOUND", "error_details": "order not found", "message": ""}
                return 200, {"order": self._shown(found)}
        raise AssertionError(name)

    def order_words(self, order: Resting, report: VenueReport) -> list[Any]:
        return [self._user_order(order)]

    def fill_words(self, order: Resting, fill: VenueFill, report: VenueReport) -> list[Any]:
        return [self._user_order(order)]

    def _is_token(self, token: str, uri: str) -> bool:
        payload, _, signature = token.rpartition(".")
        header, claims = (json.loads(_decoded(part)) for part in payload.split("."))
        raw = _decoded(signature)
        der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        try:
            KEY.public_key().verify(der, payload.encode(), ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        is_in_time = claims["nbf"] - 5 <= time.time() <= claims["exp"]
        names = {header["kid"], claims["sub"]} == {self.keys.key}
        return names and is_in_time and claims["iss"] == "cdp" and claims.get("uri", "") == uri

    def _shown(self, order: Resting) -> dict[str, Any]:
        terms = {"base_size": self.lots(order.quantity_lots), "limit_price": self.price(order.price_ticks)}
        return {
            "order_id": self.order_text(order.venue_order_id), "client_order_id": self.text_of(order),
            "product_id": self.symbol, "order_configuration": {"limit_limit_gtc": {**terms, "post_only": False}},
            "side": side_of(order, "BUY", "SELL"), "status": status_of(order, STATES),
            "time_in_force": "GOOD_UNTIL_CANCELLED", "filled_size": self.lots(order.filled_lots),
        }  # fmt: skip

    def _user_order(self, order: Resting) -> dict[str, Any]:
        return {
            "order_id": self.order_text(order.venue_order_id), "client_order_id": self.text_of(order),
            "cumulative_quantity": self.lots(order.filled_lots), "leaves_quantity": self.lots(order.left_lots),
            "limit_price": self.price(order.price_ticks), "avg_price": "0", "status": status_of(order, STATES),
            "product_id": self.symbol, "order_side": side_of(order, "BUY", "SELL"), "cancel_reason": "",
            "order_type": "Limit", "time_in_force": "GOOD_UNTIL_CANCELLED",
        }  # fmt: skip

    def _fill(self, fill: VenueFill) -> dict[str, Any]:
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(fill.venue_ns // 1_000_000_000))
        return {
            "entry_id": f"22222-2222222-{fill.execution_id:08}", "trade_id": f"1111-{fill.execution_id:06}",
            "order_id": self.order_text(fill.venue_order_id), "trade_type": "FILL", "product_id": self.symbol,
            "trade_time": f"{stamp}.{fill.venue_ns // 1_000 % 1_000_000:06}Z", "price": self.price(fill.price_ticks),
            "size": self.lots(fill.quantity_lots), "commission": FEE, "liquidity_indicator": "MAKER",
            "side": "BUY" if fill.side > 0 else "SELL", "size_in_quote": False,
        }  # fmt: skip


class PricelessDouble(CoinbaseDouble):
    """Its channel leaves out the price, as in the examples of the documents."""

    def _user_order(self, order: Resting) -> dict[str, Any]:
        return {**super()._user_order(order), "limit_price": ""}


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
