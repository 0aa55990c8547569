"""RSI and MACD against TA-Lib's own tables and against plain twins."""

import csv
import gzip
import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.signals.macd import AVERAGES, FAST, SIGNAL, SLOW, macd, macd_signal, update_averages
from core.signals.rsi import PERIOD, STRENGTH, rsi
from tests.reference import signals_twin

closes_of_bars = st.lists(st.integers(1, 1_000).map(float), max_size=80)


def rsi_line(closes: list[float]) -> list[float]:
    strength = np.zeros(1, STRENGTH)
    return [float(rsi(strength[0], close)) for close in closes]


def macd_lines(closes: list[float]) -> tuple[list[float], list[float]]:
    averages = np.zeros(1, AVERAGES)
    line, signal = [], []
    for close in closes:
        update_averages(averages[0], close)
        line.append(float(macd(averages[0])))
        signal.append(float(macd_signal(averages[0])))
    return line, signal


@pytest.fixture(scope="session")
def talib(captures: Path) -> Path:
    return captures / "reference" / "talib"


@pytest.fixture(scope="session")
def daily_closes(talib: Path) -> list[float]:
    with (talib / "ref_daily_252.csv").open() as file:
        return [float(row["close"]) for row in csv.DictReader(file)]


def table(talib: Path, file: str) -> list[dict[str, object]]:
    """The rows of one of TA-Lib's regression tests, by column."""
    tests = json.loads(gzip.decompress((talib / "regtest_expected.json.gz").read_bytes()))["tests"]
    found = next(test for test in tests if test["file"] == file)
    return [dict(zip(found["fields"], row, strict=True)) for row in found["rows"]]


def test_rsi_answers_what_the_table_of_talib_says(talib: Path, daily_closes: list[float]) -> None:
    line = rsi_line(daily_closes)
    checked = 0
    for row in table(talib, "test_rsi.c"):
        is_ours = row["theFunction"] == "TA_RSI_TEST" and row["compatibility"] == "TA_COMPATIBILITY_DEFAULT"
        if is_ours and row["startIdx"] == 0 and row["expectedNbElement"] and row["optInTimePeriod"] == PERIOD:
            begin = int(str(row["expectedBegIdx"]))
            expected = float(str(row["oneOfTheExpectedOutReal0"]))
            assert line[begin + int(str(row["oneOfTheExpectedOutRealIndex0"]))] == pytest.approx(expected, abs=0.01)
            checked += 1
    assert checked >= 4
    assert all(math.isnan(value) for value in line[:PERIOD])


def test_macd_answers_what_the_table_of_talib_says(talib: Path, daily_closes: list[float]) -> None:
    line, signal = macd_lines(daily_closes)
    rows = [row for row in table(talib, "test_macd.c") if row["testId"] == "TA_MACD_TEST"]
    assert rows
    for row in rows:
        begin = int(str(row["expectedBegIdx"]))
        assert line[begin] == pytest.approx(row["oneOfTheExpectedOutReal0"], abs=0.0001)
        assert signal[begin] == pytest.approx(row["oneOfTheExpectedOutReal1"], abs=0.0001)
        assert math.isnan(line[begin - 1])
        assert math.isnan(signal[begin - 1])


def test_macd_meets_another_library_once_the_start_is_forgotten(captures: Path) -> None:
    folder = captures / "reference" / "skender"
    with gzip.open(folder / "quotes" / "default.csv.gz", "rt") as file:
        closes = [float(row["close"]) for row in csv.DictReader(file)]
    expected = json.loads(gzip.decompress((folder / "results" / "macd.standard.json.gz").read_bytes()))
    line, signal = macd_lines(closes)
    assert len(line) == len(expected)
    for i in range(300, len(closes)):
        assert line[i] == pytest.approx(expected[i]["macd"], abs=1e-6)
        assert signal[i] == pytest.approx(expected[i]["signal"], abs=1e-6)


@settings(max_examples=50, deadline=None)
@given(closes=closes_of_bars)
def test_one_close_at_a_time_equals_the_whole_list(closes: list[float]) -> None:
    assert rsi_line(closes) == pytest.approx(signals_twin.rsi(closes, PERIOD), nan_ok=True, rel=1e-12)
    line, signal = macd_lines(closes)
    expected_line, expected_signal = signals_twin.macd(closes, FAST, SLOW, SIGNAL)
    assert line == pytest.approx(expected_line, nan_ok=True, rel=1e-9, abs=1e-9)
    assert signal == pytest.approx(expected_signal, nan_ok=True, rel=1e-9, abs=1e-9)


def test_a_price_that_never_moved_has_no_strength() -> None:
    assert all(math.isnan(value) for value in rsi_line([100.0] * 40))


def test_a_price_that_only_rises_is_at_the_top() -> None:
    assert rsi_line([float(i) for i in range(1, 40)])[-1] == 100.0
    assert rsi_line([float(40 - i) for i in range(1, 40)])[-1] == 0.0
