"""Calls to Coinbase with a token each, and its user channel. Orders go by REST: there is no other way."""

from urllib.parse import urlsplit

import msgspec

from feeds.errors import VenueRefused
from feeds.order_entry.account import Parameters, Signed, VenueAccount, query_of
from feeds.order_entry.refusals import Code
from feeds.venues.coinbase.order_messages import Answer, Frame, Refusal, ServerTime, Subscribed
from feeds.venues.coinbase.order_words import ERRORS
from feeds.venues.coinbase.signing import token

ROOT = "/api/v3/brokerage"
UNSAID = ("", "UNKNOWN", "UNKNOWN_FAILURE_REASON", "UNKNOWN_EDIT_ORDER_FAILURE_REASON", "PREVIEW_UNKNOWN")


class CoinbaseAccount(VenueAccount):
    errors = ERRORS
    orders_a_second, orders_at_once = 15.0, 30.0  # 30 a second for everything private
    queries_a_second, queries_at_once = 10.0, 30.0
    retry_s = 1.0
    _last_sequence = -1

    def signed(self, verb: str, path: str, parameters: Parameters) -> Signed:
        uri = f"{verb} {urlsplit(self.config.rest_url).netloc}{path}"
        headers = {"Authorization": f"Bearer {token(self.credentials, self.now_ms() // 1_000, uri)}"}
        if verb == "GET":
            return Signed(query_of(parameters), headers=headers)
        return Signed("", msgspec.json.encode(parameters).decode(), headers)

    def read_refusal(self, body: bytes) -> tuple[Code, str]:
        refusal = msgspec.json.decode(body, type=Refusal)
        return refusal.error, refusal.message or refusal.error_details

    def done(self, body: bytes) -> bytes:
        """An order, an edit and a cancel are refused with a good status."""
        answer = msgspec.json.decode(body, type=Answer)
        if not answer.success:
            error = answer.error_response
            if error is not None:
                code = next((text for text in (error.error, error.preview_failure_reason) if text not in UNSAID), "")
                raise VenueRefused(code=code or error.error, text=error.message)
            edit = answer.errors[0] if answer.errors else None
            reasons = (edit.edit_failure_reason, edit.preview_failure_reason) if edit else ()
            reason = next((text for text in reasons if text not in UNSAID), "")
            raise VenueRefused(code=reason, text=reason)
        refused = next((one for one in answer.results if not one.success), None)
        if refused is not None:
            raise VenueRefused(code=refused.failure_reason, text=refused.failure_reason)
        return body

    async def clock_ms(self) -> int:
        return int(msgspec.json.decode(await self.public(f"{ROOT}/time"), type=ServerTime).epochMillis)

    async def log_in(self) -> None:
        self._last_sequence = -1
        for channel in ("user", "heartbeats"):  # without heartbeats a quiet channel is closed
            message = {"type": "subscribe", "channel": channel, "jwt": token(self.credentials, self.now_ms() // 1_000)}
            await self.exchange(channel, msgspec.json.encode(message).decode())

    def on_frame(self, frame: bytes, received_ns: int) -> None:
        told = msgspec.json.decode(frame, type=Frame)
        if told.type == "error":
            refusal = VenueRefused(code="", text=told.message)
            _ = self.answered("user", refusal) or self.answered("heartbeats", refusal)
            return
        if 0 <= self._last_sequence != told.sequence_num - 1:
            self.begin_again()  # frames were lost: the next session begins with all that is open
        self._last_sequence = told.sequence_num
        if told.channel == "subscriptions":
            for event in msgspec.json.decode(frame, type=Subscribed).events:
                for channel in event.subscriptions:
                    self.answered(channel, b"")
        elif told.channel == "user":
            self._on_news(frame, received_ns)
