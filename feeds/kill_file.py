"""A file that halts a desk by being there: `touch …/KILL`. For scripts, other machines, and hands without a station.

Desk and order processes look for it, so that it works while any of them lives. While it is there, the desk halts again
after every re-arm. A word in it, `flatten`, asks to close positions too.
"""

from pathlib import Path

REASON = "the file KILL is there"


def wants_halt(path: Path) -> bool:
    """A folder or a broken link of that name is meant, too; one that cannot be looked at is none."""
    try:
        path.lstat()
    except OSError:
        return False
    return True


def wants_flat(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return b"flatten" in file.read(64).lower()
    except OSError:
        return False
