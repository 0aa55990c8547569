"""Decimals to ticks and lots and back, against Decimal itself."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UnitsError
from core.units import (
    LARGEST,
    as_text,
    decimals_of,
    money,
    money_text,
    step_of,
    step_text,
    to_decimal,
    to_ns,
    to_parts,
    to_steps,
)

MANTISSAS = st.sampled_from([1, 5, 25, 125])
EXPONENTS = st.integers(-10, 3)
STEPS = st.integers(-LARGEST, LARGEST)


@given(STEPS, MANTISSAS, EXPONENTS)
def test_steps_become_a_decimal_and_the_same_steps_again(steps: int, mantissa: int, exponent: int) -> None:
    value = to_decimal(steps, mantissa, exponent)
    assert value == Decimal(steps) * mantissa * Decimal(10) ** exponent
    assert to_steps(value, mantissa, exponent) == steps


@given(STEPS, MANTISSAS, EXPONENTS)
def test_text_has_fixed_digits_and_is_exact(steps: int, mantissa: int, exponent: int) -> None:
    text = as_text(steps, mantissa, exponent)
    assert Decimal(text) == to_decimal(steps, mantissa, exponent)
    assert len(text.partition(".")[2]) == decimals_of(exponent)


@given(STEPS, MANTISSAS, EXPONENTS, st.integers(1, 9))
def test_what_lies_between_two_steps_is_refused(steps: int, mantissa: int, exponent: int, part: int) -> None:
    between = to_decimal(steps, mantissa, exponent) + Decimal(mantissa) * Decimal(10) ** (exponent - 1) * part
    with pytest.raises(UnitsError, match="multiple of the step"):
        to_steps(between, mantissa, exponent)


@pytest.mark.parametrize("text", ["", "abc", "nan", "inf", "-inf", "1e", "0x5", "1,5"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(UnitsError):
        to_steps(text, 1, -2)
    with pytest.raises(UnitsError):
        step_of(text)
    with pytest.raises(UnitsError):
        money(text)


@pytest.mark.parametrize("steps", [LARGEST + 1, -LARGEST - 1, 10**30])
def test_what_is_out_of_range_is_refused(steps: int) -> None:
    with pytest.raises(UnitsError, match="out of range"):
        to_steps(Decimal(steps), 1, 0)


@pytest.mark.parametrize(
    ("text", "expected"), [("0.05", (5, -2)), ("1", (1, 0)), ("100", (1, 2)), ("0.250", (25, -2)), ("12.5", (125, -1))]
)
def test_a_step_is_a_mantissa_and_an_exponent(text: str, expected: tuple[int, int]) -> None:
    assert step_of(text) == expected
    assert Decimal(step_text(*expected)) == Decimal(text)


@pytest.mark.parametrize("text", ["1." + "0" * 35 + "1", "0.01" + "0" * 40 + "1", "1e-50", "1e-999999999"])
def test_a_number_just_off_its_step_is_not_rounded_onto_it(text: str) -> None:
    with pytest.raises(UnitsError):
        to_steps(text, 1, -2)


@pytest.mark.parametrize("text", ["0." + "1" * 30, "1" * 20, "1e-100"])
def test_a_step_that_no_record_can_hold_is_refused(text: str) -> None:
    with pytest.raises(UnitsError, match="out of range"):
        step_of(text)


@pytest.mark.parametrize("text", ["0", "-1", "-0.01"])
def test_a_step_is_positive(text: str) -> None:
    with pytest.raises(UnitsError, match="positive"):
        step_of(text)


@given(st.integers(-(2**62), 2**62))
def test_money_of_a_text_is_exact(amount_e8: int) -> None:
    assert money(Decimal(amount_e8).scaleb(-8)) == amount_e8


@pytest.mark.parametrize("text", ["0.000000001", "1e30", "-46116860185", "1e999999999", "1e-999999999"])
def test_money_that_is_finer_or_larger_than_its_unit_is_refused(text: str) -> None:
    with pytest.raises(UnitsError):
        money(text)


@pytest.mark.parametrize(
    ("amount_e8", "places", "expected"),
    [
        (123_456_789_000, 2, "1,234.57"),
        (-500_000, 2, "-0.01"),
        (-499_999, 2, "0.00"),
        (500_000, 2, "0.01"),
        (100_000_000, 0, "1"),
        (-150_000_000, 0, "-2"),
        (1, 8, "0.00000001"),
    ],
)
def test_money_for_people_is_rounded_half_away_from_zero(amount_e8: int, places: int, expected: str) -> None:
    assert money_text(amount_e8, places) == expected


def test_what_lies_between_two_steps_is_told_with_both_neighbours() -> None:
    with pytest.raises(UnitsError) as told:
        to_steps("61000.3", 5, -1)
    assert (told.value.values["below"], told.value.values["above"]) == ("61000.0", "61000.5")
    with pytest.raises(UnitsError) as told:
        to_steps("-0.3", 5, -1)
    assert (told.value.values["below"], told.value.values["above"]) == ("-0.5", "0.0")


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("10m", 600), ("1h30m", 5_400), ("1.5h", 5_400), ("1d", 86_400)]
)
def test_a_span_of_time_is_read_exactly(text: str, seconds: int) -> None:
    assert to_ns(text) == seconds * 10**9


@pytest.mark.parametrize("text", ["", "10", "m", "10 m", "0s", "-5m", "1w", "10m5", "400d", "0.0000000001s"])
def test_what_is_no_span_of_time_is_refused(text: str) -> None:
    with pytest.raises(UnitsError, match="span of time"):
        to_ns(text)


def test_a_percentage_is_a_whole_number_of_basis_points_or_millionths() -> None:
    assert to_parts("1.5", 10_000) == 150
    assert to_parts("10", 1_000_000) == 100_000
    with pytest.raises(UnitsError):
        to_parts("0.001", 10_000)
