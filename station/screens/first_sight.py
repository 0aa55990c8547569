"""What has this trader seen before? A layout says at its first sight what can be done there, and then never again.

`[screen] hints = false` switches it off; the file of the state folder remembers what was seen.
"""

import contextlib
import os
from pathlib import Path

OWNER_ONLY = 0o600


class FirstSight:
    def __init__(self, file: Path | None = None) -> None:
        """`file`: None: everything was seen."""
        self._file = file
        self._seen: set[str] = set()
        if file is not None:
            with contextlib.suppress(OSError):
                self._seen = set(file.read_text(encoding="utf-8").splitlines())

    def is_new(self, name: str) -> bool:
        """Once for each name."""
        if self._file is None or name in self._seen:
            return False
        self._seen.add(name)
        # What cannot be kept is told again at the next start: no harm.
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, OWNER_ONLY)
            with os.fdopen(descriptor, "a", encoding="utf-8") as file:
                file.write(f"{name}\n")
        return True
