"""One client's socket: it hears what the client asks for, and plays the recorded frames of that, from the start.

A book that is asked for in the middle is told from its recorded snapshot up to now, at once, and goes on from there:
what a venue does with a fresh snapshot. Of a venue whose books are fetched over HTTP only what follows is played.
"""

import asyncio
import gzip
from collections.abc import Callable
from contextlib import suppress

from core.clock import monotonic_ns
from feeds.playback.dialects.dialect import Dialect, Topic
from feeds.playback.faults import FallSilent, Saboteur
from feeds.playback.timeline import Beat, Timeline
from feeds.playback.wire import Wire

SETTLE_S = 0.05
"""Clients ask in several messages: playing begins when they have been quiet for so long."""


class Player:
    def __init__(
        self,
        wire: Wire,
        timeline: Timeline,
        dialect: Dialect,
        *,
        path: str,
        saboteur: Saboteur,
        open_book: Callable[[Topic], bool],
        follow: Callable[[Topic, str], None],
    ) -> None:
        """`open_book`: a book begins to be played here; is it one that the client will fetch?
        `follow`: it moved, whether or not the client is told."""
        self._wire, self._timeline, self._dialect, self._path = wire, timeline, dialect, path
        self._saboteur, self._open_book, self._follow = saboteur, open_book, follow
        self._asked: dict[tuple[str, str], Topic] = {}
        self._position = 0
        self._count = dialect.first_number
        """Frames of this socket, as venues number them"""
        self._has_asked = asyncio.Event()
        self._asked_ns = 0
        self._unfetched: set[str] = set()
        self._has_fetched = asyncio.Event()
        self.played = 0
        self.is_silent = False

    async def greet(self) -> None:
        for text in self._timeline.greetings:
            await self._say(text)

    async def want(self, topics: tuple[Topic, ...]) -> None:
        for topic in topics:
            self._asked.pop(topic.key, None)
            await self._tell(topic)
            self._asked[topic.key] = topic
        if topics:
            self._has_asked.set()

    async def hear(self, text: str) -> None:
        """A request of the client."""
        self._asked_ns = monotonic_ns()
        request = self._dialect.read(text, self._timeline.known)
        if self.is_silent or (request.verb != "other" and self._saboteur.ignores_request()):
            return
        for answer in request.answers:
            await self._say(answer)
        if request.verb == "subscribe":
            await self.want(request.topics)
        elif request.verb == "unsubscribe":
            for topic in request.topics:
                self._asked.pop(topic.key, None)

    def fetched(self, symbol: str) -> None:
        """The client has this symbol's snapshot."""
        self._unfetched.discard(symbol)
        self._has_fetched.set()

    async def _tell(self, topic: Topic) -> None:
        """What a new subscriber of a book must know."""
        if not topic.is_book or topic.key not in self._timeline.known:
            return
        if self._open_book(topic):
            self._unfetched.add(topic.folded)
        told = 0
        while told < self._position:  # playing goes on meanwhile
            beat = self._timeline.beats[told]
            told += 1
            if any(topic.key == other.key for other in beat.topics):
                self._follow(topic, beat.frame.text)
                if self._dialect.tells_books:
                    await self._pass_on(beat, topic)

    async def play(self, *, speed: float, patience_s: float) -> None:
        """To the end. Raises HangUp, and the errors of a socket that the client closed."""
        await self._until_asked(patience_s)
        self._wire.gathers = speed == 0
        try:
            await self._play_beats(speed)
        finally:
            self._wire.gathers = False
            await self._wire.flush()

    async def _play_beats(self, speed: float) -> None:
        begun_ns, first_ns = monotonic_ns(), 0
        for beat in self._timeline.beats:
            wanted = [topic for topic in beat.topics if topic.key in self._asked]
            self._position += 1
            if beat.topics and not wanted:
                continue
            first_ns = first_ns or beat.frame.at_ns
            if speed > 0:
                ahead_s = (beat.frame.at_ns - first_ns) / speed / 1e9 - (monotonic_ns() - begun_ns) / 1e9
                if ahead_s > 0:
                    await asyncio.sleep(ahead_s)
            for topic in wanted:
                self._follow(topic, beat.frame.text)
            await self._pass_on(beat, wanted[0] if wanted else None)

    async def _until_asked(self, patience_s: float) -> None:
        if self._timeline.known:
            await self._has_asked.wait()
        while (quiet_s := (monotonic_ns() - self._asked_ns) / 1e9) < SETTLE_S:
            await asyncio.sleep(SETTLE_S - quiet_s)
        with suppress(TimeoutError):
            while self._unfetched:
                await asyncio.wait_for(self._has_fetched.wait(), patience_s)
                self._has_fetched.clear()

    async def _pass_on(self, beat: Beat, topic: Topic | None) -> None:
        text = beat.frame.text
        if topic is not None and self._dialect.renames:
            asked = self._asked.get(topic.key, topic)
            recorded = next(other.name for other in beat.topics if other.key == topic.key)
            if asked.name and asked.name != recorded:
                text = text.replace(f'"{recorded}"', f'"{asked.name}"', 1)
        if self.is_silent:
            return
        try:
            if topic is not None and beat.is_book:
                # Its number is taken before it is lost, doubled or late.
                await self._saboteur.send(self._numbered(text), topic.folded, self._say_as_is)
            else:
                await self._say(text)
        except FallSilent:
            self.is_silent = True
        self.played += 1

    async def _say(self, text: str) -> None:
        await self._say_as_is(self._numbered(text))

    def _numbered(self, text: str) -> str:
        numbered = self._dialect.number(text, self._count)
        if numbered is None:
            return text
        self._count += 1
        return numbered

    async def _say_as_is(self, text: str) -> None:
        if self.is_silent:
            return
        text = self._dialect.reshape(text, self._path)
        payload = text.encode()
        await self._wire.send(
            gzip.compress(payload, 1) if self._dialect.packs else payload, is_text=not self._dialect.packs
        )
