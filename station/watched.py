"""Did a file change since we last looked? For what is reloaded while the screen runs; asked once a second, no thread.

A folder stands for the TOML files in it. Time, size and inode tell a change: editors replace a file as often as they
write into it.
"""

import os
from pathlib import Path

Signature = tuple[tuple[str, int, int, int], ...]


class Watched:
    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen = _signature(path)

    def has_changed(self) -> bool:
        """Once after every change; a file that came or went has changed."""
        now = _signature(self.path)
        has_changed = now != self._seen
        self._seen = now
        return has_changed


def _signature(path: Path) -> Signature:
    try:
        files = [path, *sorted(path.glob("*.toml"))] if path.is_dir() else [path]
        return tuple(_of_file(file) for file in files)
    except OSError:
        return ()


def _of_file(path: Path) -> tuple[str, int, int, int]:
    found = os.stat(path)
    return path.name, found.st_mtime_ns, found.st_size, found.st_ino
