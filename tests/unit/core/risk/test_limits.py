"""From configuration to whole numbers; what is absurd allows nothing; how a limit is set while the desk runs."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.config import RiskLimits
from core.risk.limits import make_limits, make_risk, set_limit, share_e8
from core.risk.review import review
from core.risk_limits import SPECS, field_of, mistakes_of_limits
from core.vocabulary import DenyReason, Limit
from tests.orders_world import BTC, DUST, ETH, NOW_NS, instruments, intent, risk, situation
from tests.reference.money_twin import clip, half_away

WHY = 4_711


def test_limits_are_money_of_the_settlement_currency() -> None:
    desk = risk(max_order_notional=1.5, daily_loss=2.4, trade_loss=6.0)
    assert desk.limits[BTC]["max_order_notional_e8"] == 150_000_000
    assert desk.limits[ETH]["max_order_notional_e8"] == 125_000_000  # a euro counts as 1.2 dollars
    assert desk.limits[ETH]["trade_loss_e8"] == 500_000_000
    assert desk.currencies["daily_loss_e8"].tolist() == [240_000_000, 200_000_000]
    assert desk.limits[BTC]["currency"] == desk.limits[DUST]["currency"] != desk.limits[ETH]["currency"]


def test_the_defaults_are_the_conservative_set() -> None:
    limits = RiskLimits()
    assert (limits.max_position_units, limits.max_position_notional, limits.max_portfolio_notional) == (1e3, 1e4, 5e4)
    assert (limits.max_positions, limits.equity_share_pct, limits.trade_loss, limits.daily_loss) == (5, 2.0, 500, 5_000)
    assert (limits.reduce_drawdown_pct, limits.halt_drawdown_pct) == (10.0, 15.0)
    assert (limits.max_losses, limits.max_trades, limits.cool_down_minutes) == (5, 50, 60.0)
    assert (limits.stop_loss_pct, limits.trailing_pct, limits.trailing_after_pct) == (2.0, 1.5, 2.0)
    assert mistakes_of_limits(limits) == []


def test_two_percent_of_the_simulated_cash_are_the_largest_position() -> None:
    desk = make_risk(instruments(), RiskLimits())
    assert desk.equity["start_e8"][0] * 2 // 100 == desk.limits[BTC]["max_position_notional_e8"]
    named = make_risk(instruments(), RiskLimits(equity={"EUR": 7.0}))
    assert named.equity["start_e8"].tolist() == [500_000 * 10**8, 7 * 10**8]
    assert named.equity["settlement"].tolist() == [b"USD", b"EUR"]


def test_the_venues_own_largest_order_counts_where_it_is_smaller() -> None:
    rows = instruments()
    rows["max_lots"] = 77
    assert make_risk(rows, RiskLimits()).limits[BTC]["max_order_lots"] == 77
    assert make_risk(rows, RiskLimits(max_order_lots=5)).limits[BTC]["max_order_lots"] == 5


@pytest.mark.parametrize(
    ("mantissa", "exponent", "lots"), [(1, 0, 5), (1, -2, 500), (5, -1, 10), (1, 1, 0), (1, -12, 500_000_000)]
)
def test_units_are_lots_of_the_instrument(mantissa: int, exponent: int, lots: int) -> None:
    rows = instruments()
    rows["lot_mantissa"], rows["lot_exponent"] = mantissa, exponent
    assert make_risk(rows, RiskLimits(max_position_units=5.0)).limits[BTC]["max_position_lots"] == lots


def test_a_currency_without_a_rate_cannot_be_traded() -> None:
    desk = risk(rates={})
    assert review(intent(instrument_id=ETH), situation(), desk, NOW_NS) == DenyReason.MAX_ORDER_NOTIONAL
    assert review(intent(), situation(), desk, NOW_NS) == DenyReason.NONE


def test_sectors_are_named_by_base_or_symbol_and_the_rest_is_one() -> None:
    rows = instruments()
    rows["base"] = [b"", b"BTC", b"ETH", b"ETH"]
    limits, _ = make_limits(rows, RiskLimits(sectors={"a": ("BTC",), "b": ("ETH-BTC.beta",)}))
    assert limits["sector"].tolist() == [0, 1, 0, 2]


def test_protection_is_switched_by_symbol() -> None:
    desk = make_risk(instruments(), RiskLimits(unprotected=("ETH-EUR.alpha",)))
    assert desk.limits["is_protected"].tolist()[1:] == [1, 0, 1]
    assert desk.limits["loss_ppm"].tolist()[1:] == [20_000, 1_000_000, 20_000]
    assert not make_risk(instruments(), RiskLimits(protection=False)).limits["is_protected"].any()


def test_a_group_takes_what_its_slowest_venue_takes() -> None:
    rows = instruments()
    rows["venue"] = [b"", b"kraken", b"okx", b"kraken"]
    rows["source_id"] = [0, 0, 0, 1]
    buckets = make_risk(rows, RiskLimits(messages={"kraken": 4, "okx": 20})).buckets
    assert buckets["period_ns"].tolist()[:3] == [250_000_000, 250_000_000, 1_000_000]
    assert make_risk(rows, RiskLimits(messages_per_second=2)).buckets["period_ns"][0] == 500_000_000


@pytest.mark.parametrize("amount", [float("nan"), float("inf"), -1.0, 0.0, 1e300])
def test_an_absurd_amount_allows_nothing(amount: float) -> None:
    desk = risk(
        max_order_notional=amount,
        max_position_notional=amount,
        max_gross_notional=amount,
        max_position_units=amount,
        trade_loss=amount,
        daily_loss=amount,
        collar_bps=amount,
        default_equity=amount,
    )
    for name in ("order_notional_e8", "position_notional_e8", "gross_notional_e8", "position_lots"):
        assert desk.limits[BTC][f"max_{name}"] == 0
    assert desk.limits[BTC]["collar"] == desk.limits[BTC]["trade_loss_e8"] == 0
    assert not desk.currencies["daily_loss_e8"].any()
    assert not desk.equity["start_e8"].any()


@pytest.mark.parametrize("limit", list(Limit))
def test_a_number_that_is_none_becomes_the_tightest(limit: Limit) -> None:
    spec = SPECS[limit]
    tightest = spec.most * spec.scale if spec.is_larger_tighter else 0
    for nonsense in (float("nan"), float("inf"), -1.0):
        assert spec.whole(nonsense) == tightest


def test_a_row_without_a_symbol_allows_nothing() -> None:
    desk = make_risk(instruments(), RiskLimits())
    desk.state["is_halted"] = 0
    assert review(intent(instrument_id=0), situation(), desk, NOW_NS) == DenyReason.UNKNOWN_INSTRUMENT


def test_a_desk_starts_halted() -> None:
    assert make_risk(instruments(), RiskLimits()).state[0]["is_halted"] == 1


def test_rows_of_another_shape_are_no_instruments() -> None:
    with pytest.raises(TypeError, match="INSTRUMENT"):
        make_limits(np.zeros(3), RiskLimits())


@pytest.mark.parametrize("limit", list(Limit))
def test_every_limit_is_tightened_freely_and_loosened_only_with_a_reason(limit: Limit) -> None:
    desk = risk()
    bounds = desk.bounds[limit]
    least, most = int(bounds["least"]), int(bounds["most"])
    loose, tight = (least, most) if bounds["is_larger_tighter"] else (most, least)
    assert set_limit(desk, limit, loose, WHY) == DenyReason.NONE
    assert set_limit(desk, limit, tight, 0) == DenyReason.NONE
    assert set_limit(desk, limit, tight, 0) == DenyReason.NONE
    assert set_limit(desk, limit, loose, 0) == DenyReason.NO_REASON
    assert desk.settings[0][field_of(limit)] == desk.settings_words[limit] == tight
    assert set_limit(desk, limit, loose, WHY) == DenyReason.NONE
    assert desk.settings[0][field_of(limit)] == loose
    for impossible in (least - 1, most + 1):
        assert set_limit(desk, limit, impossible, WHY) == DenyReason.BAD_LIMIT


@pytest.mark.parametrize("limit", [-1, len(Limit), 1 << 40])
def test_a_limit_that_there_is_not_cannot_be_set(limit: int) -> None:
    assert set_limit(risk(), limit, 1, WHY) == DenyReason.BAD_LIMIT


def test_what_is_set_is_what_the_next_review_sees() -> None:
    desk, order = risk(), intent(quantity_lots=20)
    assert review(order, situation(), desk, NOW_NS) == DenyReason.NONE
    assert set_limit(desk, Limit.MAX_ORDER_NOTIONAL, 1_000_000, 0) == DenyReason.NONE
    assert review(order, situation(), desk, NOW_NS) == DenyReason.MAX_ORDER_NOTIONAL
    assert set_limit(desk, Limit.ORDERS_PER_SECOND, 0, 0) == DenyReason.NONE
    assert desk.buckets[-1]["period_ns"] == 0


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"max_order_notional": 2e4}, "max_order_notional: larger than max_position_notional"),
        ({"max_sector_notional": 6e4}, "max_sector_notional"),
        ({"reduce_drawdown_pct": 20.0}, "reduce_drawdown_pct: larger"),
        ({"rates": {"EUR": 0.0}}, "rates.EUR"),
        ({"equity": {"EUR": float("nan")}}, "equity.EUR"),
        ({"default_equity": -1.0}, "default_equity"),
        ({"messages": {"okx": -1}}, "messages.okx"),
        ({"sectors": {"a": ("BTC",), "b": ("BTC",)}}, "sectors: BTC is in two"),
        ({"cool_down_minutes": -1.0}, "cool_down_minutes: -1.0; allowed: 0 to 10080 minutes"),
    ],
)
def test_every_mistake_has_its_place_and_what_is_allowed(changes: dict[str, Any], word: str) -> None:
    found = mistakes_of_limits(RiskLimits(**changes), "core.risk.")
    assert any(line.startswith(f"core.risk.{word}") and "allowed: " in line for line in found), found


@given(st.integers(-(1 << 62) + 1, (1 << 62) - 1), st.one_of(st.integers(0, 10**13), st.integers(-5, (1 << 62) - 1)))
def test_a_share_is_exact_whatever_the_numbers(amount_e8: int, ppm: int) -> None:
    assert share_e8(amount_e8, ppm) == clip(half_away(Fraction(amount_e8 * ppm, 1_000_000)))
