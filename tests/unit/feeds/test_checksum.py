"""The CRC-32 of the kernel is zlib's; a venue's checks are made unless they are switched off."""

import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.memory.files import address_of
from feeds.checked_levels import OUT_BYTES
from feeds.checksum import crc32
from feeds.playback.faults import CHECKSUM
from feeds.recording import HttpAnswer
from feeds.venues.catalogue import all_venues
from tests.played import MORE
from tests.recorded import recorded
from tests.venue_bench import VenueBench


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_the_checksum_is_that_of_zlib(text: bytes) -> None:
    words = np.zeros(OUT_BYTES // 8, np.int64)
    words.view(np.uint8)[: len(text)] = np.frombuffer(text, np.uint8)
    assert crc32(address_of(words), len(text)) == zlib.crc32(text)


@pytest.mark.parametrize("dialect", [about.dialect for about in all_venues() if about.checksum])
def test_a_venues_checks_can_be_switched_off(dialect: str) -> None:
    """Every checksum of the frames is wrong."""
    gaps = {}
    for checks in (True, False):
        bench = VenueBench(dialect, recorded(dialect), checksums=checks, **MORE.get(dialect, {}))
        for line in bench.lines:
            if not isinstance(line, HttpAnswer) and not line.is_sent:
                bench.feed(CHECKSUM.sub(lambda found: found[1] + str(int(found[2]) ^ 1), line.text))
        gaps[checks] = int(bench.market.status["gaps"])
    assert gaps[True] > 0
    assert gaps[False] == 0
