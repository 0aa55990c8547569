"""Binance's market data: combined streams named in the address, and a REST snapshot per book."""

from typing import ClassVar

import msgspec
import numpy as np

from core.clock import monotonic_ns
from core.memory.files import address_of
from feeds.decode import DEPTH, SNAPSHOT
from feeds.errors import BadFrame
from feeds.market import NS_PER_MS, Book, Market, SnapshotsBy, Socket
from feeds.shapes import Role, object_shape, row_shape
from feeds.venues.binance.messages import Combined, Control, DepthUpdate, Snapshot
from feeds.venues.binance.sequence import DepthSequence, FuturesSequence

LEVELS = row_shape(Role.PRICE, Role.QUANTITY)
TRADE = object_shape(p=Role.PRICE, q=Role.QUANTITY, m=Role.IS_BUYER_MAKER, t=Role.ID, T=Role.TIME_MS)
AGGREGATED = object_shape(p=Role.PRICE, q=Role.QUANTITY, m=Role.IS_BUYER_MAKER, a=Role.ID, T=Role.TIME_MS)
_LEVELS, _TRADE, _AGGREGATED = address_of(LEVELS), address_of(TRADE), address_of(AGGREGATED)


class BinanceBook(Book):
    def __init__(self, symbol: str, instrument_id: int, decoder: np.ndarray, sequence: DepthSequence) -> None:
        super().__init__(symbol, instrument_id, decoder)
        self.sequence = sequence

    def forget(self) -> None:
        self.sequence.forget()


class BinanceMarket(Market[BinanceBook]):
    """Spot."""

    snapshots_by = SnapshotsBy.REST
    symbols_per_socket = 200  # 1,024 streams a socket, two streams a symbol, and an address that is not too long
    depth_path: ClassVar[str] = "/api/v3/depth"
    sequence_type: ClassVar[type[DepthSequence]] = DepthSequence
    _decode = msgspec.json.Decoder(Combined).decode
    _decode_control = msgspec.json.Decoder(Control).decode
    _decode_depth = msgspec.json.Decoder(DepthUpdate).decode
    _decode_snapshot = msgspec.json.Decoder(Snapshot).decode

    def make_book(self, symbol: str, instrument_id: int, decoder: np.ndarray) -> BinanceBook:
        return BinanceBook(symbol, instrument_id, decoder, self.sequence_type(venue=self.config.name, symbol=symbol))

    def stream_url(self, books: list[BinanceBook]) -> str:
        speed = "@100ms" if self.config.depth_interval_ms == 100 else ""
        kinds = (f"depth{speed}", self.config.trade_stream)
        streams = [f"{book.symbol.lower()}@{kind}" for book in books for kind in kinds]
        return f"{self.config.ws_url.rstrip('/')}/stream?streams={'/'.join(streams)}"

    def on_frame(self, frame: bytes, received_ns: int, socket: Socket[BinanceBook]) -> None:
        combined = self._decode(frame)
        symbol, _, kind = combined.stream.partition("@")
        if not symbol:
            self._on_control(frame, socket)
            return
        book = socket.by_symbol[symbol.upper()]
        if kind[0] == "d":
            update = self._decode_depth(combined.data)
            if update.s != book.symbol:
                raise BadFrame("a stream must bring its own symbol", stream=combined.stream, symbol=update.s)
            if book.sequence.last_id is None:
                book.buffer.append((update, received_ns))
            else:
                self.apply(book, update, received_ns)
        elif kind[0] == "t":
            self.publish_trades(book, _TRADE, combined.data, received_ns)
        elif kind[0] == "a":
            self.publish_trades(book, _AGGREGATED, combined.data, received_ns)

    def _on_control(self, frame: bytes, socket: Socket[BinanceBook]) -> None:
        if self._decode_control(frame).e == "serverShutdown":
            self.status["message"] = b"the venue restarts its server"
            socket.reopen()

    def apply(self, book: BinanceBook, update: DepthUpdate, received_ns: int) -> None:
        if book.sequence.accepts(update.U, update.u, update.pu):
            self.publish(book, _LEVELS, update.b, update.a, DEPTH, received_ns, update.E * NS_PER_MS, update.u)

    async def fetch_snapshot(self, book: BinanceBook) -> bool:
        query = f"symbol={book.symbol}&limit={self.config.snapshot_levels}"
        snapshot = self._decode_snapshot(await self.rest.call("GET", self.depth_path, query))
        if book.buffer and not book.sequence.fits(snapshot.lastUpdateId, book.buffer[0][0].U):
            return False
        self.publish(book, _LEVELS, snapshot.bids, snapshot.asks, SNAPSHOT, monotonic_ns(), 0, snapshot.lastUpdateId)
        book.sequence.begin(snapshot.lastUpdateId)
        return True


class UsdMarginedMarket(BinanceMarket):
    """Futures margined in USDT and USDC. `ws_url` ends with the path of the venue's public streams."""

    depth_path = "/fapi/v1/depth"
    sequence_type = FuturesSequence


class CoinMarginedMarket(BinanceMarket):
    depth_path = "/dapi/v1/depth"
    sequence_type = FuturesSequence
