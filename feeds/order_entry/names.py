"""How our client ids are written at a venue, and the venue's ids as numbers.

A name holds the client id and a revision: where a venue cannot change an order, a replacement is a new order there,
with the next revision. Ours are known by their mark in any list of the venue, also after we lost everything.

    marked    stn-<client id, hexadecimal>-<revision>           with other separators where the venue allows no hyphen
    uuid      73746e2d-<revision>-4xxx-8xxx-xxxxxxxxxxxx        the x are the client id; a valid UUID, version 4

The id of an order or execution is a number in our records. Where the venue writes text, the number is a hash of it,
the same in every process; the text is remembered, because the venue must be asked with it.
"""

import re
from dataclasses import dataclass, field
from typing import Protocol

from feeds.text_ids import number_of_text

MOST_REMEMBERED = 200_000
_DIGITS = re.compile(r"^[1-9][0-9]{0,18}$")
_UUID = re.compile(r"^73746e2d-([0-9a-f]{4})-4([0-9a-f]{3})-8([0-9a-f]{3})-([0-9a-f]{12})$")


class ClientNames(Protocol):
    def write(self, client_id: int, revision: int = 0) -> str: ...

    def read(self, text: str) -> tuple[int, int]:
        """(client id, revision); (0, 0) when it is not ours."""


class MarkedNames:
    def __init__(self, mark: str = "stn-", separator: str = "-") -> None:
        """`separator`: nothing that can be a hexadecimal digit."""
        self._mark, self._separator = mark, separator
        self._ours = re.compile(f"^{re.escape(mark)}([0-9a-f]{{1,16}}){re.escape(separator)}([0-9]{{1,4}})$")

    def write(self, client_id: int, revision: int = 0) -> str:
        return f"{self._mark}{client_id:x}{self._separator}{revision}"

    def read(self, text: str) -> tuple[int, int]:
        found = self._ours.match(text)
        return (int(found[1], 16), int(found[2])) if found else (0, 0)


class UuidNames:
    def write(self, client_id: int, revision: int = 0) -> str:
        digits = f"{client_id:018x}"
        return f"73746e2d-{revision:04x}-4{digits[:3]}-8{digits[3:6]}-{digits[6:]}"

    def read(self, text: str) -> tuple[int, int]:
        found = _UUID.match(text)
        return (int(found[2] + found[3] + found[4], 16), int(found[1], 16)) if found else (0, 0)


def number_of(text: str) -> int:
    """Of an order or execution; 0 of no text. Numbers that fit stay what they are."""
    if not text or text == "0":
        return 0
    if _DIGITS.match(text) and int(text) < 1 << 63:
        return int(text)
    return number_of_text(text) or 1


@dataclass
class VenueIds:
    """The texts behind the numbers of one account's orders."""

    are_numbers: bool = False
    """The venue's ids are numbers themselves: nothing must be remembered."""
    _texts: dict[int, str] = field(default_factory=dict)

    def number(self, text: str) -> int:
        number = number_of(text)
        if number and not self.are_numbers:
            self._texts[number] = text
            while len(self._texts) > MOST_REMEMBERED:
                del self._texts[next(iter(self._texts))]
        return number

    def text(self, number: int) -> str:
        """Empty: this process never saw it, and it must be found by client id."""
        if self.are_numbers:
            return str(number) if number else ""
        return self._texts.get(number, "")
