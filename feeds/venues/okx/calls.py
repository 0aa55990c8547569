"""Signed calls to OKX, and its private socket.

Orders go by REST: over the socket the venue wants an instrument by a number of its own since 2026. A 429 names no
time; the limits are of two seconds.
"""

import msgspec

from feeds.errors import FeedError, VenueRefused
from feeds.order_entry.account import Parameters, Signed, VenueAccount, query_of
from feeds.venues.okx.order_messages import Answer, Outcome, Push, PushedTo, ServerTime
from feeds.venues.okx.order_words import ERRORS
from feeds.venues.okx.signing import login, signed_headers

CHANNELS = [{"channel": "orders", "instType": "ANY"}]
DEMO = "wspap."
"""Of the demo's addresses: its REST calls go to the same host and want a header"""


class OkxAccount(VenueAccount):
    errors = ERRORS
    orders_a_second, orders_at_once = 30.0, 60.0  # 60 in two seconds, of one instrument
    queries_a_second, queries_at_once = 10.0, 20.0
    retry_s = 2.0
    ping = "ping"

    def signed(self, verb: str, path: str, parameters: Parameters) -> Signed:
        query = query_of(parameters) if verb == "GET" else ""
        given = parameters.get("", parameters)  # a list goes under no name
        body = msgspec.json.encode(given).decode() if verb != "GET" else ""
        headers = signed_headers(
            self.credentials,
            self.now_ms(),
            verb,
            f"{path}?{query}" if query else path,
            body,
            is_demo=DEMO in self.config.ws_api_url,
        )
        return Signed(query, body, headers)

    def done(self, body: bytes) -> bytes:
        """The rows of `data`. A refusal of one order stands in its row."""
        answer = msgspec.json.decode(body, type=Answer)
        rows = bytes(answer.data)
        outcomes = msgspec.json.decode(rows, type=list[Outcome])
        refused = next((row for row in outcomes if row.sCode != "0"), None)
        if refused is not None:
            raise VenueRefused(code=refused.sCode, text=refused.sMsg)
        if answer.code != "0":
            raise VenueRefused(code=answer.code, text=answer.msg)
        return rows

    async def clock_ms(self) -> int:
        answer = msgspec.json.decode(await self.public("/api/v5/public/time"), type=Answer)
        return int(msgspec.json.decode(answer.data, type=list[ServerTime])[0].ts)

    async def log_in(self) -> None:
        await self._event("login", login(self.credentials, self.now_ms()))
        await self._event("subscribe", {"op": "subscribe", "args": CHANNELS})

    async def _event(self, name: str, message: object) -> None:
        await self.exchange(name, msgspec.json.encode(message).decode())

    def on_frame(self, frame: bytes, received_ns: int) -> None:
        if frame == b"pong":
            return
        push = msgspec.json.decode(frame, type=Push)
        if push.event == "error":
            error: FeedError = VenueRefused(code=push.code, text=push.msg)
            _ = self.answered("login", error) or self.answered("subscribe", error)
        elif push.event:
            self.answered(push.event, b"")
        elif msgspec.json.decode(frame, type=PushedTo).arg.channel == "orders":
            self._on_news(bytes(push.data), received_ns)
