"""Our percentiles beside those of HdrHistogram: on its own recordings, and on what a market's latencies look like."""

import json
from pathlib import Path

import numpy as np
import pytest

from core.histogram.buckets import HISTOGRAM
from core.histogram.numpy_tally import Tally
from core.histogram.percentiles import percentile, summary
from core.histogram.tally import tally

hdrh_histogram = pytest.importorskip("hdrh.histogram", reason="hdrhistogram is in the extra bench")
hdrh_log = pytest.importorskip("hdrh.log")

WIDTH = 1 / 64


@pytest.mark.parametrize("file", ["jHiccup-2.0.7S.logV2.hlog"])
def test_a_recorded_log_gives_the_published_figures(captures: Path, file: str) -> None:
    folder = captures / "reference" / "hdrhistogram"
    expected = next(row for row in json.loads((folder / "expected.json").read_text()) if row["file"] == file)
    total = hdrh_histogram.HdrHistogram(1, 3_600_000_000_000, 3)
    reader = hdrh_log.HistogramLogReader(str(folder / file), total)
    while reader.add_next_interval_histogram():
        pass
    rows = np.zeros(1, HISTOGRAM)
    ours = Tally(rows[0])
    for step in total.get_recorded_iterator():
        for _ in range(step.count_at_value_iterated_to):
            ours.add(step.value_iterated_to)
    found = summary(rows[0])
    assert found.count == expected["total_count"]
    assert found.max_ns == expected["max"]
    assert found.p999_ns == pytest.approx(expected["p99.9"], rel=WIDTH)


def test_latencies_are_read_as_hdrhistogram_reads_them() -> None:
    generator = np.random.default_rng(4)
    values = np.concatenate([generator.lognormal(6, 1, 20_000), generator.lognormal(12, 1, 200)]).astype(np.int64)
    theirs = hdrh_histogram.HdrHistogram(1, 1 << 40, 2)
    rows = np.zeros(1, HISTOGRAM)
    for value in values.tolist():
        theirs.record_value(value)
        tally(rows, 0, value)
    for share in (50, 75, 90, 99, 99.9, 99.99):
        assert percentile(rows[0], share / 100) == pytest.approx(theirs.get_value_at_percentile(share), rel=WIDTH)
