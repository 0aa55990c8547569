"""A sentence for the desktop through the terminal: OSC 9 (iTerm2, kitty, WezTerm, Windows) and OSC 777 (rxvt, foot).

A terminal that knows neither shows nothing. No letter of the text can end the sequence or begin another.
"""

MOST_LETTERS = 200
TITLE = "station"


def notice(text: str) -> str:
    """Both sequences. The title stands before the text: one that begins with digits means something else in OSC 9."""
    said = safe(text)
    return f"\x1b]9;{TITLE}: {said}\x07\x1b]777;notify;{TITLE};{said}\x07"


def safe(text: str) -> str:
    """Only what can be printed, on one line."""
    return "".join(letter if letter.isprintable() else " " for letter in text)[:MOST_LETTERS]
