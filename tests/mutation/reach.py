"""Which lines of some files a test comes by: only those tests can see that a rule there is broken."""

import sys
from pathlib import Path
from types import FrameType
from typing import Any

Line = tuple[str, int]


class Reach:
    """Between `begin` and `end` every line of the files that runs is in `lines`."""

    def __init__(self, files: set[Path]) -> None:
        self._files = {str(file) for file in files}
        self.lines: set[Line] = set()

    def begin(self) -> None:
        self.lines = set()
        sys.settrace(self._enter)

    def end(self) -> set[Line]:
        sys.settrace(None)
        return self.lines

    def _enter(self, frame: FrameType, event: str, argument: Any) -> Any:
        return self._line if frame.f_code.co_filename in self._files else None

    def _line(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "line":
            self.lines.add((frame.f_code.co_filename, frame.f_lineno))
        return self._line
