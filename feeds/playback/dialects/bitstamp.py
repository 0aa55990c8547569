"""Bitstamp: channels `diff_order_book_btcusd`, `live_trades_btcusd`; the book is fetched over REST."""

import re
from collections.abc import Mapping

import msgspec

from feeds.playback.dialects.dialect import Dialect, Known, Request, Topic, found_once, message_of, refuses, to_text
from feeds.playback.dialects.played_book import Change, Level, PlayedBook

_CHANNEL = re.compile(r'"channel":\s*"([^"]+)"')
_KINDS = {"diff_order_book": "book", "live_trades": "trade"}


class Bitstamp(Dialect):
    tells_books = False

    def topics_of(self, text: str, conn: str) -> tuple[Topic, ...] | None:
        if "bts:subscription" in text or "bts:unsubscription" in text or "bts:heartbeat" in text:
            return None
        found = found_once(_CHANNEL, text)
        return (_topic(found[1]),) if found else ()

    def read(self, text: str, known: Known) -> Request:
        message = message_of(text)
        event, channel = message.get("event"), (message.get("data") or {}).get("channel", "")
        if event == "bts:heartbeat":
            return Request(answers=(to_text({"event": event, "channel": "", "data": {"status": "success"}}),))
        if event not in ("bts:subscribe", "bts:unsubscribe"):
            return Request()
        topic = _topic(channel)
        if refuses(topic, known):
            said = {"code": None, "message": "Incorrect channel name."}
            return Request(answers=(to_text({"event": "bts:error", "channel": channel, "data": said}),))
        done = {"event": event.replace("subscribe", "subscription_succeeded"), "channel": channel, "data": {}}
        return Request("subscribe" if event == "bts:subscribe" else "unsubscribe", (topic,), (to_text(done),))

    def snapshot_symbol(self, path: str, query: Mapping[str, str]) -> str | None:
        return path.rstrip("/").rsplit("/", 1)[1] if "/order_book/" in path else None

    def open_book(self, recorded: str) -> PlayedBook:
        body = msgspec.json.decode(recorded)

        def write(last_id: int, bids: list[Level], asks: list[Level]) -> object:
            return {
                "timestamp": str(last_id // 1_000_000), "microtimestamp": str(last_id), "bids": bids, "asks": asks,
            }  # fmt: skip

        return PlayedBook(
            recorded,
            last_id=int(body["microtimestamp"]),
            bids=body["bids"],
            asks=body["asks"],
            read=_change,
            write=write,
        )


def _topic(channel: str) -> Topic:
    kind, _, symbol = channel.rpartition("_")
    return Topic(_KINDS.get(kind, kind), symbol, channel)


def _change(text: str) -> Change | None:
    message = msgspec.json.decode(text)
    if message.get("event") != "data":
        return None
    data = message["data"]
    at = int(data["microtimestamp"])
    return at, at, data["bids"], data["asks"]
