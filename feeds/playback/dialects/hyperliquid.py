"""Hyperliquid: every book frame is a whole one. A coin that it does not know ends the socket without a word."""

import re
from collections.abc import Mapping

from feeds.playback.dialects.dialect import Dialect, Known, Request, Topic, message_of, to_text

_CHANNEL = re.compile(r'^\{"channel":"([^"]+)"')
_COIN = re.compile(r'"coin":"([^"]+)"')
_KINDS = {"l2Book": "book", "trades": "trade"}
_LEFT_OUT = ("subscriptionResponse", "pong", "error")


class Hyperliquid(Dialect):
    def topics_of(self, text: str, conn: str) -> tuple[Topic, ...] | None:
        channel, coin = _CHANNEL.search(text[:60]), _COIN.search(text[:200])
        if channel is None or channel[1] in _LEFT_OUT:
            return None
        return (Topic(_KINDS.get(channel[1], channel[1]), coin[1] if coin else ""),)

    def read(self, text: str, known: Known) -> Request:
        message = message_of(text)
        verb, asked = message.get("method"), message.get("subscription") or {}
        if verb == "ping":
            return Request(answers=('{"channel":"pong"}',))
        if verb not in ("subscribe", "unsubscribe"):
            return Request()
        kind = asked.get("type", "")
        topic = Topic(_KINDS.get(kind, kind), str(asked.get("coin", "")))
        said = {"channel": "subscriptionResponse", "data": {"method": verb, "subscription": asked}}
        return Request(verb, (topic,), (to_text(said),))

    def listing(self, texts: Mapping[str, str]) -> dict[str, str]:
        """POST /info; the same body whatever is asked, as far as meta goes."""
        universe = [{"name": symbol, "szDecimals": 5, "maxLeverage": 40} for symbol in texts]
        return {"/info": to_text({"universe": universe})}
