"""A checkpoint of another version: what both know of a record is kept."""

from typing import NamedTuple

import numpy as np

from core.checkpoint import Checkpoint, Origin, pour
from core.config import CoreConfig
from core.settings import CoreSettings
from core.state import Sizes

OLD = np.dtype([("side", np.int64), ("lots", np.int64), ("_reserved", np.int64, (3,))])
NEW = np.dtype([("side", np.int64), ("stop_id", np.int64), ("lots", np.int64), ("_reserved", np.int64, (2,))])


class Kept(NamedTuple):
    rows: np.ndarray
    counts: np.ndarray


def test_a_record_with_new_fields_keeps_what_the_old_one_had() -> None:
    rows = np.array([(1, 10, (7, 8, 9)), (-1, 20, (0, 0, 0))], OLD)
    state = Kept(np.zeros(2, NEW), np.zeros(3, np.int64))
    pour(checkpoint(rows=rows, counts=np.arange(3)), state)
    assert state.rows["side"].tolist() == [1, -1]
    assert state.rows["lots"].tolist() == [10, 20]
    assert not state.rows["stop_id"].any()
    assert not state.rows["_reserved"].any()
    assert state.counts.tolist() == [0, 1, 2]


def test_what_is_not_asked_for_or_has_another_length_stays() -> None:
    state = Kept(np.zeros(2, NEW), np.zeros(3, np.int64))
    pour(checkpoint(rows=np.ones(2, OLD), counts=np.ones(4, np.int64)), state)
    assert state.rows["lots"].tolist() == [1, 1]
    assert not state.counts.any()
    other = Kept(np.zeros(2, NEW), np.zeros(3, np.int64))
    pour(checkpoint(rows=np.ones(2, OLD), counts=np.ones(3, np.int64)), other, only=("counts",))
    assert not other.rows["lots"].any()
    assert other.counts.all()


def checkpoint(**arrays: np.ndarray) -> Checkpoint:
    settings = CoreSettings(state_folder="", epoch=1, wall_offset_ns=0, config=CoreConfig(), strategies=())
    origin = Origin(epoch=1, memory_started_ns=0, journal_base=0, sizes=Sizes(), settings=settings, kernel_hash="")
    return Checkpoint(origin, arrays, np.zeros(0))
