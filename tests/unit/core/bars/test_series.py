"""Closing, silence, and what is kept."""

from core.bars.bar import Frame
from core.bars.series import close_due, last_bar, make_bars, on_trade
from core.units import LARGEST
from core.vocabulary import Side

SECOND_NS = 1_000_000_000
S1, M1 = 1 << Frame.S1, 1 << Frame.M1


def test_nothing_closes_before_the_first_trade() -> None:
    bars = make_bars(1)
    assert close_due(bars, 0, 10**18) == 0


def test_an_empty_bar_carries_the_last_close() -> None:
    bars = make_bars(1)
    on_trade(bars, 0, 100, 5, Side.BUY, 10 * SECOND_NS)
    on_trade(bars, 0, 103, 5, Side.SELL, 10 * SECOND_NS + 1)
    assert close_due(bars, 0, 12 * SECOND_NS) & S1
    traded, empty = bars.closed[0, Frame.S1][:2]
    assert (traded["open_ticks"], traded["close_ticks"], traded["volume_lots"], traded["buy_lots"]) == (100, 103, 10, 5)
    assert (empty["open_ticks"], empty["low_ticks"], empty["close_ticks"], empty["trades"]) == (103, 103, 103, 0)
    assert traded["value"] / traded["volume_lots"] == 101.5


def test_boundaries_are_those_of_the_wall_clock() -> None:
    wall_offset_ns = 1_723_161_253_937_085_768
    bars = make_bars(1, wall_offset_ns=wall_offset_ns)
    on_trade(bars, 0, 100, 5, Side.BUY, 0)
    until_full_second = -wall_offset_ns % SECOND_NS
    assert close_due(bars, 0, until_full_second - 1) == 0
    assert close_due(bars, 0, until_full_second) == S1
    until_full_minute = -wall_offset_ns % (60 * SECOND_NS)
    assert close_due(bars, 0, until_full_minute) & M1
    assert bars.closed[0, Frame.M1, 0]["end_ns"] % (60 * SECOND_NS) == 0


def test_a_trade_behind_a_boundary_closes_the_bar_and_the_next_look_tells() -> None:
    bars = make_bars(1)
    on_trade(bars, 0, 100, 5, Side.BUY, SECOND_NS)
    on_trade(bars, 0, 200, 5, Side.BUY, 2 * SECOND_NS)
    assert bars.closed[0, Frame.S1, 0]["close_ticks"] == 100
    assert close_due(bars, 0, 2 * SECOND_NS + 1) & S1
    assert close_due(bars, 0, 2 * SECOND_NS + 2) == 0


def test_a_long_silence_keeps_count_and_costs_no_more_than_what_is_kept() -> None:
    bars = make_bars(1, kept=16)
    on_trade(bars, 0, 100, 5, Side.BUY, SECOND_NS)
    close_due(bars, 0, 1_000_001 * SECOND_NS)
    assert bars.counts[0, Frame.S1] == 1_000_000
    kept = bars.closed[0, Frame.S1]
    assert sorted(kept["start_ns"] // SECOND_NS) == list(range(1_000_001 - 16, 1_000_001))
    assert kept["start_ns"][last_bar(bars, 0, Frame.S1, 0)] == 1_000_000 * SECOND_NS
    assert bars.open[0, Frame.S1]["start_ns"] == 1_000_001 * SECOND_NS


def test_the_last_bars_are_found_by_how_far_back_they_are() -> None:
    bars = make_bars(1, kept=4)
    assert last_bar(bars, 0, Frame.S1, 0) == -1
    for second in range(7):
        on_trade(bars, 0, 100 + second, 1, Side.BUY, second * SECOND_NS)
    closes = [int(bars.closed[0, Frame.S1, last_bar(bars, 0, Frame.S1, back)]["close_ticks"]) for back in range(4)]
    assert closes == [105, 104, 103, 102]
    assert last_bar(bars, 0, Frame.S1, 4) == -1
    assert last_bar(bars, 0, Frame.S1, -1) == -1


def test_absurd_trades_are_left_out() -> None:
    bars = make_bars(1)
    for price, lots in ((0, 1), (-1, 1), (1, 0), (1, -1), (LARGEST + 1, 1), (1, LARGEST + 1)):
        on_trade(bars, 0, price, lots, Side.BUY, SECOND_NS)
    assert close_due(bars, 0, 100 * SECOND_NS) == 0


def test_the_volume_of_a_bar_does_not_wrap() -> None:
    bars = make_bars(1)
    for _ in range(3):
        on_trade(bars, 0, 1, LARGEST, Side.BUY, SECOND_NS)
    assert bars.open[0, Frame.D1]["volume_lots"] == LARGEST
