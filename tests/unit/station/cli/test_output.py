"""Tables for people: what is a number, and how many of its digits are shown."""

import pytest

from station.cli.output import table


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
