"""What a line may ask of the screen itself, in the place of the desk: one frozen struct per deed."""

import msgspec

from station.views.alerts import Alert


class UseTheme(msgspec.Struct, frozen=True):
    name: str


class UseLayout(msgspec.Struct, frozen=True):
    name: str


class SaveLayout(msgspec.Struct, frozen=True):
    name: str


class UndoLayout(msgspec.Struct, frozen=True):
    pass


class GoTo(msgspec.Struct, frozen=True):
    """An instrument onto the ladder, or the keys to a pane."""

    instrument_id: int = -1
    pane: str = ""
    symbol: str = ""


class ChangeSetting(msgspec.Struct, frozen=True):
    """Of [screen] in station.toml."""

    name: str
    value: str

    @property
    def typed(self) -> str:
        """As the settings read it: on is true."""
        return {"on": "true", "yes": "true", "off": "false", "no": "false"}.get(self.value.casefold(), self.value)


class Learn(msgspec.Struct, frozen=True):
    is_on: bool


class AddAlert(msgspec.Struct, frozen=True):
    alert: Alert


class DropAlert(msgspec.Struct, frozen=True):
    number: int
    """From 1, as they are listed"""
    line: str = ""


class Snooze(msgspec.Struct, frozen=True):
    """0: no longer."""

    for_ns: int


class Mute(msgspec.Struct, frozen=True):
    is_mute: bool


class Zoom(msgspec.Struct, frozen=True):
    pane: str = ""
    """Blank: the one that has the keys"""


class Columns(msgspec.Struct, frozen=True):
    """Of the ladder: shown, or not."""

    name: str


Deed = (
    UseTheme
    | UseLayout
    | SaveLayout
    | UndoLayout
    | GoTo
    | ChangeSetting
    | Learn
    | AddAlert
    | DropAlert
    | Snooze
    | Mute
    | Zoom
    | Columns
)


def said(deed: Deed) -> str:
    """In the infinitive."""
    match deed:
        case UseTheme():
            return f"use the theme {deed.name}"
        case UseLayout():
            return f"use the layout {deed.name}"
        case SaveLayout():
            return f"keep this layout as {deed.name}"
        case UndoLayout():
            return "undo the last change of the layout"
        case GoTo(pane=""):
            return f"bring {deed.symbol} onto the ladder"
        case GoTo():
            return f"give the keys to the pane {deed.pane}"
        case ChangeSetting():
            return f"set {deed.name} to {deed.value} in station.toml"
        case Learn():
            return "let trading keys only say what they would do" if deed.is_on else "let trading keys act again"
        case AddAlert():
            return f"watch: {deed.alert.line}"
        case DropAlert():
            return f"watch no longer: {deed.line or f'alert {deed.number}'}"
        case Snooze(for_ns=0):
            return "let alerts be heard again"
        case Snooze():
            return f"keep alerts quiet for {round(deed.for_ns / 60e9)} min"
        case Mute():
            return "make no sound" if deed.is_mute else "let alerts ring again"
        case Zoom():
            return f"{deed.pane or 'this pane'} over the whole screen, or back"
        case Columns():
            return f"show or hide the ladder's column {deed.name}"
