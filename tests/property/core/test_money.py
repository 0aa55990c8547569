"""Money never wraps and rounds once: against Python's own whole numbers and Decimal."""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from hypothesis import example, given, settings
from hypothesis import strategies as st

from core import money
from tests.reference import money_twin as twin

INT64 = st.integers(-(1 << 63), (1 << 63) - 1)
STEPS = st.one_of(st.integers(-(1 << 52), 1 << 52), st.integers(-1_000, 1_000))
POSITIVE = st.one_of(
    st.integers(1, (1 << 62) - 1), st.integers(1, 10_000), st.sampled_from([1, 10, 100, 10**8, 10**16])
)
SUMS = st.one_of(
    st.integers(twin.SMALLEST_SUM, twin.LARGEST_SUM), st.integers(-(1 << 104), 1 << 104), st.integers(-(10**6), 10**6)
)
CASES = settings(max_examples=100, deadline=None)


@CASES
@given(INT64, INT64)
@example(-(1 << 63), -(1 << 63))
@example((1 << 63) - 1, -(1 << 63))
def test_a_product_is_exact_and_its_low_word_is_in_range(first: int, second: int) -> None:
    pair = money.multiply(first, second)
    assert twin.value_of(pair) == twin.clip(first) * twin.clip(second)
    assert 0 <= pair[1] < twin.WORD


@CASES
@given(SUMS, SUMS)
@example(twin.LARGEST_SUM, twin.LARGEST_SUM)
@example(twin.SMALLEST_SUM, twin.SMALLEST_SUM)
def test_sums_and_differences_saturate_and_never_wrap(first: int, second: int) -> None:
    left, right = twin.pair_of(first), twin.pair_of(second)
    assert twin.value_of(money.add(*left, *right)) == twin.saturated(first + second)
    assert twin.value_of(money.subtract(*left, *right)) == twin.saturated(first - second)
    assert money.compare(*left, *right) == (first > second) - (first < second)
    assert twin.value_of(money.negate(*left)) == -first


@CASES
@given(INT64, INT64)
def test_amounts_saturate_and_never_wrap(first: int, second: int) -> None:
    assert money.add_e8(first, second) == twin.clip(twin.clip(first) + twin.clip(second))
    assert money.subtract_e8(first, second) == twin.clip(twin.clip(first) - twin.clip(second))


@CASES
@given(SUMS, POSITIVE, POSITIVE)
@example(5, 1, 10)
@example(-5, 1, 10)
@example(-15, 1, 10)
def test_scaling_rounds_half_away_from_zero(value: int, numerator: int, denominator: int) -> None:
    scaled = twin.value_of(money.scale(*twin.pair_of(value), numerator, denominator))
    expected = twin.half_away(Fraction(value * numerator, denominator))
    if twin.SMALLEST_SUM < expected < twin.LARGEST_SUM:
        assert scaled == expected
    else:
        assert abs(scaled) >= -twin.SMALLEST_SUM
        assert (scaled > 0) == (expected > 0)


@CASES
@given(STEPS, STEPS, POSITIVE, POSITIVE)
@example(1 << 52, 1 << 52, (1 << 62) - 1, 1)
def test_a_notional_equals_the_fraction(ticks: int, lots: int, numerator: int, denominator: int) -> None:
    found = money.notional_e8(ticks, lots, numerator, denominator)
    assert found == twin.notional_e8(ticks, lots, numerator, denominator)


@CASES
@given(st.integers(1, 10**9), st.integers(1, 10**9), st.integers(0, 8), st.integers(0, 8))
def test_a_notional_equals_what_decimal_says(ticks: int, lots: int, tick_places: int, lot_places: int) -> None:
    denominator = 10 ** (tick_places + lot_places)
    with localcontext(prec=60):
        exact = Decimal(ticks).scaleb(-tick_places) * Decimal(lots).scaleb(-lot_places) * 10**8
        expected = int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    assert money.notional_e8(ticks, lots, 10**8, denominator) == twin.clip(expected)


@CASES
@given(INT64, INT64, INT64, INT64)
def test_no_numbers_of_64_bits_make_a_notional_leave_its_range(a: int, b: int, c: int, d: int) -> None:
    assert -money.LARGEST_E8 <= money.notional_e8(a, b, c, d) <= money.LARGEST_E8


@CASES
@given(INT64, st.integers(-(1 << 31), (1 << 31) - 1))
def test_a_fee_is_counted_on_the_size_and_rounded_once(traded_e8: int, fee_ppm: int) -> None:
    assert money.fee_e8(traded_e8, fee_ppm) == twin.fee_e8(twin.clip(traded_e8), fee_ppm)


@CASES
@given(st.floats(allow_nan=True, allow_infinity=True))
@example(float("nan"))
@example(float("inf"))
@example(-float("inf"))
@example(2.0**52)
@example(2.0**52 + 1)
def test_lots_of_a_float_never_exceed_it_and_absurd_ones_are_none(value: float) -> None:
    lots = money.lots_from_float(value)
    if -(2.0**52) <= value <= 2.0**52:
        assert lots == int(value)
    else:
        assert lots == 0


@CASES
@given(st.floats(allow_nan=True, allow_infinity=True), st.sampled_from([-1, 1]))
@example(-0.5, 1)
@example(-0.5, -1)
def test_a_tick_of_a_float_lies_at_or_behind_it_for_its_side(value: float, side: int) -> None:
    ticks = money.ticks_from_float(value, side)
    if not -(2.0**52) <= value <= 2.0**52:
        assert ticks == money.NO_TICKS
    else:
        assert 0 <= (Fraction(value) - ticks) * side < 1


def test_an_average_of_no_lots_is_no_number() -> None:
    assert money.average_ticks(0, 0, 0) != money.average_ticks(0, 0, 0)
    assert money.average_ticks(*twin.pair_of(-1_500), -10) == 150.0


def test_a_scale_that_is_none_saturates_so_that_limits_refuse_it() -> None:
    for numerator, denominator in ((-1, 1), (1, 0), (1, -5), (1 << 62, 1), (1, 1 << 62)):
        assert money.as_e8(0, 7, numerator, denominator) == money.LARGEST_E8
