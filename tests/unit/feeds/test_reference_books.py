"""The slow reference books against every recording: no gap, no crossed book, every checksum right."""

from pathlib import Path
from typing import NamedTuple

import pytest

from feeds.recording import Recording, read_recording
from tests.recorded import captured_paths, golden_venues, recorded
from tests.reference.venue_books.walk import VENUES, walk


class Expected(NamedTuple):
    """As the recordings' own MANIFEST.md says, found there by another program."""

    books: int
    updates: int
    trades: int
    stale: int = 0
    checksums: int = 0
    gaps: int = 0


FOUND = {
    "cryptofeed/binance/BINANCE_2021-04-17.jsonl.gz": Expected(10, 590, 24, stale=24),
    "cryptofeed/binance/BINANCE_2021-10-11.jsonl.gz": Expected(4, 172, 2, stale=5),
    "cryptofeed/binance_coinm/BINANCE_DELIVERY_2021-07-21.jsonl.gz": Expected(10, 1788, 51, stale=259),
    "cryptofeed/binance_tr/BINANCE_TR_2023-04-10.jsonl.gz": Expected(3, 78, 0, stale=6),
    "cryptofeed/binance_us/BINANCE_US_2021-10-11.jsonl.gz": Expected(4, 332, 11, stale=4),
    "cryptofeed/binance_usdm/BINANCE_FUTURES_2021-07-22.jsonl.gz": Expected(4, 752, 91, stale=12),
    "cryptofeed/bitfinex/BITFINEX_2021-04-17.jsonl.gz": Expected(7, 1593, 0),
    "cryptofeed/bitmex/BITMEX_2021-07-22.jsonl.gz": Expected(10, 1969, 17),
    "cryptofeed/bitstamp/BITSTAMP_2022-01-04.jsonl.gz": Expected(10, 615, 10, stale=102),
    "cryptofeed/bybit/BYBIT_2025-08-16.jsonl.gz": Expected(10, 0, 0),
    "cryptofeed/coinbase/COINBASE_2021-04-17.jsonl.gz": Expected(10, 9719, 97),
    "cryptofeed/deribit/DERIBIT_2021-07-22.jsonl.gz": Expected(10, 36, 0),
    # Its messages overtake each other at eight places; none is missing.
    "cryptofeed/dydx_v3/DYDX_2021-10-28.jsonl.gz": Expected(10, 4687, 26, stale=34, gaps=8),
    "cryptofeed/gemini/GEMINI_2021-04-17.jsonl.gz": Expected(10, 925, 51),
    "cryptofeed/gemini/GEMINI_2021-06-23.jsonl.gz": Expected(10, 645, 16),
    "cryptofeed/kraken/KRAKEN_2021-04-17.jsonl.gz": Expected(10, 4269, 10, checksums=4269),
    "cryptofeed/kraken_futures/KRAKEN_FUTURES_2021-07-22.jsonl.gz": Expected(10, 7014, 3),
    "cryptofeed/kucoin/KUCOIN_2021-04-22.jsonl.gz": Expected(0, 0, 12),
    "cryptofeed/okx/OKEX_2021-07-22.jsonl.gz": Expected(30, 4342, 108, checksums=4372),
    "cryptofeed/okx/OKX_2022-05-13.jsonl.gz": Expected(3, 287, 74, checksums=290),
    "derived/bybit/BYBIT_2026-08-09_linear.jsonl.gz": Expected(4, 1594, 327),
    "derived/coinbase/COINBASE_2026-08-09_first_half.jsonl.gz": Expected(2, 376, 56),
    "derived/gateio/GATEIO_2021-04-22_A.jsonl.gz": Expected(5, 72, 6, stale=9),
    "derived/gateio_futures/GATEIO_FUTURES_2023-05-26_A.jsonl.gz": Expected(5, 189, 0, stale=21),
    "derived/htx/HUOBI_2021-04-17_A.jsonl.gz": Expected(5, 0, 62),
    "derived/htx_swap/HUOBI_SWAP_2022-02-19_coin.jsonl.gz": Expected(5, 0, 8),
    "derived/kraken_v2/kraken_v2_first20.jsonl": Expected(1, 19, 0, checksums=20),
    "derived/kucoin/KUCOIN_2021-04-25_A.jsonl.gz": Expected(5, 1315, 13, stale=17),
    "hftbacktest/binance/btcusdt_20240808.gz": Expected(1, 3449, 9757, stale=2),
    "hftbacktest/binance_usdm/btcusdt_20240808.gz": Expected(1, 6547, 21313, stale=4),
    "misc_wire/hyperliquid/hyperliquid_testnet_frames_20260728.jsonl": Expected(
        1, 0, 0
    ),  # both trades are a repetition of what was before
    "misc_wire/okx/okx_v5_frames_20260812.jsonl": Expected(2, 0, 2),
}


def _found(recording: Recording, *, crossed: int = 0) -> Expected:
    walked = walk(recording)
    for _ in walked:
        pass
    found = walked.found
    assert found.crossed == crossed
    assert found.checksums_wrong == 0
    sockets = walked.by_conn.values()
    return Expected(
        books=sum(len(books.books) for books in sockets),
        updates=found.updates,
        trades=sum(len(books.trades) for books in sockets),
        stale=found.stale,
        checksums=found.checksums_right,
        gaps=found.gaps,
    )


@pytest.mark.parametrize("name", FOUND)
def test_a_recorded_book_is_whole(captures: Path, name: str) -> None:
    if not (captures / name).is_file():
        pytest.skip(f"not among these recordings: {name}")
    assert _found(read_recording(captures / name)) == FOUND[name]


@pytest.mark.parametrize("venue", golden_venues())
def test_a_hand_made_book_is_whole(venue: str) -> None:
    found = _found(recorded(venue), crossed=3 if venue == "dydx" else 0)
    assert found.books > 0
    assert found.gaps == 0
    assert found.trades > 0


def test_recordings_that_nobody_listed_are_whole_too(captures: Path) -> None:
    """Other days and other symbols lie in other folders; these rules must hold there as well."""
    listed = {captures / name for name in FOUND}
    for path in captured_paths(captures):
        recording = read_recording(path)
        if path not in listed and recording.venue in VENUES:
            found = _found(recording)
            assert found.gaps == 0 or recording.venue == "dydx-v3", path
