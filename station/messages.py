"""What widgets ask of the screen that holds them."""

from typing import Literal

from textual.message import Message


class InstrumentChosen(Message):
    """Put this instrument onto the ladder."""

    def __init__(self, instrument_id: int) -> None:
        super().__init__()
        self.instrument_id = instrument_id


class CursorMoved(Message):
    """The ladder's cursor stands elsewhere: what a key would do has changed."""

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, CursorMoved)


class KeyWanted(Message):
    """A key of the footer was clicked."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action = action


class FilesChanged(Message):
    """We wrote into a file that is watched: look at once."""


class ThemeWanted(Message):
    """Other colours, by their name."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class AlertRang(Message):
    """An alert went off: ring, and tell the desktop."""

    def __init__(self, text: str, *, is_mute: bool) -> None:
        super().__init__()
        self.text, self.is_mute = text, is_mute


class BorderDragged(Message):
    """The border of a pane was pulled with the mouse."""

    def __init__(self, beside: tuple[int, int], axis: Literal["columns", "rows"], to: int) -> None:
        """`beside`: the cell of the screen where the pull began, in the pane to the left of the border, or above it.
        `to`: the column, or the line, on which that pane is to end."""
        super().__init__()
        self.beside, self.axis, self.to = beside, axis, to
