"""Signed calls to Binance spot: over REST, or over the WebSocket API where it is configured.

REST             POST, DELETE, GET /api/v3/…                     every venue of the dialect has it
WebSocket API    order.place, order.cancel and the user data     one socket, no connection set-up, one round trip
"""

import asyncio

import msgspec

from feeds.order_entry.account import Parameters, Signed, VenueAccount
from feeds.venues.binance.messages import ApiError, ListenKey, ServerTime, UserEnvelope
from feeds.venues.binance.order_words import ERRORS
from feeds.venues.binance.signing import signed_parameters, signed_query

LISTEN_KEY_S = 1_500.0
"""A listen key lives for an hour; it is renewed well before."""
_METHODS = {
    "order.place": ("POST", "/api/v3/order"),
    "order.cancel": ("DELETE", "/api/v3/order"),
    "openOrders.cancelAll": ("DELETE", "/api/v3/openOrders"),
}


class BinanceAccount(VenueAccount):
    errors = ERRORS
    orders_a_second, orders_at_once = 9.0, 90.0  # 100 in ten seconds
    queries_a_second, queries_at_once = 4.0, 50.0  # 6,000 of weight a minute, a question weighs up to 20
    time_path, listen_key_path = "/api/v3/time", "/api/v3/userDataStream"

    def signed(self, verb: str, path: str, parameters: Parameters) -> Signed:
        query = signed_query(self._timed(parameters), self.credentials)
        return Signed(query, headers={"X-MBX-APIKEY": self.credentials.key})

    async def clock_ms(self) -> int:
        return msgspec.json.decode(await self.public(self.time_path), type=ServerTime).serverTime

    async def order(self, method: str, parameters: Parameters) -> bytes:
        """One of _METHODS, by the fastest way there is."""
        is_cancel = method != "order.place"
        if self.is_told and self.config.ws_api_url:
            return await self.ask(lambda identity: self._message(identity, method, parameters), urgent=is_cancel)
        verb, path = _METHODS[method]
        return await (self.cancel if is_cancel else self.send)(verb, path, parameters)

    async def socket_url(self) -> str:
        if self.config.ws_api_url:
            return self.config.ws_api_url
        return f"{self.config.ws_url.rstrip('/')}/ws/{await self.listen_key()}"

    async def log_in(self) -> None:
        if self.config.ws_api_url:
            await self._ask(lambda identity: self._message(identity, "userDataStream.subscribe.signature", {}))

    async def keep_session(self) -> None:
        while self.hidden:
            await asyncio.sleep(LISTEN_KEY_S)
            await self._keyed("PUT", f"listenKey={self.hidden}")

    def on_frame(self, frame: bytes, received_ns: int) -> None:
        if not self.config.ws_api_url:
            self._on_news(frame, received_ns)
            return
        try:
            envelope = msgspec.json.decode(frame, type=UserEnvelope)
        except (msgspec.DecodeError, UnicodeError):
            self._on_news(frame, received_ns)  # counted there as a message that makes no sense
            return
        if event := bytes(envelope.event):
            self._on_news(event, received_ns)
        elif envelope.status == 200:
            self.answered(str(envelope.id), bytes(envelope.result))
        else:
            error = envelope.error or ApiError()
            self.answered(str(envelope.id), self.errors.judged(error.code, error.msg, envelope.status))

    async def listen_key(self) -> str:
        """Whoever has it hears all of the account."""
        self.hidden = msgspec.json.decode(await self._keyed("POST"), type=ListenKey).listenKey
        return self.hidden

    async def _keyed(self, verb: str, query: str = "") -> bytes:
        """The key alone, unsigned."""
        return await self._rest.call(verb, self.listen_key_path, query, {"X-MBX-APIKEY": self.credentials.key})

    def _message(self, identity: str, method: str, parameters: Parameters) -> str:
        signed = signed_parameters(self._timed(parameters), self.credentials)
        return msgspec.json.encode({"id": identity, "method": method, "params": signed}).decode()

    def _timed(self, parameters: Parameters) -> dict[str, object]:
        return {**parameters, "recvWindow": self.config.receive_window_ms, "timestamp": self.now_ms()}
