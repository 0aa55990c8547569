"""Which columns has a ladder of this width? They come in a fixed order of worth as it grows, and never move otherwise.

    own buys │ changed │ bid │ sold │ price │ bought │ ask │ changed │ own sells │ volume │ profit

Price, quantities and own orders are always there.
"""

from typing import NamedTuple

TRADES, VOLUME, CHANGES, PROFIT = "trades", "volume", "changes", "profit"
COLUMNS = (TRADES, VOLUME, CHANGES, PROFIT)
"""Those that can be left out, the most worth first"""
LEAST_OWN, LEAST_QUANTITY, WIDE_QUANTITY = 6, 8, 12
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


def columns_of(width: int, price_width: int, wanted: tuple[str, ...] = ()) -> Columns:
    price = price_width + ROUND_PRICE
    own, quantity = LEAST_OWN, LEAST_QUANTITY
    trade = change = volume = profit = 0
    room = width - price - 2 * own - 2 * quantity
    if room < 0:
        quantity = max(0, (width - price - 2 * own) // 2)
        return Columns(own, quantity, price, spare=max(0, width - price - 2 * own - 2 * quantity))
    if TRADES in wanted and room >= 2 * TRADE_WIDTH:
        trade, room = TRADE_WIDTH, room - 2 * TRADE_WIDTH
    if room >= 4:
        own, room = 8, room - 4
    if VOLUME in wanted and room >= VOLUME_WIDTH:
        volume, room = VOLUME_WIDTH, room - VOLUME_WIDTH
    if room >= 8 and own == 8:
        own, room = 12, room - 8
    if room >= 2 * (WIDE_QUANTITY - quantity):
        quantity, room = WIDE_QUANTITY, room - 2 * (WIDE_QUANTITY - quantity)
    if CHANGES in wanted and room >= 2 * CHANGE_WIDTH:
        change, room = CHANGE_WIDTH, room - 2 * CHANGE_WIDTH
    if PROFIT in wanted and room >= PROFIT_WIDTH:
        profit, room = PROFIT_WIDTH, room - PROFIT_WIDTH
    more = room // 4 if volume else 0
    room -= more
    return Columns(own, quantity + room // 2, price, trade, change, volume + more, profit, room % 2)
