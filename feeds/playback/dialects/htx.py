"""HTX spot and swaps: gzip frames; `market.btcusdt.depth.step0`; it pings, we pong.

The snapshot of an incremental book is requested on the socket: then the book is told from its beginning, with the
recorded `rep` in its place.
"""

import re

from feeds.playback.dialects.dialect import Dialect, Known, Request, Topic, message_of, refuses, to_text

_NAME = re.compile(r'"(?:ch|rep)":"([^"]+)"')


class Htx(Dialect):
    packs = True

    def topics_of(self, text: str, conn: str) -> tuple[Topic, ...] | None:
        if text.startswith('{"ping"'):
            return ()
        found = _NAME.search(text[:200]) or _NAME.search(text[-200:])
        return (_topic(found[1]),) if found else None

    def read(self, text: str, known: Known) -> Request:
        message = message_of(text)
        if "ping" in message:
            return Request(answers=(to_text({"pong": message["ping"]}),))
        if "req" in message:
            return Request("subscribe", (_topic(message["req"]),))
        verb = next((verb for verb in ("sub", "unsub") if verb in message), None)
        if verb is None:
            return Request()
        topic, request_id = _topic(message[verb]), message.get("id")
        if refuses(topic, known):
            error = {"err-code": "bad-request", "err-msg": f"invalid topic {topic.name}"}
            return Request(answers=(to_text({"status": "error", "ts": 1, "id": request_id, **error}),))
        said = {"id": request_id, "status": "ok", f"{verb}bed": topic.name, "ts": 1_618_678_070_653}
        return Request("subscribe" if verb == "sub" else "unsubscribe", (topic,), (to_text(said),))


def _topic(name: str) -> Topic:
    parts = name.split(".")
    kind = ".".join(parts[2:])
    if kind == "trade.detail":
        kind = "trade"
    elif kind.startswith(("depth.step0", "depth.size", "mbp")):
        # Whole books and incremental ones: which of them was recorded is what is served.
        kind = "book"
    return Topic(kind, parts[1] if len(parts) > 1 else "", name)
