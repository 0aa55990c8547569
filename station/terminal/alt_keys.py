"""Alt with a digit is Alt with a digit.

Textual takes ESC 3 for what Option and 3 type on a Mac (£), because one terminal there sends it so. Everywhere else it
is what Alt+3 sends, and those are keys of ours.
"""

from typing import cast

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS


def take_alt_digits() -> None:
    """For every parser of this process."""
    known = cast("dict[str, object]", ANSI_SEQUENCES_KEYS)
    for digit in range(10):
        known.pop(f"\x1b{digit}", None)
