"""What the risk page says of limits, breaker, stops and losses."""

import dataclasses
import re
from typing import Any

import pytest

from core.vocabulary import BreakerState
from station.renderables.paint import Paint
from station.renderables.risk import risk_rows
from station.views.risk import RiskView
from tests import desk_views, market_views, order_views
from tests.row_text import text_of

KNOWN = market_views.instruments()
BY_ID = {one.instrument_id: one for one in KNOWN}
HELD = {held.instrument_id: held for held in order_views.positions(KNOWN)}


def risk_text(paint: Paint, view: RiskView, width: int = 60) -> str:
    portfolio, wall_s = desk_views.portfolio(), market_views.WALL_S
    rows = risk_rows(view, portfolio, BY_ID, HELD, wall_s=wall_s, paint=paint, width=width)
    return "\n".join(text_of(row) for row in rows)


def test_the_risk_page_says_what_is_used_of_every_limit_and_marks_what_is_nearly_full(paint: Paint) -> None:
    lines = {line[1:24].strip(): line for line in risk_text(paint, desk_views.risk(), 90).splitlines()}
    assert "38,211 / 50,000" in lines["gross notional USD"]
    assert "76 % !" in lines["gross notional USD"]
    assert "117 % !" in lines["open orders"]
    assert "10.4 / 15" in lines["halt drawdown %"]
    assert "!" not in lines["sector notional USD"]
    assert "order notional" not in lines  # nothing of it can be used up


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"breaker": BreakerState.NORMAL}, "breaker normal  equity 448,000"),
        ({}, "breaker WARNING: the drawdown from the peak of the day, 10.4 % of 10.0 %, since 13:36:07"),
        ({"breaker": BreakerState.TRIGGERED, "until_wall_ns": (market_views.WALL_S + 3_599) * 10**9},
         "breaker TRIGGERED 59:59 to go: the drawdown"),
        ({"breaker": BreakerState.TRIGGERED, "until_wall_ns": market_views.WALL_S * 10**9}, "re-armed: the drawdown"),
    ],
)  # fmt: skip
def test_the_risk_page_says_why_the_breaker_opened_and_for_how_long(
    paint: Paint, changes: dict[str, Any], wanted: str
) -> None:
    assert wanted in risk_text(paint, dataclasses.replace(desk_views.risk(), **changes), 100)


def test_the_risk_page_shows_stops_and_what_has_none(paint: Paint) -> None:
    text = risk_text(paint, desk_views.risk(), 100)
    assert "BTC-USD.alpha long  stop  62,800.0  at venue  -2.06%  targets 66,040.0 67,320.0" in text
    assert "ETH-USD.alpha short trail 3,451.00  closing   +1.12%" in text
    assert "no protective stop" not in text
    guard = dataclasses.replace(desk_views.risk().protections[0], venue_stop_ticks=0)
    assert "core only -2.06%  targets" in risk_text(
        paint, dataclasses.replace(desk_views.risk(), protections=(guard,)), 100
    )
    assert "! BTC-USD.alpha has no protective stop" in risk_text(paint, RiskView(), 100)
    assert "12 × the price lies too far through the market" in text


def test_a_narrow_risk_page_says_who_holds_a_stop_before_how_far_it_is(paint: Paint) -> None:
    text = risk_text(paint, desk_views.risk(), 42)
    assert "BTC-USD.alpha long  stop  62,800.0 venue" in text
    text = risk_text(paint, desk_views.risk(), 52)
    assert "62,800.0 venue -2.06%" in text
    assert "ETH-USD.alpha short trail 3,451.00 closing +1.12%" in text


def test_a_correlation_that_nobody_measured_is_not_shown_as_none(paint: Paint) -> None:
    view = dataclasses.replace(desk_views.portfolio(), samples=0)
    rows = risk_rows(RiskView(), view, BY_ID, {}, wall_s=0, paint=paint, width=118)
    text = "\n".join(text_of(row) for row in rows)
    assert "no returns to measure it by yet" in text
    assert "+1.00" not in text


@pytest.mark.parametrize("width", [28, 36, 44, 52, 60])
def test_a_narrow_risk_page_leaves_out_whole_figures(paint: Paint, width: int) -> None:
    text = risk_text(paint, desk_views.risk(), width)
    assert not re.search(r"[\d,.]…", text), text
    assert "VaR 99" in text
    assert "-2,400" in text


def test_losses_stress_and_correlation_stand_beside_the_limits_where_there_is_room(paint: Paint) -> None:
    beside, below = (risk_text(paint, desk_views.risk(), width).splitlines() for width in (118, 100))
    for wanted in ("VaR 95", "venue gone", "-2,400", "+1.00", "+0.40"):
        assert any(wanted in line for line in beside[:20])
        assert any(wanted in line for line in below)


@pytest.mark.parametrize("width", [44, 60, 118])
def test_correlated_instruments_of_one_name_are_told_apart(paint: Paint, width: int) -> None:
    """Columns have the numbers of the rows, rows their venue."""
    lines = risk_text(paint, desk_views.risk(), width).splitlines()
    at = next(index for index, line in enumerate(lines) if "correlation " in line)
    heading = lines[at][lines[at].index("correlation") :].split()
    assert heading == ["correlation", *map(str, range(1, len(heading)))]
    rows = [re.search(r"(\d+) ([A-Z]\S+) +[+-]1?\d?\.", line) for line in lines[at + 1 : at + len(heading)]]
    assert [row and row[1] for row in rows] == heading[1:]
    assert len({row and row[2] for row in rows}) == len(heading) - 1
