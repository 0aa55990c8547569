"""The rest of the word that is being typed: a verb first, then a symbol, then the words of an order."""

from station.language.lines import VERBS
from station.language.orders import CLAUSES
from station.language.situation import Situation
from station.views.instrument import InstrumentView

WITH_CLAUSES = ("buy", "sell")


def completed(line: str, situation: Situation) -> str | None:
    """The line with its last word whole; None when it is whole already, or could be nothing."""
    before, space, begun = line.rpartition(" ")
    words = before.split()
    if not begun:
        return None
    if not words:
        known = list(VERBS)
    else:
        known = [one.symbol for one in _chosen_first(situation)]
        known += CLAUSES if words[0].casefold() in WITH_CLAUSES else ["all", "buys", "sells", "half", "quarter"]
    for word in known:
        if word.casefold().startswith(begun.casefold()) and len(word) > len(begun):
            return f"{before}{space}{begun}{word[len(begun) :]}"
    return None


def _chosen_first(situation: Situation) -> list[InstrumentView]:
    return sorted(situation.instruments, key=lambda one: one.instrument_id != situation.chosen_id)
