"""What risk keeps: its records, one table for each question. Made by `make_risk` (limits.py), written by kernels.

A limit or sum that is no number, negative or absurd allows nothing: every check states what is allowed.
"""

import numpy as np

from core.records.risk import PROTECTION as PROTECTION
from core.risk_limits import SPECS, field_of
from core.vocabulary import BreakerCause, DenyReason

LIMITS = np.dtype(
    [
        ("min_lots", np.int64),
        ("max_order_lots", np.int64),  # the smaller of ours and the venue's
        ("venue_lots", np.int64),  # the venue's largest order
        ("max_position_lots", np.int64),  # from units
        ("unit_e8", np.int64),  # of the base currency in one lot; 0: it has none, nothing is allowed
        ("min_notional_e8", np.int64),
        ("max_order_notional_e8", np.int64),  # this and what follows in the settlement currency
        ("max_position_notional_e8", np.int64),
        ("max_gross_notional_e8", np.int64),
        ("trade_loss_e8", np.int64),
        ("loss_ppm", np.int64),  # what a position may lose before its protective stop; without one: all
        ("rate_ppm", np.int64),  # one unit of the settlement currency in the base currency
        ("margin_ppm", np.int64),  # of the notional that a position binds
        ("value_numerator", np.int64),
        ("value_denominator", np.int64),
        ("is_inverse", np.int64),
        ("collar", np.float64),  # fraction of the weighted mid; 0: nothing may trade
        ("instrument_id", np.int32),
        ("currency", np.int32),  # row of Risk.currencies
        ("sector", np.int32),  # row of Risk.sectors
        ("group", np.int32),  # venue group, row of Risk.buckets
        ("is_protected", np.int64),
    ]
)

SETTINGS = np.dtype([(field_of(limit), np.int64) for limit in SPECS])
"""The limits of the desk as whole numbers (risk_limits.SPECS), in the order of vocabulary.Limit."""

BOUNDS = np.dtype([("least", np.int64), ("most", np.int64), ("is_larger_tighter", np.int64)])

SITUATION = np.dtype(
    [
        ("best_bid_ticks", np.int64),
        ("best_ask_ticks", np.int64),
        ("weighted_mid", np.float64),  # ticks
        ("position_lots", np.int64),  # of the account, signed
        ("working_buy_lots", np.int64),  # of the account, without this order
        ("working_sell_lots", np.int64),
        ("own_best_bid_ticks", np.int64),  # orders.blotter.OWN
        ("own_best_ask_ticks", np.int64),
        ("open_orders", np.int64),  # of the desk
        ("position_row", np.int64),  # of the account's total; -1: never traded
        ("slippage_ppm", np.int64),  # what taking now would cost against the mid (book/slippage.py); 0: it rests
        ("book_state", np.int8),  # vocabulary.BookState
        ("instrument_state", np.int8),  # vocabulary.InstrumentState
        ("is_replace", np.int8),  # the order it replaces is taken out of the fields above
        ("is_held", np.int8),  # it is not to trade now: what the market of now allows is asked when it goes out
        ("is_part", np.int8),  # of an order that was reviewed as a whole: its size was learned then
        ("_reserved", np.uint8, (3,)),
    ]
)

CURRENCY = np.dtype(
    [
        ("gross_notional_e8", np.int64),  # of positions and working orders
        ("profit_e8", np.int64),  # today: realised plus unrealised minus fees
        ("margin_e8", np.int64),  # bound
        ("daily_loss_e8", np.int64),  # the limit, positive
        ("warning_loss_e8", np.int64),  # from here on positions are only closed
        ("reduce_equity_e8", np.int64),  # at or below it the drawdown warns
        ("halt_equity_e8", np.int64),  # at or below it the breaker opens
        ("rate_ppm", np.int64),
        ("equity_base_e8", np.int64),  # in the base currency
        ("is_broken", np.int64),  # the loss was reached: only risk is reduced until ROLLOVER
    ]
)

EQUITY = np.dtype(
    [
        ("settlement", "S16"),
        ("start_e8", np.int64),  # of the day; the profit of the day comes on top
        ("peak_e8", np.int64),  # of the day, or since the breaker was armed again
        ("told_peak_e8", np.int64),  # the peak in the journal
    ]
)

EXPOSURE = np.dtype(
    [
        ("gross_notional_e8", np.int64),  # this position's share of its currency's sums
        ("profit_e8", np.int64),
        ("margin_e8", np.int64),
        ("base_e8", np.int64),  # the gross notional in the base currency
        ("currency", np.int64),  # -1: not counted yet
        ("is_open", np.int64),  # holds something, or would if an order filled
    ]
)

TOTALS = np.dtype(
    [
        ("portfolio_e8", np.int64),  # gross, in the base currency
        ("equity_e8", np.int64),  # of all currencies, in the base currency
        ("open_positions", np.int64),
    ]
)

TRADE_RECORD = np.dtype(
    [
        ("lots", np.int64),  # held after the last execution
        ("result_e8", np.int64),  # realised minus fees after it
        ("opened_e8", np.int64),  # the same when the open trade began
    ]
)

RISK_STATE = np.dtype([("is_halted", np.int64)])  # 0: trading is allowed

BUCKET = np.dtype(
    [
        ("rate", np.int64),  # a second
        ("period_ns", np.int64),  # one in so many nanoseconds
        ("burst_ns", np.int64),  # how far it may run ahead: one second
        ("filled_ns", np.int64),  # when it is empty again
    ]
)

SIZES = np.dtype(
    [
        ("own", np.int64),  # averages of the last sizes, times recent.WEIGHT
        ("own_count", np.int64),
        ("market", np.int64),
        ("market_count", np.int64),
    ]
)

SENT = np.dtype(
    [
        ("now_ns", np.int64),  # 0: none yet
        ("price_ticks", np.int64),
        ("quantity_lots", np.int64),
        ("instrument_id", np.int64),
        ("side", np.int64),
    ]
)

TOUCH = np.dtype([("client_id", np.int64), ("ticks", np.int64)])

SLIPPAGE_KEPT = 64

BREAKER = np.dtype(
    [
        ("state", np.int64),  # vocabulary.BreakerState
        ("cause", np.int64),  # vocabulary.BreakerCause of the last change
        ("value", np.int64),
        ("limit", np.int64),
        ("since_ns", np.int64),
        ("until_ns", np.int64),  # TRIGGERED: nobody can arm it before
        ("warned_ns", np.int64),  # when a cause was last at its warning
        ("is_running", np.int64),  # from SESSION on: what a journal tells again opens nothing
        ("session_ns", np.int64),
        ("losses", np.int64),  # closed trades that lost, in a row
        ("trades", np.int64),  # today
        ("late_frames", np.int64),  # in a row
        ("gaps_before", np.int64),  # of all books when the minute began
        ("gaps", np.int64),  # since
        ("minute_ns", np.int64),  # when it began
        ("dead_books_ppm", np.int64),
        ("slips", np.int64),  # fills measured, ever
        ("slip_sum", np.int64),  # of those kept, in millionths
        ("slip_ppm", np.int64, (SLIPPAGE_KEPT,)),
    ]
)

READING = np.dtype([("value", np.int64), ("warning", np.int64), ("trigger", np.int64)])
"""By vocabulary.BreakerCause."""

GROUP = np.dtype([("is_open", np.int64), ("legs", np.int64)])

LEG = np.dtype(
    [
        ("instrument_id", np.int64),
        ("account_id", np.int64),
        ("side", np.int64),
        ("lots", np.int64),
        ("price_ticks", np.int64),  # of a limit order; a market order has none
        ("is_limit", np.int64),
        ("is_filled", np.int64),  # counted as held, not as working
    ]
)

CAUSES = len(BreakerCause)
REASONS = 64
assert max(DenyReason) < REASONS
