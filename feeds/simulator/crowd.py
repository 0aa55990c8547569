"""What the crowd knows and how it behaves: assets with fair values, and one stream of orders per instrument.

    asset    fair value in dollars: a common factor, a part of its own, a volatility regime, a pull to its reference
    stream   one instrument at one venue: how eagerly orders arrive, how wide and deep they stand, what it holds fair

One fair value per asset keeps a triangle (BTC-USD, ETH-USD, ETH-BTC) near no-arbitrage and venues near each other:
near, because each stream follows with a lag and leans by a few ticks of its own.
"""

from decimal import Decimal
from typing import NamedTuple

import numpy as np

from core.vocabulary import AssetClass
from feeds.instruments import Instrument
from feeds.simulator.generator import seed_words

CYCLE_NS = 50_000
"""The engine matches in cycles: what arrives in one is worked on at its end, in order of arrival."""
CYCLES_PER_SECOND = 1_000_000_000 // CYCLE_NS
CYCLES_PER_PRICE = 20
"""Fair values move once a virtual millisecond."""
WHOLE = 1 << 32
"""Arrivals per cycle are fixed point with 32 bits behind the point."""
DECAY_SHIFT = 12
"""Excitement falls by 1/4096 a cycle: e-fold in 0.2 s."""

ASSET_ROW = np.dtype(
    [
        ("value", np.float64),       # dollars
        ("reference", np.float64),
        ("sigma", np.float64),       # of one millisecond, calm weather
        ("beta", np.float64),        # share of the common factor
        ("alone", np.float64),       # sqrt(1 - beta**2)
        ("regime", np.int64),        # 0 calm, 1 usual, 2 wild
    ]
)  # fmt: skip

STREAM_ROW = np.dtype(
    [
        ("base_asset", np.int64),
        ("quote_asset", np.int64),       # -1: dollars
        ("tick", np.float64),            # dollars, or units of the quote asset
        ("premium", np.float64),         # of a future over its spot: a factor
        ("fair_ticks", np.float64),      # what this stream holds fair now
        ("lean_ticks", np.float64),      # this venue's own opinion, mean reverting
        ("lean_scale", np.float64),
        ("follow", np.float64),          # share of the way to the fair value, each millisecond
        ("half_spread", np.float64),     # ticks, mean reverting
        ("usual_half_spread", np.float64),
        ("depth", np.float64),           # ticks: mean distance of new orders from the touch
        ("arrivals", np.int64),          # a cycle, fixed point: without excitement
        ("excitement", np.int64),        # added to it, decaying
        ("jump", np.int64),              # one arrival excites by this; a trade by three times
        ("target_orders", np.int64),
        ("usual_lots", np.int64),
        ("last_side", np.int64),         # of the last market order: the next is likely the same
    ]
)  # fmt: skip


class CrowdState(NamedTuple):
    assets: np.ndarray
    """ASSET_ROW[assets]"""
    streams: np.ndarray
    """STREAM_ROW[books]"""
    words: np.ndarray
    """int64[4]: its generator"""


class Character(NamedTuple):
    """How one asset behaves."""

    dollars: float
    yearly_volatility: float
    beta: float


CHARACTERS = {
    "BTC": Character(64_000.0, 0.55, 0.9),
    "ETH": Character(3_400.0, 0.70, 0.8),
    "SOL": Character(150.0, 0.90, 0.7),
    "XRP": Character(2.10, 0.90, 0.6),
    "ACME": Character(182.0, 0.40, 0.5),
    "GLOBX": Character(64.0, 0.50, 0.4),
}
SECONDS_PER_YEAR = 365 * 86_400

USUAL_ARRIVALS_PER_S = {
    "BTC-USD": 170.0, "ETH-USD": 130.0, "ETH-BTC": 60.0, "SOL-USD": 100.0, "XRP-USD": 80.0,
    "ACME-USD": 60.0, "GLOBX-USD": 50.0, "BTC-USD-27MAR27": 100.0,
}  # fmt: skip
BRANCHING = 0.55
"""Of a hundred arrivals, so many were excited by another: Hawkes' branching ratio."""


def make_crowd(instruments: list[Instrument], *, seed: int, rate: float = 1.0) -> CrowdState:
    """A crowd that has sent nothing yet, with every fair value at its reference."""
    names = sorted({name for row in instruments for name in (row.base, row.quote) if name != "USD"})
    assets = np.zeros(len(names), ASSET_ROW)
    for index, name in enumerate(names):
        character = CHARACTERS.get(name, Character(100.0, 0.5, 0.5))
        row = assets[index]
        row["value"] = row["reference"] = character.dollars
        row["sigma"] = character.yearly_volatility / (SECONDS_PER_YEAR * 1_000) ** 0.5
        row["beta"], row["alone"], row["regime"] = character.beta, (1 - character.beta**2) ** 0.5, 1
    streams = np.zeros(len(instruments), STREAM_ROW)
    for index, instrument in enumerate(instruments):
        _describe(streams[index], instrument, names, assets)
    crowd = CrowdState(assets, streams, seed_words(seed, stream=0))
    set_rate(crowd, instruments, rate)
    return crowd


def set_rate(crowd: CrowdState, instruments: list[Instrument], rate: float) -> None:
    """How eagerly orders arrive, as a multiple of the usual."""
    for stream, instrument in zip(crowd.streams, instruments, strict=True):
        usual = USUAL_ARRIVALS_PER_S.get(instrument.symbol.partition(".")[0], 50.0)
        stream["arrivals"] = int(usual * rate * (1 - BRANCHING) * WHOLE) // CYCLES_PER_SECOND
        stream["jump"] = int(BRANCHING / 1.2 * WHOLE) >> DECAY_SHIFT  # 1.2: trades, one in ten, count three times


def _describe(stream: np.void, instrument: Instrument, names: list[str], assets: np.ndarray) -> None:
    is_second_venue = instrument.venue == "beta"
    stream["base_asset"] = names.index(instrument.base)
    stream["quote_asset"] = -1 if instrument.quote == "USD" else names.index(instrument.quote)
    stream["tick"] = float(instrument.tick)
    stream["premium"] = 1.004 if instrument.asset_class is AssetClass.FUTURE else 1.0
    price = assets[stream["base_asset"]]["value"] * stream["premium"]
    if stream["quote_asset"] >= 0:
        price /= assets[stream["quote_asset"]]["value"]
    stream["fair_ticks"] = price / stream["tick"]
    sigma = assets[stream["base_asset"]]["sigma"] * 1_000**0.5 * stream["fair_ticks"]
    """Ticks that the price moves in a second."""
    stream["usual_half_spread"] = max(0.6, 0.16 * sigma) * (1.25 if is_second_venue else 1.0)
    stream["half_spread"] = stream["usual_half_spread"]
    stream["depth"] = max(11.0, 1.6 * sigma)
    stream["lean_scale"] = 0.02 * sigma
    stream["follow"] = 0.02 if is_second_venue else 0.08
    stream["target_orders"] = 260 if is_second_venue else 340
    lot_value = instrument.tick * instrument.contract_size * instrument.lot * Decimal(float(stream["fair_ticks"]))
    dollars = float(lot_value) * (assets[stream["quote_asset"]]["value"] if stream["quote_asset"] >= 0 else 1.0)
    stream["usual_lots"] = max(1, int(6_000 / dollars))
    stream["last_side"] = 1
