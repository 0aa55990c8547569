"""Prices into returns, positions into exposures, both into one cell; and the process that shows it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.memory.files import Memory, create_files
from core.memory.layout import Capacities
from core.memory.numpy_cell import read
from core.portfolio.figures import Portfolio
from core.portfolio.settings import PortfolioConfig, PortfolioSettings, mistakes
from core.portfolio.stress import STANDARD
from core.portfolio.watch import PortfolioWatch, value_in_quote
from core.records.order import POSITION
from core.records.snapshot import BOOK_TOP
from core.vocabulary import BookState
from feeds.instruments import Instrument, as_row
from tests.money_oracle import contract

CONFIG = PortfolioConfig(period_s=1, kept=200, horizon_s=100, least_samples=30, decay=1.0)
SECOND = 1_000_000_000


def table(*contracts: Instrument) -> np.ndarray:
    return np.concatenate(
        [as_row(one, source_id=0, book_slot=slot, bar_slot=slot) for slot, one in enumerate(contracts)]
    )


INSTRUMENTS = table(
    contract("LINEAR", "0.5", "0.01"), contract("INVERSE", "0.5", "1", "100", inverse=True), contract("OTHER", "1", "1")
)


def top(bid: int, ask: int, state: BookState = BookState.LIVE) -> np.void:
    made = np.zeros(1, BOOK_TOP)[0]
    made["state"], made["bid_count"], made["ask_count"] = state, 1, 1
    made["bids"][0]["price_ticks"], made["asks"][0]["price_ticks"] = bid, ask
    return made


def position(instrument_id: int, lots: int, strategy_id: int = -1) -> np.void:
    made = np.zeros(1, POSITION)[0]
    made["instrument_id"], made["position_lots"], made["strategy_id"] = instrument_id, lots, strategy_id
    return made


def fed(watch: PortfolioWatch, samples: int = 101) -> np.ndarray:
    """Prices of three instruments; the second one does what the first one does, the third one the opposite."""
    random = np.random.default_rng(3)
    levels = np.full(3, 10_000.0)
    for _ in range(samples):
        step = 1.0 + random.normal(0.0, 0.001)
        levels *= np.array([step, step, 1.0 / step])
        watch.sample(INSTRUMENTS, [top(round(level) - 1, round(level) + 1) for level in levels])
    return levels


def test_an_exposure_is_what_a_position_is_worth_in_dollars() -> None:
    assert value_in_quote(INSTRUMENTS[0], 300, 5_000.0) == pytest.approx(3 * 5_000)
    assert value_in_quote(INSTRUMENTS[1], -7, 5_000.0) == pytest.approx(-700)
    third = table(contract("QUANTO", "0.05", "1", "0.000001"))[0]
    third["settlement"] = b"XBT"
    assert value_in_quote(third, 1, 100.0) is None


def test_losses_are_measured_once_enough_is_known() -> None:
    watch = PortfolioWatch(CONFIG)
    fed(watch, 20)
    early = watch.measure(INSTRUMENTS, [position(0, 100)], STANDARD, SECOND)[0]
    assert early["samples"] == 19
    assert b"first figures in 11 s" in bytes(early["message"])
    assert not early["parametric"].any()
    fed(watch)
    shown = watch.measure(INSTRUMENTS, [position(0, 100)], STANDARD, SECOND)[0]
    assert bytes(shown["message"]) == b""
    for method in ("parametric", "historical", "monte_carlo"):
        assert 0 < shown[method][0] <= shown[method][1]
        assert shown[method][0] <= shown[method][2]
    # A tenth of a percent a second, a hundred seconds, 95 %: 1.645 * 1 % of what is held, give or take the sample.
    assert shown["parametric"][0] == pytest.approx(0.01645 * shown["gross"], rel=0.3)


def test_what_moves_together_correlates_and_hedges() -> None:
    watch = PortfolioWatch(CONFIG)
    fed(watch)
    shown = watch.measure(INSTRUMENTS, [position(0, 100), position(1, -50)], STANDARD, SECOND)[0]
    assert shown["correlation"][0, 1] == pytest.approx(1.0, abs=0.02)
    assert shown["correlation"][0, 2] == pytest.approx(-1.0, abs=0.02)
    assert shown["betas"][1] == pytest.approx(1.0, abs=0.02)
    assert shown["net"] == pytest.approx(shown["exposures"][0] - 5_000)
    assert shown["parametric"][0] < 0.5 * 0.02 * shown["gross"]  # the short contract takes risk away


def test_a_book_that_is_not_live_is_no_price_and_what_cannot_be_valued_is_counted() -> None:
    watch = PortfolioWatch(CONFIG)
    watch.sample(INSTRUMENTS, [top(9_999, 10_001), top(9_999, 10_001, BookState.STALE), None])
    held = [position(0, 100), position(1, 5), position(2, 5), position(9, 1), position(0, 100, strategy_id=2)]
    shown = watch.measure(INSTRUMENTS, held, STANDARD, SECOND)[0]
    assert shown["left_out"] == 3
    assert shown["gross"] == pytest.approx(5_000)


def test_scenarios_are_shown_with_their_losses() -> None:
    watch = PortfolioWatch(CONFIG)
    fed(watch)
    shown = watch.measure(INSTRUMENTS, [position(0, 100)], STANDARD, SECOND)[0]
    assert shown["scenarios"] == len(STANDARD)
    assert bytes(shown["scenario_names"][0]).decode() == "all prices −20 %"
    assert shown["scenario_losses"][0] == pytest.approx(0.2 * shown["gross"])


@pytest.mark.parametrize("fields", [{"period_s": 0}, {"kept": 1}, {"decay": 1.5}, {"decay": 0.0}, {"horizon_s": 0}])
def test_settings_that_cannot_be_are_named(fields: dict[str, Any]) -> None:
    (said,) = mistakes(PortfolioConfig(**fields))
    assert next(iter(fields)) in said
    assert mistakes(PortfolioConfig()) == []


def test_the_process_beats_samples_and_shows(tmp_path: Path) -> None:
    small = Capacities(market=64, tape=64, journal=64, books=2, positions=4, open_orders=8, strategies=2)
    descriptor = create_files("portfolio", ("sim",), small)
    desk = Memory(descriptor, frozenset({"desk", "core"}))
    desk.table("instruments")[:2], desk.lines("instrument_count")[0, 0] = INSTRUMENTS[:2], 2
    books = desk.cells("books")
    for slot in range(2):
        books.values[slot], books.counts[slot, 0] = top(9_999, 10_001), 2
    scenarios = tmp_path / "stress.toml"
    process = Portfolio(descriptor, PortfolioSettings(config=CONFIG, scenarios_file=str(scenarios)))
    process.tick(5 * SECOND)
    shown = read(desk.cells("portfolio"), 0)
    assert shown is not None
    assert (shown["measured_ns"], shown["instruments"], shown["scenarios"]) == (5 * SECOND, 2, 0)
    assert desk.heartbeat("portfolio")[0] == 5 * SECOND
    scenarios.write_text("[[scenarios]]\nprise = 1\n")
    process.tick(7 * SECOND)
    shown = read(desk.cells("portfolio"), 0)
    assert shown is not None
    assert b"stress.toml" in bytes(shown["message"])
    desk.close()
    process.memory.close()
