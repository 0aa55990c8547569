"""An account is stood down without its order process."""

from pathlib import Path

import numpy as np

from core.records.instrument import INSTRUMENT
from core.vocabulary import OrderStatus
from feeds.stand_alone import stand_down_venue
from tests.unit.feeds.gateway_bench import order
from tests.venue_double import VenueDouble

ROWS = np.zeros(2, INSTRUMENT)
ROWS["min_lots"], ROWS["max_lots"] = 2, 100
TABLE = dict(enumerate(ROWS))


async def test_everything_is_cancelled_and_closed_down_to_dust() -> None:
    venue = VenueDouble()
    for client_id in (1, 2, 3):
        await venue.place(order(client_id, quantity_lots=5)[0])
    venue.fill(venue.by_client(1), 5)
    venue.fill(venue.by_client(2), 2)
    await venue.place(order(4, quantity_lots=1, instrument_id=1)[0])
    venue.fill(venue.by_client(4), 1)  # dust: smaller than the smallest order
    done = await stand_down_venue(venue, TABLE, flatten=True, seconds=5)
    assert (done.is_clean, done.is_flat, done.cancelled, done.closing_orders) == (True, True, 2, 1)
    assert venue.by_client(3).status == OrderStatus.CANCELED
    assert {row.instrument_id: row.position_lots for row in await venue.positions()} == {0: 0, 1: 1}


async def test_a_venue_that_does_not_answer_is_told_and_given_up_in_time(tmp_path: Path) -> None:
    venue = VenueDouble(is_down=True)
    done = await stand_down_venue(venue, TABLE, flatten=False, seconds=0.5)
    assert not done.is_clean
    assert "the venue is down" in done.fault
