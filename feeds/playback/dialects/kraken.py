"""Kraken v1 (arrays that end with channel and pair), v2 (objects), and Kraken Futures (feeds)."""

import re
from collections.abc import Mapping
from typing import Any

from feeds.playback.dialects.dialect import Dialect, Known, Request, Topic, message_of, refuses, to_text

_V1_END = re.compile(r'"([^"]+)","([^"]+)"\]$')
_V2_CHANNEL = re.compile(r'^\{"channel":"([^"]+)"')
_V2_SYMBOL = re.compile(r'"symbol":"([^"]+)"')
_FEED = re.compile(r'"feed":"([^"]+)"')
_PRODUCT = re.compile(r'"product_id":"([^"]+)"')
_FROM, _TO = "2026-07-19T17:54:39.700000Z", "2026-07-19T17:54:39.700042Z"


class KrakenV1(Dialect):
    greetings = ('{"connectionID":17843232920108168701,"event":"systemStatus","status":"online","version":"1.9.6"}',)

    def topics_of(self, text: str, conn: str) -> tuple[Topic, ...] | None:
        if text.startswith("{"):
            return () if '"heartbeat"' in text or '"systemStatus"' in text else None
        found = _V1_END.search(text[-80:])
        return (Topic(found[1].split("-")[0], found[2], text[1 : text.index(",")]),) if found else None

    def read(self, text: str, known: Known) -> Request:
        message = message_of(text)
        verb = message.get("event")
        if verb == "ping":
            return Request(answers=(to_text({"event": "pong", "reqid": message.get("reqid")}),))
        if verb not in ("subscribe", "unsubscribe"):
            return Request()
        asked = message.get("subscription", {})
        topics = tuple(Topic(asked.get("name", ""), pair) for pair in message.get("pair", []))
        status = "subscribed" if verb == "subscribe" else "unsubscribed"
        name = f"{asked.get('name')}-{asked['depth']}" if "depth" in asked else asked.get("name")
        answers = [
            {
                "channelID": int(known.get(topic.key, "0")), "channelName": name, "event": "subscriptionStatus",
                "pair": topic.symbol, "status": status, "subscription": asked,
            }
            if not refuses(topic, known)
            else {
                "errorMessage": f"Currency pair not supported {topic.symbol}", "event": "subscriptionStatus",
                "pair": topic.symbol, "status": "error", "subscription": asked,
            }
            for topic in topics
        ]  # fmt: skip
        return Request(verb, topics, tuple(to_text(answer) for answer in answers))


class KrakenV2(Dialect):
    greetings = (
        (
            '{"channel":"status","type":"update","data":[{"version":"2.0.10","system":"online","api_version":"v2",'
            '"connection_id":12345678901234567890}]}'
        ),
    )

    def topics_of(self, text: str, conn: str) -> tuple[Topic, ...] | None:
        found, symbol = _V2_CHANNEL.search(text[:100]), _V2_SYMBOL.search(text[:400])
        if found is None:
            return None
        return (Topic(found[1], symbol[1]),) if symbol else ()

    def read(self, text: str, known: Known) -> Request:
        message = message_of(text)
        verb, params = message.get("method"), message.get("params") or {}
        stamps = {"time_in": _FROM, "time_out": _TO}
        request_id = {"req_id": message["req_id"]} if "req_id" in message else {}
        if verb == "ping":
            return Request(answers=(to_text({"method": "pong", **request_id, **stamps}),))
        if verb not in ("subscribe", "unsubscribe"):
            return Request()
        topics = tuple(Topic(params.get("channel", ""), symbol) for symbol in params.get("symbol", [""]))
        answers: list[dict[str, Any]] = []
        for topic in topics:
            if refuses(topic, known):
                said: dict[str, Any] = {
                    "error": f"Currency pair not supported {topic.symbol}", "success": False, "symbol": topic.symbol
                }  # fmt: skip
            else:
                said = {"result": {**params, "symbol": topic.symbol}, "success": True}
            answers.append({"method": verb, **request_id, **said, **stamps})
        return Request(verb, topics, tuple(to_text(answer) for answer in answers))

    def listing(self, texts: Mapping[str, str]) -> dict[str, str]:
        rows = {}
        for symbol, text in texts.items():
            price = re.search(r'"price":(\d+)\.?(\d*)', text)
            size = re.search(r'"qty":(\d+)\.?(\d*)', text)
            price_decimals, lot_decimals = (len(found[2]) if found else 8 for found in (price, size))
            base, quote = symbol.split("/")
            rows[symbol.replace("/", "")] = {
                "altname": symbol.replace("/", ""), "wsname": symbol, "base": base, "quote": quote, "status": "online",
                "pair_decimals": price_decimals, "lot_decimals": lot_decimals, "lot_multiplier": 1,
                "tick_size": format(10.0**-price_decimals, f".{price_decimals}f"), "ordermin": "0.0001",
                "costmin": "0.5", "aclass_base": "currency", "aclass_quote": "currency", "cost_decimals": 5,
                "leverage_buy": [], "leverage_sell": [], "fees": [[0, 0.4]], "fees_maker": [[0, 0.25]],
            }  # fmt: skip
        return {"/AssetPairs": to_text({"error": [], "result": rows})}


class KrakenFutures(Dialect):
    greetings = ('{"event":"info","version":1}',)

    def topics_of(self, text: str, conn: str) -> tuple[Topic, ...] | None:
        found, product = _FEED.search(text[:100]), _PRODUCT.search(text[:200])
        if found is None:
            return () if '"event":"info"' in text else None
        if found[1] == "heartbeat":
            return ()
        return (Topic(found[1].removesuffix("_snapshot"), product[1].upper()),) if product else None

    def read(self, text: str, known: Known) -> Request:
        message = message_of(text)
        verb, feed = message.get("event"), message.get("feed", "")
        if verb not in ("subscribe", "unsubscribe"):
            return Request()
        topics = tuple(Topic(feed, product.upper()) for product in message.get("product_ids", []))
        answers = tuple(
            to_text({"event": "alert", "message": f"Invalid product id: {topic.symbol}"})
            if refuses(topic, known)
            else to_text({"event": f"{verb}d", "feed": feed, "product_ids": [topic.symbol]})
            for topic in topics
        )
        return Request(verb, topics, answers or (to_text({"event": f"{verb}d", "feed": feed}),))
