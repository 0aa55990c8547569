"""Signed calls to Kraken spot, and its private socket, over which orders go while it is open.

Nonces must arrive in order, so REST calls go one after another; the socket needs none.
"""

import asyncio
import time

import msgspec

from feeds.errors import NotSent, VenueRefused
from feeds.order_entry.account import Parameters, Signed, VenueAccount, query_of
from feeds.order_entry.refusals import Code
from feeds.venues.kraken.order_messages import Answer, Frame, Token
from feeds.venues.kraken.order_words import ERRORS, code_of
from feeds.venues.kraken.signing import signed

STALE_NONCE, TRIES = "Invalid nonce", 4
"""Another process with our key was faster (`station kill`): not looked at, and asked again with a newer one"""
ANSWERED = ("add_order", "amend_order", "cancel_order", "subscribe")


class KrakenAccount(VenueAccount):
    errors = ERRORS
    orders_a_second, orders_at_once = 1.0, 60.0  # the matching engine's, of one pair
    queries_a_second, queries_at_once = 0.33, 15.0  # the REST counter, of an account in the lowest tier
    retry_s = 3.0
    ping = '{"method":"ping"}'
    _last_nonce = 0
    _token = ""
    _in_order: asyncio.Lock

    async def start_quietly(self) -> None:
        self._in_order = asyncio.Lock()
        await super().start_quietly()

    def signed(self, verb: str, path: str, parameters: Parameters) -> Signed:
        self._last_nonce = max(self._last_nonce + 1, time.time_ns() // 1_000)
        body = query_of({"nonce": self._last_nonce, **parameters})
        try:
            return Signed("", body, signed(self.credentials, path, self._last_nonce, body))
        except ValueError:
            raise NotSent("the secret of the venue's key must be base64") from None

    async def _call(self, verb: str, path: str, parameters: Parameters, *, urgent: bool = False) -> bytes:
        async with self._in_order:
            for _ in range(TRIES - 1):
                try:
                    return await super()._call(verb, path, parameters, urgent=urgent)
                except NotSent as error:
                    if STALE_NONCE not in str(error):
                        raise
            return await super()._call(verb, path, parameters, urgent=urgent)

    def read_refusal(self, body: bytes) -> tuple[Code, str]:
        text = next(iter(msgspec.json.decode(body, type=Answer).error), "")
        return code_of(text), text

    def done(self, body: bytes) -> bytes:
        answer = msgspec.json.decode(body, type=Answer)
        refused = next((text for text in answer.error if text.startswith("E")), "")  # W: a warning
        if refused:
            raise VenueRefused(code=code_of(refused), text=refused)
        return bytes(answer.result)

    async def over_socket(self, method: str, parameters: Parameters, *, urgent: bool = False) -> bytes:
        return await self.ask(lambda identity: self._message(identity, method, parameters), urgent=urgent)

    async def log_in(self) -> None:
        body = await self._call("POST", "/0/private/GetWebSocketsToken", {})
        self._token = msgspec.json.decode(body, type=Token).token
        channel = {"channel": "executions", "snap_orders": True, "snap_trades": False}
        await self._ask(lambda identity: self._message(identity, "subscribe", channel))

    def on_frame(self, frame: bytes, received_ns: int) -> None:
        told = msgspec.json.decode(frame, type=Frame)
        if told.channel == "executions":
            self._on_news(bytes(told.data), received_ns)
        elif told.method in ANSWERED:
            error = self.errors.judged(code_of(told.error), told.error)
            self.answered(f"s{told.req_id}", b"" if told.success else error)

    def _message(self, identity: str, method: str, parameters: Parameters) -> str:
        given = {**parameters, "token": self._token}
        return msgspec.json.encode({"method": method, "params": given, "req_id": int(identity[1:])}).decode()
