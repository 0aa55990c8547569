"""Micro-price: where the mid is expected to settle, given the imbalance and the spread of this moment.

    micro_price = mid + G(state)          state = (bucket of bid_lots / (bid_lots + ask_lots), bucket of spread)

G is Stoikov's adjustment. He counts how often a state is followed by which other, without a move of the mid (Q) and
with one (T), and by which moves K (R), and sums G = Σ B^i G1 with G1 = (1 - Q)^-1 R K and B = (1 - Q)^-1 T. Multiplied
out, G is the solution of

    G(x) = E[move of the mid at the next change] + Σ_y P(next state is y) G(y)          P = Q + T

which needs Q and T only as their sum, and no matrix: counts grow with every change of the touch, and every eighth
change one row of the equation is solved for its own G (Gauss-Seidel, the state just left, so the states that matter are
the ones that are exact). As in the paper every observation is counted a second time in the mirror, bid and ask
exchanged, so that G(mirror of x) = -G(x) and a trending sample does not become a forecast. Changes that keep state and
mid cancel out of the equation and are not counted. Old counts fade: a row that is full is halved.

Unit: ticks, as a float. Warm-up: 500 changes, 20 of them moves of the mid. The answer is held within the
touch. NaN while a side is empty.
Limits: spread in buckets of 1, 2, 3, 4 and more ticks: made for instruments that trade at a few ticks of spread.
Source: S. Stoikov, "The micro-price: a high-frequency estimator of future prices", Quantitative Finance 18(12), 2018.
"""

import numpy as np

from core.kernel import inlined_kernel, kernel

IMBALANCES = 10
SPREADS = 4
STATES = IMBALANCES * SPREADS
REFINE_EVERY = 8
FULL_ROW = 65_536.0
RUNAWAY = 4.0
"""Half spreads. Where a state and its mirror have never met, the equation has no end, and its answers no size."""
WARM_CHANGES = 500
WARM_MOVES = 20
NO_STATE = -1

MICRO = np.dtype(
    [
        ("last_state", np.int64),  # NO_STATE: no whole book before this one
        ("last_mid_halves", np.int64),  # bid + ask: the mid in half ticks
        ("changes", np.int64),  # of state or mid, ever
        ("moves", np.int64),  # of the mid, ever
        ("left", np.float64, (STATES,)),  # how often each state was left for another
        ("moved_halves", np.float64, (STATES,)),  # sum of moves of the mid at its changes
        ("adjustment_halves", np.float64, (STATES,)),  # G
        ("followed", np.float64, (STATES * STATES,)),  # [x * STATES + y]: how often y came after x
    ]
)


def make_micro(count: int) -> np.ndarray:
    """MICRO[count], nothing observed."""
    micro = np.zeros(count, MICRO)
    micro["last_state"] = NO_STATE
    return micro


@inlined_kernel
def state_of(bid_lots: int, ask_lots: int, spread_ticks: int) -> int:
    """Buckets of an uncrossed touch. Lots are at most 2**52, so ten times their sum does not wrap."""
    bucket = min(bid_lots * IMBALANCES // (bid_lots + ask_lots), IMBALANCES - 1)
    return (min(spread_ticks, SPREADS) - 1) * IMBALANCES + bucket


@inlined_kernel
def mirror_of(state: int) -> int:
    """The same touch with bid and ask exchanged."""
    bucket = state % IMBALANCES
    return state - bucket + (IMBALANCES - 1 - bucket)


@kernel
def forget_touch(micro: np.void) -> None:
    """The book was not whole: what comes next does not follow from what was."""
    micro["last_state"] = NO_STATE


@inlined_kernel
def observe_touch(micro: np.void, head: np.void) -> int:
    """Count the change to the touch of a LIVE book with both sides. Its state."""
    mid_halves = head["best_bid_ticks"] + head["best_ask_ticks"]
    state = state_of(head["best_bid_lots"], head["best_ask_lots"], head["best_ask_ticks"] - head["best_bid_ticks"])
    before = micro["last_state"]
    move_halves = mid_halves - micro["last_mid_halves"]
    if before != NO_STATE and (state != before or move_halves != 0):
        micro["changes"] += 1
        if move_halves != 0:
            micro["moves"] += 1
        _count(micro, before, state, float(move_halves))
        _count(micro, mirror_of(before), mirror_of(state), float(-move_halves))
        if micro["changes"] % REFINE_EVERY == 0:
            _refine(micro, before)
    micro["last_state"] = state
    micro["last_mid_halves"] = mid_halves
    return state


@inlined_kernel
def is_micro_warm(micro: np.void) -> bool:
    return micro["changes"] >= WARM_CHANGES and micro["moves"] >= WARM_MOVES


@inlined_kernel
def micro_price(micro: np.void, state: int) -> float:
    """In ticks, of the touch that was observed last."""
    bound = half_spread(state)
    adjustment = max(-bound, min(bound, micro["adjustment_halves"][state]))
    return 0.5 * (float(micro["last_mid_halves"]) + adjustment)


@inlined_kernel
def half_spread(state: int) -> float:
    """In half ticks, of the state's bucket: half the spread in half ticks is the spread in ticks."""
    return float(state // IMBALANCES + 1)


@kernel
def _count(micro: np.void, before: int, state: int, move_halves: float) -> None:
    micro["moved_halves"][before] += move_halves
    if state != before:
        micro["followed"][before * STATES + state] += 1.0
        micro["left"][before] += 1.0
        if micro["left"][before] >= FULL_ROW:
            micro["left"][before] = 0.0
            micro["moved_halves"][before] *= 0.5
            for i in range(before * STATES, before * STATES + STATES):
                micro["followed"][i] *= 0.5
                micro["left"][before] += micro["followed"][i]


@kernel
def _refine(micro: np.void, state: int) -> None:
    """Solve the row of a state for its own adjustment, all others as they are."""
    left = micro["left"][state]
    if left == 0.0:
        return
    expected = micro["moved_halves"][state]
    for after in range(STATES):
        expected += micro["followed"][state * STATES + after] * micro["adjustment_halves"][after]
    bound = RUNAWAY * half_spread(state)
    adjustment = max(-bound, min(bound, expected / left))
    micro["adjustment_halves"][state] = adjustment
    micro["adjustment_halves"][mirror_of(state)] = -adjustment
