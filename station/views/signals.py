"""Signals of one instrument, and the strategies that use them."""

import msgspec

from core.vocabulary import SignalName


class SignalsView(msgspec.Struct, frozen=True, kw_only=True):
    instrument_id: int
    is_warm: int = 0
    """One bit per SignalName"""
    imbalance: float = 0.0
    weighted_mid_ticks: float = 0.0
    micro_price_ticks: float = 0.0
    trade_flow: float = 0.0
    volatility: float = 0.0
    """Per second, of log returns"""
    rsi: float = 0.0
    macd_ticks: float = 0.0
    macd_signal_ticks: float = 0.0

    def has(self, name: SignalName) -> bool:
        return bool(self.is_warm >> name & 1)


class StrategyView(msgspec.Struct, frozen=True, kw_only=True):
    slot: int
    name: str
    instrument_id: int
    is_enabled: bool
    version: int
    calls: int
    intents: int
    denied: int
    position_lots: int
    realised_e8: int


EMPTY_SIGNALS = SignalsView(instrument_id=-1)
