"""What the core shows: the cells that screen, CLI and API read, latest value wins.

Each is published behind a sequence lock (memory/cell.py) when it changed, at most 1,000 times a second.
"""

import numpy as np

BOOK_LEVELS = 64  # a side; the screen's ladder is never taller than what it can show of this
TRADES_SHOWN = 64
REFERENCES = 16
"""vocabulary.Reference, and room"""

LEVEL = np.dtype(
    [
        ("price_ticks", np.int64),
        ("quantity_lots", np.int64),
    ]
)

BOOK_TOP = np.dtype(
    [
        ("instrument_id", np.int32),
        ("state", np.int8),  # vocabulary.BookState
        ("instrument_state", np.int8),  # vocabulary.InstrumentState
        ("_reserved", np.uint8, (2,)),
        ("published_ns", np.int64),
        ("received_ns", np.int64),  # of the last frame that changed it
        ("venue_ns", np.int64),
        ("sequence", np.int64),  # frames applied
        ("bid_count", np.int64),  # levels filled below; best first
        ("ask_count", np.int64),
        ("last_trade_ticks", np.int64),  # 0: none yet
        ("last_trade_lots", np.int64),
        ("last_trade_side", np.int64),
        ("day_volume_lots", np.int64),
        ("day_open_ticks", np.int64),
        ("day_high_ticks", np.int64),
        ("day_low_ticks", np.int64),
        ("frames_gapped", np.int64),
        ("references", np.int64, (REFERENCES,)),  # by vocabulary.Reference; 0: never said
        ("bids", LEVEL, (BOOK_LEVELS,)),
        ("asks", LEVEL, (BOOK_LEVELS,)),
    ]
)

TRADE = np.dtype(
    [
        ("received_ns", np.int64),
        ("price_ticks", np.int64),
        ("quantity_lots", np.int64),
        ("side", np.int64),  # the taker's
    ]
)

TRADES = np.dtype(
    [
        ("count", np.int64),  # ever seen; the newest is at (count - 1) % TRADES_SHOWN
        ("rows", TRADE, (TRADES_SHOWN,)),
    ]
)

SIGNALS = np.dtype(
    [
        ("instrument_id", np.int32),
        ("is_warm", np.int32),  # bit per vocabulary.SignalName
        ("updated_ns", np.int64),
        ("imbalance", np.float64),  # -1 … 1; positive: more to buy
        ("weighted_mid", np.float64),  # ticks
        ("micro_price", np.float64),  # ticks
        ("trade_flow", np.float64),  # -1 … 1; decayed buy minus sell volume over their sum
        ("volatility", np.float64),  # per second, of log returns, EWMA
        ("rsi", np.float64),  # 0 … 100
        ("macd", np.float64),  # ticks: fast minus slow
        ("macd_signal", np.float64),  # ticks
        ("_reserved", np.uint8, (48,)),
    ]
)
assert SIGNALS.itemsize == 128

STRATEGY = np.dtype(
    [
        ("name", "S24"),
        ("instrument_id", np.int32),
        ("is_enabled", np.int32),
        ("version", np.int64),
        ("code_hash", np.int64),
        ("calls", np.int64),
        ("intents", np.int64),
        ("denied", np.int64),
        ("position_lots", np.int64),
        ("realised_e8", np.int64),
        ("parameters", np.float64, (8,)),
        ("_reserved", np.uint8, (40,)),
    ]
)
assert STRATEGY.itemsize == 192

SEAT = np.dtype(
    [
        ("is_armed", np.int64),
        ("holds_lease", np.int64),
        ("denied", np.int64),
        ("last_reason", np.int64),  # vocabulary.DenyReason of the last command of this seat
        ("last_client_id", np.int64),  # order that its last command made or named
        ("last_sequence", np.int64),  # of its commands: the newest that the core has answered
        ("_reserved", np.int64, (2,)),
    ]
)
assert SEAT.itemsize == 64

HEALTH = np.dtype(
    [
        ("mode", np.int64),  # vocabulary.Mode
        ("is_halted", np.int64),
        ("strategies_enabled", np.int64),
        ("epoch", np.int64),  # core starts of this desk
        ("started_ns", np.int64),
        ("now_ns", np.int64),
        ("events", np.int64),  # market events taken
        ("frames", np.int64),
        ("commands", np.int64),
        ("reports", np.int64),
        ("requests", np.int64),
        ("cancels", np.int64),
        ("denied", np.int64),
        ("last_deny_reason", np.int64),
        ("fills", np.int64),
        ("open_orders", np.int64),
        ("unknown_orders", np.int64),
        ("tape_written", np.int64),
        ("tape_dropped", np.int64),
        ("journal_pending", np.int64),
        ("lease_seat", np.int64),  # -1: free
        ("lease_generation", np.int64),
        ("wait_policy", np.int64),
        ("cpu", np.int64),  # pinned to; -1: not pinned
        ("busy_ppm", np.int64),  # of the loop's time, with something to do
        ("strategy_running", np.int64),  # slot being called; -1: none
        ("is_flattening", np.int64),
        ("realised_e8", np.int64),  # this and the next three: all positions together, in the base currency
        ("unrealised_e8", np.int64),
        ("fees_e8", np.int64),
        ("gross_notional_e8", np.int64),
        ("unrated_positions", np.int64),  # settled in a currency without a rate: in none of these sums
        ("ack_ns", np.int64, (8,)),  # by venue group: from an order to its acknowledgement, a mean; 0: none yet
        ("delay_ns", np.int64, (8,)),  # and what routing counts as its delay
        ("seats", SEAT, (16,)),
    ]
)
