"""A day's file that is filled as fast as one can: in its own memory, whatever the size of its transactions."""

from pathlib import Path

import numpy as np

from feeds.store.day_file import DayFile, Position
from feeds.store.rows import Sorter
from feeds.store.sessions import Place, cut_by_session
from tests.tape_source import instrument_rows, market_tape, session_record

TRANSACTIONS = [145_000, 70_000] * 4
"""One that fills a row group (122,880) of the market's table and goes to its place, then one that leaves a part."""
MOST_ROWS = max(TRANSACTIONS)


def test_row_groups_that_stay_part_filled_do_not_outgrow_the_memory(tmp_path: Path) -> None:
    file = DayFile(tmp_path / "2026-11-21.duckdb", Sorter(MOST_ROWS), day=20_778, rollover_utc_s=0, memory_mb=64)
    tape, place, read = market_tape(MOST_ROWS), Place(), 0
    tape[0] = session_record()[0]

    for rows in TRANSACTIONS:
        batch = tape[:rows]
        batch["tape_sequence"] = np.arange(read, read + rows)
        parts, place = cut_by_session(batch, place, 0)
        read += rows
        file.store(parts, instrument_rows(), "ring", Position(read, place))
        tape[0] = tape[1]

    position = file.position("ring")
    file.close()
    assert position == Position(read, place)
