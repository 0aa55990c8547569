"""Orders and bodies for the tests of what is a venue's own about orders."""

import gzip
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from core.records.event import EVENT
from core.vocabulary import AssetClass, OrderType, Side, TimeInForce
from feeds.instruments import Instrument, as_row
from feeds.order_entry.orders import LiveOrders
from feeds.order_entry.words import NewOrder
from feeds.venues.contract import VenueReport
from tests.doubles.venues import ENTRIES

WALL_OFFSET_NS = 1_700_000_000_000_000_000


def row_of(venue: str, symbol: str, **fields: Any) -> np.void:
    given: dict[str, Any] = {"base": "BTC", "quote": "USDT", "settlement": "USDT", "tick": "0.1", "lot": "0.01"}
    given |= fields
    given |= {"tick": Decimal(given["tick"]), "lot": Decimal(given["lot"])}
    made = Instrument(symbol=f"X.{venue}", venue_symbol=symbol, venue=venue, **given)
    row: np.void = as_row(made, source_id=0, book_slot=0, bar_slot=0)[0]
    return row


SPOT = row_of("any", "BTC-USDT")


SWAP = row_of("any", "BTC-USDT-SWAP", asset_class=AssetClass.PERPETUAL)


def new(row: np.void = SPOT, quantity_lots: int = 125, **fields: Any) -> NewOrder:
    """Buy 1.25 at 64,000.5, good until cancelled."""
    request = np.zeros(1, EVENT)[0]
    defaults = {
        "side": Side.BUY,
        "order_type": OrderType.LIMIT,
        "time_in_force": TimeInForce.GTC,
        "price_ticks": 640_005,
    }
    for name, value in {**defaults, **fields}.items():
        request[name] = value
    return NewOrder(request, row, client_text="ours", quantity_lots=quantity_lots, wall_offset_ns=WALL_OFFSET_NS)


def vectors(captures: Path, venue: str, *, least: int) -> list[tuple[dict[str, str], str]]:
    rows = json.loads((captures / "auth_vectors" / "auth_vectors.json").read_text())
    found = [(row["input"], row["expected"]) for row in rows if row["venue"] == venue]
    assert len(found) >= least
    return found


def fixture(captures: Path, venue: str, name: str) -> Any:
    """A body of the venue's documents, as a maintained client keeps it for its tests."""
    bundle = captures / "nautilus" / "adapter_fixtures" / f"{venue}_fixtures.json.gz"
    files = json.loads(gzip.decompress(bundle.read_bytes()))["files"]
    return next(json.loads(file["text"]) for file in files if file["path"].endswith(f"/{name}.json"))


def told_by(orders: type[LiveOrders], row: np.void, *frames: Any) -> list[VenueReport]:
    entry = next(entry for entry in ENTRIES.values() if entry.orders is orders)
    venue = orders(entry.double(row).config(), entry.double.keys, {0: row}, wall_offset_ns=WALL_OFFSET_NS)
    reports: list[VenueReport] = []
    venue._report = reports.append
    for frame in frames:
        venue.calls.on_frame(json.dumps(frame).encode(), 1)
    assert venue.bad_messages == 0
    return reports


EQUITY = row_of("any", "AAPL", asset_class=AssetClass.EQUITY, lot="0.000001")
