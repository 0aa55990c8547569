"""Alt with a digit is Alt with a digit.

Textual takes ESC 3 for what Option and 3 type on a Mac (£), because one terminal there sends it so. Everywhere else it
is what Alt+3 sends, and those are keys of ours.
"""

from typing import NamedTuple, cast

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS


class Named(NamedTuple):
    """What the parser takes for one of its keys."""

    value: str


def take_alt_digits() -> None:
    """For every parser of this process."""
    known = cast("dict[str, object]", ANSI_SEQUENCES_KEYS)
    for digit in range(10):
        # Told at once: a sequence that is not listed waits for what might follow it.
        known[f"\x1b{digit}"] = (Named(f"alt+{digit}"),)
