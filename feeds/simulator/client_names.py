"""Clients of the server name their orders with text; the exchange knows numbers. Both ways, across restarts.

A name may be used again when its order is closed, as at the venue whose dialect this is: then it gets a new number.
Each name is on disk before its order is sent: one line `account number name` at the end of a file, read at the start.
"""

from pathlib import Path
from typing import TextIO

FIRST_NUMBER = 1 << 40
"""Above what a desk in the same process counts to."""


class ClientNames:
    def __init__(self, path: Path | None) -> None:
        """`path` None: nothing is kept."""
        self._number_of: dict[tuple[int, str], int] = {}
        self._name_of: dict[tuple[int, int], str] = {}
        self._next = FIRST_NUMBER
        self._file: TextIO | None = None
        if path is not None:
            if path.exists():
                self._read(path)
            self._file = path.open("a", encoding="utf-8", buffering=1)

    def new(self, account: int, name: str) -> int:
        """A number for a new order of this name. Raises OSError: it could not be kept."""
        number = self._next
        if self._file is not None:
            self._file.write(f"{account} {number} {name}\n")
        self._note(account, number, name)
        return number

    def number(self, account: int, name: str) -> int:
        """Of the last order with this name; 0: never heard."""
        return self._number_of.get((account, name), 0)

    def name(self, account: int, number: int) -> str:
        return self._name_of.get((account, number), f"x{number}")

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _read(self, path: Path) -> None:
        for line in path.read_text(encoding="utf-8").splitlines():
            account, _, rest = line.partition(" ")
            number, _, name = rest.partition(" ")
            if account.isdigit() and number.isdigit() and name:  # else the torn end of a killed writer
                self._note(int(account), int(number), name)

    def _note(self, account: int, number: int, name: str) -> None:
        self._number_of[account, name] = number
        self._name_of[account, number] = name
        self._next = max(self._next, number + 1)
