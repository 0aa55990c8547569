"""Compile what a market process runs, so that its first start, like any other, only loads.

    python -m feeds.warmup

About four seconds of one CPU when the cache is empty. A market process calls `warm_up` before it opens a socket: a
kernel that compiles inside the event loop would look like a feed that fell silent.
"""

import sys

import numpy as np

from core.memory.files import Memory, address_of, create_files
from core.memory.layout import Capacities
from core.records.instrument import INSTRUMENT
from core.records.market import MARKET_EVENT
from core.vocabulary import FeedState, Side
from core.warmup import Stage
from feeds.decode import DEPTH, SNAPSHOT, DecodeBuffers, publish_depth, publish_trade
from feeds.publisher import Publisher

WAVES = ((Stage("market decoder", "feeds.warmup:warm_up"),),)
"""For `core.warmup --also feeds.warmup:WAVES`."""


def warm_up() -> None:
    """Run each kernel once, with the types of the real thing, on memory that nobody sees."""
    memory = Memory(create_files("warm", ("warm",), Capacities(market=64, tape=64)), frozenset({"market.warm"}))
    publisher = Publisher(memory, "warm")
    buffers = DecodeBuffers(publisher)
    row = np.zeros(1, INSTRUMENT)
    row["tick_mantissa"] = row["lot_mantissa"] = 1
    decoder = buffers.decoder(0, row[0])
    levels, number = b'[["1","1"]]', b'"1"'
    for kind in (DEPTH, SNAPSHOT):
        buffers.text[: 2 * len(levels)] = levels + levels
        publish_depth(address_of(decoder), len(levels), len(levels), kind, 1, 1, 1)
    buffers.text[: 2 * len(number)] = number + number
    publish_trade(address_of(decoder), len(number), len(number), int(Side.BUY), 1, 1, 1)
    publisher.publish_state(FeedState.LIVE)
    publisher.publish(np.zeros(1, MARKET_EVENT))


def main() -> int:
    warm_up()
    return 0


if __name__ == "__main__":
    sys.exit(main())
