"""Numbers as they are written: exact, and never wider than their column."""

import time
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.units import as_text
from core.units import money_text as exact_money
from station.views.numbers import (
    clock_text,
    count_text,
    duration_text,
    fitting_money,
    money_text,
    price_text,
    short_quantity,
    steps_text,
    write_times,
    zone_text,
)
from tests.market_views import instruments

STEPS = st.integers(-(2**52), 2**52)


@given(STEPS, st.integers(1, 999), st.integers(-10, 3))
def test_a_decimal_is_written_as_the_core_writes_it(steps: int, mantissa: int, exponent: int) -> None:
    assert steps_text(steps, mantissa, exponent) == as_text(steps, mantissa, exponent)


@given(STEPS, st.integers(1, 999), st.integers(-10, 3))
def test_a_price_differs_only_by_the_commas_between_thousands(steps: int, mantissa: int, exponent: int) -> None:
    assert price_text(steps, mantissa, exponent).replace(",", "") == steps_text(steps, mantissa, exponent)


@given(st.integers(-(2**60), 2**60), st.integers(0, 8))
def test_money_is_rounded_as_the_core_rounds_it(amount: int, places: int) -> None:
    assert money_text(amount, places) == exact_money(amount, places)


@given(st.integers(0, 2**36))
def test_a_duration_takes_at_most_five_characters(nanoseconds: int) -> None:
    assert len(duration_text(nanoseconds)) <= 6


@given(st.integers(0, 10**15))
def test_a_count_takes_at_most_five_characters(count: int) -> None:
    assert len(count_text(count)) <= 5


@given(st.integers(-(2**62), 2**62), st.integers(7, 12))
def test_money_never_leaves_its_column(amount: int, width: int) -> None:
    assert len(fitting_money(amount, width)) <= width


def test_durations_keep_three_digits_that_count() -> None:
    texts = [duration_text(value) for value in (7, 340, 1_250, 12_540, 999_600, 3_020_000_000)]
    assert texts == ["7ns", "340ns", "1.25µs", "12.5µs", "1.00ms", "3.02s"]


def test_a_short_quantity_drops_only_the_zeros_behind_the_point() -> None:
    assert [short_quantity(500, 1, -3), short_quantity(12_000, 1, 0), short_quantity(0, 1, -3)] == ["0.5", "12000", "0"]


def test_a_size_has_its_thousands_apart_unless_it_is_typed() -> None:
    shares = msgspec.structs.replace(instruments()[0], lot_mantissa=1, lot_exponent=-1)
    assert [shares.short(lots) for lots in (12_345_675, -12_345_675, 9_990, 0)] == [
        "1,234,567.5", "-1,234,567.5", "999", "0",
    ]  # fmt: skip
    assert shares.plain_size(12_345_675) == "1234567.5"


def test_the_clock_is_utc_and_turns_at_midnight() -> None:
    assert clock_text(86_399_999_000_000) == "23:59:59"
    assert clock_text(86_400_012_000_000, milliseconds=True) == "00:00:00.012"


@pytest.fixture
def in_kolkata(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()
    write_times("utc")


@pytest.mark.usefixtures("in_kolkata")
def test_the_clock_is_that_of_the_place_by_choice_and_says_so() -> None:
    wall_ns = 1_790_000_000_000_000_000
    assert (clock_text(wall_ns), zone_text(wall_ns)) == ("14:13:20", "UTC")
    write_times("local")
    assert (clock_text(wall_ns), zone_text(wall_ns)) == ("19:43:20", "IST")


def test_a_symbol_that_is_too_long_keeps_both_ends_of_its_name_and_a_part_of_the_venue() -> None:
    future = msgspec.structs.replace(instruments()[0], symbol="BTC-USD-27MAR27.alpha")
    assert [future.symbol_in(width) for width in (21, 18, 17, 13, 12, 4)] == [
        "BTC-USD-27MAR27.alpha",
        "BTC-USD-27MAR27.a…",
        "BTC-USD-27MAR27.a",
        "BTC…27MAR27.a",
        "BTC-U…AR27.a",
        "B….a",
    ]
