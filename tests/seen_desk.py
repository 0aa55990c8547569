"""What a test sees of a running desk: by its command, and in its memory."""

import os
from collections.abc import Callable
from typing import Any

from tests.station_cli import Station

SYMBOL = "BTC-USD.alpha"


def is_quoted(station: Station) -> bool:
    """An order far away is taken by the venue: core, book and gateway are ready."""
    said = station.run("order", "buy", "0.001", f"{SYMBOL}@{far_below(station)}", "--json")
    if said.code == 0:
        station.run("cancel", str(said.json["client_id"]))
    return said.code == 0


def far_below(station: Station) -> int:
    """Within the collar, outside the market: one per cent below the reference price."""
    return round(reference(station) * 0.99)


def reference(station: Station) -> float:
    from core.memory import numpy_cell
    from station.link.attach import attach

    os.environ["STATION_HOME"] = str(station.home)
    attachment = attach("main")
    try:
        top = numpy_cell.read(attachment.memory.cells("books"), 0)
        assert top is not None
        return float(top["bids"][0]["price_ticks"])  # the tick of BTC-USD is 1
    finally:
        attachment.close()
        del os.environ["STATION_HOME"]


def position(station: Station) -> float:
    rows = [row for row in station.json("positions") if row["symbol"] == SYMBOL]
    return float(rows[0]["position"]) if rows else 0.0


def fills_recorded(station: Station) -> int:
    """A recorder that has just begun has no file yet."""
    said = station.run("sql", "select count(*) as n from fills", "--json")
    return int(said.json[0]["n"]) if said.code == 0 else 0


def minute_starts(station: Station) -> list[int]:
    return [candle.start_wall_ns for candle in seen_by_flow(station, lambda flow: flow.candles(0, 3).candles)]


def traded_today(station: Station) -> int:
    return seen_by_flow(station, lambda flow: flow.profile(0).total_lots)


def seen_by_flow(station: Station, look: Callable[[Any], Any]) -> Any:
    from station.link.attach import attach
    from station.link.flow.reader import FlowReader

    os.environ["STATION_HOME"] = str(station.home)
    attachment = attach("main")
    try:
        return look(FlowReader(attachment.memory, attachment.header.wall_offset_ns))
    finally:
        attachment.close()
        del os.environ["STATION_HOME"]
