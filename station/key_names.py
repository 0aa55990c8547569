"""How is a key called? As a person types it into keys.toml, as Textual names it, and as it is written on the screen.

typed        <    +     ctrl+k   F12   PgUp     Shift+Up   esc      space
named        less_than_sign  plus  ctrl+k  f12  pageup  shift+up  escape  space
written      <    +     ^K       F12   PgUp     ⇧↑         esc      space
"""

import re
import unicodedata

MODIFIERS = ("ctrl", "alt", "shift", "super", "hyper", "meta")
NAMED = (
    "up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "delete", "backspace", "enter", "tab",
    "escape", "space", *(f"f{number}" for number in range(1, 25)),
)  # fmt: skip
ALIASES = {
    "esc": "escape", "return": "enter", "del": "delete", "ins": "insert", "pgup": "pageup", "pgdn": "pagedown",
    "page_up": "pageup", "page_down": "pagedown", "control": "ctrl", "↑": "up", "↓": "down", "←": "left", "→": "right",
}  # fmt: skip
_REPLACED = {
    "solidus": "slash", "reverse_solidus": "backslash", "commercial_at": "at", "hyphen_minus": "minus",
    "plus_sign": "plus", "low_line": "underscore",
}  # fmt: skip
"""Textual's own words for what Unicode calls otherwise"""
_WRITTEN = {
    "less_than_sign": "<", "greater_than_sign": ">", "plus": "+", "equals_sign": "=", "minus": "-",
    "left_square_bracket": "[", "right_square_bracket": "]", "left_curly_bracket": "{", "right_curly_bracket": "}",
    "left_parenthesis": "(", "right_parenthesis": ")", "slash": "/", "backslash": "\\", "question_mark": "?",
    "colon": ":", "semicolon": ";", "comma": ",", "full_stop": ".", "apostrophe": "'", "quotation_mark": '"',
    "exclamation_mark": "!", "number_sign": "#", "dollar_sign": "$", "percent_sign": "%", "ampersand": "&",
    "asterisk": "*", "tilde": "~", "grave_accent": "`", "vertical_line": "|", "underscore": "_", "at": "@",
    "circumflex_accent": "^", "escape": "esc", "pageup": "PgUp", "pagedown": "PgDn", "up": "↑", "down": "↓",
    "left": "←", "right": "→", "home": "Home", "end": "End", "enter": "⏎", "tab": "Tab", "delete": "Del",
    "insert": "Ins", "backspace": "⌫",
}  # fmt: skip


def key_named(typed: str) -> str | None:
    """Textual's name of a key as somebody typed it; None: there is no such key."""
    if len(typed) == 1:
        return _of_character(typed)
    *modifiers, last = re.split(r"\+(?=.)", typed.strip())
    words = [ALIASES.get(word.casefold(), word.casefold()) for word in modifiers]
    if len(last) == 1 and last not in ALIASES:
        base = _of_character(last.casefold() if words else last)
    else:
        base = ALIASES.get(last.casefold(), last.casefold())
        base = base if base in NAMED or base in _WRITTEN else None
    if base is None or any(word not in MODIFIERS for word in words) or len(set(words)) < len(words):
        return None
    return "+".join((*sorted(words, key=MODIFIERS.index), base))


def key_text(key: str) -> str:
    """As a person reads it: ctrl+k is ^K."""
    *modifiers, last = key.split("+")
    if last in _WRITTEN:
        text = _WRITTEN[last]
    elif modifiers == ["ctrl"] or (len(last) > 1 and last[0] == "f" and last[1:].isdigit()):
        text = last.upper()
    else:
        text = last
    marks = {"ctrl": "^", "shift": "⇧", "alt": "Alt+"}
    return "".join(marks.get(word, f"{word}+") for word in modifiers) + text


def _of_character(character: str) -> str | None:
    if character in ALIASES:
        return ALIASES[character]
    if character.isalnum():
        return character
    if character == " ":
        return "space"
    name = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return _REPLACED.get(name, name) or None
