"""Coinbase Advanced Trade (one number for all frames of a socket), and Coinbase Exchange."""

import re
from typing import Any

from feeds.playback.dialects.dialect import Dialect, Known, Request, Topic, message_of, to_text

_CHANNEL = re.compile(r'"channel":"([^"]+)"')
_PRODUCT = re.compile(r'"product_id":"([^"]+)"')
_NUMBER = re.compile(r'"sequence_num":\d+')
_KINDS = {"level2": "book", "l2_data": "book", "market_trades": "trade", "ticker_batch": "ticker"}
_TYPE = re.compile(r'"type":"([^"]+)"')
_EXCHANGE_KINDS = {
    "snapshot": "book", "l2update": "book", "level2": "book", "level2_batch": "book",
    "match": "trade", "last_match": "trade", "matches": "trade",
}  # fmt: skip


class Coinbase(Dialect):
    def topics_of(self, text: str, conn: str) -> tuple[Topic, ...] | None:
        found = _CHANNEL.search(text[:200])
        if found is None or found[1] == "subscriptions":
            return None
        kind = _KINDS.get(found[1], found[1])
        # Level 2 frames concern one product; five megabytes of it are not searched for others.
        products = _PRODUCT.findall(text[:400] if kind == "book" else text) or [""]
        return tuple(Topic(kind, product) for product in dict.fromkeys(products))

    def read(self, text: str, known: Known) -> Request:
        message = message_of(text)
        verb, channel = message.get("type"), message.get("channel", "")
        if verb not in ("subscribe", "unsubscribe"):
            return Request()
        products: list[str] = message.get("product_ids") or [""]
        said: dict[str, Any] = {
            "channel": "subscriptions",
            "timestamp": "2026-08-09T21:05:48.228846629Z",
            "sequence_num": 0,
            "events": [{"subscriptions": {channel: [product for product in products if product]}}],
        }
        kind = _KINDS.get(channel, channel)
        if kind == "heartbeats":
            products = [""]
        return Request(verb, tuple(Topic(kind, product) for product in products), (to_text(said),))

    def number(self, text: str, count: int) -> str | None:
        return _NUMBER.sub(f'"sequence_num":{count}', text, count=1)


class CoinbaseExchange(Dialect):
    def topics_of(self, text: str, conn: str) -> tuple[Topic, ...] | None:
        found, product = _TYPE.search(text[:100]), _PRODUCT.search(text[:400])
        if found is None or found[1] == "subscriptions":
            return None
        return (Topic(_EXCHANGE_KINDS.get(found[1], found[1]), product[1] if product else ""),)

    def read(self, text: str, known: Known) -> Request:
        message = message_of(text)
        verb = message.get("type")
        if verb not in ("subscribe", "unsubscribe"):
            return Request()
        topics: list[Topic] = []
        said: list[dict[str, object]] = []
        for channel in message.get("channels", []):
            name = str(channel["name"] if isinstance(channel, dict) else channel)
            products = (channel.get("product_ids") if isinstance(channel, dict) else None) or message["product_ids"]
            topics += [Topic(_EXCHANGE_KINDS.get(name, name), product) for product in products]
            said.append({"name": name, "product_ids": products})
        return Request(verb, tuple(topics), (to_text({"type": "subscriptions", "channels": said}),))
