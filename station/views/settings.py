"""One setting as a person sees it."""

import msgspec


class SettingView(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    """With its section: screen.fps"""
    group: str
    name: str
    value: str
    """As the file says it, or would"""
    default: str
    unit: str = ""
    meaning: str = ""
    applies: str = ""
    """When a change counts"""
    is_said: bool = False
    """A file says it; else the default holds"""
    choices: tuple[str, ...] = ()
    """Those that the keys go through; empty: it is typed"""
    place: str = ""
    """The file, and its line, where it is changed by hand; empty: it is changed here"""
    is_of_several: bool = False
    """Of an entry that can be taken out: `venues[0].depth`"""
    is_absent: bool = False
    """It only says that there is no entry yet"""
