"""CRC-32 of the text of a checked book's best levels, as venues define it, without leaving the kernel.

    DIGITS   asks from the best, then bids from the best, each number without point and leading zeros      Kraken
    PAIRS    bid, ask, bid, ask …, each price:quantity, all joined by colons, as written              OKX, Bitfinex

Sources: docs.kraken.com, guides/websockets/book-checksum-v2; OKX API guide, WebSocket, checksum;
docs.bitfinex.com/docs/ws-websocket-checksum. The CRC itself, eight bytes a step: M. Kounavis and F. Berry, "A
Systematic Approach to Building High Performance Software-based CRC Generators", 2005.
"""

import zlib

import numpy as np

from core.kernel import kernel
from core.memory.atomics import array_at
from feeds.checked_levels import CHECKED, LEVEL, OUT_BYTES
from feeds.decimals import POINT, ZERO
from feeds.scan import COLON

UNCHECKED = 0
DIGITS = 1
PAIRS = 2

LOW_WORD = (1 << 32) - 1


def _tables() -> np.ndarray:
    """int64[8 * 256]: what a byte does to the remainder from one, two … eight places away."""
    tables = np.zeros((8, 256), np.int64)
    # The first one out of zlib: the remainder of one byte, without the inversion at both ends.
    tables[0] = [zlib.crc32(bytes([byte]), LOW_WORD) ^ LOW_WORD for byte in range(256)]
    for place in range(1, 8):
        before = tables[place - 1]
        tables[place] = tables[0][before & 255] ^ (before >> 8)
    return tables.ravel()


TABLES = _tables()


@kernel
def checksum(checked_address: int, style: int, best: int) -> int:
    """Unsigned, of so many levels a side."""
    checked = array_at(checked_address, 1, CHECKED)[0]
    size = digits_text(checked_address, best) if style == DIGITS else pairs_text(checked_address, best)
    return crc32(checked["out_address"], size)


@kernel
def crc32(address: int, size: int) -> int:
    """Of the `size` bytes that lie there, at a whole word."""
    text = array_at(address, OUT_BYTES, np.uint8)
    words = array_at(address, OUT_BYTES // 4, np.uint32)
    crc = LOW_WORD
    at = 0
    while at + 8 <= size:
        low = crc ^ np.int64(words[at >> 2])
        high = np.int64(words[(at >> 2) + 1])
        crc = TABLES[1792 + (low & 255)] ^ TABLES[1536 + ((low >> 8) & 255)] ^ TABLES[1280 + ((low >> 16) & 255)]
        crc ^= TABLES[1024 + (low >> 24)] ^ TABLES[768 + (high & 255)] ^ TABLES[512 + ((high >> 8) & 255)]
        crc ^= TABLES[256 + ((high >> 16) & 255)] ^ TABLES[high >> 24]
        at += 8
    while at < size:
        crc = TABLES[(crc ^ np.int64(text[at])) & 255] ^ (crc >> 8)
        at += 1
    return crc ^ LOW_WORD


@kernel
def digits_text(checked_address: int, levels: int) -> int:
    """The text of `crc_of_digits` into the out buffer; its length."""
    checked = array_at(checked_address, 1, CHECKED)[0]
    out = array_at(checked["out_address"], OUT_BYTES, np.uint8)
    asks = array_at(checked["asks_address"], checked["capacity"], LEVEL)
    bids = array_at(checked["bids_address"], checked["capacity"], LEVEL)
    at = 0
    for index in range(min(levels, checked["asks"])):
        at = _digits_of(asks[index]["price_text"], asks[index]["price_bytes"], out, at)
        at = _digits_of(asks[index]["quantity_text"], asks[index]["quantity_bytes"], out, at)
    for index in range(min(levels, checked["bids"])):
        at = _digits_of(bids[index]["price_text"], bids[index]["price_bytes"], out, at)
        at = _digits_of(bids[index]["quantity_text"], bids[index]["quantity_bytes"], out, at)
    return at


@kernel
def _digits_of(text: np.ndarray, size: int, out: np.ndarray, at: int) -> int:
    is_leading = True
    for index in range(size):
        letter = text[index]
        if letter == POINT or (is_leading and letter == ZERO):
            continue
        is_leading = False
        out[at] = letter
        at += 1
    return at


@kernel
def pairs_text(checked_address: int, levels: int) -> int:
    """The text of `crc_of_pairs` into the out buffer; its length."""
    checked = array_at(checked_address, 1, CHECKED)[0]
    out = array_at(checked["out_address"], OUT_BYTES, np.uint8)
    asks = array_at(checked["asks_address"], checked["capacity"], LEVEL)
    bids = array_at(checked["bids_address"], checked["capacity"], LEVEL)
    at = 0
    for index in range(levels):
        if index < checked["bids"]:
            at = _pair_of(bids[index], out, at)
        if index < checked["asks"]:
            at = _pair_of(asks[index], out, at)
    return max(at - 1, 0)


@kernel
def _pair_of(row: np.void, out: np.ndarray, at: int) -> int:
    """price:quantity: with a colon behind it."""
    for index in range(row["price_bytes"]):
        out[at] = row["price_text"][index]
        at += 1
    out[at] = COLON
    at += 1
    for index in range(row["quantity_bytes"]):
        out[at] = row["quantity_text"][index]
        at += 1
    out[at] = COLON
    return at + 1
