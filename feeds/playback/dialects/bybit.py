"""Bybit v5, and the retired v2. A topic is `orderbook.200.BTCUSDT`: depths above one have one shape."""

import re

from feeds.playback.dialects.dialect import Dialect, Known, Request, Topic, found_once, message_of, refuses, to_text

_TOPIC = re.compile(r'"topic":"([^"]+)"')
_KINDS = {"publicTrade": "trade", "trade": "trade", "orderBookL2_25": "book"}
_CONN = "d8bu1olkndm7crnfs1e0-j6akw"


class Bybit(Dialect):
    renames = True

    def topics_of(self, text: str, conn: str) -> tuple[Topic, ...] | None:
        found = found_once(_TOPIC, text)
        return (_topic(found[1]),) if found else None

    def read(self, text: str, known: Known) -> Request:
        message = message_of(text)
        verb, request_id = message.get("op"), message.get("req_id", "")
        if verb == "ping":
            said = {"success": True, "ret_msg": "pong", "conn_id": _CONN, "req_id": request_id, "op": "ping"}
            return Request(answers=(to_text(said),))
        if verb not in ("subscribe", "unsubscribe"):
            return Request()
        topics = tuple(_topic(name) for name in message.get("args", []))
        refused = [topic.name for topic in topics if refuses(topic, known)]
        said = {
            "success": not refused,
            "ret_msg": f"error:handler not found,topic:{refused[0]}" if refused else "",
            "conn_id": _CONN,
            "req_id": request_id,
            "op": verb,
        }
        return Request(verb, () if refused else topics, (to_text(said),))


def _topic(name: str) -> Topic:
    channel, _, rest = name.partition(".")
    depth, _, symbol = rest.rpartition(".")
    kind = _KINDS.get(channel, f"{channel}.{depth}" if depth else channel)
    if channel == "orderbook":
        kind = "bbo" if depth == "1" else "book"
    return Topic(kind, symbol, name)
