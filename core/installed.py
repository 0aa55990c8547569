"""Fills the strategy slots of a fresh state from the settings. Cold: compiles what is not in the cache."""

import numpy as np

import core.strategy.builtin  # noqa: F401  (importing it registers the built-in strategies)
from core.errors import StationError
from core.settings import CoreSettings
from core.state import State
from core.strategy.compile import REGISTRY
from core.strategy.slots import prepare, swap


class NoSuchStrategy(StationError):
    cure = "Name a strategy that is there, on an instrument of this desk; `station strategies` lists both."
    exit_code = 78

    def __init__(self, *, what: str, known: list[str]) -> None:
        super().__init__(f"a slot can only hold a known strategy on a known instrument: {what!r}, known={known}")


def install_strategies(state: State, settings: CoreSettings) -> None:
    """Slot k holds settings.strategies[k], disabled; one that is not on leaves it empty.

    Raises NoSuchStrategy, StrategyRefused.
    """
    symbols = [bytes(row["symbol"]).decode() for row in state.instruments[: state.instrument_count[0]]]
    for slot, wanted in enumerate(settings.strategies[: len(state.slots.current)]):
        if not wanted.on:
            continue
        if wanted.name not in REGISTRY:
            raise NoSuchStrategy(what=wanted.name, known=sorted(REGISTRY))
        if wanted.symbol not in symbols:
            raise NoSuchStrategy(what=wanted.symbol, known=symbols)
        strategy = REGISTRY[wanted.name]
        index = prepare(
            state.slots,
            slot,
            name=wanted.name,
            address=strategy.address,
            code_hash=strategy.code_hash,
            parameters=np.asarray(strategy.values(wanted.parameters)),
            instrument_id=symbols.index(wanted.symbol),
        )
        swap(state.slots, slot, index)
