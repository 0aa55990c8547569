"""What is in sight of the book's history, against the slow and obvious way to say it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from station.views.flow import HeatColumn, HeatView
from station.views.heat import HeatWindow, level_table, pixels_in_sight, pixels_of, scale_in_sight

LEAST, ROWS = 400, 64


@st.composite
def heat_columns(draw: st.DrawFn) -> HeatColumn:
    start_ns = draw(st.integers(0, 40)) * 250
    low = draw(st.integers(LEAST // 2, LEAST)) * 2
    if draw(st.integers(0, 9)) == 0:
        return HeatColumn(start_ns, 0, 0, low, b"", (), True)
    codes = bytes(draw(st.lists(st.integers(0, 255), min_size=ROWS, max_size=ROWS)))
    bid = draw(st.integers(low, low + 2 * ROWS))
    trades = tuple(draw(st.dictionaries(st.integers(0, ROWS - 1), st.integers(-900, 900), max_size=4)).items())
    return HeatColumn(start_ns, bid, bid + 3, low, codes, trades, False)


@settings(deadline=None, max_examples=60)
@given(st.lists(heat_columns(), min_size=1, max_size=4), st.integers(150, 600), st.integers(1, 60), st.integers(1, 5))
def test_a_pixel_is_the_largest_size_of_its_prices_and_times(
    columns: list[HeatColumn], bottom: int, rows: int, many: int
) -> None:
    step = 2 * many
    got = pixels_of(tuple(columns), 2, bottom, rows, step)
    whole = [one for one in columns if not one.is_gap]
    assert got.is_gap == (not whole)
    for index in range(rows):
        low = (bottom + rows - 1 - index) * step
        in_it = [
            (at, column) for column in whole for at in range(ROWS) if low <= column.low_ticks + 2 * at < low + step
        ]
        assert got.codes[index] == max((column.codes[at] for at, column in in_it), default=0)
        traded = sum(lots for at, column in in_it for row, lots in column.trades if row == at)
        assert dict(got.trades).get(index, 0) == traded
        if whole:
            assert (got.bid_index == index) == (low <= whole[-1].bid_ticks < low + step)
            assert (index < got.asks) == (low > whole[-1].bid_ticks)


def test_slots_without_a_column_are_told_from_those_where_nobody_looked() -> None:
    gap = HeatColumn(500, 0, 0, 10, b"", (), True)
    seen = HeatColumn(1_000, 12, 13, 10, bytes([5] * 8), ((2, 7),), False)
    view = HeatView(instrument_id=0, period_ns=250, columns=(gap, seen))
    got = pixels_in_sight(view, HeatWindow(1, 5, 250, 17, 8, 1))
    assert [one if one is None else one.is_gap for one in got] == [None, True, None, False, None]


def test_colours_tell_apart_what_lies_between_the_ends_of_what_is_in_sight() -> None:
    column = HeatColumn(0, 0, 0, 0, bytes([0, *range(50, 150)]), ((3, 10), (5, -90)), False)
    scale = scale_in_sight([None, pixels_of((column,), 1, 0, 101, 1)])
    assert (scale.low_code, scale.hot_code, scale.high_code) == (55, 145, 149)
    table = level_table(scale, 22, 15)
    assert (table[0], table[1], table[55], table[144], table[145], table[149], table[255]) == (0, 1, 1, 15, 16, 22, 22)
    assert list(table) == sorted(table)


def test_of_nothing_there_is_still_a_scale() -> None:
    scale = scale_in_sight([None])
    assert level_table(scale, 4, 2)[0] == 0


def test_what_is_hot_is_a_share_of_what_is_in_sight() -> None:
    """Also where most sizes are alike, as in a market of small orders."""
    codes = bytes([40] * 70 + [41, 42, 43] * 8 + [90] * 6)
    scale = scale_in_sight([pixels_of((HeatColumn(0, 0, 0, 0, codes, (), False),), 1, 0, 100, 1)])
    levels = codes.translate(level_table(scale, 22, 15))
    assert sum(level > 15 for level in levels) == 6
