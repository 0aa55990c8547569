"""Are an old snapshot and all updates since then the same as a new snapshot? Slow, obvious, beside the hot path.

Levels that an update touched around the new snapshot's time are in motion and not compared: the venue's snapshot and
its stream are not of one moment.
"""

from collections.abc import Iterable
from decimal import Decimal

import msgspec

from feeds.venues.bitstamp.messages import Levels

IN_MOTION_US = 2_000_000
Rows = dict[tuple[bool, Decimal], Decimal]
"""(is a bid, price) → quantity"""
_decode_rows = msgspec.json.Decoder(list[tuple[Decimal, Decimal]]).decode


def differing_levels(old: Levels, updates: Iterable[Levels], new: Levels) -> int:
    """How many levels of `new` are not what `old` and the updates say."""
    ours, theirs = _rows(old), _rows(new)
    in_motion: set[tuple[bool, Decimal]] = set()
    for update in updates:
        rows = _rows(update)
        if abs(update.microtimestamp - new.microtimestamp) <= IN_MOTION_US:
            in_motion |= rows.keys()
        if old.microtimestamp < update.microtimestamp <= new.microtimestamp:
            ours |= rows
    keys = (ours.keys() | theirs.keys()) - in_motion
    return sum(ours.get(key, 0) != theirs.get(key, 0) for key in keys)


def _rows(levels: Levels) -> Rows:
    sides = ((True, levels.bids), (False, levels.asks))
    return {(is_bid, price): size for is_bid, rows in sides for price, size in _decode_rows(rows)}
