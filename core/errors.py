"""What can go wrong, and what to do about it.

    StationError              has a sentence (what happened) and a cure (what to do)
    ├── SharedMemoryError
    │   ├── NoSharedMemory    the memory files cannot be allocated
    │   └── OtherLayout       the desk runs another version
    ├── ConfigError           every mistake of a configuration at once
    └── UnitsError            a price off tick, a quantity that is no number …

Hot code raises nothing: it answers with a code of core/vocabulary.py.
"""

from typing import ClassVar


class StationError(Exception):
    """A fault that a person is told of: one sentence, one cure, one exit code."""

    cure: ClassVar[str] = ""
    exit_code: ClassVar[int] = 1


class SharedMemoryError(StationError):
    exit_code = 70


class NoSharedMemory(SharedMemoryError):
    cure = "Free memory, or serve fewer venues and books; `station doctor` shows what a desk needs."

    def __init__(self, *, wanted_bytes: int, reason: str) -> None:
        super().__init__(f"the memory files of the desk could not be made: {wanted_bytes=}, {reason=}")
        self.wanted_bytes, self.reason = wanted_bytes, reason


class OtherLayout(SharedMemoryError):
    cure = "Stop that desk with `station down` (it works from any version) and start it again with this one."

    def __init__(self, *, desk: str, ours: str, theirs: str) -> None:
        super().__init__(f"the desk was started by another version of the station: {desk=}, {ours=}, {theirs=}")
        self.desk, self.ours, self.theirs = desk, ours, theirs


class ConfigError(StationError):
    """All mistakes of one configuration file."""

    cure = "Correct the lines named above; `station doctor` checks them again."
    exit_code = 78

    def __init__(self, *, file: str, mistakes: list[str]) -> None:
        super().__init__(f"the configuration has mistakes: {file=}\n" + "\n".join(f"  {text}" for text in mistakes))
        self.file, self.mistakes = file, mistakes


class UnitsError(StationError):
    """A decimal that is no whole number of ticks or lots, or no number at all."""

    cure = "Give a multiple of the instrument's tick or lot; `station instruments` shows both."
    exit_code = 65

    def __init__(self, rule: str, **values: object) -> None:
        super().__init__(f"{rule}: " + ", ".join(f"{name}={value!r}" for name, value in values.items()))
        self.rule, self.values = rule, values
