"""Risk fails closed: no approved order can break a limit, and nothing absurd in any field is approved."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.risk.review import review
from core.risk.rows import EXPOSURE, LIMITS, RISK_STATE, SETTINGS, SITUATION, TOTALS
from core.vocabulary import DenyReason, EventFlag, OrderType, Origin, TimeInForce
from tests.orders_world import BTC, NOW_NS, instruments, intent, risk, situation
from tests.reference.money_twin import notional_e8

CASES = settings(max_examples=100, deadline=None)
LOTS = st.one_of(st.integers(0, 3_000), st.integers(-(1 << 63), (1 << 63) - 1))
WORKING = st.one_of(st.integers(0, 3_000), st.integers(0, 1 << 60))
PRICES = st.one_of(st.integers(9_900, 10_100), st.integers(-(1 << 63), (1 << 63) - 1))
FLOATS = st.one_of(st.floats(allow_nan=True, allow_infinity=True), st.floats(10_000, 10_002))


@CASES
@given(
    side=st.sampled_from([-1, 1]),
    price=PRICES,
    lots=LOTS,
    position=st.one_of(st.integers(-3_000, 3_000), LOTS),
    buying=WORKING,
    selling=WORKING,
    middle=FLOATS,
    order_type=st.sampled_from([OrderType.LIMIT, OrderType.MARKET]),
    flags=st.sampled_from([0, EventFlag.POST_ONLY, EventFlag.REDUCE_ONLY]),
)
def test_no_approved_order_can_break_the_position_limit(
    side: int,
    price: int,
    lots: int,
    position: int,
    buying: int,
    selling: int,
    middle: float,
    order_type: OrderType,
    flags: int,
) -> None:
    desk = risk(max_position_notional=0.2, max_order_notional=0.15, collar_bps=100.0)
    order = intent(
        side=side,
        price_ticks=0 if order_type == OrderType.MARKET else price,
        quantity_lots=lots,
        order_type=order_type,
        time_in_force=TimeInForce.IOC if order_type == OrderType.MARKET else TimeInForce.GTC,
        flags=flags,
    )
    around = situation(position_lots=position, working_buy_lots=buying, working_sell_lots=selling, weighted_mid=middle)
    if review(order, around, desk, NOW_NS) != DenyReason.NONE:
        return
    assert 0 < lots <= 1 << 52
    worst = position + buying + lots if side > 0 else position - selling - lots
    valued = max(10_002, abs(int(order["price_ticks"])))
    reduces = position * side < 0 and abs(worst) <= abs(position) and worst * position >= 0
    assert reduces or notional_e8(valued, abs(worst), 10, 1) <= 20_000_000
    if not (reduces and flags == EventFlag.REDUCE_ONLY):
        assert notional_e8(valued, lots, 10, 1) <= 15_000_000
    assert flags != EventFlag.REDUCE_ONLY or reduces
    if order_type == OrderType.LIMIT:
        assert (price - middle) * side <= 0.01 * middle


def ends(dtype: np.dtype, name: str) -> list[Any]:
    """NaN and both infinities, or the ends of a whole number."""
    assert dtype.fields is not None
    kind = dtype.fields[name][0]
    if kind.kind == "f":
        return [np.nan, np.inf, -np.inf]
    return [np.iinfo(kind).min, np.iinfo(kind).max]


REVIEWED = (
    "instrument_id",
    "side",
    "price_ticks",
    "quantity_lots",
    "order_type",
    "time_in_force",
    "flags",
    "origin",
    "received_ns",
    "valid_until_ns",
)
"""Fields of an intent that a review reads."""
NOT_READ = {"_reserved", "is_replace"}


@pytest.mark.parametrize("side", [-1, 1])
@pytest.mark.parametrize("name", REVIEWED)
def test_every_field_of_an_intent_at_its_ends_is_denied(name: str, side: int) -> None:
    order = intent(side=side, price_ticks=10_001)
    assert review(order, situation(), risk(), NOW_NS) == DenyReason.NONE
    for value in ends(order.dtype, name):
        order = intent(side=side, price_ticks=10_001)
        order[name] = value
        assert review(order, situation(), risk(), NOW_NS) != DenyReason.NONE, (name, value)


@pytest.mark.parametrize("side", [-1, 1])
@pytest.mark.parametrize("name", [name for name in SITUATION.names or () if name not in NOT_READ])
def test_every_field_of_a_situation_at_its_ends_is_denied(name: str, side: int) -> None:
    for value in ends(SITUATION, name):
        around = situation(**{name: value})
        assert review(intent(side=side, price_ticks=10_001), around, risk(), NOW_NS) != DenyReason.NONE, (name, value)


SPREAD_ONLY = {"venue_lots", "unit_e8", "is_protected"}
"""Fields of LIMITS that a review does not read: `spread` makes others of them."""


@pytest.mark.parametrize("name", [name for name in LIMITS.names or () if name not in SPREAD_ONLY])
def test_every_limit_at_its_ends_is_denied(name: str) -> None:
    for value in ends(LIMITS, name):
        desk = risk()
        desk.limits[BTC][name] = value
        assert review(intent(), situation(), desk, NOW_NS) != DenyReason.NONE, (name, value)


REVIEWED_SETTINGS = (
    "command_valid_ms",
    "equity_share_pct",
    "max_positions",
    "max_sector_notional",
    "max_portfolio_notional",
    "concentration_from",
    "concentration_pct",
    "max_leverage",
    "margin_share_pct",
    "max_open_orders",
    "duplicate_ms",
    "reduce_only",
)


@pytest.mark.parametrize("name", REVIEWED_SETTINGS)
def test_every_setting_that_a_review_reads_is_denied_at_its_ends(name: str) -> None:
    for value in ends(SETTINGS, name):
        desk = risk()
        desk.settings[name] = value
        assert review(intent(), situation(), desk, NOW_NS) != DenyReason.NONE, (name, value)


@pytest.mark.parametrize("name", ["fat_finger_own", "fat_finger_market"])
def test_a_factor_that_is_none_is_denied_once_sizes_are_known(name: str) -> None:
    for value in ends(SETTINGS, name):
        desk = risk()
        desk.settings[name] = value
        desk.sizes["own_count"] = desk.sizes["market_count"] = 1_000
        desk.sizes["own"] = desk.sizes["market"] = 1 << 60
        assert review(intent(), situation(), desk, NOW_NS) != DenyReason.NONE, (name, value)


@pytest.mark.parametrize("name", TOTALS.names or ())
def test_totals_at_their_ends_are_denied(name: str) -> None:
    for value in ends(TOTALS, name):
        desk = risk()
        desk.totals[name] = value
        assert review(intent(), situation(), desk, NOW_NS) != DenyReason.NONE, (name, value)


def test_a_sector_or_equity_at_its_ends_is_denied() -> None:
    for value in (-(1 << 63), (1 << 63) - 1):
        desk = risk()
        desk.sectors[:] = value
        assert review(intent(), situation(), desk, NOW_NS) != DenyReason.NONE, value
        desk = risk()
        desk.equity["start_e8"] = value
        assert review(intent(), situation(), desk, NOW_NS) != DenyReason.NONE, value


@pytest.mark.parametrize("name", ["state", "trades"])
def test_a_breaker_at_its_ends_is_denied(name: str) -> None:
    for value in (-(1 << 63), (1 << 63) - 1):
        desk = risk()
        desk.breaker[name] = value
        assert review(intent(), situation(), desk, NOW_NS) != DenyReason.NONE, (name, value)


@pytest.mark.parametrize("name", ["period_ns", "burst_ns", "filled_ns"])
def test_buckets_at_their_ends_are_denied(name: str) -> None:
    for value in (-(1 << 63), (1 << 63) - 1):
        for group in (0, -1):
            desk = risk()
            desk.buckets[group][name] = value
            assert review(intent(), situation(), desk, NOW_NS) != DenyReason.NONE, (name, value)


@pytest.mark.parametrize("name", list(RISK_STATE.names or ()))
def test_every_field_of_the_state_at_its_ends_is_denied(name: str) -> None:
    for value in ends(RISK_STATE, name):
        desk = risk()
        desk.state[name] = value
        assert review(intent(), situation(), desk, NOW_NS) != DenyReason.NONE, (name, value)


@pytest.mark.parametrize("name", ["gross_notional_e8", "margin_e8", "profit_e8", "daily_loss_e8", "is_broken"])
def test_sums_of_a_currency_at_their_ends_are_denied(name: str) -> None:
    for value in (-(1 << 63), (1 << 63) - 1):
        desk = risk()
        desk.currencies[name] = value
        assert review(intent(), situation(), desk, NOW_NS) != DenyReason.NONE, (name, value)


@pytest.mark.parametrize("name", ["gross_notional_e8", "margin_e8", "base_e8"])
def test_a_share_of_a_sum_at_its_ends_is_denied(name: str) -> None:
    for value in ends(EXPOSURE, name):
        desk = risk()
        desk.exposures[name] = value
        assert review(intent(), situation(position_row=0), desk, NOW_NS) != DenyReason.NONE, value


@pytest.mark.parametrize("now_ns", [-(1 << 63), -1, (1 << 63) - 1])
def test_a_clock_that_cannot_be_is_denied(now_ns: int) -> None:
    for origin in (Origin.KEY, Origin.STRATEGY):
        order = intent(origin=origin, valid_until_ns=0)
        assert review(order, situation(), risk(), now_ns) != DenyReason.NONE


@CASES
@given(st.lists(st.integers(0, 30_000_000), min_size=1, max_size=60), st.integers(1, 200))
def test_no_second_sees_more_orders_than_the_rate_allows(gaps: list[int], rate: int) -> None:
    desk = risk(orders_per_second=rate)
    now_ns, approved = NOW_NS, []
    for gap in gaps:
        now_ns += gap
        order = intent(origin=Origin.STRATEGY, valid_until_ns=0)
        if review(order, situation(), desk, now_ns) == DenyReason.NONE:
            approved.append(now_ns)
        else:
            assert len(approved) >= rate
    # A bucket that is full lets its burst and one second's flow through within a second.
    for first in approved:
        assert sum(first <= other < first + 1_000_000_000 for other in approved) <= 2 * rate


def test_the_instruments_of_these_tests_are_tradable() -> None:
    assert review(intent(), situation(), risk(), NOW_NS) == DenyReason.NONE
    assert len(instruments()) == 4
