"""Gemini v2 market data: `l2` of a symbol is its book, its trades and its auctions."""

import re
from collections.abc import Mapping

from feeds.playback.dialects.dialect import Dialect, Known, Request, Topic, message_of, refuses, to_text

_TYPE = re.compile(r'"type":"([^"]+)"')
_CHANGE = re.compile(r'\["(?:buy|sell)","\d+\.?(\d*)","\d+\.?(\d*)"\]')
_SYMBOL = re.compile(r'"symbol":"([^"]+)"')


class Gemini(Dialect):
    def topics_of(self, text: str, conn: str) -> tuple[Topic, ...] | None:
        kind, symbol = _TYPE.search(text[:60]), _SYMBOL.search(text[:120])
        if symbol is None or kind is None:
            return ()
        return (Topic("candle" if kind[1].startswith("candles") else "book", symbol[1]),)

    def joined(self, path: str, recorded: Mapping[str, str]) -> str | None:
        details = [text for url, text in recorded.items() if "/symbols/details/" in url]
        return f"[{','.join(details)}]" if path.endswith("/symbols/details/all") and details else None

    def listing(self, texts: Mapping[str, str]) -> dict[str, str]:
        """Its `tick_size` is the step of quantities, `quote_increment` that of prices."""
        rows = []
        for symbol, text in texts.items():
            decimals = _CHANGE.findall(text)
            price, size = (max((len(row[column]) for row in decimals), default=8) for column in (0, 1))
            row = {"symbol": symbol, "base_currency": symbol[:-3], "quote_currency": symbol[-3:], "status": "open"}
            steps = {"tick_size": 10.0**-size, "quote_increment": 10.0**-price, "min_order_size": "0.00001"}
            rows.append({**row, **steps, "wrap_enabled": False})
        return {"/symbols/details/all": to_text(rows)}

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
