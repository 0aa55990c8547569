"""Calls to Alpaca's trading API, and its stream of trade updates. Two hundred calls a minute, whatever they ask."""

import msgspec

from feeds.errors import VenueRefused
from feeds.order_entry.account import Parameters, Signed, VenueAccount, query_of
from feeds.order_entry.refusals import Code
from feeds.venues.alpaca.order_messages import Frame, Refusal, StreamData
from feeds.venues.alpaca.order_words import ERRORS
from feeds.venues.alpaca.signing import headers_of, login


class AlpacaAccount(VenueAccount):
    errors = ERRORS
    orders_a_second, orders_at_once = 2.0, 100.0
    queries_a_second, queries_at_once = 1.2, 70.0

    def signed(self, verb: str, path: str, parameters: Parameters) -> Signed:
        headers = headers_of(self.credentials)
        if verb == "POST":
            return Signed("", msgspec.json.encode(parameters).decode(), headers)
        return Signed(query_of(parameters), headers=headers)

    def read_refusal(self, body: bytes) -> tuple[Code, str]:
        refusal = msgspec.json.decode(body, type=Refusal)
        return refusal.code, refusal.message

    async def log_in(self) -> None:
        await self.exchange("authorization", login(self.credentials))
        listen = {"action": "listen", "data": {"streams": ["trade_updates"]}}
        await self.exchange("listening", msgspec.json.encode(listen).decode())

    def on_frame(self, frame: bytes, received_ns: int) -> None:
        told = msgspec.json.decode(frame, type=Frame)
        if told.stream == "trade_updates":
            self._on_news(bytes(told.data), received_ns)
        elif told.stream == "authorization":
            status = msgspec.json.decode(told.data, type=StreamData).status
            self.answered(told.stream, b"" if status == "authorized" else VenueRefused(code=status, text="the login"))
        else:
            self.answered(told.stream, b"")
