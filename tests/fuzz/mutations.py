"""One frame made wrong, in the ways that networks, venues and enemies make frames wrong."""

import random
from collections.abc import Callable

NUMBERS = (b"0", b"-1", b"1e5", b"1e400", b"NaN", b"Infinity", b"9" * 19, b"9" * 40, b"0." + b"0" * 30 + b"1", b"null")
PIECES = (b"[", b"]", b"{", b"}", b'"', b",", b":", b"\\", b"\x00", b"\xff", b"null", b"true", b"[]", b"{}", b'""')
LONGEST = 4_000
"""Longer frames are cut to a window of this around the change: the fuzzer is about content, not about size."""

Mutation = Callable[[bytes, random.Random], bytes]


def flip(frame: bytes, dice: random.Random) -> bytes:
    changed = bytearray(frame)
    for _ in range(dice.randint(1, 4)):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def cut(frame: bytes, dice: random.Random) -> bytes:
    return frame[: dice.randrange(len(frame))]


def drop(frame: bytes, dice: random.Random) -> bytes:
    first = dice.randrange(len(frame))
    return frame[:first] + frame[first + dice.randint(1, 30) :]


def double(frame: bytes, dice: random.Random) -> bytes:
    first = dice.randrange(len(frame))
    piece = frame[first : first + dice.randint(1, 60)]
    return frame[:first] + piece + frame[first:]


def insert(frame: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(len(frame))
    return frame[:place] + dice.choice(PIECES) + frame[place:]


def other_number(frame: bytes, dice: random.Random) -> bytes:
    """Some run of digits becomes an absurd number."""
    digits = [place for place in range(len(frame)) if 48 <= frame[place] <= 57]
    if not digits:
        return flip(frame, dice)
    first = last = dice.choice(digits)
    while last < len(frame) and (48 <= frame[last] <= 57 or frame[last] == 46):
        last += 1
    return frame[:first] + dice.choice(NUMBERS) + frame[last:]


def other_type(frame: bytes, dice: random.Random) -> bytes:
    """A value between two delimiters becomes another value."""
    places = [place for place in range(len(frame)) if frame[place] in b",:["]
    if not places:
        return cut(frame, dice)
    first = dice.choice(places) + 1
    last = min((at for at in (frame.find(mark, first) for mark in (b",", b"]", b"}")) if at >= 0), default=len(frame))
    return frame[:first] + dice.choice((*PIECES, *NUMBERS)) + frame[last:]


MUTATIONS: tuple[Mutation, ...] = (flip, cut, drop, double, insert, other_number, other_number, other_type)


def mutate(frame: bytes, dice: random.Random) -> bytes:
    """At least one change; sometimes several."""
    for _ in range(1 if dice.random() < 0.8 else 3):
        if not frame:
            return frame
        frame = dice.choice(MUTATIONS)(frame, dice)
    return frame
