"""How a venue writes a whole frame, as data: its text byte for byte, with holes where the values stand.

    trades_frame('{"e":"trade","s":"<symbol>","t":<id>,"p":"<price>","q":"<quantity>","T":<time_ms>,"m":<is_buyer_maker>}')
    levels_frame('{"s":"<symbol>","u":<number>,"b":[<each_bid>["<price>","<quantity>"]</each>],"a":[<each_ask>…')

Holes: the roles of feeds/shapes.py in small letters, and those of `Hole`. A hole in quotes is text, another one is a
number or a word. feeds/frame_reader.py reads frames by these; a frame that is written otherwise, if only by a space, is
decoded by its envelope instead, so that nothing is lost when a venue turns its keys around but speed.
"""

import re
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from core.vocabulary import Side
from feeds.decode import BOOK_LEVEL, OLDEST_FIRST, ORDER, TRADE
from feeds.shapes import Role


class Hole(IntEnum):
    """Beside the roles; their numbers share a column with them."""

    SKIP = 0
    """`<_>`: any text, number or word"""
    SYMBOL = 32
    """Whose frame it is. Told twice, it must be the same"""
    LOWER = 33
    """The symbol in small letters, before the symbol"""
    NUMBER = 34
    """For the venue's loss rule: whole and not negative"""
    SIGNED = 35
    """Likewise, or below zero"""
    FIXED = 36
    """No hole: up to eight letters that stand there as they are"""
    EACH = 37
    """Here a list of rows begins, …"""
    AGAIN = 38
    """… and here one row of it has ended"""
    PAIR = 39
    """A row that is a pair of quoted numbers, as most are: read at once, or hole by hole if they are long"""
    AHEAD = 40
    """The symbol comes behind the first number: it is looked for from the end"""


PART = np.dtype(
    [
        ("kind", np.int64),  # Hole or Role
        ("word", np.int64),  # FIXED, AHEAD: the letters. EACH, AGAIN: the side of the rows, 0 when they say it
        # themselves. Of a hole: 1 in a row
        ("mask", np.int64),  # FIXED, AHEAD: which bits of the word count
        ("size", np.int64),  # FIXED, AHEAD: how many letters
        ("stop", np.int64),  # the letter behind this hole; 0: it is no text in quotes
        ("next", np.int64),  # EACH: behind the list. AGAIN: the first part of a row. PAIR: behind the row
    ]
)
WRITTEN = np.dtype(
    [
        ("first", np.int64),  # of PART
        ("end", np.int64),
        ("kind", np.int64),  # BOOK_LEVEL, TRADE, ORDER
        ("is_list", np.int64),  # 0: the whole frame is one row
        ("order", np.int64),  # OLDEST_FIRST, NEWEST_FIRST
        ("side", np.int64),  # of the rows, when its letters are no hole
        ("is_asked", np.int64),  # the venue is asked before it is published
    ]
)

WORD = 8
SIDES = {"each": 0, "each_bid": int(Side.BUY), "each_ask": int(Side.SELL)}
WORDS: dict[str, int] = {
    "_": Hole.SKIP,
    "symbol": Hole.SYMBOL,
    "lower": Hole.LOWER,
    "number": Hole.NUMBER,
    "signed": Hole.SIGNED,
}
WORDS |= {role.name.lower(): role for role in Role if role is not Role.SKIP}
PAIR = ['["', "price", '","', "quantity", '"]']
_PIECES = re.compile(r"<(/?[a-z_]+)>")


@dataclass(frozen=True)
class FrameShape:
    """One way in which one kind of frame is written."""

    text: str
    kind: int
    is_asked: bool = True
    order: int = OLDEST_FIRST
    side: int = 0


def levels_frame(text: str) -> FrameShape:
    """Of a book: `Market.on_read` judges its numbers, then publishes it."""
    return FrameShape(text, BOOK_LEVEL)


def orders_frame(text: str) -> FrameShape:
    """Likewise, of rows that are known by their ids."""
    return FrameShape(text, ORDER)


def trades_frame(text: str, *, is_asked: bool = False, order: int = OLDEST_FIRST, side: int = 0) -> FrameShape:
    """Of trades: published at once, or as levels are. `side`: of a frame whose side is part of its letters."""
    return FrameShape(text, TRADE, is_asked, order, side)


def compiled(shapes: tuple[FrameShape, ...]) -> tuple[np.ndarray, np.ndarray]:
    """WRITTEN[shapes] and PART[…]."""
    parts: list[tuple[int, ...]] = []
    written = np.zeros(len(shapes), WRITTEN)
    for row, shape in zip(written, shapes, strict=True):
        row["first"] = len(parts)
        parts += _parts_of(shape, len(parts))
        row["end"] = len(parts)
        row["kind"], row["is_asked"], row["order"] = shape.kind, shape.is_asked, shape.order
        row["side"] = shape.side
        row["is_list"] = "<each" in shape.text
    return written, np.array(parts or [(0,) * len(PART.names or ())], PART)


def _parts_of(shape: FrameShape, first: int) -> list[tuple[int, ...]]:
    """`first`: the number of its first part."""
    pieces = _PIECES.split(shape.text)
    parts = _looked_ahead(pieces)
    each, is_in_row = 0, shape.kind == TRADE and "<each" not in shape.text
    for number, piece in enumerate(pieces):
        if number % 2 == 0:
            parts += _fixed(Hole.FIXED, piece)
        elif piece in SIDES:
            each, is_in_row = len(parts), True
            parts.append((Hole.EACH, SIDES[piece], 0, 0, 0, 0))
            if pieces[number + 1 : number + 6] == PAIR:
                parts.append((Hole.PAIR, 0, 0, 0, 0, first + len(parts) + 6))
        elif piece == "/each":
            parts.append((Hole.AGAIN, parts[each][1], 0, 0, 0, first + each + 1))
            parts[each], is_in_row = (*parts[each][:5], first + len(parts)), False
        else:
            is_text = "".join(pieces[:number:2]).count('"') % 2 == 1
            stop = ord(pieces[number + 1][0]) if is_text else 0
            parts.append((WORDS[piece], int(is_in_row), 0, 0, stop, 0))
    return parts


def _fixed(kind: Hole, text: str) -> list[tuple[int, ...]]:
    words = [text[at : at + WORD].encode() for at in range(0, len(text), WORD)]
    return [(kind, _word(word), _word(b"\xff" * len(word)), len(word), 0, 0) for word in words]


def _word(letters: bytes) -> int:
    return int.from_bytes(letters.ljust(WORD, b"\0"), "little", signed=True)


def _looked_ahead(pieces: list[str]) -> list[tuple[int, ...]]:
    """When a row needs to know the symbol before it is told: the letters before it, and the one behind."""
    holes = pieces[1::2]
    symbol = holes.index("symbol")
    if not any(hole in ("price", "quantity", "signed_quantity") for hole in holes[:symbol]):
        return []
    ((kind, word, mask, size, *_),) = _fixed(Hole.AHEAD, pieces[2 * symbol][-WORD:])
    return [(kind, word, mask, size, ord(pieces[2 * symbol + 2][0]), 0)]
