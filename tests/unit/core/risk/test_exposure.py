"""Sums by settlement currency, sector and all together; a currency that lost too much stays broken for the day."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.records.order import POSITION
from core.risk.exposure import begin_day, end_day, position_changed
from tests.orders_world import BTC, DUST, ETH, risk


def position(instrument: int, **fields: int) -> np.void:
    row = np.zeros(1, POSITION)[0]
    row["instrument_id"], row["strategy_id"] = instrument, -1
    for name, value in fields.items():
        row[name] = value
    return row


def test_a_currency_at_its_daily_loss_is_broken_until_the_next_day() -> None:
    desk = risk(daily_loss=1.0)
    assert not position_changed(desk, 0, position(BTC, realised_e8=-99_999_999))
    assert position_changed(desk, 0, position(BTC, realised_e8=-100_000_000))
    assert position_changed(desk, 0, position(BTC, realised_e8=0))
    assert desk.currencies[0]["is_broken"] == 1
    end_day(desk)
    begin_day(desk)
    assert desk.currencies[0]["is_broken"] == 0


def test_fees_and_unrealised_losses_count() -> None:
    desk = risk(daily_loss=1.0)
    assert position_changed(desk, 0, position(BTC, unrealised_e8=-60_000_000, fees_e8=40_000_000))


def test_another_currency_keeps_trading() -> None:
    desk = risk(daily_loss=1.0)
    position_changed(desk, 0, position(BTC, realised_e8=-200_000_000))
    assert desk.currencies[desk.limits[ETH]["currency"]]["is_broken"] == 0
    assert desk.currencies[desk.limits[DUST]["currency"]]["is_broken"] == 1


def test_a_limit_of_nothing_breaks_at_the_first_look() -> None:
    assert position_changed(risk(daily_loss=0.0), 0, position(BTC))


def test_rows_of_strategies_and_rows_that_cannot_be_are_passed_over() -> None:
    desk = risk(daily_loss=1.0)
    lost = position(BTC, realised_e8=-200_000_000)
    for row in (-1, 8, 1 << 40):
        assert not position_changed(desk, row, lost)
    assert not position_changed(desk, 0, position(99, realised_e8=-200_000_000))
    lost["strategy_id"] = 3
    assert not position_changed(desk, 0, lost)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 7),
            st.sampled_from([BTC, DUST]),
            st.integers(-1_000, 1_000),
            st.integers(0, 500),
            st.integers(0, 500),
            st.integers(-(10**6), 10**6),
        ),
        max_size=20,
    )
)
def test_the_sums_are_those_of_the_last_state_of_each_row(
    changes: list[tuple[int, int, int, int, int, int]],
) -> None:
    desk = risk()
    rows: dict[int, np.void] = {}
    for row, instrument, lots, buying, selling, realised in changes:
        rows[row] = position(
            instrument,
            position_lots=lots,
            working_buy_lots=buying,
            working_sell_lots=selling,
            realised_e8=realised,
            mark_ticks=100,
        )
        position_changed(desk, row, rows[row])
    gross = 0
    for each in rows.values():
        largest = max(
            abs(int(each["position_lots"]) + int(each["working_buy_lots"])),
            abs(int(each["position_lots"]) - int(each["working_sell_lots"])),
        )
        gross += largest * 1_000 if each["instrument_id"] == BTC else largest * 10
    assert desk.currencies[0]["gross_notional_e8"] == gross
    assert desk.currencies[0]["profit_e8"] == sum(int(each["realised_e8"]) for each in rows.values())
