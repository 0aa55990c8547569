"""Bitfinex v2: frames name their channel by a number that the subscription's answer gives; the last element counts.

A recorded channel keeps its number. Books of other precisions than the recorded one are other kinds.
"""

import re
from collections.abc import Mapping

from feeds.playback.dialects.dialect import Dialect, Known, Request, Topic, message_of, refuses, to_text

_HEAD = re.compile(r"^\[(\d+),")
_FIRST_PRICE = re.compile(r"\[(\d+\.?\d*(?:e-?\d+)?),\d+,-?\d")
_LAST = re.compile(r",\d+\]$")


class Bitfinex(Dialect):
    first_number = 1
    greetings = (
        '{"event":"info","version":2,"serverId":"083bd8d4-aca7-4690-a573-eabfc8103de8","platform":{"status":1}}',
    )

    def __init__(self) -> None:
        self._channels: dict[tuple[str, str], Topic] = {}
        """conn, number → topic; learned from the recorded answers, which can come behind a first heartbeat"""

    def topics_of(self, text: str, conn: str) -> tuple[Topic, ...] | None:
        if text.startswith("{"):
            message = message_of(text)
            if message.get("event") == "subscribed":
                number = str(message["chanId"])
                self._channels[conn, number] = _topic(message, number)
            return () if message.get("event") == "info" else None
        found = _HEAD.match(text)
        topic = self._channels.get((conn, found[1])) if found else None
        return (topic,) if topic else None

    def read(self, text: str, known: Known) -> Request:
        message = message_of(text)
        event = message.get("event")
        if event == "ping":
            return Request(answers=(to_text({"event": "pong", "ts": 1_618_677_543_000, "cid": message.get("cid")}),))
        if event == "conf":
            return Request(answers=(to_text({"event": "conf", "status": "OK", "flags": message.get("flags", 0)}),))
        if event == "unsubscribe":
            number = str(message.get("chanId"))
            topics = tuple(Topic(*key) for key, name in known.items() if name == number)
            gone = {"event": "unsubscribed", "status": "OK", "chanId": message.get("chanId")}
            return Request("unsubscribe", topics, (to_text(gone),))
        if event != "subscribe":
            return Request()
        topic = _topic(message, "")
        if refuses(topic, known):
            refused = {"event": "error", "msg": "symbol: invalid", "code": 10300, **message}
            return Request(answers=(to_text({**refused, "event": "error"}),))
        # A channel that was not recorded gets a number of its own, and stays silent.
        number = known.get(topic.key) or str(900_000 + abs(hash(topic.key)) % 90_000)
        pair = message.get("symbol", "").removeprefix("t")
        said = {**message, "event": "subscribed", "chanId": int(number), "pair": pair}
        return Request("subscribe", (topic,), (to_text(said),))

    def listing(self, texts: Mapping[str, str]) -> dict[str, str]:
        """Pairs and, because the venue has no steps, their last prices: the first that was seen."""
        pairs, tickers = [], []
        for symbol, text in texts.items():
            price = _FIRST_PRICE.search(text)
            pairs.append(
                [symbol[1:], [None, None, None, "0.00004", "2000.0", None, None, None, None, None, None, None]]
            )
            tickers.append([symbol, *[0.0] * 6, float(price[1]) if price else 0.0, 0.0, 0.0, 0.0])
        return {"/pub:info:pair": to_text([pairs]), "/pub:info:pair:futures": "[[]]", "/tickers": to_text(tickers)}

    def number(self, text: str, count: int) -> str | None:
        return _LAST.sub(f",{count}]", text) if text.startswith("[") else None


def _topic(message: dict[str, object], number: str) -> Topic:
    kind = str(message.get("channel", ""))
    if kind == "book" and message.get("prec", "P0") != "P0":
        kind = f"book.{message['prec']}"
    return Topic({"trades": "trade"}.get(kind, kind), str(message.get("symbol", "")), number)
