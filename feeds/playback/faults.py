"""What goes wrong on demand: a closed set of faults, each of which strikes once.

Numbers count the frames of books, from 0, over the life of the server and over all its sockets; so a snapshot on the
socket is 0, and a client that comes back after a fault meets the frames unharmed.

    Faults(drop=(7,), http=("429", "rubbish"), retry_after_s=1)
    python -m feeds.frames --path FILE --fault drop=7 --fault http=429,rubbish --fault retry_after_s=1
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import msgspec

HUGE_BYTES = 50_000_000
CHECKSUM = re.compile(r'("checksum":\s*-?|"c":"|"cs",-?)(\d+)')


class Faults(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    drop: tuple[int, ...] = ()
    """Not sent"""
    double: tuple[int, ...] = ()
    """Sent twice"""
    swap: tuple[int, ...] = ()
    """Sent behind the next one of the same symbol"""
    delay: tuple[int, ...] = ()
    """Sent `delay_ms` late, and everything behind it"""
    delay_ms: int = 200
    truncate: tuple[int, ...] = ()
    """Its second half is missing"""
    spoil: tuple[int, ...] = ()
    """Replaced by what is no JSON"""
    wrong_checksum: tuple[int, ...] = ()
    """The book is right, the checksum in the frame is not"""
    huge: tuple[int, ...] = ()
    """Preceded by a frame of 50 MB"""
    hang_up: tuple[int, ...] = ()
    """The socket is closed instead"""
    silence: tuple[int, ...] = ()
    """From here this socket says nothing any more: no frame, no pong; it stays open"""
    hang_up_at_open: int = 0
    """So many sockets are closed as soon as they are open"""
    refuse_subscriptions: int = 0
    """So many requests on sockets are not answered and have no effect"""
    old_snapshots: int = 0
    """So many REST books are older than any frame"""
    http: tuple[str, ...] = ()
    """What becomes of the first HTTP requests: a status (429, 418, 500), rubbish, cut, hang, or ok"""
    http_path: str = ""
    """Only of those whose path contains this"""
    retry_after_s: int = 0
    """Sent with a status of `http`, when not 0"""


def read_faults(words: Iterable[str]) -> Faults:
    """`name=value[,value…]` each. Raises ValueError."""
    given: dict[str, Any] = {}
    for word in words:
        name, _, text = word.partition("=")
        numbers = [int(part) if part.isdigit() and name != "http" else part for part in text.split(",")]
        given[name] = numbers if name in _LISTS else numbers[0]
    try:
        return msgspec.convert(given, Faults)
    except msgspec.ValidationError as error:
        raise ValueError(f"--fault takes NAME=VALUE[,VALUE…]: {error}") from error


_LISTS = frozenset(field.name for field in msgspec.structs.fields(Faults) if field.default == ())


class HangUp(Exception):
    """The venue closes this socket now."""


class FallSilent(Exception):
    """The venue says nothing more on this socket."""


class Saboteur:
    """Stands between the recording and the sockets. With no faults it passes everything on."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.books_sent = 0
        self._held: dict[str, str] = {}
        self._opened = self._refused = self._old = self._http = 0

    async def send(self, text: str, symbol: str, say: Callable[[str], Awaitable[None]]) -> None:
        """One frame of a book. Raises HangUp and FallSilent."""
        faults, place = self.faults, self.books_sent
        self.books_sent += 1
        if place in faults.hang_up:
            raise HangUp
        if place in faults.silence:
            raise FallSilent
        if place in faults.drop:
            return
        if place in faults.delay:
            await asyncio.sleep(faults.delay_ms / 1_000)
        if place in faults.huge:
            await say(f'{{"padding":"{"x" * HUGE_BYTES}"}}')
        held = self._held.pop(symbol, None)
        if place in faults.swap:
            self._held[symbol] = self._spoilt(text, place)
        else:
            await say(self._spoilt(text, place))
            if place in faults.double:
                await say(text)
        if held is not None:
            await say(held)

    def _spoilt(self, text: str, place: int) -> str:
        if place in self.faults.truncate:
            return text[: len(text) // 2]
        if place in self.faults.spoil:
            return "<html>502 Bad Gateway</html>"
        if place in self.faults.wrong_checksum:
            return CHECKSUM.sub(lambda found: found[1] + str(int(found[2]) ^ 1), text)
        return text

    def closes_at_open(self) -> bool:
        self._opened += 1
        return self._opened <= self.faults.hang_up_at_open

    def ignores_request(self) -> bool:
        self._refused += 1
        return self._refused <= self.faults.refuse_subscriptions

    def makes_old(self) -> bool:
        self._old += 1
        return self._old <= self.faults.old_snapshots

    def http_fault(self, path: str) -> str:
        """ok, a status, rubbish, cut or hang."""
        if self.faults.http_path not in path or self._http >= len(self.faults.http):
            return "ok"
        self._http += 1
        return self.faults.http[self._http - 1]
