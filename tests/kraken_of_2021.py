"""A recording of Kraken's old protocol in the words of the new one: the same levels and checksums, thousands of them.

Both protocols make the checksum of the same texts, so numbers are carried over digit by digit. Only what the books and
trades need is translated; a republished level (`"r"`) is an update like any other.
"""

import json
from collections.abc import Iterator
from typing import Any

import msgspec

from feeds.recording import Frame, Recording, Socket
from tests.reference.venue_books.kraken import kraken_checksum
from tests.reference.venue_books.ladder import Book

CONN = "v2"
URL = "wss://ws.kraken.com/v2"


def in_words_of_v2(recording: Recording) -> Recording:
    depth, frames = 0, []
    for frame in recording.frames:
        message = json.loads(frame.text)
        if isinstance(message, list) and message[-2].startswith("book-"):
            depth = int(message[-2].removeprefix("book-"))
            frames += [msgspec.structs.replace(frame, conn=CONN, text=text) for text in _book(message)]
    symbols = list(dict.fromkeys(json.loads(frame.text)["data"][0]["symbol"] for frame in frames))
    asked = {"method": "subscribe", "params": {"channel": "book", "symbol": symbols, "depth": depth}}
    begin = Frame(frames[0].at_ns, CONN, json.dumps(asked, separators=(",", ":")), is_sent=True)
    return Recording(recording.path, "kraken", (Socket(CONN, URL),), (*recording.answers, begin, *frames))


def _book(message: list[Any]) -> Iterator[str]:
    symbol, parts = message[-1], message[1:-2]
    levels: dict[str, list[list[str]]] = {"a": [], "b": []}
    checksum = "0"
    kind = "snapshot" if "as" in parts[0] or "bs" in parts[0] else "update"
    for part in parts:
        for key, rows in part.items():
            if key == "c":
                checksum = rows
            else:
                levels[key[0]] += rows
    if kind == "snapshot":  # of which the old protocol sends no checksum
        bids, asks = ([(price, size) for price, size, *_ in levels[side]] for side in ("b", "a"))
        checksum = str(kraken_checksum(Book(bids, asks)))
    sides = ",".join(f'"{name}":[{_rows(levels[side])}]' for name, side in (("bids", "b"), ("asks", "a")))
    yield (
        f'{{"channel":"book","type":"{kind}","data":[{{"symbol":"{symbol}",{sides},"checksum":{checksum},'
        '"timestamp":"2021-04-17T16:48:53.000000Z"}]}'
    )


def _rows(rows: list[list[str]]) -> str:
    return ",".join(f'{{"price":{price},"qty":{size}}}' for price, size, *_ in rows)
