"""An order and a position, as the core keeps them and as its cells show them."""

import numpy as np

ORDER = np.dtype(
    [
        ("client_id", np.int64),  # 0: the slot is free
        ("venue_order_id", np.int64),  # 0: not known yet
        ("price_ticks", np.int64),
        ("quantity_lots", np.int64),
        ("filled_lots", np.int64),
        ("filled_notional_high", np.int64),  # sum of ticks * lots of its fills: high * 2**62 + low, core/money.py
        ("filled_notional_low", np.int64),
        ("replace_price_ticks", np.int64),  # asked for and not yet answered
        ("replace_quantity_lots", np.int64),
        ("created_ns", np.int64),
        ("updated_ns", np.int64),
        ("valid_until_ns", np.int64),
        ("queue_ahead_lots", np.int64),  # what trades before it; -1: not known
        ("fees_e8", np.int64),
        ("instrument_id", np.int32),
        ("group_id", np.int32),
        ("strategy_id", np.int16),
        ("account_id", np.int16),
        ("source_id", np.int16),  # index of the venue group
        ("flags", np.int16),
        ("side", np.int8),
        ("order_type", np.int8),
        ("time_in_force", np.int8),
        ("status", np.int8),  # vocabulary.OrderStatus
        ("status_before", np.int8),  # what a refused cancel or replace goes back to
        ("origin", np.int8),
        ("reason", np.int8),
        ("seat", np.int8),  # that sent it; -1: none
        ("cancel_asked_ns", np.int64),  # when a cancel was last sent; 0: never
        # What the core works itself (orders/terms.py); all 0 for an order that the venue takes as it is.
        ("trigger_ticks", np.int64),  # of a stop or touch; where a trailing stop stands now
        ("activation_ticks", np.int64),  # of a trailing stop: it begins to follow here; 0: at once
        ("offset", np.int64),  # trail or peg: ticks, or basis points with IN_BPS; TWAP, VWAP: participation, ppm
        ("display_lots", np.int64),  # at most so many at the venue at once; 0: all
        ("starts_ns", np.int64),  # TWAP, VWAP
        ("ends_ns", np.int64),  # TWAP, VWAP, and GTD: the desk's clock; 0: never
        ("next_ns", np.int64),  # the next slice is not due before
        ("sent_lots", np.int64),  # in children that filled or still may
        ("volume_lots", np.int64),  # TWAP, VWAP: the day's volume when it began
        ("parent_id", np.int64),  # client id of the order that this one is a slice of; 0: none
        ("slices", np.int32),  # sent so far
        ("asked_type", np.int8),  # vocabulary.OrderType as it was asked; order_type is what goes to the venue
        ("phase", np.int8),  # vocabulary.Phase
        ("queue_is_exact", np.int8),  # 1: the venue shows every order, so `queue_ahead_lots` is no estimate
        ("is_watched", np.int8),  # the core looks at it again while it is open
        # A leg of a group (orders/contingency.py), in lots.
        ("asked_lots", np.int64),  # its own size, whatever is at the venue of it
        ("whole_lots", np.int64),  # filled of the group's entry
        ("released_lots", np.int64),  # its share of that
        ("taken_lots", np.int64),  # filled of the legs that it competes with
        ("replace_trigger_ticks", np.int64),  # asked for and not yet answered, with the price and size above
        ("_reserved", np.int64, (2,)),
    ]
)
assert ORDER.itemsize == 288

POSITION = np.dtype(
    [
        ("instrument_id", np.int32),
        ("account_id", np.int16),
        ("strategy_id", np.int16),  # -1: the account's total
        ("position_lots", np.int64),  # signed
        ("cost_high", np.int64),  # signed sum of ticks * lots of what is open: high * 2**62 + low, core/money.py
        ("cost_low", np.int64),
        ("bought_lots", np.int64),  # today
        ("sold_lots", np.int64),
        ("working_buy_lots", np.int64),  # open orders, what is left of them
        ("working_sell_lots", np.int64),
        ("realised_e8", np.int64),  # today, before fees, 1e-8 of the settlement currency
        ("unrealised_e8", np.int64),  # at the mark
        ("fees_e8", np.int64),  # paid today; negative: received
        ("mark_ticks", np.int64),  # the mid, rounded to the position's harm; 0: no LIVE book yet
        ("updated_ns", np.int64),
        ("fills", np.int64),
        ("_reserved", np.uint8, (16,)),
    ]
)
assert POSITION.itemsize == 128
