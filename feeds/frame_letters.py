"""What may stand in a hole of a frame (feeds/frame_shapes.py): letters that JSON allows there, and no more.

Text ends with a letter that is none of these (feeds/frame_reader.py writes a 0 behind it), so no place is bounded.
"""

import numpy as np

from core.kernel import inlined_kernel, kernel
from core.memory.atomics import array_at
from feeds.decimals import MINUS, NINE, POINT, QUOTE, REFUSED, ZERO
from feeds.scan import BACKSLASH, COLON

FIRST_PRINTABLE, LAST_PRINTABLE = 32, 126
TRUE, FALSE, NULL = 0x65757274, 0x736C6166, 0x6C6C756E
"""The first four letters of each, the first one lowest."""
FOUR_LETTERS = 0xFFFFFFFF
LETTER_E, LETTER_BIG_T, SIX = 101, 84, 54


@kernel
def skip_hole(text: np.ndarray, at: int, stop: int) -> int:
    """Text without escapes up to the letter that ends it, or a number or a word; the place behind it, or REFUSED."""
    if stop == 0:
        return _skip_scalar(text, at)
    while text[at] != stop:
        letter = text[at]
        if letter < FIRST_PRINTABLE or letter > LAST_PRINTABLE or letter in (QUOTE, BACKSLASH):
            return REFUSED
        at += 1
    return at


@kernel
def _skip_scalar(text: np.ndarray, at: int) -> int:
    word = array_at(text.ctypes.data + at, 1, np.int64)[0] & FOUR_LETTERS
    if word in (TRUE, NULL):
        return at + 4
    if word == FALSE:
        return at + 5 if text[at + 4] == LETTER_E else REFUSED
    if text[at] == MINUS:
        at += 1
    begin = at
    points = 0
    while (text[at] >= ZERO and text[at] <= NINE) or text[at] == POINT:
        points += 1 if text[at] == POINT else 0
        at += 1
    return at if points <= 1 and is_number(text, begin, at) else REFUSED


@inlined_kernel
def is_number(text: np.ndarray, at: int, behind: int) -> bool:
    """Are these digits, with a point or without, a number as JSON has it? Not 01, not .5, not 5."""
    if at >= behind or text[at] < ZERO or text[at] > NINE or text[behind - 1] == POINT:
        return False
    return bool(text[at] != ZERO or behind == at + 1 or text[at + 1] == POINT)


@inlined_kernel
def is_whole(text: np.ndarray, at: int, behind: int) -> bool:
    """Nothing but digits, and no nought before them?"""
    is_whole = text[at] != ZERO
    while at < behind and is_whole:
        is_whole = text[at] >= ZERO and text[at] <= NINE
        at += 1
    return bool(is_whole)


@kernel
def is_plain_iso(text: np.ndarray, at: int, behind: int) -> bool:
    """2026-08-09T21:05:48, with up to nine decimals: what stands before the Z."""
    size = behind - at
    is_plain = text[at + 10] == LETTER_BIG_T and text[at + 16] == COLON and (size == 19 or (size > 20 and size <= 29))
    is_plain = is_plain and (size == 19 or text[at + 19] == POINT) and text[at + 17] != SIX
    for place in range(at + 20, behind):
        is_plain = is_plain and text[place] >= ZERO and text[place] <= NINE
    return bool(is_plain)
