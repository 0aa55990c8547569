"""How the line to this terminal is doing, over the last two seconds."""

import msgspec


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
