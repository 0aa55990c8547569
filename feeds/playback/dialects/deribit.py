"""Deribit: JSON-RPC; a channel is `book.BTC-PERPETUAL.100ms`; raw and aggregated frames have one shape."""

import re
from collections.abc import Mapping

from feeds.playback.dialects.dialect import Dialect, Known, Request, Topic, message_of, refuses, to_text

_CHANNEL = re.compile(r'"channel":"([^"]+)"')
_KINDS = {"trades": "trade"}
_VERBS = {"public/subscribe": "subscribe", "private/subscribe": "subscribe", "public/unsubscribe": "unsubscribe"}


class Deribit(Dialect):
    renames = True

    def topics_of(self, text: str, conn: str) -> tuple[Topic, ...] | None:
        if '"method":"heartbeat"' in text[:60]:
            return ()
        found = _CHANNEL.search(text[:200]) or _CHANNEL.search(text[-200:])
        return (_topic(found[1]),) if found else None

    def joined(self, path: str, recorded: Mapping[str, str]) -> str | None:
        """Currencies were recorded one by one, and are asked for all at once."""
        lists = [message_of(text)["result"] for url, text in recorded.items() if "/get_instruments" in url]
        if not path.endswith("/get_instruments") or not lists:
            return None
        return to_text({"jsonrpc": "2.0", "result": [row for rows in lists for row in rows]})

    def read(self, text: str, known: Known) -> Request:
        message = message_of(text)
        method, params = message.get("method", ""), message.get("params") or {}
        head = {"jsonrpc": "2.0", "id": message.get("id")}
        if method not in _VERBS:
            result = {"version": "1.2.26"} if method in ("public/test", "public/hello") else "ok"
            return Request(answers=(to_text({**head, "result": result}),)) if method else Request()
        topics = tuple(_topic(name) for name in params.get("channels", []))
        taken = tuple(topic for topic in topics if not refuses(topic, known))
        # The venue leaves out what it does not know, and says nothing about it.
        answer = to_text({**head, "result": [topic.name for topic in taken], "usIn": 1, "usOut": 2, "usDiff": 1})
        return Request(_VERBS[method], taken, (answer,))  # type: ignore[arg-type]


def _topic(name: str) -> Topic:
    channel, _, rest = name.partition(".")
    symbol, _, interval = rest.partition(".")
    # book.X.none.20.100ms: grouped, every frame the whole view
    kind = "book.grouped" if channel == "book" and interval.count(".") else _KINDS.get(channel, channel)
    return Topic(kind, symbol, name)
