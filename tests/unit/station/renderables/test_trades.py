"""Time and sales: one line for what one taker took, its size measured by the others, how fast the tape runs."""

from core.vocabulary import Side
from station.renderables.trades import TRADE_COLUMNS, least_sizes, per_second, print_lines, sales_of
from station.views.book import EMPTY_TRADES
from station.views.flow import Print, PrintsView
from tests import market_views

BTC = market_views.instruments()[0]
SECOND = 1_000_000_000


def sale(at_s: float, lots: int, side: Side = Side.BUY, *, through: int = 0, fills: int = 1) -> Print:
    return Print(int(at_s * SECOND), 128_240, 128_240 + through, lots, side, fills)


def written(one: Print, title: str, width: int = 24) -> str:
    (line,) = print_lines([one], BTC)
    return next(column for column in TRADE_COLUMNS if column.title == title).text(line, width)


def test_what_went_through_several_prices_says_from_where_to_where() -> None:
    swept = sale(1, 10, through=3, fills=4)
    assert written(swept, "price") == "64,120.0▴64,121.5"
    assert written(swept, "price", 10) == "▴64,121.5"
    assert written(sale(1, 10, Side.SELL), "price") == "▾64,120.0"
    assert (written(swept, "×"), written(sale(1, 10), "×")) == ("×4", "")


def test_a_print_is_large_by_what_is_usual() -> None:
    sales = [sale(at, 10) for at in range(9)] + [sale(9, 40)]
    assert [line.is_large for line in print_lines(sales, BTC)] == [False] * 9 + [True]


def test_a_least_size_leaves_out_and_still_measures_by_all() -> None:
    sales = [sale(at, 10) for at in range(9)] + [sale(9, 40)]
    (left,) = print_lines(sales, BTC, least_lots=20)
    assert left.is_large
    assert left.sale.lots == 40


def test_least_sizes_are_round_and_grow() -> None:
    sizes = least_sizes([sale(at, 1 + at * 7) for at in range(100)])
    assert sizes == [0, 500, 1_000]
    assert least_sizes([]) == [0]


def test_the_speed_counts_fills_in_whole_seconds_that_are_over() -> None:
    sales = [sale(99.9, 1, fills=3), sale(98.2, 1), sale(98.1, 1), sale(100.5, 1), sale(50, 1)]
    assert per_second(sales, 100, 4) == [0, 0, 2, 3]


def test_while_nobody_follows_the_tape_the_cores_trades_are_shown() -> None:
    nothing = PrintsView(instrument_id=0)
    shown = sales_of(nothing, market_views.trades(BTC))
    assert len(shown) == 64
    assert {one.fills for one in shown} == {1}
    assert list(sales_of(nothing, EMPTY_TRADES)) == []
