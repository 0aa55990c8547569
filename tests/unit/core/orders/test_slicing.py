"""How large is the slice that is due? Before the end an uneven part of what is behind, at the end all of it."""

from typing import Any

import numpy as np

from core.orders.slicing import slice_lots
from core.records.order import ORDER
from core.vocabulary import OrderType

SEEDS = range(20)


def sliced(**fields: Any) -> np.void:
    """1,000 lots from 0 to 1,000 ns."""
    row = np.zeros(1, ORDER)[0]
    terms = {"asked_type": OrderType.TWAP, "quantity_lots": 1_000, "ends_ns": 1_000}
    for name, value in {**terms, **fields}.items():
        row[name] = value
    return row


def test_before_its_end_a_slice_is_an_uneven_part_of_what_is_behind() -> None:
    sizes = {slice_lots(sliced(), seed, 500, 0, 0, 1) for seed in SEEDS}
    assert len(sizes) > 5
    assert all(0 < size < 1_000 for size in sizes)


def test_at_its_end_all_that_is_left_goes_at_once() -> None:
    assert {slice_lots(sliced(sent_lots=300), seed, 1_000, 0, 0, 1) for seed in SEEDS} == {700}


def test_at_its_end_a_slice_still_shows_no_more_than_it_should() -> None:
    assert all(slice_lots(sliced(display_lots=100), seed, 1_000, 0, 0, 1) <= 150 for seed in SEEDS)


def test_a_rest_that_is_too_small_for_the_venue_goes_along() -> None:
    assert slice_lots(sliced(sent_lots=900), 1, 1_000, 0, 0, 200) == 0
    assert {slice_lots(sliced(display_lots=60, sent_lots=880), seed, 1_000, 0, 0, 100) for seed in SEEDS} == {120}
