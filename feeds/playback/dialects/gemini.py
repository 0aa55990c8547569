"""Gemini v2 market data: `l2` of a symbol is its book, its trades and its auctions."""

import re

from feeds.playback.dialects.dialect import Dialect, Known, Request, Topic, message_of, refuses, to_text

_TYPE = re.compile(r'"type":"([^"]+)"')
_SYMBOL = re.compile(r'"symbol":"([^"]+)"')


class Gemini(Dialect):
    def topics_of(self, text: str, conn: str) -> tuple[Topic, ...] | None:
        kind, symbol = _TYPE.search(text[:60]), _SYMBOL.search(text[:120])
        if symbol is None or kind is None:
            return ()
        return (Topic("candle" if kind[1].startswith("candles") else "book", symbol[1]),)

    def read(self, text: str, known: Known) -> Request:
        message = message_of(text)
        verb = message.get("type")
        if verb not in ("subscribe", "unsubscribe"):
            return Request()
        topics = tuple(
            Topic("book" if asked.get("name") == "l2" else str(asked.get("name")), symbol)
            for asked in message.get("subscriptions", [])
            for symbol in asked.get("symbols", [])
        )
        if refused := [topic.symbol for topic in topics if refuses(topic, known)]:
            said = {"result": "error", "reason": "InvalidJson", "message": f"Invalid symbol {refused[0]}"}
            return Request(answers=(to_text(said),))
        return Request(verb, topics)
