"""The `halted` file: a halt that outlives every process. Standard library only, because `kill` writes it.

While it exists, a desk that is started begins halted. It is removed when the core has acknowledged a re-arm.
"""

import json
from dataclasses import asdict, dataclass

from station.desk.registry import write_whole
from station.paths import DeskFolder


@dataclass(frozen=True)
class DurableHalt:
    reason: str
    flatten: bool
    at_wall_ns: int
    halt_sum: int
    """Of the halt lines when it was written; 0 when no process lived."""


def write_durable_halt(folder: DeskFolder, halt: DurableHalt) -> None:
    """Raises OSError."""
    folder.make()
    write_whole(folder.halted, json.dumps(asdict(halt)).encode())


def read_durable_halt(folder: DeskFolder) -> DurableHalt | None:
    """A file that cannot be understood still means halted."""
    try:
        content = folder.halted.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        return DurableHalt(f"the file {folder.halted} cannot be read: {error.strerror}", False, 0, 0)
    try:
        return DurableHalt(**json.loads(content))
    except (ValueError, TypeError):
        return DurableHalt("halted before; the file does not say why", False, 0, 0)


def remove_durable_halt(folder: DeskFolder) -> None:
    folder.halted.unlink(missing_ok=True)
