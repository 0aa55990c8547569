"""Which sign stands for another where the font does not have it?

Everything is drawn with the signs of Unicode, one cell each, and exchanged cell by cell when it is written, so that no
picture needs to know of it. Signs that mean different things stay different. What is not listed falls back by its kind:
braille and block pictures by how much of the cell they fill, letters to their plain form, the rest to `?`.
"""

import unicodedata
from functools import cache

from station.terminal.kind import Glyphs

CODE_PAGE_437 = frozenset(
    "☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼⌂ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀"
    "αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■"
)
"""What the font of a Linux console has beside ASCII, whichever font it is."""

_TO_CONSOLE = {
    "╭╮╰╯": "┌┐└┘",
    "━┅┄╌┈╍┉": "═-----=",
    "┃┆┇╎┊╏┋": "║││││││",
    "┏┓┗┛┣┫┳┻╋": "╔╗╚╝╠╣╦╩╬",
    "╱╲╳": "/\\x",
    "╴╶╸╺╼╾╵╷╹╻╽╿": "──────││││││",
    "˙": "'",
    "●◉◎◌□▪▫◼◻▣": "•◙○○○■°■○◘",
    "◆◇❖": "♦☼♦",
    "▸▹▶▷⏵›❯": "►>►>►>>",
    "◂◃◀◁⏴‹❮": "◄<◄<◄<<",
    "▴△⏶▾▽⏷": "▲^^▼vv",
    "↗↘↖↙⇡⇣⇧⇩⇑⇓⇢⇠⇒⇐↩↵⏎": "/\\\\/↑↓^v↑↓→←→←←←┘",
    "‖∥¦": "║║│",
    "▤▥▦▧▨▩▭▯": "≡▒▒▒▒▓▬▬",
    "✓✔✗✘✕✖×⨯": "√√xxxxxx",
    "…⋯⋮‥": "....",
    "–—‐‑−": "-----",
    "‘’‚“”„′″": "'',\"\"\"'\"",
    "⚠⏸⏹⏺⌛⏳★☆⚑⚐": "!║■•::*☼>>",
    "≠∼≅∑∆Δ∂∇μ∅": "#~≈ΣδδδvµΦ",
    "€": "E",
    "\u00a0\u2009\u202f": "   ",
}  # fmt: skip
_TO_ASCII = {
    "│║┤╡╢╣├╞╟╠": "||||||||||",
    "─═╌": "-=-",
    "┐└┴┬┼┘┌╖╕╗╝╜╛╚╔╩╦╬╧╨╤╥╙╘╒╓╫╪": "+" * 28,
    "░▒▓█▄▌▐▀■": ":%#####^#",
    "▲▼►◄↑↓→←↔↕↨": "^v></\\><-||",
    "•○◙☼♦☺☻♥♣♠◘": "*o@x#oo****",
    "≡±≥≤÷≈°∙·√∞²ⁿ": "=~><:~'..v8" + "2n",
    "µ½¼×¢£¥₧ƒ": "u24xcLYPf",
    "¡¿«»ªº¬⌐§¶‼": "!?<>ao--SP!",
    "αßΓπΣσδΦΘΩτφεπ∩⌠⌡∟▬♂♀♪♫⌂": "aBGpSsdOOOtfepn|||-mfnn^",
}
_BLOCKS = {
    "▏": 1, "▎": 2, "▍": 3, "▋": 5, "▊": 6, "▉": 7, "▁": 1, "▂": 2, "▃": 3, "▅": 5, "▆": 6, "▇": 7,
    "▔": 1, "▕": 1, "▖": 2, "▗": 2, "▘": 2, "▝": 2, "▚": 4, "▞": 4, "▙": 6, "▛": 6, "▜": 6, "▟": 6,
}  # fmt: skip
"""Eighths of the cell that are filled"""
_BARS_ACROSS, _BARS_UP = "▏▎▍▋▊▉", "▁▂▃▅▆▇"
_BRAILLE = 0x2800
_LEFT_DOTS, _LOWEST_DOTS = 0b0100_0111, 0b1100_0000


class _Table(dict[int, str]):
    """For str.translate; learns a sign at its first sight."""

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._glyphs = glyphs

    def __missing__(self, code: int) -> str:
        self[code] = plain = plain_sign(chr(code), self._glyphs)
        return plain


@cache
def table_of(glyphs: Glyphs) -> dict[int, str] | None:
    """None: nothing is exchanged."""
    return None if glyphs is Glyphs.UNICODE else _Table(glyphs)


def plain_sign(sign: str, glyphs: Glyphs) -> str:
    """One cell of what the font has."""
    if sign.isascii() or glyphs is Glyphs.UNICODE or (glyphs is Glyphs.CONSOLE and sign in CODE_PAGE_437):
        return sign
    plain = _for_console(sign)
    return plain if plain.isascii() or glyphs is Glyphs.CONSOLE else _for_ascii(plain)


def _for_console(sign: str) -> str:
    if sign in CODE_PAGE_437:
        return sign
    if (plain := _listed(sign, _TO_CONSOLE)) is not None:
        return plain
    if sign in _BLOCKS:
        return _block(sign, _BLOCKS[sign])
    if _BRAILLE <= ord(sign) < _BRAILLE + 256:
        return _of_braille(ord(sign) - _BRAILLE)
    decomposed = unicodedata.normalize("NFKD", sign)[0]
    return decomposed if decomposed.isascii() and decomposed.isprintable() else "?"


def _for_ascii(sign: str) -> str:
    plain = _listed(sign, _TO_ASCII)
    if plain is None:
        plain = unicodedata.normalize("NFKD", sign)[0]
    return plain if plain.isascii() and plain.isprintable() else "?"


def _listed(sign: str, table: dict[str, str]) -> str | None:
    for signs, plain in table.items():
        if sign in signs:
            return plain[signs.index(sign)]
    return None


def _block(sign: str, eighths: int) -> str:
    """The font has halves and wholes; a bar that has begun is seen."""
    if sign in _BARS_ACROSS:
        return " " if eighths < 2 else "▌" if eighths < 6 else "█"
    if sign in _BARS_UP:
        return "_" if eighths < 3 else "▄" if eighths < 7 else "█"
    return "▒" if eighths < 5 else "▓"


def _of_braille(dots: int) -> str:
    if not dots:
        return " "
    if dots.bit_count() == 2 and dots & _LEFT_DOTS and dots & ~_LEFT_DOTS:
        # A piece of a line: half a block would make a beam of it.
        return "_" if dots == _LOWEST_DOTS else "─"
    upper, lower = dots & 0b0001_1011, dots & 0b1110_0100
    if upper and lower:
        return "█" if dots.bit_count() > 5 else "▒" if dots.bit_count() < 4 else "▓"
    return "▀" if upper.bit_count() > 1 else "'" if upper else "▄" if lower.bit_count() > 1 else "."
