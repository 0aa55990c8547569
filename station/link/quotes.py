"""The consolidated best bid and offer of a running desk, as plain values for a table or JSON."""

from typing import Any

from station.link.attach import Attachment
from station.link.health import core_answers
from station.link.snapshots import Snapshots
from station.views.consolidated import Consolidated, consolidated


def best_quotes(attachment: Attachment) -> list[dict[str, Any]]:
    """Nothing that a silent core published can be trusted."""
    if not core_answers(attachment.memory):
        return []
    snapshots = Snapshots(attachment.memory, attachment.header.wall_offset_ns)
    return [_plain(one) for one in consolidated(zip(snapshots.instruments(), snapshots.watch(), strict=True))]


def _plain(one: Consolidated) -> dict[str, Any]:
    """Prices are exact texts; a side that no live book has is null."""
    return {
        "asset": one.name,
        "bid": one.bid.text.replace(",", "") if one.bid is not None else None,
        "bid_venue": one.bid.instrument.venue if one.bid is not None else None,
        "ask": one.ask.text.replace(",", "") if one.ask is not None else None,
        "ask_venue": one.ask.instrument.venue if one.ask is not None else None,
        "spread_bps": None if one.spread_bps is None else round(one.spread_bps, 4),
        "cross_bps": round(one.cross_bps, 4),
        "live": one.live,
        "listed": one.listed,
    }
