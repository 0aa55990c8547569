"""KuCoin: a token is fetched first; a topic may name many symbols; REST books, whose rows carry their own sequence."""

import re
from collections.abc import Mapping

import msgspec

from feeds.playback.dialects.dialect import Dialect, Known, Request, Topic, found_once, message_of, refuses, to_text
from feeds.playback.dialects.played_book import Change, Level, PlayedBook

_TOPIC = re.compile(r'"topic":"([^"]+)"')
_KINDS = {"/market/level2": "book", "/market/match": "trade"}


class Kucoin(Dialect):
    tells_books = False
    greetings = ('{"id":"NSkIrWGB1s","type":"welcome"}',)

    def topics_of(self, text: str, conn: str) -> tuple[Topic, ...] | None:
        if '"type":"welcome"' in text[:60]:
            return ()
        found = found_once(_TOPIC, text)
        return _topics(found[1]) if found else None

    def read(self, text: str, known: Known) -> Request:
        message = message_of(text)
        verb, request_id = message.get("type"), str(message.get("id", ""))
        if verb == "ping":
            return Request(answers=(to_text({"id": request_id, "type": "pong", "timestamp": 1_619_378_326_000_000}),))
        if verb not in ("subscribe", "unsubscribe"):
            return Request()
        topics = _topics(message.get("topic", ""))
        if topics and all(refuses(topic, known) for topic in topics):
            said = {"id": request_id, "type": "error", "code": 404, "data": f"topic {message['topic']} is not found"}
            return Request(answers=(to_text(said),))
        acknowledged = (to_text({"id": request_id, "type": "ack"}),) if message.get("response", True) else ()
        return Request(verb, topics, acknowledged)

    def http(self, path: str, body: str, ws_url: str, now_ms: int) -> str | None:
        if "/bullet-" not in path:
            return None
        server = {
            "endpoint": f"{ws_url}/endpoint", "encrypt": False, "protocol": "websocket", "pingInterval": 18_000,
            "pingTimeout": 10_000,
        }  # fmt: skip
        return to_text({"code": "200000", "data": {"token": "2neAiuYvAU61ZDXANAGAsiL4", "instanceServers": [server]}})

    def snapshot_symbol(self, path: str, query: Mapping[str, str]) -> str | None:
        # level2, level2_100 and level2_20, of v1, v2 and v3
        return query.get("symbol", "") if "/orderbook/level2" in path else None

    def open_book(self, recorded: str) -> PlayedBook:
        data = msgspec.json.decode(recorded)["data"]

        def write(last_id: int, bids: list[Level], asks: list[Level]) -> object:
            body = {"time": data["time"], "sequence": str(last_id), "bids": bids, "asks": asks}
            return {"code": "200000", "data": body}

        return PlayedBook(
            recorded, last_id=int(data["sequence"]), bids=data["bids"], asks=data["asks"], read=_change, write=write
        )


def _topics(name: str) -> tuple[Topic, ...]:
    kind, _, symbols = name.partition(":")
    return tuple(Topic(_KINDS.get(kind, kind), symbol) for symbol in symbols.split(","))


def _change(text: str) -> Change | None:
    data = msgspec.json.decode(text).get("data", {})
    if "changes" not in data:
        return None
    bids, asks = (
        [(row[0], row[1]) for row in sorted(data["changes"][side], key=lambda row: int(row[2])) if float(row[0])]
        for side in ("bids", "asks")
    )
    return int(data["sequenceStart"]), int(data["sequenceEnd"]), bids, asks
