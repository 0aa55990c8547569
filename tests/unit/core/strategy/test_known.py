"""What is told of the strategies without their code is what their code takes."""

import core.strategy.builtin
from core.strategy.compile import REGISTRY
from core.strategy.known import BUILT_IN, defaults_of


def test_what_is_known_is_what_is_there_in_the_order_of_the_code() -> None:
    for name, module in (
        ("market_maker", core.strategy.builtin.market_maker),
        ("imbalance_taker", core.strategy.builtin.imbalance_taker),
    ):
        assert list(REGISTRY[name].parameters.items()) == list(defaults_of(name).items())
        assert [getattr(module, word.upper()) for word in BUILT_IN[name]] == list(range(len(BUILT_IN[name])))
