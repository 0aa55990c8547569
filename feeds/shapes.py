"""How a venue writes one level or one trade, as data: which column or key holds what.

    ["61837.63","0.002"]                               row_shape(PRICE, QUANTITY)
    ["41006.8","0.6","0","1"]                          row_shape(PRICE, QUANTITY)               the rest is skipped
    {"price":64525.0,"qty":0.538}                      object_shape(price=PRICE, qty=QUANTITY)
    ["buy","45.02","0"]                                row_shape(SIDE, PRICE, QUANTITY)
    [7301.1,2,-0.5]                                    row_shape(PRICE, COUNT, SIGNED_QUANTITY)
    {"px":"1","sz":"2","side":"A","tid":7,"time":9}    object_shape(…, side=SIDE, tid=ID, time=TIME_MS)

feeds/scan.py reads rows by such a shape; a connector names its shapes once and parses no number itself.
"""

from enum import IntEnum

import numpy as np

MOST_COLUMNS = 16


class Role(IntEnum):
    """What a value is."""

    SKIP = 0
    PRICE = 1
    QUANTITY = 2
    """Rounded down to lots; 0 deletes a level"""
    SIGNED_QUANTITY = 3
    """Below zero: the ask side of a book, the selling taker of a trade"""
    SIDE = 4
    """By the first letter: b (buy, bid), s (sell), a, o (ask, offer); or 0 buy, 1 sell. Of a trade: the taker's"""
    MAKER_SIDE = 5
    """Of a trade, the other way round"""
    IS_BUYER_MAKER = 6
    """true: the taker sold"""
    ID = 7
    """Digits as they are; another text as 62 bits of a hash"""
    TIME_S = 8
    TIME_MS = 9
    TIME_US = 10
    TIME_NS = 11
    TIME_ISO = 12
    """2026-08-09T21:05:48.123456Z"""
    COUNT = 13
    """Orders at a level; 0 deletes it whatever the quantity says"""
    ACTION = 14
    """new, change, delete: by the first letter, d deletes"""


SHAPE = np.dtype(
    [
        ("is_object", np.int64),
        ("is_pair", np.int64),  # price, quantity: what `scan_pair` may try first
        ("columns", np.int64),
        ("named", np.int64),  # columns that are not skipped: a row has all of them
        ("keys", np.int64, (MOST_COLUMNS,)),  # key_of(name); of arrays unused
        ("roles", np.int64, (MOST_COLUMNS,)),
    ]
)


def row_shape(*roles: Role) -> np.ndarray:
    """SHAPE[1] of rows that are arrays. Columns behind the last named one are skipped."""
    shape = np.zeros(1, SHAPE)
    shape["columns"] = len(roles)
    shape["roles"][0, : len(roles)] = roles
    shape["named"] = sum(role is not Role.SKIP for role in roles)
    shape["is_pair"] = roles == (Role.PRICE, Role.QUANTITY)
    return shape


def object_shape(**roles: Role) -> np.ndarray:
    """SHAPE[1] of rows that are objects. Keys that are not named are skipped, whatever they hold."""
    shape = np.zeros(1, SHAPE)
    shape["is_object"], shape["columns"], shape["named"] = 1, len(roles), len(roles)
    for column, (name, role) in enumerate(roles.items()):
        shape["keys"][0, column], shape["roles"][0, column] = key_of(name), role
    return shape


def key_of(name: str) -> int:
    """A key as one number: its length and its first seven letters. Enough to tell a venue's keys apart."""
    number = len(name)
    for letter in name.encode()[:7]:
        number = number << 8 | letter
    return number
