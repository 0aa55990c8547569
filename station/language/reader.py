"""A line of words, read from left to right; what is wrong is told with the place where it stands."""

import difflib
import re
from collections.abc import Iterable
from typing import NamedTuple

from core.errors import StationError
from station.exit_codes import ExitCode

_WORD = re.compile(r"@|[<>]=?|[^\s@<>]+")


class Word(NamedTuple):
    text: str
    start: int
    end: int

    @property
    def key(self) -> str:
        return self.text.casefold()


class NotUnderstood(StationError):
    """A line that says no order: which word, and what would be right in its place."""

    def __init__(
        self, line: str, place: tuple[int, int], what: str, right: str = "", code: ExitCode = ExitCode.USAGE
    ) -> None:
        start, end = place
        self.line, self.start, self.end = line, start, max(end, start + 1)
        self.what, self.right, self._code = what, right, code
        super().__init__(f"{what}\n  " + self.pointed.replace("\n", "\n  "))

    @property
    def cure(self) -> str:  # type: ignore[override]  # each has its own
        return self.right

    @property
    def exit_code(self) -> int:  # type: ignore[override]
        return self._code

    @property
    def pointed(self) -> str:
        """The line, and under it a caret at the word."""
        return f"{self.line}\n{' ' * self.start}{'^' * (self.end - self.start)}"


class Reader:
    def __init__(self, line: str) -> None:
        self.line = line
        self._words = [Word(found[0], found.start(), found.end()) for found in _WORD.finditer(line)]
        self._at = 0

    @property
    def next(self) -> Word | None:
        return self._words[self._at] if self._at < len(self._words) else None

    @property
    def last(self) -> Word:
        """The word that was taken last."""
        return self._words[max(0, self._at - 1)]

    def has_ahead(self, key: str) -> bool:
        """Does the word come later in the line?"""
        return any(word.key == key for word in self._words[self._at :])

    def take(self, what: str, right: str) -> Word:
        """The next word. Raises NotUnderstood when the line ends before it."""
        word = self.next
        if word is None:
            raise self.unfinished(what, right)
        self._at += 1
        return word

    def take_if(self, *keys: str) -> Word | None:
        word = self.next
        if word is None or word.key not in keys:
            return None
        self._at += 1
        return word

    def wrong(self, word: Word, what: str, right: str = "", code: ExitCode = ExitCode.USAGE) -> NotUnderstood:
        return NotUnderstood(self.line, (word.start, word.end), what, right, code)

    def unfinished(self, what: str, right: str) -> NotUnderstood:
        end = len(self.line.rstrip())
        return NotUnderstood(self.line, (end + 1 if end else 0, end + 2), f"{what} is missing", right)

    def unknown(self, word: Word, known: Iterable[str], what: str, code: ExitCode = ExitCode.USAGE) -> NotUnderstood:
        spelled = {one.casefold(): one for one in known}
        near = difflib.get_close_matches(word.key, list(spelled), 1, 0.6)
        right = f"did you mean {spelled[near[0]]}?" if near else f"known here: {', '.join(known)}"
        return self.wrong(word, f"{word.text!r} is no {what}", right, code)
