"""Tables for people: what is a number, and how many of its digits are shown."""

import pytest

from station.cli.output import table
from station.cli.reading import latency_rows


def test_money_has_two_digits(capsys: pytest.CaptureFixture[str]) -> None:
    table("", [{"profit": -1234.5678}])
    assert "-1,234.57" in capsys.readouterr().out


def test_an_answer_of_the_database_loses_no_digit(capsys: pytest.CaptureFixture[str]) -> None:
    table("", [{"quantity": 0.005, "price": 63999.0, "fee": 1e-08}], decimals=None)
    said = capsys.readouterr().out
    assert "0.005" in said
    assert "63,999" in said
    assert "1e-08" in said


def test_nothing_is_told_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    table("Orders", [])
    assert capsys.readouterr().out == "Orders: none\n"


def test_the_ages_of_a_replay_are_called_recorded() -> None:
    measured = {"count": 3, "p50_ns": 820, "p99_ns": 1_000, "p999_ns": 2_000, "max_ns": 2_000}
    venue, step = latency_rows({"venue_to_feed": {"count": 9, "recorded": True}, "step": measured})
    assert (venue["count"], venue["p50"], venue["max"]) == (9, "recorded", "recorded")
    assert (step["p50"], step["max"]) == ("820 ns", "2 us")
