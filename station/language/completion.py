"""The rest of the word that is being typed: a verb first, then what can follow it (station/language/commands.py)."""

from station.language.commands import following
from station.language.situation import Situation


def completed(line: str, situation: Situation) -> str | None:
    """The line with its last word whole; None when it is whole already, or could be nothing."""
    begun = line.rpartition(" ")[2]
    if not begun:
        return None
    for word in following(line, situation):
        if len(word) > len(begun):
            return line.removesuffix(begun) + word
    return None
