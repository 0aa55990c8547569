"""Which strategies come with the station, and what can each be told? Their names and parameters, without their code.

The code brings the compiler along; a screen and a configuration that is checked need only this.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from core.settings import StrategySettings


class Parameter(NamedTuple):
    default: float
    meaning: str


BUILT_IN: Mapping[str, Mapping[str, Parameter]] = {
    "market_maker": {
        "size_lots": Parameter(100.0, "Of each quote."),
        "half_spread_ticks": Parameter(2.0, "From the middle of its quotes to each of them."),
        "skew_ticks": Parameter(4.0, "How far the quotes lean against a position of max_position_lots."),
        "max_position_lots": Parameter(500.0, "Holding so much, only the side that brings it back is quoted."),
        "move_ticks": Parameter(1.0, "An order is moved once its price has drifted so far."),
    },
    "imbalance_taker": {
        "size_lots": Parameter(50.0, "Of each take, and no more than stands at the touch."),
        "threshold": Parameter(0.6, "Imbalance of the resting size from which it takes, between 0 and 1."),
        "flow_threshold": Parameter(0.3, "Imbalance of the traded size that must agree, between 0 and 1."),
        "max_position_lots": Parameter(300.0, "It never holds more."),
        "cool_down_ms": Parameter(500.0, "Between two takes."),
    },
}
"""In the order in which their code counts them."""


def defaults_of(name: str) -> dict[str, float]:
    return {word: parameter.default for word, parameter in BUILT_IN[name].items()}


def mistakes_of_strategies(strategies: Sequence[StrategySettings], *, slots: int) -> list[str]:
    """Each with its key and what is allowed. Whether the desk serves the instrument shows when it starts."""
    found = []
    if len(strategies) > slots:
        found.append(f"strategies: there are {len(strategies)}; allowed: {slots}, or more desk.capacities.strategies")
    for number, one in enumerate(strategies):
        if not one.symbol:
            found.append(f"strategies[{number}].symbol: is empty; allowed: an instrument of the desk, as BTC-USD.sim")
        if one.name not in BUILT_IN:
            found.append(f"strategies[{number}].name: {one.name!r}; allowed: {', '.join(BUILT_IN)}")
            continue
        for word, value in one.parameters.items():
            place = f"strategies[{number}].parameters.{word}"
            if word not in BUILT_IN[one.name]:
                found.append(f"{place}: {one.name} has no such parameter; allowed: {', '.join(BUILT_IN[one.name])}")
            elif not math.isfinite(value):
                found.append(f"{place}: {value}; allowed: a finite number")
    return found
