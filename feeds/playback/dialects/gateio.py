"""Gate.io spot and futures: one shape of subscription; levels are pairs, or objects at the futures; REST books."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from feeds.playback.dialects.dialect import Dialect, Known, Request, Topic, message_of, refuses, to_text
from feeds.playback.dialects.played_book import Change, Level, PlayedBook

_CHANNEL = re.compile(r'"channel":"([^"]+)"')
_EVENT = re.compile(r'"event":"([^"]+)"')
_SYMBOL = re.compile(r'"(?:s|currency_pair|contract)":"([^"]+)"')
_CANDLE = re.compile(r'"n":"[^_"]+_([^"]+)"')
_KINDS = {"order_book_update": "book", "trades": "trade"}


class Gate(Dialect):
    tells_books = False

    def topics_of(self, text: str, conn: str) -> tuple[Topic, ...] | None:
        channel, event = _CHANNEL.search(text[:150]), _EVENT.search(text[:200])
        if channel is None or event is None or event[1] not in ("update", "all"):
            return None
        symbols = _CANDLE.findall(text) or _SYMBOL.findall(text)
        return tuple(Topic(_kind(channel[1]), symbol) for symbol in dict.fromkeys(symbols))

    def read(self, text: str, known: Known) -> Request:
        message = message_of(text)
        channel, event, payload = message.get("channel", ""), message.get("event", ""), message.get("payload") or []
        head = {"time": message.get("time"), "channel": channel, "event": event}
        if message.get("id") is not None:
            head["id"] = message["id"]
        if channel.endswith(".ping"):
            return Request(
                answers=(to_text({**head, "channel": channel.replace("ping", "pong"), "event": "", "result": None}),)
            )
        if event not in ("subscribe", "unsubscribe"):
            return Request()
        # The payload mixes symbols with intervals and depths: BTC_USDT, 100ms, 20.
        topics = tuple(Topic(_kind(channel), text) for text in payload if "_" in text)
        if topics and all(refuses(topic, known) for topic in topics):
            error = {"code": 2, "message": f"unknown currency pair: {topics[0].symbol}"}
            return Request(answers=(to_text({**head, "error": error, "result": {"status": "fail"}}),))
        return Request(event, topics, (to_text({**head, "result": {"status": "success"}}),))

    def snapshot_symbol(self, path: str, query: Mapping[str, str]) -> str | None:
        return query.get("currency_pair") or query.get("contract") if path.endswith("/order_book") else None

    def open_book(self, recorded: str) -> PlayedBook:
        body = msgspec.json.decode(recorded)
        is_futures = any(isinstance(row, dict) for row in body["bids"] + body["asks"])
        rest = {key: body[key] for key in ("current", "update") if key in body}

        def write(last_id: int, bids: list[Level], asks: list[Level]) -> object:
            sides = [
                [{"s": int(size), "p": price} for price, size in side] if is_futures else side for side in (bids, asks)
            ]
            return {"id": last_id, **rest, "asks": sides[1], "bids": sides[0]}

        bids, asks = _levels(body["bids"]), _levels(body["asks"])
        return PlayedBook(recorded, last_id=int(body["id"]), bids=bids, asks=asks, read=_change, write=write)


def _kind(channel: str) -> str:
    kind = channel.split(".", 1)[-1]
    return _KINDS.get(kind, kind)


def _levels(rows: list[Any]) -> list[Level]:
    return [(row["p"], str(row["s"])) if isinstance(row, dict) else (row[0], row[1]) for row in rows]


def _change(text: str) -> Change | None:
    result = msgspec.json.decode(text)["result"]
    return (int(result["U"]), int(result["u"]), _levels(result["b"]), _levels(result["a"])) if "U" in result else None
