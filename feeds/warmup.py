"""Compile what a market process runs, so that its first start, like any other, only loads.

    python -m feeds.warmup

About fifteen seconds of one CPU when the cache is empty. A market process calls `warm_up` before it opens a socket: a
kernel that compiles inside the event loop would look like a feed that fell silent.
"""

import sys

import numpy as np

from core.memory.files import Memory, address_of, create_files
from core.memory.layout import Capacities
from core.records.instrument import INSTRUMENT
from core.records.market import MARKET_EVENT
from core.vocabulary import FeedState
from core.warmup import Stage
from feeds.checked_book import NOT_TOLD, CheckedBook, publish_checked
from feeds.decode import (
    DEPTH,
    OLDEST_FIRST,
    SNAPSHOT,
    DecodeBuffers,
    parse_book,
    parse_orders,
    publish_book,
    publish_levels,
    publish_read_trades,
    publish_trades,
)
from feeds.frame_reader import FrameReader, read_frame
from feeds.frame_shapes import levels_frame
from feeds.market_books import Book
from feeds.order_book import OrderBook
from feeds.publisher import Publisher
from feeds.shapes import Role, object_shape, row_shape

STAGES = (Stage("market decoder", "feeds.warmup:warm_up"),)
"""For `core.warmup --also feeds.warmup:STAGES`."""


def warm_up() -> None:
    """Run each kernel once, with the types of the real thing, on memory that nobody sees."""
    role = "market.warm"
    memory = Memory(create_files("warm", ("warm",), Capacities(market=64, tape=64)), frozenset({role}))
    publisher = Publisher(memory, "warm")
    buffers = DecodeBuffers(publisher, memory.histograms(role), 0)
    row = np.zeros(1, INSTRUMENT)
    row["tick_mantissa"] = row["lot_mantissa"] = 1
    decoder = buffers.decoder(0, row[0])
    address, levels = address_of(decoder), address_of(row_shape(Role.PRICE, Role.QUANTITY))
    rows = b'[["1","1"]]'
    buffers.text[: 2 * len(rows)] = rows + rows
    for kind in (DEPTH, SNAPSHOT):
        publish_book(address, levels, len(rows), len(rows), kind, 1, 1, 1)
    checked = CheckedBook(decoder, depth=1)
    publish_checked(checked.address, parse_book(address, levels, len(rows), len(rows)), NOT_TOLD, SNAPSHOT, 1, 1, 1)
    checked.apply(parse_book(address, levels, len(rows), len(rows)), is_snapshot=True)
    checked.uncross(0)
    checked.crc_of_digits(1)
    checked.crc_of_pairs(1)
    orders = OrderBook(decoder, capacity=16)
    orders.apply(orders.take_from(parse_orders(address, levels, len(rows), len(rows))), is_snapshot=True)
    orders.tell_queues(1, 1)
    trade = b'{"p":"1","q":"1","s":"buy"}'
    buffers.text[: len(trade)] = trade
    shape = object_shape(p=Role.PRICE, q=Role.QUANTITY, s=Role.SIDE)
    publish_trades(address, address_of(shape), len(trade), OLDEST_FIRST, 1, 1)
    reader = FrameReader((levels_frame('["<symbol>"]'),), [Book("A", 0, decoder)], buffers)
    read_frame(reader.address, 1, 1)
    publish_levels(address, 0, DEPTH, 1, 1, 1)
    publish_read_trades(address, 0, OLDEST_FIRST, 1, 1)
    publisher.publish_state(FeedState.LIVE)
    publisher.publish(np.zeros(1, MARKET_EVENT))


def main() -> int:
    warm_up()
    return 0


if __name__ == "__main__":
    sys.exit(main())
