"""From configuration to whole numbers; what is absurd allows nothing."""

import numpy as np
import pytest

from core.config import RiskLimits
from core.risk.limits import make_limits, make_risk
from core.risk.review import review
from core.vocabulary import DenyReason
from tests.orders_world import BTC, DUST, ETH, NOW_NS, instruments, intent, situation


def test_limits_are_money_of_the_settlement_currency() -> None:
    limits, currencies = make_limits(instruments(), RiskLimits(max_order_notional=1.5, daily_loss=2.25))
    assert limits[BTC]["max_order_notional_e8"] == 150_000_000
    assert currencies["daily_loss_e8"].tolist() == [225_000_000, 225_000_000]
    assert limits[BTC]["currency"] == limits[DUST]["currency"] != limits[ETH]["currency"]


def test_the_venues_own_largest_order_counts_where_it_is_smaller() -> None:
    rows = instruments()
    rows["max_lots"] = 77
    assert make_limits(rows, RiskLimits())[0][BTC]["max_order_lots"] == 77
    assert make_limits(rows, RiskLimits(max_order_lots=5))[0][BTC]["max_order_lots"] == 5


@pytest.mark.parametrize("amount", [float("nan"), float("inf"), -1.0, 0.0, 1e300])
def test_an_absurd_amount_allows_nothing(amount: float) -> None:
    limits, currencies = make_limits(
        instruments(),
        RiskLimits(
            max_order_notional=amount,
            max_position_notional=amount,
            max_gross_notional=amount,
            daily_loss=amount,
            collar_bps=amount,
        ),
    )
    for name in ("max_order_notional_e8", "max_position_notional_e8", "max_gross_notional_e8", "collar"):
        assert limits[BTC][name] == 0
    assert not currencies["daily_loss_e8"].any()


def test_a_row_without_a_symbol_allows_nothing() -> None:
    desk = make_risk(instruments(), RiskLimits())
    desk.state["is_halted"] = 0
    assert review(intent(instrument_id=0), situation(), desk, NOW_NS) == DenyReason.UNKNOWN_INSTRUMENT


def test_a_desk_starts_halted() -> None:
    assert make_risk(instruments(), RiskLimits()).state[0]["is_halted"] == 1


def test_rows_of_another_shape_are_no_instruments() -> None:
    with pytest.raises(TypeError, match="INSTRUMENT"):
        make_limits(np.zeros(3), RiskLimits())
