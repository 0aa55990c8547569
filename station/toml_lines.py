"""On which line does a key of a TOML file stand? For mistakes that name the place; tomllib keeps none.

Keys are written as mistakes name them: `screen.fps`, `venues[0].depth`. A key inside an inline table has the line of
the table's own key.
"""

import re

HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]")
KEY = re.compile(r"\s*([A-Za-z0-9_\-\"'. ]+?)\s*=")
OPENING = re.compile(r"\"\"\"|'''|\"(?:\\.|[^\"\\])*\"|'[^']*'|#|[\[\]{}]")


def key_lines(text: str) -> dict[str, int]:
    """Every key and every header, counted from 1."""
    found: dict[str, int] = {}
    counted: dict[str, int] = {}
    section = ""
    state = _Open()
    for number, line in enumerate(text.splitlines(), 1):
        if not state.is_within:
            if (header := HEADER.match(line)) is not None:
                section = _plain(header[2])
                if header[1] == "[[":
                    counted[section] = counted.get(section, -1) + 1
                    section = f"{section}[{counted[section]}]"
                found.setdefault(section, number)
                continue
            if (key := KEY.match(line)) is not None:
                found.setdefault(f"{section}.{_plain(key[1])}" if section else _plain(key[1]), number)
        state.read(line)
    return found


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
