"""The CRC-32 of the kernel is zlib's."""

import zlib

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.memory.files import address_of
from feeds.checked_levels import OUT_BYTES
from feeds.checksum import crc32


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_the_checksum_is_that_of_zlib(text: bytes) -> None:
    words = np.zeros(OUT_BYTES // 8, np.int64)
    words.view(np.uint8)[: len(text)] = np.frombuffer(text, np.uint8)
    assert crc32(address_of(words), len(text)) == zlib.crc32(text)
