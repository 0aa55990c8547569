"""The whole exchange as bytes and back: what a snapshot holds.

    header   JSON line: format, fingerprint, number, lengths of the sections in order
    sections raw records: pool rows that were ever used, books, accounts, generators, ledger, arrivals on their way …
    digest   BLAKE2b of all before, 32 bytes

Levels and best prices are not saved: the links of the pool tell them (queues.requeue). A state that is read back goes
on bit for bit, because rows keep their numbers.
"""

import hashlib
from typing import ClassVar

import msgspec
import numpy as np

from core.errors import StationError
from core.records.event import EVENT
from feeds.simulator.crowd import ASSET_ROW, CYCLE_NS, STREAM_ROW
from feeds.simulator.exchange import Exchange
from feeds.simulator.ledger import CLIENT_FILL, CLIENT_ORDER
from feeds.simulator.queues import requeue
from feeds.simulator.state import ACCOUNT_ROW, BOOK_ROW, COUNTERS, ORDER_ROW

FORMAT = 1
DIGEST_BYTES = 32


class SavedStateDamaged(StationError):
    cure: ClassVar[str] = "An older snapshot is used when there is one; else the exchange begins anew."
    exit_code: ClassVar[int] = 74

    def __init__(self, reason: str) -> None:
        super().__init__(f"a saved state of the exchange cannot be read: {reason=}")


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: int
    fingerprint: str
    number: int
    lengths: tuple[int, ...]


def fingerprint(exchange: Exchange, seed: int) -> str:
    """Changes when a saved state of another exchange, or of another version of this code, would be misread."""
    dtypes = (ORDER_ROW, BOOK_ROW, ACCOUNT_ROW, COUNTERS, ASSET_ROW, STREAM_ROW, CLIENT_ORDER, CLIENT_FILL, EVENT)
    shapes = [array.shape for array in exchange.state] + [array.shape for array in exchange.crowd]
    text = repr((FORMAT, CYCLE_NS, seed, shapes, [dtype.descr for dtype in dtypes], exchange.instruments))
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def save(exchange: Exchange, *, seed: int, number: int) -> bytes:
    """Only between two calls of the exchange: nothing that was told waits in the kernels' hands."""
    sections = [np.ascontiguousarray(array).tobytes() for array in _sections(exchange)]
    header = Header(FORMAT, fingerprint(exchange, seed), number, tuple(map(len, sections)))
    body = b"".join([msgspec.json.encode(header), b"\n", *sections])
    return body + hashlib.blake2b(body, digest_size=DIGEST_BYTES).digest()


def state_digest(exchange: Exchange) -> str:
    """Equal exactly when two exchanges are in the same state."""
    digest = hashlib.blake2b(digest_size=16)
    for array in _sections(exchange):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def load(exchange: Exchange, data: bytes, *, seed: int) -> None:
    """Into a new exchange of the same instruments. Raises SavedStateDamaged."""
    header, sections = _read_sections(data)
    if header.fingerprint != fingerprint(exchange, seed):
        raise SavedStateDamaged("of another seed, other instruments or another version")
    state, crowd = exchange.state, exchange.crowd
    pool = np.frombuffer(sections[0], ORDER_ROW)
    state.orders[: len(pool)] = pool
    fixed = (
        state.books, state.accounts, state.crowd, state.counters, state.latency_words, crowd.assets, crowd.streams,
        crowd.words,
    )  # fmt: skip
    for array, section in zip(fixed, sections[1:9], strict=True):
        array[...] = np.frombuffer(section, array.dtype).reshape(array.shape)
    exchange.ledger.restore(np.frombuffer(sections[9], CLIENT_ORDER), np.frombuffer(sections[10], CLIENT_FILL))
    for arrival in np.frombuffer(sections[11], EVENT).copy():
        exchange.submit(arrival)
    exchange.arrivals_submitted = int(np.frombuffer(sections[12], np.int64)[0])
    requeue(state)


def _read_sections(data: bytes) -> tuple[Header, list[bytes]]:
    """Checked. Raises SavedStateDamaged."""
    body, digest = data[:-DIGEST_BYTES], data[-DIGEST_BYTES:]
    if len(data) <= DIGEST_BYTES or hashlib.blake2b(body, digest_size=DIGEST_BYTES).digest() != digest:
        raise SavedStateDamaged("torn or changed")
    line, _, rest = body.partition(b"\n")
    try:
        header = msgspec.json.decode(line, type=Header)
    except msgspec.DecodeError as error:
        raise SavedStateDamaged(f"of another format: {error}") from error
    sections, start = [], 0
    for length in header.lengths:
        sections.append(rest[start : start + length])
        start += length
    return header, sections


def _sections(exchange: Exchange) -> list[np.ndarray]:
    state, crowd, ledger = exchange.state, exchange.crowd, exchange.ledger
    arrivals = np.zeros(len(exchange.arrivals), EVENT)
    for index, arrival in enumerate(sorted(exchange.arrivals, key=lambda one: one[:2])):
        arrivals[index] = arrival.request
    return [
        state.orders[: int(state.counters["rows_touched"][0])], state.books, state.accounts, state.crowd,
        state.counters, state.latency_words, crowd.assets, crowd.streams, crowd.words,
        ledger.orders[: ledger.order_count], ledger.fills[: ledger.fill_count], arrivals,
        np.array([exchange.arrivals_submitted], np.int64),
    ]  # fmt: skip
