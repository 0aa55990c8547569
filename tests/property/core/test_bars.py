"""Bars made one trade at a time equal bars made from the whole list of trades."""

from hypothesis import given, settings
from hypothesis import strategies as st

from core.bars.bar import PERIOD_NS, TIME_FRAMES, Frame
from core.bars.series import Bars, close_due, make_bars, on_trade
from core.records.bar import FRAMES
from tests.reference.bars_twin import Bar, Trade, counted_bars, time_bars

SECOND_NS = 1_000_000_000
NAMES = Bar._fields

steps = st.tuples(
    st.sampled_from(("trade", "trade", "look")),
    st.one_of(st.integers(0, SECOND_NS), st.integers(0, 90 * SECOND_NS), st.just(SECOND_NS)),
    st.integers(90, 110),
    st.integers(1, 9),
    st.sampled_from((-1, 0, 1)),
)


@settings(max_examples=60, deadline=None)
@given(
    stream=st.lists(steps, max_size=40),
    wall_offset_ns=st.integers(0, 40 * 365 * 86_400 * SECOND_NS),
    trades_per_bar=st.integers(0, 4),
    lots_per_bar=st.integers(0, 20),
)
def test_bars_of_a_stream_equal_bars_of_the_list(
    stream: list[tuple[str, int, int, int, int]], wall_offset_ns: int, trades_per_bar: int, lots_per_bar: int
) -> None:
    bars = make_bars(
        2, kept=4096, wall_offset_ns=wall_offset_ns, trades_per_bar=trades_per_bar, lots_per_bar=lots_per_bar
    )
    trades: list[Trade] = []
    now_ns = 1
    told = [0] * FRAMES
    for what, wait_ns, price, lots, side in [*stream, ("look", 0, 0, 0, 0)]:
        now_ns += wait_ns
        if what == "trade":
            on_trade(bars, 1, price, lots, side, now_ns)
            trades.append(Trade(now_ns + wall_offset_ns, price, lots, side))
        else:
            mask = close_due(bars, 1, now_ns)
            for frame in range(FRAMES):
                count = int(bars.counts[1, frame])
                assert bool(mask & (1 << frame)) == (count > told[frame]), "told once, and only what closed"
                told[frame] = count
    for frame in range(TIME_FRAMES):
        assert _closed(bars, 1, frame) == time_bars(trades, PERIOD_NS[frame], now_ns + wall_offset_ns)
    assert _closed(bars, 1, Frame.TICKS) == (counted_bars(trades, trades_per_bar=trades_per_bar))
    assert _closed(bars, 1, Frame.VOLUME) == (counted_bars(trades, lots_per_bar=lots_per_bar))
    assert not bars.counts[0].any(), "the neighbour's bars are untouched"


def _closed(bars: Bars, slot: int, frame: int) -> list[Bar]:
    rows = bars.closed[slot, frame][: bars.counts[slot, frame]]
    return [Bar(*(int(row[name]) for name in NAMES)) for row in rows]
