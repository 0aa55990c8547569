"""What the prompt shows under a line while it is typed: what it would do, or where it is wrong."""

import msgspec


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """Of one wish."""

    sentence: str
    facts: tuple[tuple[str, str], ...] = ()
    """What it is called, and its value"""
    warnings: tuple[str, ...] = ()


class PromptView(msgspec.Struct, frozen=True, kw_only=True):
    line: str = ""
    previews: tuple[Preview, ...] = ()
    wrong_at: tuple[int, int] | None = None
    """The letters that are wrong: first, and behind the last"""
    what: str = ""
    """What is wrong with them, …"""
    right: str = ""
    """… and what would be right"""
    is_armed: bool = True
    """Or nothing in the line needs it"""
    grammar: str = ""
    """Of the command that the line begins with"""
    follows: tuple[str, ...] = ()
    """Words that the last one can become"""
