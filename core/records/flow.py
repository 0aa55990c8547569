"""What the onlooker keeps of the market for those who look: its tables are its memory, and the screen reads them.

One FLOW_HEAD a book, and rows beside it: prints, levels, depth columns. Wall clock is the core's clock plus the desk's
offset; columns and bars are cut by it.
"""

import numpy as np

PRINTS_KEPT = 256
LEVELS_KEPT = 512
"""Prices of a book whose changes are counted; a power of two."""
PROFILE_ROWS = 2048
HEAT_PERIODS = 3
HEAT_PERIODS_NS = (250_000_000, 2_000_000_000, 15_000_000_000)
HEAT_ROWS = 256
HEAT_TRADES = 20
"""Rows of a column whose trades are told apart; beyond it the nearest row takes them."""
MARK_OUTS_KEPT = 128
HORIZONS_NS = (1_000_000_000, 10_000_000_000, 60_000_000_000)
EQUITY_SECONDS = 3600
EQUITY_MINUTES = 1440

# Words of the region flow, int64.
DONE = 0  # cursor in the tape's ring: all before is in the tables
BEGUN = 1  # the same, with the batch in hand; differs from DONE after a death inside a batch
MISSED = 2  # records that were overwritten before they were read, or lost with a death
SINCE_WALL_NS = 3  # the first record that was read; 0: none
NEXT_TICK_NS = 4  # wall clock: when the next column ends
NEXT_MARK_NS = 5  # the core's clock: when the next fill of ours is due to be valued
FILLS = 6  # of ours, ever
SECONDS = 7  # points of equity, ever
MINUTES = 8
PEAK_E8 = 9  # the highest equity so far
CORE_BEGAN_NS = 10  # the core's clock at its last SESSION
FLOW_LINES = 2

# Words of FLOW_LEVEL.sums: 3 * row + one of these, row 0 bid and 1 ask; then what takers did.
CONSUMED = 0
PULLED = 1
STACKED = 2
BOUGHT = 6
SOLD = 7
SUMS = 8

FLOW_HEAD = np.dtype(
    [
        ("instrument_id", np.int64),  # -1: no book in this slot
        ("trades", np.int64),  # ever
        ("prints", np.int64),  # ever; the newest is at (prints - 1) % PRINTS_KEPT
        ("trades_5s", np.int64),
        ("lots_5s", np.int64),
        # The session: since the last ROLLOVER, or the first record.
        ("since_wall_ns", np.int64),
        ("open_ticks", np.int64),  # 0: nothing traded
        ("high_ticks", np.int64),
        ("low_ticks", np.int64),
        ("total_lots", np.int64),
        ("value", np.float64),  # sum of ticks * lots
        ("profile_ticks_per_row", np.int64),  # a power of two; 0: nothing traded
        ("profile_first_row", np.int64),  # price // ticks_per_row of row 0
        ("second", np.int64),  # of the wall clock, up to which the sums of levels slid
        ("heat_ticks_per_row", np.int64),  # chosen from the first whole book; 0: not yet
        ("heat_first_row", np.int64, (HEAT_PERIODS,)),  # price // ticks_per_row of row 0, of the last column
        ("columns", np.int64, (HEAT_PERIODS,)),  # ever
        ("is_gap", np.int64, (HEAT_PERIODS,)),  # something was lost since the last column ended
    ]
)

FLOW_LEVEL = np.dtype(
    [
        ("price_ticks", np.int64),  # 0: the row is free
        ("sums", np.int64, (SUMS,)),  # lots over the last ten seconds
        ("changed_ns", np.int64),  # the core's clock at the last change of any sum
        ("last_trade_ns", np.int64),  # 0: none that is remembered
        # By row, bid and ask.
        ("unmatched_lots", np.int64, (2,)),  # positive: traded, not yet gone from the book; negative: gone, not traded
        ("unmatched_ns", np.int64, (2,)),
        ("traded_lots", np.int64, (2,)),  # since the level is looked at as a possible iceberg
        ("traded_ns", np.int64, (2,)),
        ("shown_lots", np.int64, (2,)),  # the most it showed in that time
        ("refills", np.int64, (2,)),
        ("gone_ns", np.int64, (2,)),  # when it became empty; 0: it is not
    ]
)

FLOW_PRINT = np.dtype(
    [
        ("wall_ns", np.int64),  # when its first trade was taken by the core
        ("received_ns", np.int64),  # of its last trade
        ("venue_ns", np.int64),
        ("price_from_ticks", np.int64),
        ("price_to_ticks", np.int64),
        ("lots", np.int64),
        ("fills", np.int64),
        ("side", np.int64),
    ]
)

HEAT_COLUMN = np.dtype(
    [
        ("start_wall_ns", np.int64),
        ("low_ticks", np.int64),  # lowest price of row 0
        ("bid_ticks", np.int64),  # at the end; 0: none
        ("ask_ticks", np.int64),
        ("is_gap", np.int32),
        ("trades", np.int32),  # rows of the next two that are filled
        ("trade_lots", np.int64, (HEAT_TRADES,)),  # bought minus sold
        ("trade_rows", np.int16, (HEAT_TRADES,)),
        ("codes", np.uint8, (HEAT_ROWS,)),  # 1 + floor(8 log2(lots)), at most 255; 0: nothing
        ("_reserved", np.uint8, (16,)),
    ]
)
assert HEAT_COLUMN.itemsize == 512

MARK_OUT = np.dtype(
    [
        ("filled_ns", np.int64),  # the core's clock
        ("instrument_id", np.int64),
        ("side", np.int64),
        ("price_ticks", np.int64),
        ("lots", np.int64),
        ("is_maker", np.int64),
        ("notional_e8", np.int64),
        ("after_e8", np.int64, (3,)),  # by HORIZONS_NS
        ("state", np.int64, (3,)),  # 0: not due; 1: valued; 2: the book was not LIVE
    ]
)

EQUITY = np.dtype(
    [
        ("wall_ns", np.int64),
        ("equity_e8", np.int64),
        ("drawdown_e8", np.int64),
    ]
)
