"""Which columns has a ladder of this width? They come in a fixed order of worth as it grows, and never move otherwise.

    own buys │ changed │ bid │ sold │ price │ bought │ ask │ changed │ own sells │ volume │ profit

Price, quantities and own orders are always there.
"""

from typing import NamedTuple

TRADES, VOLUME, CHANGES, PROFIT = "trades", "volume", "changes", "profit"
COLUMNS = (TRADES, VOLUME, CHANGES, PROFIT)
"""Those that can be left out, the most worth first"""
LEAST_OWN, LEAST_QUANTITY, WIDE_OWN = 6, 8, 12
ROUND_PRICE = 4
"""Cells for the marks round a price"""
TRADE_WIDTH, VOLUME_WIDTH, CHANGE_WIDTH, PROFIT_WIDTH = 7, 9, 8, 11


class Columns(NamedTuple):
    own: int
    quantity: int
    price: int
    trade: int = 0
    change: int = 0
    volume: int = 0
    profit: int = 0
    spare: int = 0
    """Cells left over by the division; they go to the right edge"""


_GROWTH: tuple[tuple[str, int, int, str], ...] = (
    ("trade", TRADE_WIDTH, 2, TRADES),
    ("own", 8, 2, ""),
    ("volume", VOLUME_WIDTH, 1, VOLUME),
    ("own", WIDE_OWN, 2, ""),
    ("quantity", 12, 2, ""),
    ("change", CHANGE_WIDTH, 2, CHANGES),
    ("profit", PROFIT_WIDTH, 1, PROFIT),
)
"""Which column grows to which width, how many of it there are, and its name if it can be left out: in the order of
worth. The first that has no room ends it; what is left over widens what is there."""


def columns_of(width: int, price_width: int, wanted: tuple[str, ...] = ()) -> Columns:
    price = price_width + ROUND_PRICE
    room = width - price - 2 * LEAST_OWN - 2 * LEAST_QUANTITY
    if room < 0:
        quantity = max(0, (width - price - 2 * LEAST_OWN) // 2)
        return Columns(LEAST_OWN, quantity, price, spare=max(0, width - price - 2 * LEAST_OWN - 2 * quantity))
    columns = Columns(LEAST_OWN, LEAST_QUANTITY, price)
    for name, grown, sides, called in _GROWTH:
        if called and called not in wanted:
            continue
        more = sides * (grown - getattr(columns, name))
        if more > room:
            break
        columns, room = columns._replace(**{name: grown}), room - more
    more = min(WIDE_OWN - columns.own, room // 4)
    columns, room = columns._replace(own=columns.own + more), room - 2 * more
    more = room // 4 if columns.volume else 0
    room -= more
    return columns._replace(quantity=columns.quantity + room // 2, volume=columns.volume + more, spare=room % 2)
