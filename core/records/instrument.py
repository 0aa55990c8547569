"""What is traded: one row per instrument, the same for every process.

`instrument_id` is the row's index. `book_slot` and `bar_slot` are other numbers, so that ten thousand scanned
instruments need no ladder: -1 means that the core keeps no book, or no bars, of it.

Prices and quantities in decimal are exact:

    price    = price_ticks   * tick_mantissa * 10 ** tick_exponent
    quantity = quantity_lots * lot_mantissa  * 10 ** lot_exponent

Money of ticks times lots, in 1e-8 of the settlement currency, is a fraction, because a tick times a lot can be less
than one unit (ETH-BTC) or thousands (a future with a multiplier):

    notional_e8 = price_ticks * quantity_lots * value_numerator / value_denominator
"""

import numpy as np

INSTRUMENT = np.dtype(
    [
        ("symbol", "S40"),  # BTC-USD.alpha: what a person types
        ("venue_symbol", "S32"),  # BTCUSDT: what the venue calls it
        ("venue", "S24"),
        ("base", "S16"),
        ("quote", "S16"),
        ("settlement", "S16"),  # the currency that profit, loss and the limits are in
        ("asset_class", np.int32),  # vocabulary.AssetClass
        ("source_id", np.int16),  # index of the venue group that serves it
        ("state", np.int16),  # vocabulary.InstrumentState at start
        ("book_slot", np.int32),
        ("bar_slot", np.int32),
        ("tick_mantissa", np.int64),
        ("lot_mantissa", np.int64),
        ("tick_exponent", np.int32),
        ("lot_exponent", np.int32),
        ("value_numerator", np.int64),  # 0: not linear in the price, or not to be traded; risk denies it
        ("value_denominator", np.int64),
        ("min_lots", np.int64),
        ("max_lots", np.int64),
        ("min_notional_e8", np.int64),
        ("maker_fee_ppm", np.int32),  # of the notional, in millionths; negative: a rebate
        ("taker_fee_ppm", np.int32),
        ("reference_ticks", np.int64),  # a price to show and to centre on before the first book; 0: none
        # Bit per vocabulary.OrderType that the venue takes itself, beside LIMIT and MARKET.
        # Bit 0: it keeps an order flagged REDUCE_ONLY from opening a position.
        ("native_types", np.int32),
        ("margin_ppm", np.int32),  # initial margin of the notional, in millionths; 0: paid in full
        ("is_inverse", np.int8),  # money = lots / ticks instead of ticks * lots
        ("_reserved", np.uint8, (3,)),
        ("pair_id", np.int32),  # first instrument of the same base, quote and kind: what an order may be routed over
    ]
)
assert INSTRUMENT.itemsize == 256
