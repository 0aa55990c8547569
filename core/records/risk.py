"""What the core shows of its risk: limits and how much of each is used, breaker, denials. and each protective stop."""

import numpy as np

LIMITS_SHOWN = 64
CAUSES_SHOWN = 16
REASONS_SHOWN = 64

LIMIT_USE = np.dtype(
    [
        ("used", np.int64),  # NOT_USED: nothing of it can be used up
        ("limit", np.int64),
    ]
)
NOT_USED = -1

CAUSE_READING = np.dtype(
    [
        ("value", np.int64),
        ("warning", np.int64),  # 2**62: never
        ("trigger", np.int64),
    ]
)

RISK_SHOWN = np.dtype(
    [
        ("now_ns", np.int64),
        ("trading_state", np.int64),  # vocabulary.TradingState
        ("breaker_state", np.int64),  # vocabulary.BreakerState
        ("breaker_cause", np.int64),  # vocabulary.BreakerCause
        ("breaker_value", np.int64),
        ("breaker_limit", np.int64),
        ("since_ns", np.int64),
        ("until_ns", np.int64),  # nobody can arm it before
        ("equity_e8", np.int64),  # in the base currency
        ("limits", LIMIT_USE, (LIMITS_SHOWN,)),  # by vocabulary.Limit
        ("causes", CAUSE_READING, (CAUSES_SHOWN,)),  # by vocabulary.BreakerCause
        ("denials", np.int64, (REASONS_SHOWN,)),  # by vocabulary.DenyReason
    ]
)

PROTECTION = np.dtype(
    [
        ("instrument_id", np.int32),
        ("is_on", np.int32),
        ("side", np.int64),  # of the position that it protects; 0: none
        ("lots", np.int64),  # what was held when it last looked
        ("best_ticks", np.int64),  # the mid that was best for it
        ("told_ticks", np.int64),  # best_ticks in the journal
        ("stop_ticks", np.int64),  # 0: none; the position is closed when the mid reaches one of these
        ("trail_ticks", np.int64),  # 0: the position has not earned enough to be trailed
        ("first_target_ticks", np.int64),
        ("second_target_ticks", np.int64),
        ("targets_hit", np.int64),
        ("is_closing", np.int64),  # a stop or the last target was reached: until it is flat
        ("wanted_lots", np.int64),  # what may be kept, signed
        ("next_ns", np.int64),  # not asked again before
        ("venue_stop_id", np.int64),  # client id of the stop at the venue; 0: none
        ("venue_stop_ticks", np.int64),  # where that triggers; 0: the venue has none of ours
        ("venue_next_ns", np.int64),  # it is not changed before
    ]
)
assert PROTECTION.itemsize == 128
