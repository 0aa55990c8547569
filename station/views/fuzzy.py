"""How well does a name fit what was typed? Smaller is better, None is not at all; every word must be found.

0  begins so        1  a word of it begins so        2  holds it        3  holds its letters in this order,
                                                                                if it is one word
"""

import re


def fit(typed: str, name: str) -> tuple[int, int] | None:
    """Of the worst word, then all together."""
    words = typed.casefold().split()
    lowered = name.casefold()
    ranks = [_of_word(word, lowered) for word in words]
    found = [rank for rank in ranks if rank is not None]
    if len(found) < len(ranks):
        return None
    return (max(found, default=0), sum(found))


def _of_word(word: str, name: str) -> int | None:
    if name.startswith(word):
        return 0
    if re.search(rf"\b{re.escape(word)}", name):
        return 1
    if word in name:
        return 2
    if " " in name:
        return None
    letters = iter(name)
    return 3 if all(letter in letters for letter in word) else None


def holds(text: str, typed: str) -> bool:
    """Every word that was typed, and none of those after a minus."""
    whole = text.casefold()
    return all(
        word[1:] not in whole if word.startswith("-") and len(word) > 1 else word in whole
        for word in typed.casefold().split()
    )
