"""What was said on a venue's sockets and over HTTP, as it was recorded; read from every container that we know.

*.jsonl, *.jsonl.gz   one JSON object a line (cryptofeed's): `http` url and body, `connect` conn and address, `send`,
                      and `recv`: text frames exactly as received, or `b64`: binary ones (gzip at HTX)
*.gz                  `<receive ns> <raw frame>` a line (hftbacktest); a line without a stream is the REST snapshot

Lines keep the order of the file, which is not the order of truth: several recorders wrote a REST snapshot behind the
first deltas that it contains. The venue's own sequence rule decides.
"""

import base64
import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import msgspec

from feeds.errors import BadFrame
from feeds.playback.dialects.dialect import Dialect, Topic
from feeds.playback.dialects.table import dialect_of, venue_of

_STREAM = re.compile(r'\{"stream":"([^"]+)"')
_SNAPSHOT_URLS = {
    "binance": "https://api.binance.com/api/v3/depth",
    "binance-usdm": "https://fapi.binance.com/fapi/v1/depth",
    "binance-coinm": "https://dapi.binance.com/dapi/v1/depth",
}
_STREAM_URLS = {
    "binance": "wss://stream.binance.com:9443/stream",
    "binance-usdm": "wss://fstream.binance.com/stream",
    "binance-coinm": "wss://dstream.binance.com/stream",
}


class Frame(msgspec.Struct, frozen=True):
    """One WebSocket message."""

    at_ns: int
    """By the recorder's clock; of a recording without times, that of the line before, or 0"""
    conn: str
    text: str
    """Unpacked, when the venue packs its messages"""
    packed: bytes = b""
    """As it was on the wire, when it was binary"""
    is_sent: bool = False
    """By the recorder, to the venue"""


class HttpAnswer(msgspec.Struct, frozen=True):
    at_ns: int
    url: str
    text: str

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.url).query))


class Socket(msgspec.Struct, frozen=True):
    conn: str
    url: str

    @property
    def path(self) -> str:
        return urlsplit(self.url).path


class Recording(msgspec.Struct, frozen=True):
    path: str
    venue: str
    """A name of feeds/playback/dialects/table.py; empty for a venue that we only play, without knowing its words"""
    sockets: tuple[Socket, ...]
    lines: tuple[Frame | HttpAnswer, ...]
    """In the order of the file"""

    @property
    def dialect(self) -> Dialect:
        return dialect_of(self.venue)

    @property
    def frames(self) -> list[Frame]:
        """What the venue said."""
        return [line for line in self.lines if isinstance(line, Frame) and not line.is_sent]

    @property
    def sent(self) -> list[Frame]:
        return [line for line in self.lines if isinstance(line, Frame) and line.is_sent]

    @property
    def answers(self) -> list[HttpAnswer]:
        return [line for line in self.lines if isinstance(line, HttpAnswer)]

    @property
    def begun_ns(self) -> int:
        return min((line.at_ns for line in self.lines if line.at_ns), default=0)

    @property
    def ended_ns(self) -> int:
        return max((line.at_ns for line in self.lines), default=0)

    def answer(self, part_of_path: str) -> str:
        """The first recorded body whose path contains this; empty when there is none."""
        return next((found.text for found in self.answers if part_of_path in found.path), "")

    def topics(self) -> Iterator[tuple[Frame, tuple[Topic, ...]]]:
        """Every frame that can be played, with what it concerns; () when it is for everyone."""
        dialect = self.dialect
        for frame in self.frames:
            topics = dialect.topics_of(frame.text, frame.conn)
            if topics is not None:
                yield frame, topics

    @property
    def symbols(self) -> tuple[str, ...]:
        """Those whose book can be built, as frames write them, in the order of the first frame."""
        seen = dict.fromkeys(topic.symbol for _, topics in self.topics() for topic in topics if topic.kind == "book")
        wanted = seen if self.dialect.tells_books else self.snapshots
        return tuple(symbol for symbol in seen if symbol in wanted or symbol.upper() in wanted)

    @property
    def snapshots(self) -> dict[str, str]:
        """symbol, in capitals → the first REST body of its book."""
        found: dict[str, str] = {}
        for answer in self.answers:
            symbol = self.dialect.snapshot_symbol(answer.path, answer.query)
            if symbol:
                found.setdefault(symbol.upper(), answer.text)
        return found

    @property
    def trade_stream(self) -> str:
        """Binance has two: one row a trade, or one an order that took many."""
        kinds = {topic.kind for _, topics in self.topics() for topic in topics}
        return "aggTrade" if "aggTrade" in kinds and "trade" not in kinds else "trade"

    @property
    def exchange_info(self) -> str:
        """The list of instruments: the recorded one, else one made of what was seen."""
        return self.answer("exchangeInfo") or next(iter(self.made_listing().values()), "")

    def made_listing(self) -> dict[str, str]:
        """End of a path → body, made of what was seen."""
        snapshots = self.snapshots
        texts = {symbol: [snapshots.get(symbol.upper(), "")] for symbol in self.symbols}
        for frame, topics in self.topics():
            for topic in topics:
                if topic.kind == "book" and topic.symbol in texts:
                    texts[topic.symbol].append(frame.text)
        return self.dialect.listing({symbol: "".join(found) for symbol, found in texts.items()})


class _Line(msgspec.Struct):
    t: str
    ts: float | None = None
    url: str = ""
    data: str = ""
    b64: str = ""
    conn: str = ""
    addr: str = ""
    exchange: str = ""


def read_recording(path: Path, *, venue: str = "") -> Recording:
    """Raises BadFrame when the file is no recording, and OSError. `venue`, when the file does not say whose it is."""
    try:
        packed = path.read_bytes()
        text = (gzip.decompress(packed) if packed[:2] == b"\x1f\x8b" else packed).decode()
        recording = _read_jsonl(path, text, venue) if text.startswith("{") else _read_plain(path, text, venue)
    except (msgspec.DecodeError, ValueError, IndexError, EOFError, gzip.BadGzipFile) as error:
        raise BadFrame("a recording must be one of the known containers", path=str(path), reason=str(error)) from error
    if not recording.frames:
        raise BadFrame("a recording must hold at least one frame", path=str(path))
    return recording


def _read_jsonl(path: Path, text: str, venue: str) -> Recording:
    decode = msgspec.json.Decoder(_Line).decode
    sockets: dict[str, Socket] = {}
    lines: list[Frame | HttpAnswer] = []
    exchange, at_ns = "", 0
    for line in map(decode, text.splitlines()):
        at_ns = int((line.ts or 0.0) * 1e9) or at_ns
        if line.t == "header":
            exchange = line.exchange
        elif line.t == "http":
            lines.append(HttpAnswer(at_ns, line.url, line.data))
        elif line.t in ("connect", "send", "recv"):
            # Frames copied out of a log name the address in each line instead of a connection.
            conn = line.conn or line.addr
            if line.addr:
                sockets.setdefault(conn, Socket(conn, line.addr))
            if line.t != "connect":
                packed = base64.b64decode(line.b64)
                said = line.data or _unpacked(packed)
                lines.append(Frame(at_ns, conn, said, packed, is_sent=line.t == "send"))
    found = venue or venue_of(exchange, [socket.url for socket in sockets.values()])
    return Recording(str(path), found, tuple(sockets.values()), tuple(lines))


def _unpacked(packed: bytes) -> str:
    return (gzip.decompress(packed) if packed[:2] == b"\x1f\x8b" else packed).decode()


def _read_plain(path: Path, text: str, venue: str) -> Recording:
    """Binance's combined stream; which of its three markets, the shape of the first depth frame tells."""
    lines: list[Frame | HttpAnswer] = []
    raw = [line.split(" ", 1) for line in text.splitlines()]
    first_depth = next((frame for _, frame in raw if '"depthUpdate"' in frame[:200]), None)
    if first_depth is None:
        raise ValueError("no depth frame")
    found = venue or (
        "binance-coinm" if '"ps":' in first_depth else "binance-usdm" if '"pu":' in first_depth else "binance"
    )
    streams: dict[str, None] = {}
    for at, frame in raw:
        if stream := _STREAM.match(frame):
            streams.setdefault(stream[1])
            lines.append(Frame(int(at), "1", frame))
        else:
            symbol = next(iter(streams)).split("@")[0].upper()
            lines.append(HttpAnswer(int(at), f"{_SNAPSHOT_URLS[found]}?symbol={symbol}&limit=1000", frame))
    url = f"{_STREAM_URLS[found]}?streams={'/'.join(streams)}"
    return Recording(str(path), found, (Socket("1", url),), tuple(lines))
