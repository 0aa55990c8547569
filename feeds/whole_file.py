"""Writing a file so that a reader, or a crash, finds the old one or the new one. Standard library only."""

import os
import threading
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Readable by its owner only. Raises OSError; the old file stands then."""
    temporary = written_beside(path, content)
    temporary.replace(path)
    sync_folder(path.parent)


def written_beside(path: Path, content: bytes) -> Path:
    """On disk under another name in the same folder."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW
    descriptor = os.open(temporary, flags, 0o600)
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return temporary


def sync_folder(folder: Path) -> None:
    """So that the name itself outlives a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
