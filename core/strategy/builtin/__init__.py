"""The strategies that come with the station. Importing this package registers them."""

from core.strategy.builtin import imbalance_taker, market_maker

__all__ = ["imbalance_taker", "market_maker"]
