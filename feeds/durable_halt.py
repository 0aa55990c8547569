"""The `halted` file of a desk: a halt that outlives every process. Standard library only, because `kill` writes it.

While it exists, a desk that is started begins halted. Whoever says halt or sees one writes it; the first one names the
halt's report (feeds/kill_report.py), and who comes later keeps that name. It is removed when the core has acknowledged
a re-arm, by one of those who notice.
"""

import contextlib
import json
import os
import threading
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from feeds.whole_file import sync_folder, write_whole, written_beside

HALTED = "halted"


@dataclass(frozen=True)
class DurableHalt:
    reason: str
    flatten: bool
    at_wall_ns: int
    halt_sum: int
    """Of the halt lines when it was written; 0 when no process lived."""
    report: str = ""
    """Name of the kill report's file; the first writer gives it."""
    by_person: bool = True
    """Somebody wants it so; False: a process fell silent."""


def write_durable_halt(root: Path, halt: DurableHalt) -> DurableHalt:
    """`root`: the folder of the desk. Returns what stands; a flatten is never taken back. Raises OSError."""
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    if read_durable_halt(root) is None:
        halt = replace(halt, report=_report_name(halt.at_wall_ns))
        temporary = written_beside(root / HALTED, _encoded(halt))
        try:
            os.link(temporary, root / HALTED)
            sync_folder(root)
            return halt
        except FileExistsError:
            pass  # somebody was first
        finally:
            temporary.unlink(missing_ok=True)
    before = read_durable_halt(root)
    if before is not None:
        halt = replace(halt, report=before.report, flatten=halt.flatten or before.flatten)
        halt = replace(halt, by_person=halt.by_person or before.by_person)
    write_whole(root / HALTED, _encoded(halt))
    return halt


def read_durable_halt(root: Path) -> DurableHalt | None:
    """A file that cannot be understood still means halted."""
    path = root / HALTED
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        return DurableHalt(f"the file {path} cannot be read: {error.strerror}", False, 0, 0, _report_name(0))
    try:
        halt = DurableHalt(**json.loads(content))
    except (ValueError, TypeError):
        return DurableHalt("halted before; the file does not say why", False, 0, 0, _report_name(0))
    return halt if halt.report else replace(halt, report=_report_name(halt.at_wall_ns))


def remove_durable_halt(root: Path) -> DurableHalt | None:
    """What stood until now; None when there is none, or another one removes it at the same time."""
    halt = read_durable_halt(root)
    removed = root / f".{HALTED}.{os.getpid()}.{threading.get_ident()}.removed"
    with contextlib.suppress(FileNotFoundError):
        (root / HALTED).rename(removed)
        removed.unlink()
        return halt
    return None


def _encoded(halt: DurableHalt) -> bytes:
    return json.dumps(asdict(halt)).encode()


def _report_name(at_wall_ns: int) -> str:
    stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime(at_wall_ns // 1_000_000_000))
    return f"{stamp}.{at_wall_ns // 1_000_000 % 1000:03d}Z.jsonl"
