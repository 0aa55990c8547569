"""What is allowed, per instrument and for the desk: the configuration as whole numbers that a review compares.

    make_risk(instruments, config)   cold: what each instrument is, the desk's settings, empty sums
    spread(risk)                     the settings into the rows of instruments, currencies and rates
    set_limit(risk, limit, …)        one setting anew: tighter always, looser only with a reason

A limit that is no number, negative or absurd becomes 0: nothing is allowed. `core.config.mistakes` says so before.
"""

from typing import NamedTuple

import numpy as np

from core.kernel import kernel
from core.memory.control import GROUPS, SEATS
from core.money import LARGEST_E8, LARGEST_STEPS, add_e8, clip_e8, notional_e8
from core.records.instrument import INSTRUMENT
from core.risk.rows import (
    BOUNDS,
    BREAKER,
    BUCKET,
    CAUSES,
    CURRENCY,
    EQUITY,
    EXPOSURE,
    GROUP,
    LEG,
    LIMITS,
    PROTECTION,
    READING,
    REASONS,
    RISK_STATE,
    SENT,
    SETTINGS,
    SIZES,
    TOTALS,
    TOUCH,
    TRADE_RECORD,
)
from core.risk_limits import MOST_SECTORS, SPECS, RiskLimits, field_of
from core.units import MONEY_SCALE
from core.vocabulary import DenyReason

PPM = 1_000_000
LARGEST_PPM = 1_000_000_000_000
"""Of a part of an amount that is counted without long division."""
SECOND_NS = 1_000_000_000
DESK = GROUPS
"""Row of Risk.buckets: all groups together."""
SENT_KEPT = 4
MOST_LEGS = 8


class Risk(NamedTuple):
    limits: np.ndarray
    """LIMITS[instruments]"""
    settings: np.ndarray
    """SETTINGS[1]"""
    settings_words: np.ndarray
    """int64[vocabulary.Limit]: the same bytes"""
    bounds: np.ndarray
    """BOUNDS[vocabulary.Limit]"""
    currencies: np.ndarray
    """CURRENCY[n], by the order in which settlement currencies appear in the instruments"""
    equity: np.ndarray
    """EQUITY[n], by currency; outlives the core"""
    sectors: np.ndarray
    """int64[64]: gross notional in the base currency"""
    totals: np.ndarray
    """TOTALS[1]"""
    exposures: np.ndarray
    """EXPOSURE[rows of positions]"""
    trades: np.ndarray
    """TRADE_RECORD[rows of positions]; outlives the core"""
    state: np.ndarray
    """RISK_STATE[1]"""
    buckets: np.ndarray
    """BUCKET[groups + 1]: messages of each venue group, and the desk's orders"""
    sizes: np.ndarray
    """SIZES[instruments + 1]: lots; the last row is the desk's, in money"""
    sent: np.ndarray
    """SENT[seats * 4]: the last approved orders of each seat"""
    sent_next: np.ndarray
    """int64[seats]"""
    touches: np.ndarray
    """TOUCH[orders]: the far touch when the order of a slot was decided"""
    breaker: np.ndarray
    """BREAKER[1]; outlives the core"""
    readings: np.ndarray
    """READING[causes]"""
    denials: np.ndarray
    """int64[64]: how often each DenyReason was given"""
    group: np.ndarray
    """GROUP[1]: a group in review"""
    legs: np.ndarray
    """LEG[8]"""
    kept_buckets: np.ndarray
    """What a review writes, as it was before the group"""
    kept_sizes: np.ndarray
    kept_sent: np.ndarray
    kept_sent_next: np.ndarray
    protections: np.ndarray
    """PROTECTION[instruments]; outlives the core"""
    protections_dirty: np.ndarray
    """uint8[instruments]"""


def make_risk(instruments: np.ndarray, config: RiskLimits, *, positions: int = 512, orders: int = 1024) -> Risk:
    """Limits and sums for these instruments; halted until the halt lines have been read."""
    limits, names = make_limits(instruments, config)
    currencies, equity = _money_of(names, config)
    settings = np.zeros(1, SETTINGS)
    bounds = np.zeros(len(SPECS), BOUNDS)
    for limit, spec in SPECS.items():
        settings[field_of(limit)] = spec.whole(getattr(config, field_of(limit)))
        bounds[limit] = (round(spec.least * spec.scale), round(spec.most * spec.scale), spec.is_larger_tighter)
    exposures = np.zeros(positions, EXPOSURE)
    exposures["currency"] = -1
    protections = np.zeros(len(instruments), PROTECTION)
    protections["instrument_id"] = np.arange(len(instruments))
    state = np.zeros(1, RISK_STATE)
    state["is_halted"] = 1
    made = Risk(
        limits=limits,
        settings=settings,
        settings_words=settings.view(np.int64),
        bounds=bounds,
        currencies=currencies,
        equity=equity,
        sectors=np.zeros(MOST_SECTORS, np.int64),
        totals=np.zeros(1, TOTALS),
        exposures=exposures,
        trades=np.zeros(positions, TRADE_RECORD),
        state=state,
        buckets=_buckets(instruments, config),
        sizes=np.zeros(len(instruments) + 1, SIZES),
        sent=np.zeros(SEATS * SENT_KEPT, SENT),
        sent_next=np.zeros(SEATS, np.int64),
        touches=np.zeros(orders, TOUCH),
        breaker=np.zeros(1, BREAKER),
        readings=np.zeros(CAUSES, READING),
        denials=np.zeros(REASONS, np.int64),
        group=np.zeros(1, GROUP),
        legs=np.zeros(MOST_LEGS, LEG),
        kept_buckets=np.zeros(GROUPS + 1, BUCKET),
        kept_sizes=np.zeros(len(instruments) + 1, SIZES),
        kept_sent=np.zeros(SEATS * SENT_KEPT, SENT),
        kept_sent_next=np.zeros(SEATS, np.int64),
        protections=protections,
        protections_dirty=np.ones(len(instruments), np.uint8),
    )
    spread(made)
    return made


def make_limits(instruments: np.ndarray, config: RiskLimits) -> tuple[np.ndarray, list[str]]:
    """LIMITS[n] with what each instrument is, and the settlement currencies. Rows without a symbol allow nothing."""
    if instruments.dtype != INSTRUMENT:
        raise TypeError("make_limits takes rows of records/instrument.INSTRUMENT")
    limits = np.zeros(len(instruments), LIMITS)
    names: list[str] = []
    for row, instrument in enumerate(instruments):
        limits[row]["instrument_id"] = row
        if not bytes(instrument["symbol"]):
            continue
        settlement = bytes(instrument["settlement"]).decode()
        if settlement not in names:
            names.append(settlement)
        _describe(limits[row], instrument, config)
        limits[row]["currency"] = names.index(settlement)
        limits[row]["rate_ppm"] = rate_ppm(settlement, config)
    return limits, names


def _describe(limits: np.void, instrument: np.void, config: RiskLimits) -> None:
    symbol, base = bytes(instrument["symbol"]).decode(), bytes(instrument["base"]).decode()
    limits["min_lots"] = max(1, int(instrument["min_lots"]))
    limits["venue_lots"] = instrument["max_lots"]
    mantissa, exponent = max(1, int(instrument["lot_mantissa"])), int(instrument["lot_exponent"])
    # Rounded up: a lot of less than 1e-8 units counts as that.
    lot_e8 = -(-mantissa * 10 ** max(0, exponent + 8) // 10 ** max(0, -exponent - 8))
    limits["unit_e8"] = max(1, min(LARGEST_STEPS, lot_e8))
    limits["min_notional_e8"] = instrument["min_notional_e8"]
    limits["value_numerator"] = instrument["value_numerator"]
    limits["value_denominator"] = instrument["value_denominator"]
    limits["is_inverse"] = instrument["is_inverse"]
    margin_ppm = int(instrument["margin_ppm"])
    limits["margin_ppm"] = margin_ppm if 0 < margin_ppm <= PPM else PPM
    limits["group"] = instrument["source_id"]
    limits["is_protected"] = config.protection and symbol not in config.unprotected
    for number, members in enumerate(config.sectors.values(), 1):
        if symbol in members or base in members:
            limits["sector"] = number


def rate_ppm(settlement: str, config: RiskLimits) -> int:
    """What one unit is worth in the base currency, in millionths; 0: nobody said."""
    rate = 1.0 if settlement == config.base_currency else config.rates.get(settlement, 0.0)
    return round(rate * PPM) if 1e-6 <= rate <= 1e9 else 0


def _money_of(names: list[str], config: RiskLimits) -> tuple[np.ndarray, np.ndarray]:
    """CURRENCY[n] and EQUITY[n]."""
    currencies, equity = np.zeros(max(1, len(names)), CURRENCY), np.zeros(max(1, len(names)), EQUITY)
    for row, name in enumerate(names):
        rate = rate_ppm(name, config)
        currencies[row]["rate_ppm"] = rate
        amount = config.equity.get(name, config.default_equity * PPM / rate if rate else 0.0)
        equity[row]["settlement"] = name.encode()
        equity[row]["start_e8"] = int(amount * MONEY_SCALE) if 0 < amount * MONEY_SCALE < LARGEST_E8 else 0
    equity["peak_e8"] = equity["start_e8"]
    return currencies, equity


def _buckets(instruments: np.ndarray, config: RiskLimits) -> np.ndarray:
    """BUCKET[groups + 1]: a group takes what the slowest of its venues takes; -1: nobody said."""
    buckets = np.zeros(GROUPS + 1, BUCKET)
    buckets["rate"], buckets["burst_ns"] = -1, SECOND_NS
    for instrument in instruments:
        group, venue = int(instrument["source_id"]), bytes(instrument["venue"]).decode()
        if 0 <= group < GROUPS and venue in config.messages:
            rate, known = config.messages[venue], int(buckets[group]["rate"])
            buckets[group]["rate"] = rate if known < 0 else min(known, rate)
    return buckets


@kernel
def spread(risk: Risk) -> None:
    """The settings, where a review looks for them. Call when one has changed, and when equity was poured in."""
    settings = risk.settings[0]
    for row in range(risk.limits.shape[0]):
        _spread_to(risk.limits[row], settings)
    for currency in range(risk.currencies.shape[0]):
        sums = risk.currencies[currency]
        sums["daily_loss_e8"] = from_base(settings["daily_loss"], sums["rate_ppm"])
        sums["warning_loss_e8"] = share_e8(sums["daily_loss_e8"], settings["daily_loss_warning_pct"])
        count_equity(risk, currency)
    for group in range(risk.buckets.shape[0]):
        bucket = risk.buckets[group]
        rate = settings["orders_per_second"] if group == DESK else settings["messages_per_second"]
        if group != DESK and bucket["rate"] >= 0:
            rate = min(int(rate), int(bucket["rate"]))
        bucket["period_ns"] = SECOND_NS // rate if rate > 0 else 0


@kernel
def _spread_to(limits: np.void, settings: np.void) -> None:
    rate = int(limits["rate_ppm"])
    limits["max_order_lots"] = max(0, min(int(settings["max_order_lots"]), int(limits["venue_lots"])))
    unit_e8 = int(limits["unit_e8"])
    lots = int(settings["max_position_units"]) // unit_e8 if unit_e8 > 0 else 0
    limits["max_position_lots"] = min(lots, LARGEST_STEPS)
    limits["max_order_notional_e8"] = from_base(settings["max_order_notional"], rate)
    limits["max_position_notional_e8"] = from_base(settings["max_position_notional"], rate)
    limits["max_gross_notional_e8"] = from_base(settings["max_gross_notional"], rate)
    limits["trade_loss_e8"] = from_base(settings["trade_loss"], rate)
    limits["loss_ppm"] = settings["stop_loss_pct"] if limits["is_protected"] != 0 else PPM
    limits["collar"] = float(settings["collar_bps"]) / 1_000_000.0


@kernel
def count_equity(risk: Risk, currency: int) -> None:
    """A currency's profit, equity or limits changed: its peak, where its drawdown warns, and what it is worth."""
    sums = risk.currencies[currency]
    own = risk.equity[currency]
    equity_e8 = int(own["start_e8"]) + int(sums["profit_e8"])
    equity_e8 = min(max(equity_e8, -LARGEST_E8), LARGEST_E8)
    own["peak_e8"] = max(int(own["peak_e8"]), equity_e8)
    peak_e8 = int(own["peak_e8"])
    sums["reduce_equity_e8"] = peak_e8 - share_e8(peak_e8, risk.settings[0]["reduce_drawdown_pct"])
    sums["halt_equity_e8"] = peak_e8 - share_e8(peak_e8, risk.settings[0]["halt_drawdown_pct"])
    sums["equity_base_e8"] = share_e8(equity_e8, sums["rate_ppm"])
    total_e8 = 0
    for each in range(risk.currencies.shape[0]):
        total_e8 = add_e8(total_e8, risk.currencies[each]["equity_base_e8"])
    risk.totals[0]["equity_e8"] = total_e8


@kernel
def share_e8(amount_e8: int, ppm: int) -> int:
    """So many millionths of an amount, half away from zero, saturating. Also: an amount in the base currency."""
    if ppm == PPM:
        return int(amount_e8)
    if not (ppm >= 0 and ppm <= LARGEST_PPM):
        return notional_e8(amount_e8, ppm, 1, PPM)
    size_e8 = abs(clip_e8(amount_e8))
    whole = size_e8 // PPM
    if float(whole) * float(ppm) >= float(LARGEST_E8):
        share = LARGEST_E8
    else:
        share = min(whole * ppm + ((size_e8 - whole * PPM) * ppm + PPM // 2) // PPM, LARGEST_E8)
    return -share if amount_e8 < 0 else share


@kernel
def from_base(amount_e8: int, rate: int) -> int:
    """An amount of the base currency in another one; 0 when nobody said what that is worth."""
    if not (rate > 0 and amount_e8 > 0):
        return 0
    return min(notional_e8(amount_e8, PPM, 1, rate), LARGEST_E8 - 1)


@kernel
def set_limit(risk: Risk, limit: int, value: int, reason: int) -> int:
    """A DenyReason. `reason`: a hash of why; 0: nobody said, and then it can only become tighter."""
    if not (limit >= 0 and limit < risk.settings_words.shape[0]):
        return DenyReason.BAD_LIMIT
    bounds = risk.bounds[limit]
    if not (bounds["least"] <= value and value <= bounds["most"]):
        return DenyReason.BAD_LIMIT
    old = risk.settings_words[limit]
    is_tighter = value >= old if bounds["is_larger_tighter"] != 0 else value <= old
    if not is_tighter and reason == 0:
        return DenyReason.NO_REASON
    risk.settings_words[limit] = value
    spread(risk)
    return 0
