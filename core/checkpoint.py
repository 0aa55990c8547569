"""The whole state of a core in one file: what a replay begins with, and what a restarted core goes on from.

Only arrays that differ from a fresh state are kept, so that the many empty ladders cost nothing. Beside the arrays lie
the settings, the instruments and where the rings stood. Written to a temporary name and renamed: a file is whole or
it is not there.
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np

from core.settings import CoreSettings
from core.state import Sizes

KEPT = 8
"""Older checkpoints are removed; each belongs to one core start."""


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Where and when a checkpoint was taken."""

    epoch: int
    memory_started_ns: int
    """Start of the desk that made the memory: the ring positions mean nothing in another one."""
    journal_base: int
    """Records that had gone through the journal ring before this epoch."""
    sizes: Sizes
    settings: CoreSettings
    kernel_hash: str
    taken_wall_ns: int = 0
    """0: by a version that did not say."""


class Checkpoint(NamedTuple):
    origin: Origin
    arrays: dict[str, np.ndarray]
    instruments: np.ndarray
    """INSTRUMENT[n]"""


def checkpoint_path(state_folder: Path, epoch: int) -> Path:
    return state_folder / "checkpoints" / f"{epoch:08d}.npz"


def journal_path(state_folder: Path, epoch: int) -> Path:
    return state_folder / "journal" / f"{epoch:08d}.log"


def arrays_of(state: NamedTuple) -> Iterator[tuple[str, np.ndarray]]:
    """Every array of a state, named by the way to it: `blotter.orders`."""
    for name, part in zip(state._fields, state, strict=True):
        if isinstance(part, np.ndarray):
            yield name, part
        elif isinstance(part, tuple) and hasattr(part, "_fields"):
            for inner, array in arrays_of(part):  # type: ignore[arg-type]
                yield f"{name}.{inner}", array


def state_hash(state: NamedTuple) -> int:
    """One number for the whole state, as int64: equal states, equal numbers."""
    digest = hashlib.sha256()
    for name, array in arrays_of(state):
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return int.from_bytes(digest.digest()[:8], "little", signed=True)


def save(path: Path, state: NamedTuple, fresh: NamedTuple, origin: Origin, instruments: np.ndarray) -> None:
    """Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pristine = dict(arrays_of(fresh))
    changed: dict[str, Any] = {
        name: array for name, array in arrays_of(state) if array.tobytes() != pristine[name].tobytes()
    }
    temporary = path.with_suffix(".tmp")
    with temporary.open("wb") as file:
        np.savez_compressed(
            file,
            origin=np.frombuffer(msgspec.json.encode(origin), np.uint8),
            instruments=instruments,
            **{f"state:{name}": array for name, array in changed.items()},
        )
        file.flush()
        os.fdatasync(file.fileno())
    temporary.rename(path)
    for old in sorted(path.parent.glob("*.npz"))[:-KEPT]:
        old.unlink(missing_ok=True)


def load(path: Path) -> Checkpoint:
    """Raises OSError, ValueError when the file is no checkpoint."""
    with np.load(path, allow_pickle=False) as file:
        origin = msgspec.json.decode(file["origin"].tobytes(), type=Origin)
        arrays = {name.partition(":")[2]: file[name] for name in file.files if name.startswith("state:")}
        return Checkpoint(origin, arrays, file["instruments"])


def pour(checkpoint: Checkpoint, state: NamedTuple, *, only: tuple[str, ...] = ()) -> None:
    """Write the kept arrays into a fresh state; `only`: those whose name begins with one of these."""
    for name, array in arrays_of(state):
        kept = checkpoint.arrays.get(name)
        if kept is None or kept.shape != array.shape or (only and not name.startswith(only)):
            continue
        if array.dtype.names is None or kept.dtype.names is None:
            array[...] = kept
            continue
        for field in array.dtype.names:  # another version's record may have others
            if field in kept.dtype.names and kept[field].shape == array[field].shape:
                array[field] = kept[field]
