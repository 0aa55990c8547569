"""BitMEX: tables; a topic is `orderBookL2:XBTUSD`; `partial` begins each."""

import re

from feeds.playback.dialects.dialect import Dialect, Known, Request, Topic, message_of, refuses, to_text

_TABLE = re.compile(r'"table":"([^"]+)"')
_SYMBOL = re.compile(r'"symbol":"([A-Z0-9_.]+)"')
_KINDS = {"orderBookL2": "book"}
# "types":{…,"symbol":"symbol"} stands before the rows: only capitals are a symbol.


class Bitmex(Dialect):
    greetings = (
        (
            '{"info":"Welcome to the BitMEX Realtime API.","version":"2021-07-14T01:26:29.000Z",'
            '"timestamp":"2021-07-22T22:36:07.865Z","docs":"https://www.bitmex.com/app/wsAPI","limit":{"remaining":39}}'
        ),
    )

    def topics_of(self, text: str, conn: str) -> tuple[Topic, ...] | None:
        table = _TABLE.search(text[:100])
        if table is None:
            return () if text.startswith('{"info"') else None
        symbol = _SYMBOL.search(text[:1_000])
        return (Topic(_KINDS.get(table[1], table[1]), symbol[1] if symbol else ""),)

    def read(self, text: str, known: Known) -> Request:
        if text == "ping":
            return Request(answers=("pong",))
        message = message_of(text)
        verb = message.get("op")
        if verb not in ("subscribe", "unsubscribe"):
            return Request()
        arguments = message.get("args", [])
        topics, answers = [], []
        for name in [arguments] if isinstance(arguments, str) else arguments:
            table, _, symbol = name.partition(":")
            topic = Topic(_KINDS.get(table, table), symbol)
            if refuses(topic, known):
                answers.append({"status": 400, "error": f"Unknown or expired symbol: {symbol}", "request": message})
            else:
                topics.append(topic)
                answers.append({"success": True, verb: name, "request": message})
        return Request(verb, tuple(topics), tuple(to_text(answer) for answer in answers))
