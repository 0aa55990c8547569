"""The rows of a book that is checked: its levels, sorted, with the text that the venue wrote."""

import numpy as np

TEXT = 28
"""Longest number that is kept; longer ones are refused as absurd."""

LEVEL = np.dtype(
    [
        ("price_ticks", np.int64),
        ("quantity_lots", np.int64),
        ("order", np.int64),  # of the message that wrote it: larger is newer
        ("price_bytes", np.int64),
        ("quantity_bytes", np.int64),
        ("price_text", np.uint8, (TEXT,)),
        ("quantity_text", np.uint8, (TEXT,)),
    ]
)

CHECKED = np.dtype(
    [
        ("decoder_address", np.int64),
        ("bids_address", np.int64),  # LEVEL[capacity], best first
        ("asks_address", np.int64),
        ("capacity", np.int64),
        ("bids", np.int64),
        ("asks", np.int64),
        ("depth", np.int64),  # levels a side that the venue keeps for us; 0: all
        ("out_address", np.int64),  # uint8[OUT_BYTES]
        ("cut", np.int64),  # levels that fell out of the depth, ever
        ("uncrossed", np.int64),  # levels that were removed because they crossed, ever
        ("style", np.int64),  # of the checksum: UNCHECKED, DIGITS, PAIRS
        ("best", np.int64),  # levels a side that it is made of
    ]
)
OUT_BYTES = 64 * 2 * (TEXT + 1) * 2
