"""Binance spot, USD-M and COIN-M: streams stand in the address or in SUBSCRIBE; the book is fetched over REST."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

import msgspec

from feeds.playback.dialects.dialect import Dialect, Known, Request, Topic, message_of, to_text
from feeds.playback.dialects.played_book import Change, Level, PlayedBook

QUOTES = ("USDT", "BUSD", "USDC", "TUSD", "FDUSD", "BTC", "ETH", "BNB", "EUR", "USD", "TRY", "BRL", "RUB", "GBP")
"""Currencies that a symbol can end with; for recordings that hold no list of instruments."""
_STREAM = re.compile(r'"stream":"([^"]+)"')
_NUMBER = re.compile(r'\["([0-9.]+)","([0-9.]+)"')
_DEPTH = re.compile(r"depth(@\d+ms)?$")


class Binance(Dialect):
    tells_books = False
    renames = True

    def topics_of(self, text: str, conn: str) -> tuple[Topic, ...] | None:
        found = _STREAM.search(text[:200])
        return (_topic(found[1]),) if found else None

    def topics_of_address(self, path: str, query: Mapping[str, str]) -> tuple[Topic, ...]:
        names = query.get("streams", "").split("/") if "streams" in query else path.partition("/ws/")[2].split("/")
        return tuple(_topic(name) for name in names if "@" in name)

    def read(self, text: str, known: Known) -> Request:
        message = message_of(text)
        topics = tuple(_topic(name) for name in message.get("params") or () if "@" in name)
        verb = str(message.get("method", "")).lower()
        if verb not in ("subscribe", "unsubscribe"):
            return Request()
        return Request(verb, topics, (to_text({"result": None, "id": message.get("id")}),))  # type: ignore[arg-type]

    def reshape(self, text: str, path: str) -> str:
        return text[text.index('"data":') + 7 : -1] if "/ws" in path and '"data":' in text else text

    def snapshot_symbol(self, path: str, query: Mapping[str, str]) -> str | None:
        return query.get("symbol", "") if path.endswith("/depth") else None

    def open_book(self, recorded: str) -> PlayedBook:
        body = msgspec.json.decode(recorded)
        rest = {key: body[key] for key in ("E", "T", "symbol", "pair") if key in body}

        def write(last_id: int, bids: list[Level], asks: list[Level]) -> object:
            return {"lastUpdateId": last_id, **rest, "bids": bids, "asks": asks}

        bids, asks = ([(price, size) for price, size, *_ in body[side]] for side in ("bids", "asks"))
        return PlayedBook(recorded, last_id=int(body["lastUpdateId"]), bids=bids, asks=asks, read=_change, write=write)

    def http(self, path: str, body: str, ws_url: str, now_ms: int) -> str | None:
        return to_text({"serverTime": now_ms}) if path.endswith("/time") else None

    def listing(self, texts: Mapping[str, str]) -> dict[str, str]:
        """Steps are the finest decimals that were seen."""
        rows = [_row(symbol, _NUMBER.findall(text)) for symbol, text in texts.items()]
        return {"/exchangeInfo": to_text({"symbols": rows})}


def _topic(stream: str) -> Topic:
    symbol, _, kind = stream.partition("@")
    return Topic("book" if _DEPTH.match(kind) else kind, symbol.upper(), stream)


def _change(text: str) -> Change | None:
    data = msgspec.json.decode(text)["data"]
    if data.get("e") != "depthUpdate":
        return None
    return data["U"], data["u"], [row[:2] for row in data["b"]], [row[:2] for row in data["a"]]


def _row(symbol: str, numbers: list[tuple[str, str]]) -> dict[str, object]:
    pair = symbol.split("_")[0]
    quote = next((name for name in QUOTES if pair.endswith(name)), pair[-3:])
    row: dict[str, object] = {
        "symbol": symbol,
        "pair": pair,
        "status": "TRADING",
        "contractStatus": "TRADING",
        "contractType": "PERPETUAL",
        "contractSize": 100 if pair.startswith("BTC") else 10,
        "baseAsset": pair[: -len(quote)],
        "quoteAsset": quote,
        "marginAsset": pair[: -len(quote)] if "_" in symbol else quote,
        "filters": [
            {"filterType": "PRICE_FILTER", "tickSize": _finest(price for price, _ in numbers)},
            {"filterType": "LOT_SIZE", "stepSize": _finest(size for _, size in numbers)},
        ],
    }
    return row


def _finest(numbers: Iterable[str]) -> str:
    exponent = min((int(Decimal(text).normalize().as_tuple().exponent) for text in numbers), default=0)
    return format(Decimal(1).scaleb(min(0, exponent)), "f")
