"""Alpaca market data: arrays of messages, one letter tells the kind; authentication before any subscription."""

import re

from feeds.playback.dialects.dialect import Dialect, Known, Request, Topic, message_of, to_text

_KIND = re.compile(r'"T":"([a-z]+)"')
_SYMBOL = re.compile(r'"S":"([^"]+)"')
_KINDS = {"t": "trades", "q": "quotes", "b": "bars", "o": "orderbooks"}


class Alpaca(Dialect):
    greetings = ('[{"T":"success","msg":"connected"}]',)

    def topics_of(self, text: str, conn: str) -> tuple[Topic, ...] | None:
        kind = _KIND.search(text[:60])
        if kind is None or kind[1] in ("success", "subscription", "error"):
            return () if '"connected"' in text else None
        name = _KINDS.get(kind[1], kind[1])
        return tuple(Topic("book" if name == "orderbooks" else name, symbol) for symbol in set(_SYMBOL.findall(text)))

    def read(self, text: str, known: Known) -> Request:
        message = message_of(text)
        verb = message.get("action")
        if verb == "auth":
            return Request(answers=('[{"T":"success","msg":"authenticated"}]',))
        if verb not in ("subscribe", "unsubscribe"):
            return Request()
        asked = {name: message.get(name, []) for name in ("trades", "quotes", "bars", "orderbooks")}
        topics = tuple(
            Topic("book" if name == "orderbooks" else name, symbol)
            for name, symbols in asked.items()
            for symbol in symbols
        )
        return Request(verb, topics, (to_text([{"T": "subscription", **asked}]),))
