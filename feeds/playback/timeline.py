"""A recording in playing order: which frames a socket of one address could hear, and whom each concerns.

Recordings have several sockets, and often one topic on more than one of them. A client arranges its own sockets as it
likes, so a topic is played from the first recorded socket that carries it, and what names no topic (heartbeats) from
the first socket; a socket of the client's address goes before others (spot and linear markets of one venue).
"""

from typing import NamedTuple

from feeds.playback.dialects.dialect import Topic
from feeds.recording import Frame, Recording


class Beat(NamedTuple):
    frame: Frame
    topics: tuple[Topic, ...]
    """() for everyone"""

    @property
    def is_book(self) -> bool:
        return any(topic.is_book for topic in self.topics)


class Timeline:
    def __init__(self, recording: Recording, path: str) -> None:
        here = {socket.conn for socket in recording.sockets if socket.path.rstrip("/") == path.rstrip("/")}
        heard = [Beat(frame, topics) for frame, topics in recording.topics()]
        heard_here = [beat for beat in heard if beat.frame.conn in here]
        told_on: dict[tuple[str, str], str] = {}
        for beat in heard_here + heard:
            for topic in beat.topics:
                told_on.setdefault(topic.key, beat.frame.conn)
        self.known = {topic.key: topic.name for beat in reversed(heard) for topic in beat.topics}
        first = (heard_here or heard)[0].frame.conn if heard else ""
        played = [
            beat
            for beat in heard
            if any(told_on[topic.key] == beat.frame.conn for topic in beat.topics)
            or (not beat.topics and (beat.frame.conn == first or not self.known))
        ]
        begin = next((index for index, beat in enumerate(played) if beat.topics), 0)
        self.greetings = tuple(beat.frame.text for beat in played[:begin]) or recording.dialect.greetings
        """What the venue says when a socket opens, before anybody asked"""
        self.beats = tuple(played[begin:])
