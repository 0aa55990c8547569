"""Alt with a digit or a letter is that key, whatever comes after it.

Textual takes ESC 3 for what Option and 3 type on a Mac (£), because one terminal there sends it so. ESC and a letter it
does not list: it waits for what might follow, and when the terminal answers something meanwhile, it tells of the letter
alone. Alt+f would be f, which flattens.
"""

from string import ascii_lowercase, digits
from typing import NamedTuple, cast

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS


class Named(NamedTuple):
    """What the parser takes for one of its keys."""

    value: str


def take_alt_keys() -> None:
    """For every parser of this process."""
    known = cast("dict[str, object]", ANSI_SEQUENCES_KEYS)
    for character in digits + ascii_lowercase:
        known[f"\x1b{character}"] = (Named(f"alt+{character}"),)
