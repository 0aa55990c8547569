"""On which line does a key of a TOML file stand? For mistakes that name the place; tomllib keeps none.

Keys are written as mistakes name them: `screen.fps`, `venues[0].depth`. A key inside an inline table has the line of
the table's own key.
"""

import re
from collections.abc import Iterator

HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]")
KEY = re.compile(r"\s*([A-Za-z0-9_\-\"'. ]+?)\s*=")
OPENING = re.compile(r"\"\"\"|'''|\"(?:\\.|[^\"\\])*\"|'[^']*'|#|[\[\]{}]")


def key_lines(text: str) -> dict[str, int]:
    """Every key and every header, counted from 1."""
    found: dict[str, int] = {}
    for number, key in _told(text):
        found.setdefault(key, number)
    return found


def lines_of(text: str, key: str) -> range | None:
    """From the line where a key or a section begins to its last one, all that is below it included; None: it is not
    there."""
    at = [number for number, one in _told(text) if one == key or one.startswith((f"{key}.", f"{key}["))]
    return range(at[0], at[-1] + 1) if at else None


def _told(text: str) -> Iterator[tuple[int, str]]:
    """Every line that says something, with its key: also those over which a value goes on."""
    counted: dict[str, int] = {}
    section = key = ""
    state = _Open()
    for number, line in enumerate(text.splitlines(), 1):
        if not state.is_within:
            if (header := HEADER.match(line)) is not None:
                section = _section(_plain(header[2]), counted, is_one_more=header[1] == "[[")
                yield number, section
                continue
            if (told := KEY.match(line)) is None:
                continue
            key = f"{section}.{_plain(told[1])}" if section else _plain(told[1])
        yield number, key
        state.read(line)


def _section(name: str, counted: dict[str, int], *, is_one_more: bool) -> str:
    """With the numbers of the entries that it is in: [strategies.parameters] is strategies[0].parameters."""
    parts = name.split(".")
    for end in range(1, len(parts) + 1):
        place = ".".join(parts[:end])
        if end == len(parts) and is_one_more:
            counted[place] = counted.get(place, -1) + 1
        if place in counted:
            parts[end - 1] += f"[{counted[place]}]"
    return ".".join(parts)


def line_of(lines: dict[str, int], mistake: str) -> int | None:
    """Of the key that a mistake begins with, else of the nearest that holds it."""
    key = mistake.partition(":")[0].strip()
    while key:
        if key in lines:
            return lines[key]
        key = key[: max(key.rfind("."), key.rfind("["), 0)]
    return None


def with_lines(text: str, mistakes: list[str]) -> list[str]:
    lines = key_lines(text)
    return [mistake if (at := line_of(lines, mistake)) is None else f"{mistake} (line {at})" for mistake in mistakes]


class _Open:
    """Whether a value goes on over the end of its line: an array, or a text of several lines."""

    def __init__(self) -> None:
        self._depth = 0
        self._quote = ""

    @property
    def is_within(self) -> bool:
        return self._depth > 0 or bool(self._quote)

    def read(self, line: str) -> None:
        at = 0
        while at < len(line):
            if self._quote:
                end = line.find(self._quote, at)
                if end < 0:
                    return
                at, self._quote = end + 3, ""
                continue
            token = OPENING.search(line, at)
            if token is None or token[0] == "#":
                return
            at = token.end()
            if token[0] in ('"""', "'''"):
                self._quote = token[0]
            elif token[0] in "[{":
                self._depth += 1
            elif token[0] in "]}":
                self._depth = max(0, self._depth - 1)


def _plain(key: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in key.split("."))
