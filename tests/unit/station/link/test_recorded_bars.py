"""Bars of before the desk's start, out of what was recorded: asked of a recorder's own answering thread."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.vocabulary import EventKind
from feeds.store.asks import Asks
from feeds.store.day_file import DayFile, Position
from feeds.store.rows import Sorter
from feeds.store.sessions import Place, cut_by_session
from station.link.flow.recorded import RecordedBars, joined
from station.views.flow import Candle
from tests.deadline import eventually
from tests.tape_source import WALL_OFFSET_NS, instrument_rows, market_tape, session_record

SECOND = 1_000_000_000
MINUTE = 60 * SECOND
INSTRUMENT = 2


@pytest.fixture(scope="module")
def tape() -> np.ndarray:
    """Six seconds, ten times as slow."""
    made = market_tape(20_000, first_sequence=1)
    made["now_ns"] = made["now_ns"][0] + (made["now_ns"] - made["now_ns"][0]) * 100
    return made


@pytest.fixture(scope="module")
def socket(tape: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("recorded")
    file = DayFile(folder / "2026-11-21.duckdb", Sorter(1 << 15), day=20_778, rollover_utc_s=0, memory_mb=128)
    parts, place = cut_by_session(np.concatenate([session_record(), tape]), Place(), 0)
    file.store(parts, instrument_rows(), "ring", Position(len(tape) + 1, place))
    asks = Asks(folder / "asks.sock", most_rows=10_000, longest_s=30.0)
    asks.open(file)
    yield folder / "asks.sock"
    asks.leave()
    file.close()


def bars_of(tape: np.ndarray, until_ns: int) -> tuple[Candle, ...]:
    """Second by second, the slow way."""
    is_ours = (tape["kind"] == EventKind.TRADE) & (tape["instrument_id"] == INSTRUMENT)
    by_second: dict[int, list[np.void]] = {}
    for trade in tape[is_ours]:
        wall_ns = int(trade["now_ns"]) + WALL_OFFSET_NS
        if wall_ns < until_ns:
            by_second.setdefault(wall_ns // SECOND * SECOND, []).append(trade)
    bars = []
    for start_ns, trades in sorted(by_second.items()):
        prices = [int(trade["price_ticks"]) for trade in trades]
        lots = [int(trade["quantity_lots"]) for trade in trades]
        bought = sum(one for one, trade in zip(lots, trades, strict=True) if trade["side"] > 0)
        value = sum(price * one for price, one in zip(prices, lots, strict=True))
        bars.append(
            Candle(start_ns, prices[0], max(prices), min(prices), prices[-1], sum(lots), bought, len(lots), value)
        )
    return tuple(bars)


def test_bars_are_what_was_recorded_before_the_start(tape: np.ndarray, socket: Path) -> None:
    until_ns = int(tape["now_ns"][12_000]) + WALL_OFFSET_NS
    recorded = RecordedBars(socket, instrument_rows())

    assert recorded.before(INSTRUMENT, 0, until_ns) == ()
    eventually(lambda: recorded.before(INSTRUMENT, 0, until_ns) != (), within_s=15)

    assert recorded.before(INSTRUMENT, 0, until_ns) == bars_of(tape, until_ns)


def test_without_a_recorder_there_are_none(tmp_path: Path) -> None:
    recorded = RecordedBars(tmp_path / "nobody.sock", instrument_rows())
    assert recorded.before(0, 3, 10 * MINUTE) == ()
    assert recorded.before(0, 3, 10 * MINUTE) == ()


def bar(minute: int, low: int, high: int, lots: int) -> Candle:
    return Candle(minute * MINUTE, low, high, low, high, lots, lots, 1, float(lots))


def test_the_bar_in_which_we_began_is_made_of_both() -> None:
    older, ours = (bar(3, 10, 20, 5), bar(4, 12, 30, 6)), (bar(4, 9, 15, 2), bar(5, 15, 16, 1))
    made = joined(older, ours, 4 * MINUTE + 30 * SECOND, MINUTE)
    assert made == (older[0], Candle(4 * MINUTE, 12, 30, 9, 15, 8, 8, 2, 8.0), ours[1])


def test_where_the_venue_told_its_past_what_was_recorded_goes_before_it() -> None:
    older, ours = (bar(1, 10, 20, 5), bar(2, 12, 30, 6)), (bar(2, 9, 15, 20), bar(3, 15, 16, 1))
    assert joined(older, ours, 3 * MINUTE + 30 * SECOND, MINUTE) == (older[0], *ours)
