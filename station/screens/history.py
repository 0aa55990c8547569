"""Lines that were typed at the prompt, over many sessions: a file of the user's own, the newest line last."""

import contextlib
import os
from pathlib import Path

MOST_LINES = 500
OWNER_ONLY = 0o600


class History:
    def __init__(self, file: Path | None = None) -> None:
        """`file`: None: for this run of the screen alone."""
        self._file = file
        self.lines: list[str] = [] if file is None else _read(file)

    def add(self, line: str) -> None:
        """Each line once, where it was typed last. A file that cannot be written is let be: nothing hangs on it."""
        self.lines = [*(one for one in self.lines if one != line), line][-MOST_LINES:]
        if self._file is not None:
            with contextlib.suppress(OSError):
                _write(self._file, self.lines)

    def before(self, letters: str, at: int) -> int | None:
        """Place of the newest line before `at` that holds the letters; None: there is none."""
        wanted = letters.casefold()
        return next((place for place in range(at - 1, -1, -1) if wanted in self.lines[place].casefold()), None)


def _read(file: Path) -> list[str]:
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return [line for line in text.splitlines() if line.strip()][-MOST_LINES:]


def _write(file: Path, lines: list[str]) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
    with os.fdopen(descriptor, "w", encoding="utf-8") as written:
        written.write("".join(f"{line}\n" for line in lines))
    beside.replace(file)
