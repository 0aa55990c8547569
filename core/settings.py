"""What the desk hands to the core process beside the memory: plain values, as JSON on its command line."""

import msgspec

from core.config import CoreConfig


class StrategySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One slot that is filled at the start. It begins disabled, whatever this says."""

    name: str
    """A built-in: `market_maker`, `imbalance_taker`"""
    symbol: str
    """The instrument of the desk that it trades, as BTC-USD.sim"""
    on: bool = True
    """False: its slot stays empty, and what it was told is kept."""
    parameters: dict[str, float] = {}
    """Those that differ from the strategy's own defaults."""


class CoreSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    config: CoreConfig = CoreConfig()
    state_folder: str
    """Of this desk; the core keeps its journal and checkpoints below it."""
    epoch: int
    """Counts the core starts of this desk for ever; the upper half of every client id."""
    wall_offset_ns: int
    """Wall clock minus monotonic clock, from the desk's control page."""
    strategies: tuple[StrategySettings, ...] = ()
    market_only: tuple[str, ...] = ()
    """Groups without an order process where others have one: nothing of ours is there, so they owe no proof of it."""
