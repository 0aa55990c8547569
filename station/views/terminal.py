"""How the line to this terminal is doing, over the last two seconds."""

import msgspec

from station.views.numbers import duration_text


class TerminalView(msgspec.Struct, frozen=True, kw_only=True):
    frames_per_s: float = 0.0
    most_frames_per_s: int = 20
    bytes_per_s: int = 0
    key_ns: int | None = None
    """The slowest key: from its arrival until what it changed was handed to the terminal; None: no key was pressed."""
    answer_ns: int | None = None
    """To the terminal and back; None: it does not answer."""
    is_slowed: bool = False
    """It gets fewer frames than it may, because it does not take them."""
    is_asked: bool = False
    """Shown also while all is well."""


NO_TERMINAL = TerminalView()


def line_text(view: TerminalView) -> str:
    """`20 fps, 5.7 kB/s, key 3.1m, there and back 41m`; what was not measured is left out."""
    told = [f"{round(view.frames_per_s)} fps", f"{view.bytes_per_s / 1_000:.1f} kB/s"]
    told += [f"key {duration_text(view.key_ns)}"] if view.key_ns is not None else []
    told += [f"there and back {duration_text(view.answer_ns)}"] if view.answer_ns is not None else []
    return ", ".join(told)
