"""OKX v5. `books`, `books-l2-tbt` and `books50-l2-tbt` have one shape; each subscription is answered by itself."""

import re

from feeds.playback.dialects.dialect import Dialect, Known, Request, Topic, found_once, message_of, refuses, to_text

_ARG = re.compile(r'"channel":"([^"]+)","instId":"([^"]+)"')
_KINDS = {
    "books": "book",
    "books-l2-tbt": "book",
    "books50-l2-tbt": "book",
    "books5": "book.5",
    "bbo-tbt": "bbo",
    "trades": "trade",
}
_REFUSED = "Wrong URL or channel:{channel},instId:{symbol} doesn't exist. Please use the correct URL, channel and parameters referring to API document."  # noqa: E501


class Okx(Dialect):
    renames = True

    def topics_of(self, text: str, conn: str) -> tuple[Topic, ...] | None:
        found = found_once(_ARG, text)
        if '"event":' in text[:20] or found is None:
            return None
        return (_topic(found[1], found[2]),)

    def read(self, text: str, known: Known) -> Request:
        if text == "ping":
            return Request(answers=("pong",))
        message = message_of(text)
        verb = message.get("op")
        if verb not in ("subscribe", "unsubscribe"):
            return Request()
        arguments = message.get("args", [])
        topics, answers = [], []
        for argument in arguments:
            topic = _topic(argument.get("channel", ""), argument.get("instId", ""))
            if refuses(topic, known):
                said = _REFUSED.format(channel=argument.get("channel"), symbol=topic.symbol)
                answers.append(to_text({"event": "error", "code": "60018", "msg": said, "connId": "a4d3ae55"}))
            else:
                topics.append(topic)
                answers.append(to_text({"event": verb, "arg": argument, "connId": "a4d3ae55"}))
        return Request(verb, tuple(topics), tuple(answers))


def _topic(channel: str, symbol: str) -> Topic:
    return Topic(_KINDS.get(channel, channel), symbol, channel)
