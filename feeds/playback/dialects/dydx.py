"""dYdX v4's indexer (and v3 before it): the subscription's own answer is the book; one number for a whole socket."""

import re

from feeds.playback.dialects.dialect import Dialect, Known, Request, Topic, message_of, refuses, to_text

_CHANNEL = re.compile(r'"channel":"([^"]+)"')
_ID = re.compile(r'"id":"([^"]+)"')
_NUMBER = re.compile(r'"message_id":\s*\d+')
_KINDS = {"orderbook": "book", "trades": "trade"}


class Dydx(Dialect):
    greetings = ('{"type":"connected","connection_id":"22be6448-1464-45ff-ae7d-1204eac64d0f","message_id":0}',)

    def topics_of(self, text: str, conn: str) -> tuple[Topic, ...] | None:
        channel, symbol = _CHANNEL.search(text[:300]), _ID.search(text[:300])
        if channel is None:
            return () if '"connected"' in text[:40] else None
        return (_topic(channel[1], symbol[1] if symbol else ""),)

    def read(self, text: str, known: Known) -> Request:
        message = message_of(text)
        verb = message.get("type")
        if verb not in ("subscribe", "unsubscribe"):
            return Request()
        topic = _topic(message.get("channel", ""), message.get("id", ""))
        said = {"connection_id": "22be6448-1464-45ff-ae7d-1204eac64d0f", "message_id": 0}
        if refuses(topic, known):
            text = f"Invalid subscription id for channel: ({topic.name}-{topic.symbol})"
            return Request(answers=(to_text({"type": "error", "message": text, **said}),))
        if verb == "subscribe":
            return Request(verb, (topic,))
        gone = {"type": "unsubscribed", **said, "channel": topic.name, "id": topic.symbol}
        return Request(verb, (topic,), (to_text(gone),))

    def number(self, text: str, count: int) -> str | None:
        return _NUMBER.sub(f'"message_id":{count}', text, count=1)


class DydxV3(Dydx):
    def number(self, text: str, count: int) -> str | None:
        return None  # as recorded: there its messages overtake each other


def _topic(channel: str, symbol: str) -> Topic:
    kind = channel.split("_", 1)[-1]
    return Topic(_KINDS.get(kind, kind), symbol, channel)
