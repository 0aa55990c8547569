"""How large should the next position be? Rules by name; all of them capped by what risk allows, none of them trades.

    fixed            so many units
    fraction         a fixed part of the equity at risk between entry and stop
    kelly            f* = p - (1 - p) / b of the equity: p the share of winning trades, b mean win over mean loss
    half_kelly       half of that: three quarters of the growth at half the deviation
    volatility       so that the position's deviation over a year is a target part of the equity
    atr              so that so many average true ranges against it cost a part of the equity

Kelly is taken from the desk's own closed trades and says 0 until there are MIN_TRADES of them, or when the record has
no edge. `regime` scales every rule: less when the market is wild. Profits are put back only in the share that
`reinvest` names; losses always count in full.
Sources: Kelly (1956); Thorp, "The Kelly criterion in blackjack, sports betting and the stock market" (2006); Wilder
(1978).
"""

import math
from collections.abc import Iterable
from enum import StrEnum

import msgspec

MIN_TRADES = 30
FLAT = 1e-12
"""A position of less is what adding floats left over."""
YEAR_S = 365.0 * 86_400.0


class Rule(StrEnum):
    FIXED = "fixed"
    FRACTION = "fraction"
    KELLY = "kelly"
    HALF_KELLY = "half_kelly"
    VOLATILITY = "volatility"
    ATR = "atr"


class Sizing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """From the settings."""

    rule: Rule = Rule.FRACTION
    quantity: float = 0.0
    """fixed: in units of the instrument"""
    risk: float = 0.01
    """fraction, atr: the part of the equity that may be lost at the stop"""
    target_volatility: float = 0.2
    """volatility: a year's deviation of the position, as a part of the equity"""
    atr_multiple: float = 2.0
    most: float = 0.25
    """Kelly never more than this part of the equity."""
    reinvest: float = 1.0
    """How much of the profit since the start counts as equity: 0 none, 1 all."""
    calm: float = 1.0
    wild: float = 0.5
    wild_above: float = 1.5
    """Volatility over its own average at which the market is wild: leverage is `wild` then, `calm` else."""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """The desk's closed trades."""

    wins: int = 0
    losses: int = 0
    won: float = 0.0
    lost: float = 0.0
    """Sum of the losses, positive."""


class Market(msgspec.Struct, frozen=True, kw_only=True):
    price: float
    stop_distance: float = 0.0
    """Between entry and stop, in price."""
    volatility: float = 0.0
    """Per second, of log returns."""
    usual_volatility: float = 0.0
    atr: float = 0.0
    """In price."""
    unit_value: float = 1.0
    """What one unit costs for each unit of its price: the contract size."""


def kelly_fraction(record: Record) -> float:
    """The part of the equity that grows it fastest; 0 without an edge or without a record."""
    trades = record.wins + record.losses
    if trades < MIN_TRADES or record.wins == 0:
        return 0.0
    if record.losses == 0 or record.lost <= 0.0:
        return 1.0
    share = record.wins / trades
    payoff = (record.won / record.wins) / (record.lost / record.losses)
    return max(0.0, share - (1.0 - share) / payoff) if payoff > 0.0 else 0.0


def record_of(fills: Iterable[tuple[int, float, float, float]], unit_value: float = 1.0) -> Record:
    """Closed trades of one instrument from its fills (side, price, quantity, fee), oldest first.

    A trade begins when the position leaves flat and ends when it comes back, or turns round: a fill that does both is
    shared out. A result of exactly 0 is a loss: it earned nothing.
    """
    wins = losses = 0
    won = lost = held = cash = 0.0
    for side, price, quantity, fee in fills:
        left, cash = quantity, cash - fee
        while left > 0.0:
            taken = min(left, abs(held)) if held * side < 0 else left
            cash -= side * taken * price * unit_value
            held += side * taken
            left -= taken
            if abs(held) < FLAT and taken > 0.0:
                held = 0.0
                if cash > 0.0:
                    wins, won = wins + 1, won + cash
                else:
                    losses, lost = losses + 1, lost - cash
                cash = 0.0
    return Record(wins=wins, losses=losses, won=won, lost=lost)


def counted_equity(start: float, profit: float, reinvest: float) -> float:
    """What may be risked: of profits the share that is put back, of losses everything."""
    return max(0.0, start + (profit * reinvest if profit > 0.0 else profit))


def leverage(sizing: Sizing, market: Market) -> float:
    """By regime."""
    if market.usual_volatility <= 0.0 or market.volatility <= 0.0:
        return sizing.calm
    return sizing.wild if market.volatility > sizing.wild_above * market.usual_volatility else sizing.calm


def size(sizing: Sizing, market: Market, equity: float, record: Record, *, largest: float = math.inf) -> float:
    """Units of the instrument, 0 and more, at most `largest` (what the limits leave). 0: the rule cannot say."""
    unit = market.price * market.unit_value
    if not (equity > 0.0 and unit > 0.0 and math.isfinite(unit) and largest > 0.0):
        return 0.0
    wanted = _units(sizing, market, equity, record, unit) * leverage(sizing, market)
    return min(wanted, largest) if math.isfinite(wanted) and wanted > 0.0 else 0.0


def _units(sizing: Sizing, market: Market, equity: float, record: Record, unit: float) -> float:
    match sizing.rule:
        case Rule.FIXED:
            return sizing.quantity
        case Rule.FRACTION:
            return _at_risk(equity * sizing.risk, market.stop_distance * market.unit_value)
        case Rule.ATR:
            return _at_risk(equity * sizing.risk, market.atr * sizing.atr_multiple * market.unit_value)
        case Rule.KELLY:
            return equity * min(sizing.most, kelly_fraction(record)) / unit
        case Rule.HALF_KELLY:
            return equity * min(sizing.most, kelly_fraction(record) / 2.0) / unit
        case Rule.VOLATILITY:
            yearly = market.volatility * math.sqrt(YEAR_S)
            return equity * sizing.target_volatility / yearly / unit if yearly > 0.0 else 0.0


def _at_risk(money: float, loss_of_a_unit: float) -> float:
    return money / loss_of_a_unit if loss_of_a_unit > 0.0 else 0.0
