"""The palette: everything that can be done or gone to, found by a few letters. Enter does it.

An entry is an action with its key, a command, an instrument, a layout, a theme or a setting. What needs more words
opens the prompt with the first of them.
"""

from collections.abc import Sequence
from typing import NamedTuple

from textual.widgets.option_list import Option

from station.actions import EMERGENCY, Context, keys_text
from station.keymap import Keymap
from station.language.commands import COMMANDS
from station.language.situation import Situation
from station.screens.search import Search
from station.views.fuzzy import fit

WIDTH, KIND = 92, 12
MARGIN = 6
"""Cells of the dialog's edges and the scroll bar"""


class Entry(NamedTuple):
    kind: str
    title: str
    note: str
    """At the right: its key, or its words"""
    action: str = ""
    """Done by its key; else …"""
    line: str = ""
    """… carried out as a line, or with a blank at its end begun at the prompt"""
    called: str = ""
    """Another word for it: that of the footer, of a verb"""


def entries(keymap: Keymap, situation: Situation) -> list[Entry]:
    """Everything there is to find, what is wanted most first."""
    names = situation.names
    kills = {named.name for named in EMERGENCY}
    found = [
        Entry("key", named.help.rstrip("."), keys_text(named), action=named.name, called=named.label)
        for named in keymap.actions
        if named.context is not Context.DIALOGS and named.name not in kills and not named.takes_a_digit
    ]
    found += [
        Entry("command", f"{one.name} {one.grammar}".strip(), one.help.rstrip("."),
              line=one.name if not one.grammar or one.grammar.startswith("[") else f"{one.name} ")
        for one in COMMANDS
    ]  # fmt: skip
    found += [Entry("instrument", one.symbol, one.venue, line=f"goto {one.symbol}") for one in situation.instruments]
    found += [Entry("layout", name, "", line=f"layout {name}") for name in names.layouts]
    found += [Entry("theme", name, "", line=f"theme {name}") for name in names.themes]
    found += [Entry("setting", name, "", line=f"set {name} ") for name in names.settings]
    return found


def fitting(typed: str, known: Sequence[Entry]) -> list[Entry]:
    """Those that hold what was typed, the best first; in the order of the list when they are as good."""
    ranked = [
        (rank, place, entry)
        for place, entry in enumerate(known)
        if (rank := _rank(typed, entry)) is not None
    ]  # fmt: skip
    return [entry for _, _, entry in sorted(ranked)]


def _rank(typed: str, entry: Entry) -> tuple[int, int, int] | None:
    """What is called so comes before what is only described so."""
    by_name = [ranks for name in (entry.title, entry.called) if (ranks := fit(typed, name)) is not None]
    if by_name:
        worst, together = min(by_name)
        return (worst, 0, together)
    if (by_all := fit(typed, f"{entry.kind} {entry.title} {entry.note}")) is not None:
        return (by_all[0], 1, by_all[1])
    return None


class CommandPalette(Search[Entry]):
    CLOSED_BY = ("palette",)
    NAMED = "Do or find"
    PLACEHOLDER = "keys, commands, instruments, layouts, themes, settings"

    def __init__(self, known: Sequence[Entry]) -> None:
        super().__init__()
        self._known = known

    def options(self, text: str) -> list[Option]:
        room = min(WIDTH, self.app.size.width * 96 // 100) - MARGIN
        places = {entry: place for place, entry in enumerate(self._known)}
        return [Option(_line(entry, room), id=str(places[entry])) for entry in fitting(text, self._known)]

    def answer(self, option: Option) -> Entry:
        return self._known[int(option.id or 0)]


def _line(entry: Entry, width: int) -> str:
    """Kind, title, and at the right the key, for which there is always room, or as much of the note as there is."""
    room = width - KIND
    if entry.action:
        title, note = _cut(entry.title, room - len(entry.note) - 2), entry.note
    else:
        title = _cut(entry.title, room)
        note = _cut(entry.note, room - len(title) - 2)
    gap = " " * (room - len(title) - len(note))
    title, note = (text.replace("[", "\\[") for text in (title, note))
    return f"[$text-muted]{entry.kind:<{KIND}}[/]{title}{gap}[{'$accent' if entry.action else '$text-muted'}]{note}[/]"


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: room - 1]}…" if room > 1 else ""
