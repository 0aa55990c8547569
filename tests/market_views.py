"""Fixed views of instruments, their depth and their trades: the same for the same instrument."""

import math

from core.vocabulary import BookState, InstrumentState
from station.views.book import BookView, TradesView, TradeView, WatchView
from station.views.instrument import InstrumentView
from station.views.signals import SignalsView

WALL_S = 13 * 3600 + 37 * 60 + 42
MONEY = 100_000_000
SHAPES = (
    # name, tick (mantissa, exponent), lot, reference price in ticks
    ("BTC-USD", (5, -1), (1, -4), 128_241),
    ("ETH-USD", (1, -2), (1, -3), 341_285),
    ("ETH-BTC", (1, -6), (1, -3), 53_222),
    ("SOL-USD", (1, -3), (1, -2), 148_330),
    ("XRP-USD", (1, -5), (1, 0), 61_240),
    ("AAPL", (1, -2), (1, 0), 23_412),
    ("NVDA", (1, -2), (1, 0), 14_233),
    ("ES-FUT", (25, -2), (1, 0), 24_041),
)


def instruments() -> tuple[InstrumentView, ...]:
    made: list[InstrumentView] = []
    for venue in ("alpha", "beta"):
        for name, tick, lot, reference in SHAPES:
            e8 = 8 + tick[1] + lot[1]
            made.append(
                InstrumentView(
                    value_numerator=tick[0] * lot[0] * 10 ** max(0, e8),
                    value_denominator=10 ** max(0, -e8),
                    instrument_id=len(made),
                    symbol=f"{name}.{venue}",
                    venue=venue,
                    settlement="BTC" if name == "ETH-BTC" else "USD",
                    tick_mantissa=tick[0],
                    tick_exponent=tick[1],
                    lot_mantissa=lot[0],
                    lot_exponent=lot[1],
                    reference_ticks=reference,
                    book_slot=len(made),
                    min_lots=100 if name == "BTC-USD" else 1,
                    rate=0.0 if name == "ETH-BTC" else 1.0,
                    pair_id=len(made) % len(SHAPES),
                )
            )
    return tuple(made)


def book(instrument: InstrumentView, *, state: BookState = BookState.LIVE, levels: int = 40) -> BookView:
    """Depth that decays from the touch, with a hole here and there; the same for the same instrument."""
    middle, lots = instrument.reference_ticks, 400 + 37 * instrument.instrument_id

    def side(direction: int) -> tuple[tuple[int, int], ...]:
        rows, ticks = [], middle + (1 if direction > 0 else -1)
        for level in range(levels):
            wave = 1.0 + 0.7 * math.sin(1.7 * level + direction + instrument.instrument_id)
            rows.append((ticks, max(1, int(lots * wave * (1.2 + level / 6)))))
            ticks += direction * (2 if (level * 7 + direction) % 9 == 0 else 1)
        return tuple(rows)

    return BookView(
        instrument_id=instrument.instrument_id,
        state=state,
        bids=side(-1),
        asks=side(1),
        last_ticks=middle + 1,
        last_lots=120,
        last_side=1,
        day_volume_lots=8_402_113,
        day_open_ticks=middle - 210,
        day_high_ticks=middle + 330,
        day_low_ticks=middle - 412,
        since_wall_ns=(WALL_S - 12) * 1_000_000_000,
    )


def trades(instrument: InstrumentView) -> TradesView:
    rows = []
    for index in range(64):
        side = 1 if (index * 5) % 7 < 4 else -1
        rows.append(
            TradeView(
                wall_ns=(WALL_S * 1000 - index * 137 - (index * index) % 91) * 1_000_000,
                price_ticks=instrument.reference_ticks + side - index // 9,
                quantity_lots=1 + (index * 389) % 977 * (9 if index % 11 == 3 else 1),
                side=side,
            )
        )
    return TradesView(instrument_id=instrument.instrument_id, seen=64, trades=tuple(rows))


def watch(known: tuple[InstrumentView, ...]) -> tuple[WatchView, ...]:
    lines = []
    for one in known:
        state = BookState.GAPPED if one.instrument_id == 11 else BookState.LIVE
        closed = one.instrument_id == 13
        middle = one.reference_ticks + (3 if one.instrument_id == 8 else 0)  # BTC-USD.beta crosses BTC-USD.alpha
        lines.append(
            WatchView(
                instrument_id=one.instrument_id,
                state=state,
                instrument_state=InstrumentState.CLOSED if closed else InstrumentState.OPEN,
                last_ticks=one.reference_ticks + 1,
                last_side=1 if one.instrument_id % 3 else -1,
                bid_ticks=middle - 1,
                ask_ticks=middle + 1,
                change_ppm=(one.instrument_id * 7_919) % 41_000 - 18_000,
                day_volume_lots=8_402_113 // (1 + one.instrument_id),
                position_lots={0: 3_000, 1: -12_500}.get(one.instrument_id, 0),
            )
        )
    return tuple(lines)


def signals(instrument: InstrumentView) -> SignalsView:
    return SignalsView(
        instrument_id=instrument.instrument_id,
        is_warm=0b0111111,
        imbalance=0.42,
        weighted_mid_ticks=instrument.reference_ticks + 0.31,
        micro_price_ticks=instrument.reference_ticks + 0.18,
        trade_flow=-0.27,
        volatility=0.000_113,
        rsi=71.4,
        macd_ticks=3.21,
        macd_signal_ticks=2.75,
    )
