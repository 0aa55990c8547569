"""Signed calls to Bybit, and its private socket, which tells of one category (spot, linear, inverse)."""

import msgspec

from feeds.errors import VenueRefused
from feeds.order_entry.account import Parameters, Signed, VenueAccount, query_of
from feeds.order_entry.refusals import Code
from feeds.venues.bybit.order_messages import Answer, Push
from feeds.venues.bybit.order_words import CATEGORIES, ERRORS
from feeds.venues.bybit.signing import login, signed_headers


class BybitAccount(VenueAccount):
    errors = ERRORS
    orders_a_second, orders_at_once = 10.0, 10.0
    queries_a_second, queries_at_once = 10.0, 50.0
    retry_s, forbidden_s = 2.0, 600.0
    ping = '{"op":"ping"}'

    @property
    def category(self) -> str:
        return CATEGORIES[self.config.dialect or "bybit"]

    def signed(self, verb: str, path: str, parameters: Parameters) -> Signed:
        query = query_of(parameters) if verb == "GET" else ""
        body = msgspec.json.encode(parameters).decode() if verb != "GET" else ""
        window_ms = self.config.receive_window_ms
        return Signed(query, body, signed_headers(self.credentials, self.now_ms(), window_ms, query or body))

    def read_refusal(self, body: bytes) -> tuple[Code, str]:
        answer = msgspec.json.decode(body, type=Answer)
        return answer.retCode, answer.retMsg

    def done(self, body: bytes) -> bytes:
        answer = msgspec.json.decode(body, type=Answer)
        if answer.retCode != 0:
            raise VenueRefused(code=answer.retCode, text=answer.retMsg)
        return bytes(answer.result)

    async def clock_ms(self) -> int:
        return msgspec.json.decode(await self.public("/v5/market/time"), type=Answer).time

    async def log_in(self) -> None:
        topics = [f"order.{self.category}", f"execution.{self.category}"]
        await self._event("auth", login(self.credentials, self.now_ms()))
        await self._event("subscribe", {"op": "subscribe", "args": topics})

    async def _event(self, name: str, message: object) -> None:
        await self.exchange(name, msgspec.json.encode(message).decode())

    def on_frame(self, frame: bytes, received_ns: int) -> None:
        push = msgspec.json.decode(frame, type=Push)
        if push.topic:
            self._on_news(frame, received_ns)
        elif not push.success:
            self.answered(push.op, VenueRefused(code=push.retCode, text=push.ret_msg or push.retMsg))
        else:
            self.answered(push.op, b"")
