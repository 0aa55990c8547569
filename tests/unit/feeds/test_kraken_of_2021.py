"""Kraken's recordings of 2021 in the words of today's protocol: every checksum right, in the reference and in ours."""

from pathlib import Path

import pytest

from feeds.recording import read_recording
from tests.kraken_of_2021 import in_words_of_v2
from tests.recorded import recorded
from tests.reference.venue_books.walk import findings
from tests.venue_bench import VenueBench

RECORDING = "cryptofeed/kraken/KRAKEN_2021-04-17.jsonl.gz"


def test_the_translation_keeps_every_checksum() -> None:
    found = findings(in_words_of_v2(recorded("kraken-v1")))
    assert (found.checksums_right, found.checksums_wrong) == (5, 0)


@pytest.mark.compiled
def test_ten_deep_books_of_2021_hold_in_the_connector_of_today(captures: Path) -> None:
    recording = in_words_of_v2(read_recording(captures / RECORDING))
    found = findings(recording)
    assert (found.updates, found.checksums_right, found.checksums_wrong) == (4269, 4279, 0)
    bench = VenueBench("kraken", recording, depth=1000)
    assert len(bench.play(every=50).symbols) == 10
    assert (bench.market.status["gaps"], bench.market.status["bad_frames"]) == (0, 0)
