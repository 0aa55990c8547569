"""The venue's book as the venue itself sees it, where that has to be known before a frame may pass.

    checksum       the text of the best levels as the venue wrote it, for a CRC-32       Kraken, OKX, Bitfinex
    cut            levels that fell out of the subscribed depth, told as deletions       Kraken
    uncrossing     of two levels that cross, the older one goes                          dYdX

A frame is parsed (feeds/decode.py), applied here, checked, and only then published: what the checksum refuses never
reaches the core. Levels are kept sorted, best first, with their text; books that need this have some hundred levels.
"""

import numpy as np

from core.kernel import kernel
from core.memory.atomics import array_at, market_events_at
from core.memory.files import address_of
from feeds.checked_levels import CHECKED, LEVEL, OUT_BYTES, TEXT
from feeds.checksum import DIGITS, PAIRS, UNCHECKED, checksum
from feeds.decimals import NINE, ZERO
from feeds.decode import BOOK_LEVEL, DECODER, TEXT_BYTES, TOO_LONG, publish_levels
from feeds.scan import BUY, SELL, SPAN

MOST_CHECKED_LEVELS = 4_096

NOT_TOLD = -1
WRONG_CHECKSUM = -5


class CheckedBook:
    """One instrument's book behind its decoder."""

    def __init__(self, decoder: np.ndarray, *, depth: int = 0, style: int = UNCHECKED, best: int = 0) -> None:
        """`style`, `best`: how `publish_checked` makes the checksum (feeds/checksum.py), of so many levels a side."""
        self._bids, self._asks = np.zeros(MOST_CHECKED_LEVELS, LEVEL), np.zeros(MOST_CHECKED_LEVELS, LEVEL)
        self._out = np.zeros(OUT_BYTES // 8, np.int64)
        self.state = row = np.zeros(1, CHECKED)
        row["decoder_address"], row["out_address"] = address_of(decoder), address_of(self._out)
        row["bids_address"], row["asks_address"] = address_of(self._bids), address_of(self._asks)
        row["capacity"], row["depth"], row["style"], row["best"] = MOST_CHECKED_LEVELS, depth, style, best
        self.address = address_of(row)

    def apply(self, count: int, *, is_snapshot: bool, order: int = 0) -> int:
        """What `parse_book` left in the records; the count with deletions of what fell out, or TOO_LONG."""
        return apply_checked(self.address, count, 1 if is_snapshot else 0, order)

    def uncross(self, count: int) -> int:
        """Of two levels that cross the older goes; the count with what is told of it."""
        return uncross(self.address, count)

    def crc_of_digits(self, levels: int) -> int:
        """Unsigned, as Kraken tells it."""
        return checksum(self.address, DIGITS, levels)

    def crc_of_pairs(self, levels: int) -> int:
        """Signed, as OKX and Bitfinex tell it."""
        value = checksum(self.address, PAIRS, levels)
        return value - (1 << 32) if value >= 1 << 31 else value

    @property
    def crc(self) -> int:
        """Unsigned, of its own style."""
        return checksum(self.address, int(self.state["style"][0]), int(self.state["best"][0]))


@kernel
def publish_checked(
    checked_address: int, count: int, told: int, is_snapshot: int, received_ns: int, venue_ns: int, reference_id: int
) -> int:
    """Apply so many levels that were parsed, check and publish them. `told`: the venue's checksum, unsigned; NOT_TOLD.

    The number of levels, or why not; WRONG_CHECKSUM among others. A count that is no number of levels stays what it is.
    """
    checked = array_at(checked_address, 1, CHECKED)[0]
    if count >= 0:
        count = apply_checked(checked_address, count, is_snapshot, 0)
    if count < 0:
        return count
    if told != NOT_TOLD and checksum(checked_address, checked["style"], checked["best"]) != told:
        return WRONG_CHECKSUM
    return publish_levels(checked["decoder_address"], count, is_snapshot, received_ns, venue_ns, reference_id)


@kernel
def apply_checked(checked_address: int, count: int, is_snapshot: int, order: int) -> int:
    checked = array_at(checked_address, 1, CHECKED)[0]
    decoder = array_at(checked["decoder_address"], 1, DECODER)[0]
    records = market_events_at(decoder["records_address"], decoder["capacity"])
    spans = array_at(decoder["spans_address"], decoder["capacity"], SPAN)
    text = array_at(decoder["text_address"], TEXT_BYTES, np.uint8)
    if is_snapshot == 1:
        checked["bids"] = 0
        checked["asks"] = 0
    for index in range(count):
        if not _set(checked, records[index], spans[index], text, order):
            return TOO_LONG
    if checked["depth"] > 0 and is_snapshot == 0:
        count = _cut(checked, decoder, records, count, BUY)
        count = _cut(checked, decoder, records, count, SELL)
    return count


@kernel
def _set(checked: np.void, record: np.void, span: np.void, text: np.ndarray, order: int) -> bool:
    """One level in, changed or out. False: no room, or its text is too long."""
    is_bid = record["side"] == BUY
    rows = array_at(checked["bids_address"] if is_bid else checked["asks_address"], checked["capacity"], LEVEL)
    size = checked["bids"] if is_bid else checked["asks"]
    ticks = record["price_ticks"]
    place = _place_of(rows, size, ticks, is_bid)
    is_there = place < size and rows[place]["price_ticks"] == ticks
    if record["quantity_lots"] == 0 and not _has_digit(text, span):
        if is_there:
            for index in range(place, size - 1):
                rows[index] = rows[index + 1]
            _resize(checked, is_bid, size - 1)
        return True
    if not is_there:
        if size == rows.shape[0]:
            return False
        for index in range(size, place, -1):
            rows[index] = rows[index - 1]
        _resize(checked, is_bid, size + 1)
    return _write(rows[place], record, span, text, order)


@kernel
def _write(row: np.void, record: np.void, span: np.void, text: np.ndarray, order: int) -> bool:
    price_bytes = np.int64(span["price_end"] - span["price"])
    quantity_bytes = np.int64(span["quantity_end"] - span["quantity"])
    if not (price_bytes > 0 and price_bytes <= TEXT and quantity_bytes > 0 and quantity_bytes <= TEXT):
        return False
    row["price_ticks"] = record["price_ticks"]
    row["quantity_lots"] = record["quantity_lots"]
    row["order"] = order
    row["price_bytes"] = price_bytes
    row["quantity_bytes"] = quantity_bytes
    for index in range(price_bytes):
        row["price_text"][index] = text[span["price"] + index]
    for index in range(quantity_bytes):
        row["quantity_text"][index] = text[span["quantity"] + index]
    return True


@kernel
def _place_of(rows: np.ndarray, size: int, ticks: int, is_bid: bool) -> int:
    """Where this price is, or would be."""
    low = 0
    high = size
    while low < high:
        middle = (low + high) // 2
        is_better = rows[middle]["price_ticks"] > ticks if is_bid else rows[middle]["price_ticks"] < ticks
        if is_better:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def _resize(checked: np.void, is_bid: bool, size: int) -> None:
    if is_bid:
        checked["bids"] = size
    else:
        checked["asks"] = size


@kernel
def _has_digit(text: np.ndarray, span: np.void) -> bool:
    """Is the quantity more than nothing, though it be less than a lot?"""
    place = np.int64(span["quantity"])
    while place < span["quantity_end"] and not (text[place] > ZERO and text[place] <= NINE):
        place += 1
    return bool(place < span["quantity_end"])


@kernel
def _cut(checked: np.void, decoder: np.void, records: np.ndarray, count: int, side: int) -> int:
    """Levels behind the depth are no longer kept by the venue: gone, and told as deletions."""
    is_bid = side == BUY
    rows = array_at(checked["bids_address"] if is_bid else checked["asks_address"], checked["capacity"], LEVEL)
    size = checked["bids"] if is_bid else checked["asks"]
    for index in range(checked["depth"], size):
        count = tell_level(decoder, records, count, side, rows[index]["price_ticks"], 0)
        checked["cut"] += 1
    if size > checked["depth"]:
        _resize(checked, is_bid, checked["depth"])
    return count


@kernel
def tell_level(
    decoder: np.void, records: np.ndarray, count: int, side: int, price_ticks: int, quantity_lots: int
) -> int:
    """One more record behind the parsed ones; without room the frame goes out without it and the count says so."""
    if count >= records.shape[0] - 1:
        return count
    record = records[count]
    record["kind"] = BOOK_LEVEL
    record["instrument_id"] = decoder["instrument_id"]
    record["price_ticks"] = price_ticks
    record["quantity_lots"] = quantity_lots
    record["side"] = side
    record["flags"] = 0
    record["detail"] = 0
    return count + 1


@kernel
def uncross(checked_address: int, count: int) -> int:
    """While the best bid is not below the best ask: the older of the two goes; of the same message, they trade.

    Source: docs.dydx.xyz, "Watch orderbook", Uncrossing. (The indexer sums over validators; there is no one book.)
    """
    checked = array_at(checked_address, 1, CHECKED)[0]
    decoder = array_at(checked["decoder_address"], 1, DECODER)[0]
    bids = array_at(checked["bids_address"], checked["capacity"], LEVEL)
    asks = array_at(checked["asks_address"], checked["capacity"], LEVEL)
    while checked["bids"] > 0 and checked["asks"] > 0 and bids[0]["price_ticks"] >= asks[0]["price_ticks"]:
        bid_lots = bids[0]["quantity_lots"]
        ask_lots = asks[0]["quantity_lots"]
        bid_is_newer_by = bids[0]["order"] - asks[0]["order"]
        if bid_is_newer_by <= 0:
            left_lots = bid_lots - ask_lots if bid_is_newer_by == 0 else 0
            count = _leave_best(checked, decoder, count, BUY, left_lots)
        if bid_is_newer_by >= 0:
            left_lots = ask_lots - bid_lots if bid_is_newer_by == 0 else 0
            count = _leave_best(checked, decoder, count, SELL, left_lots)
        checked["uncrossed"] += 1
    return count


@kernel
def _leave_best(checked: np.void, decoder: np.void, count: int, side: int, left_lots: int) -> int:
    """So much stays of the best level of this side, and is told; nothing, and the next one is the best."""
    is_bid = side == BUY
    rows = array_at(checked["bids_address"] if is_bid else checked["asks_address"], checked["capacity"], LEVEL)
    records = market_events_at(decoder["records_address"], decoder["capacity"])
    count = tell_level(decoder, records, count, side, rows[0]["price_ticks"], max(left_lots, 0))
    if left_lots > 0:
        rows[0]["quantity_lots"] = left_lots
        return count
    size = checked["bids"] if is_bid else checked["asks"]
    for index in range(size - 1):
        rows[index] = rows[index + 1]
    _resize(checked, is_bid, size - 1)
    return count
