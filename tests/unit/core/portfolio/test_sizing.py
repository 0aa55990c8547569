"""How large the next position may be, rule by rule."""

import math

import pytest

from core.portfolio.sizing import (
    MIN_TRADES,
    Market,
    Record,
    Rule,
    Sizing,
    counted_equity,
    kelly_fraction,
    record_of,
    size,
)

MARKET = Market(price=100.0, stop_distance=2.0, volatility=0.0001, usual_volatility=0.0001, atr=4.0)
GOOD = Record(wins=30, losses=20, won=3_000.0, lost=1_000.0)


def sized(rule: Rule, market: Market = MARKET, record: Record = GOOD, **settings: float) -> float:
    return size(Sizing(rule=rule, **settings), market, 10_000.0, record)


def test_each_rule_is_its_formula() -> None:
    assert sized(Rule.FIXED, quantity=3.0) == 3.0
    assert sized(Rule.FRACTION, risk=0.01) == pytest.approx(100 / 2)
    assert sized(Rule.ATR, risk=0.01, atr_multiple=2.5) == pytest.approx(100 / 10)
    yearly = 0.0001 * math.sqrt(365 * 86_400)
    assert sized(Rule.VOLATILITY, target_volatility=0.2) == pytest.approx(10_000 * 0.2 / yearly / 100)
    # p = 0.6, b = 100 / 50 = 2: f = 0.6 - 0.4 / 2 = 0.4
    assert kelly_fraction(GOOD) == pytest.approx(0.4)
    assert sized(Rule.KELLY, most=1.0) == pytest.approx(10_000 * 0.4 / 100)
    assert sized(Rule.HALF_KELLY, most=1.0) == pytest.approx(10_000 * 0.2 / 100)
    assert sized(Rule.KELLY) == pytest.approx(10_000 * 0.25 / 100)  # and no more than `most`


@pytest.mark.parametrize(
    "record",
    [
        Record(),
        Record(wins=MIN_TRADES - 1, won=100.0),
        Record(wins=10, losses=90, won=100.0, lost=900.0),
        Record(losses=50, lost=10.0),
    ],
)
def test_kelly_says_nothing_without_a_record_or_an_edge(record: Record) -> None:
    assert kelly_fraction(record) == 0.0
    assert sized(Rule.KELLY, record=record) == 0.0


def test_a_wild_market_takes_less() -> None:
    wild = Market(price=100.0, stop_distance=2.0, volatility=0.0002, usual_volatility=0.0001)
    assert sized(Rule.FRACTION, wild) == pytest.approx(sized(Rule.FRACTION) / 2)


def test_profits_are_put_back_by_rule_and_losses_in_full() -> None:
    assert counted_equity(1_000.0, 500.0, 0.4) == pytest.approx(1_200.0)
    assert counted_equity(1_000.0, -500.0, 0.4) == 500.0
    assert counted_equity(1_000.0, -5_000.0, 1.0) == 0.0


@pytest.mark.parametrize("rule", list(Rule))
def test_what_the_limits_leave_is_the_most_there_is(rule: Rule) -> None:
    assert size(Sizing(rule=rule, quantity=9e9), MARKET, 1e12, GOOD, largest=7.0) == 7.0
    assert size(Sizing(rule=rule), MARKET, 10_000.0, GOOD, largest=0.0) == 0.0


@pytest.mark.parametrize("rule", list(Rule))
@pytest.mark.parametrize(
    "market", [Market(price=0.0), Market(price=math.nan), Market(price=-1.0), Market(price=100.0, unit_value=0.0)]
)
def test_a_market_without_a_price_has_no_size(rule: Rule, market: Market) -> None:
    assert size(Sizing(rule=rule, quantity=1.0), market, 10_000.0, GOOD) == 0.0


def test_a_rule_that_cannot_say_says_nothing() -> None:
    assert sized(Rule.FRACTION, Market(price=100.0)) == 0.0
    assert sized(Rule.VOLATILITY, Market(price=100.0)) == 0.0


def test_trades_go_from_flat_to_flat_and_a_fill_that_turns_round_ends_one_and_begins_one() -> None:
    fills = [
        (1, 100.0, 2.0, 1.0),
        (-1, 110.0, 1.0, 0.0),
        (-1, 120.0, 3.0, 0.0),  # closes one at 120, opens two short
        (1, 130.0, 2.0, 5.0),
    ]
    record = record_of(fills)
    assert (record.wins, record.losses) == (1, 1)
    assert record.won == pytest.approx(110 + 120 - 200 - 1)
    assert record.lost == pytest.approx(20 + 5)
    assert record_of(fills, 10.0).lost == pytest.approx(200 + 5)
    assert record_of(fills[:2]) == Record()  # still open
