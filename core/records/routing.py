"""Scratch of a routed order: one row per venue that could take a part of it."""

import numpy as np

ROUTED = np.dtype(
    [
        ("instrument_id", np.int64),
        ("key", np.int64),  # of the next level, core/book/ladder.py; NO_KEY: none
        ("price", np.float64),  # of that level, fee and slowness included, in the quote currency
        ("lots", np.int64),  # routed there
        ("worst_ticks", np.int64),
        ("tick", np.float64),
        ("lot", np.float64),
        ("burden", np.float64),  # fee and slowness, as a fraction of the price
    ]
)
