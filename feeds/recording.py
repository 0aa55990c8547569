"""Recorded frames of a real venue, read from the two containers that recordings come in.

*.jsonl.gz   one JSON object a line: http bodies, and `recv`: text frames exactly as received (cryptofeed)
*.gz         `<receive ns> <raw frame>` a line; the line without a stream is the REST snapshot (hftbacktest)
"""

import gzip
import re
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import msgspec

from feeds.errors import BadFrame

QUOTES = ("USDT", "BUSD", "USDC", "TUSD", "FDUSD", "BTC", "ETH", "BNB", "EUR", "USD", "TRY", "BRL", "RUB", "GBP")
"""Currencies that a symbol can end with; for recordings that hold no list of instruments."""
_STREAM = re.compile(r'"stream":"([^"]+)"')
_NUMBER = re.compile(r'\["([0-9.]+)","([0-9.]+)"')


class Frame(msgspec.Struct, frozen=True):
    """One text frame of the combined stream."""

    at_ns: int
    """When it was received, by the recorder's clock"""
    stream: str
    text: str

    @property
    def symbol(self) -> str:
        return self.stream.split("@")[0].upper()

    @property
    def kind(self) -> str:
        """depth, trade, aggTrade …"""
        return self.stream.split("@")[1]


class Recording(msgspec.Struct, frozen=True):
    path: str
    frames: list[Frame]
    snapshots: dict[str, str]
    """symbol → the first REST snapshot body"""
    exchange_info: str

    @property
    def symbols(self) -> tuple[str, ...]:
        """Those whose book can be built, in the order of the first frame."""
        seen = dict.fromkeys(frame.symbol for frame in self.frames if frame.kind == "depth")
        return tuple(symbol for symbol in seen if symbol in self.snapshots)

    @property
    def trade_stream(self) -> str:
        kinds = {frame.kind for frame in self.frames}
        return "trade" if "trade" in kinds else "aggTrade"


class _Line(msgspec.Struct):
    t: str
    ts: float | None = None
    url: str = ""
    data: str = ""


def read_recording(path: Path) -> Recording:
    """Raises BadFrame when the file is no recording of the Binance spot protocol, and OSError."""
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    try:
        recording = _read_jsonl(path, lines) if lines and lines[0].startswith("{") else _read_plain(path, lines)
    except (msgspec.DecodeError, ValueError, IndexError) as error:
        raise BadFrame("a recording must be one of the known containers", path=str(path), reason=str(error)) from error
    if not recording.symbols:
        raise BadFrame("a recording must hold a snapshot and depth frames of one symbol at least", path=str(path))
    return recording


def _read_jsonl(path: Path, lines: list[str]) -> Recording:
    decode = msgspec.json.Decoder(_Line).decode
    frames: list[Frame] = []
    snapshots: dict[str, str] = {}
    exchange_info = ""
    for text in lines:
        line = decode(text)
        at_ns = int((line.ts or 0.0) * 1e9)
        if line.t == "recv" and (found := _STREAM.search(line.data[:200])):
            frames.append(Frame(at_ns, found[1], line.data))
        elif line.t == "http" and "exchangeInfo" in line.url:
            exchange_info = line.data
        elif line.t == "http" and "/depth" in line.url:
            snapshots.setdefault(parse_qs(urlsplit(line.url).query)["symbol"][0], line.data)
    return Recording(str(path), frames, snapshots, exchange_info or _listing(frames, snapshots))


def _read_plain(path: Path, lines: list[str]) -> Recording:
    frames: list[Frame] = []
    snapshots: dict[str, str] = {}
    for text in lines:
        at, frame = text.split(" ", 1)
        if found := _STREAM.search(frame[:200]):
            frames.append(Frame(int(at), found[1], frame))
        else:
            snapshots.setdefault(frames[0].symbol, frame)
    return Recording(str(path), frames, snapshots, _listing(frames, snapshots))


def _listing(frames: list[Frame], snapshots: dict[str, str]) -> str:
    """A list of instruments for a recording without one: steps are the finest decimals that were seen."""
    rows = []
    for symbol, body in snapshots.items():
        numbers = _NUMBER.findall(body)
        for frame in frames:
            if frame.symbol == symbol:
                numbers += _NUMBER.findall(frame.text)
        quote = next((name for name in QUOTES if symbol.endswith(name)), symbol[-3:])
        rows.append(
            {
                "symbol": symbol,
                "status": "TRADING",
                "baseAsset": symbol[: -len(quote)],
                "quoteAsset": quote,
                "filters": [
                    {"filterType": "PRICE_FILTER", "tickSize": _finest(price for price, _ in numbers)},
                    {"filterType": "LOT_SIZE", "stepSize": _finest(size for _, size in numbers)},
                ],
            }
        )
    return msgspec.json.encode({"symbols": rows}).decode()


def _finest(numbers: Iterable[str]) -> str:
    exponent = min((int(Decimal(text).normalize().as_tuple().exponent) for text in numbers), default=0)
    return format(Decimal(1).scaleb(min(0, exponent)), "f")
