"""The client's end of a WebSocket against a server that says any bytes, right or wrong, over real sockets."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.connection import Connection, ConnectionSettings
from feeds.errors import NotOpened, RateLimited
from feeds.web_socket import ROOM_BYTES, WebSocket, open_web_socket
from tests.deadline import until
from tests.raw_venue import RawVenue, Script, frame, read_frame

MOST_BYTES = 1 << 20
TLS = Path(__file__).resolve().parents[2] / "golden" / "tls"
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


async def _hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


def _says(*frames: bytes) -> Script:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for piece in frames:
            writer.write(piece)
            await writer.drain()
        await reader.read()

    return script


@asynccontextmanager
async def _opened(script: Script, **more: Any) -> AsyncIterator[tuple[WebSocket, list[bytes]]]:
    """A started socket, and the messages that come."""
    heard: list[bytes] = []
    async with RawVenue(script, **more) as venue:
        socket = await open_web_socket(
            venue.url, on_message=lambda message, at_ns: heard.append(message), most_bytes=MOST_BYTES
        )
        socket.start()
        try:
            yield socket, heard
        finally:
            await socket.close()


async def test_messages_come_whole_and_in_order() -> None:
    sizes = (0, 1, 125, 126, 127, 65_535, 65_536, 300_000)
    sent = [bytes([index]) * size for index, size in enumerate(sizes)]
    async with _opened(_says(b"".join(frame(text, 1 + index % 2) for index, text in enumerate(sent)))) as (_, heard):
        await until(lambda: len(heard) == len(sent))
        assert heard == sent


async def test_a_message_cut_at_every_byte_is_the_same_message() -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for letter in frame(b"x" * 200) + frame(b"y"):
            writer.write(bytes((letter,)))
            await writer.drain()
            await asyncio.sleep(0)
        await reader.read()

    async with _opened(script) as (_, heard):
        await until(lambda: len(heard) == 2)
        assert heard == [b"x" * 200, b"y"]


async def test_parts_are_joined_and_a_ping_between_them_is_answered() -> None:
    answers: list[tuple[int, bytes]] = []

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(frame(b"one ", is_last=False) + frame(b"are you there?", PING))
        writer.write(frame(b"and ", CONTINUATION, is_last=False) + frame(b"two", CONTINUATION) + frame(b"three"))
        answers.append(await read_frame(reader))
        await reader.read()

    async with _opened(script) as (_, heard):
        await until(lambda: len(heard) == 2 and bool(answers))
        assert heard == [b"one and two", b"three"]
        assert answers == [(PONG, b"are you there?")]


WRONG = {
    "masked": b"\x81\x81\x00\x00\x00\x00x",
    "a reserved bit (compressed)": frame(b"x", reserved=0x40),
    "an unknown opcode": frame(b"x", 3),
    "an unknown control frame": frame(b"x", 11),
    "a long ping": frame(b"x" * 126, PING),
    "a ping in parts": frame(b"x", PING, is_last=False),
    "a part of nothing": frame(b"x", CONTINUATION),
    "a new message within another": frame(b"x", is_last=False) + frame(b"y"),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
async def test_what_the_protocol_forbids_ends_the_connection(wrong: bytes) -> None:
    said: list[tuple[int, bytes]] = []

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(frame(b"good") + wrong + frame(b"not heard any more"))
        said.append(await read_frame(reader))

    async with _opened(script) as (socket, heard):
        await asyncio.wait_for(socket.ended, 5)
        await until(lambda: bool(said))
        assert heard == [b"good"]
        assert said[0][0] == CLOSE
        assert said[0][1][:2] == (1002).to_bytes(2, "big")


@pytest.mark.parametrize(
    "huge",
    [frame(b"", length=50_000_000), frame(b"", length=1 << 63), frame(b"x" * 700_000, is_last=False) * 2],
    ids=["of 50 MB", "of 2^63 bytes", "in parts"],
)
async def test_a_message_that_is_too_long_is_refused_before_it_is_here(huge: bytes) -> None:
    huge = huge if len(huge) < 1_000 else huge[:700_010] + frame(b"x" * 700_000, CONTINUATION, is_last=False)
    async with _opened(_says(huge)) as (socket, heard):
        why = await asyncio.wait_for(socket.ended, 5)
        assert "so long" in why
        assert heard == []
        assert len(socket.get_buffer(0)) <= max(ROOM_BYTES, MOST_BYTES)


async def test_the_room_for_a_long_message_is_given_back() -> None:
    async with _opened(_says(frame(b"x" * 1_000_000), frame(b"y"))) as (socket, heard):
        await until(lambda: len(heard) == 2)
        assert len(socket.get_buffer(0)) == ROOM_BYTES


async def test_half_a_frame_and_then_silence_is_silence() -> None:
    async with RawVenue(_says(frame(b"half", length=100))) as venue:
        why: list[str] = []

        async def nothing() -> None: ...

        connection = Connection(
            ConnectionSettings(url=venue.url, stale_after_ms=80, first_ms=1, most_ms=2),
            on_frame=lambda message, at_ns: None,
            on_open=nothing,
            on_close=why.append,
        )
        running = asyncio.create_task(connection.run())
        await until(lambda: venue.opened >= 2)
        assert why
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_what_we_send_is_masked_and_comes_back() -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            opcode, payload = await read_frame(reader)
            writer.write(frame(payload, opcode))

    async with _opened(echo) as (socket, heard):
        sent = ["", "x", "y" * 125, "z" * 126, "ü" * 40_000]
        for text in sent:
            socket.send(text)
        await until(lambda: len(heard) == len(sent))
        assert heard == [text.encode() for text in sent]


async def test_what_is_sent_in_one_turn_leaves_in_order_and_in_few_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[tuple[int, bytes]] = []
    texts = [f"{number:03}" + "x" * 300 for number in range(100)]

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while len(said) < len(texts) + 2:
            said.append(await read_frame(reader))

    async with _opened(script) as (socket, _):
        writes: list[bytes] = []
        transport = socket._transport
        assert transport is not None
        write = transport.write
        monkeypatch.setattr(transport, "write", lambda data: writes.append(data) or write(data))

        for text in texts:
            socket.send(text)
        assert len(writes) >= 1, "the first one has left at once"
        socket.ping()
        await socket.close()

        await until(lambda: len(said) == len(texts) + 2)
        assert [payload.decode() for kind, payload in said if kind == TEXT] == texts
        assert [kind for kind, _ in said[-2:]] == [PING, CLOSE]
        assert len(writes) <= 12


async def test_a_close_is_answered_and_its_reason_told() -> None:
    said: list[tuple[int, bytes]] = []

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(frame((1001).to_bytes(2, "big") + b"24 hours", CLOSE))
        said.append(await read_frame(reader))

    async with _opened(script) as (socket, _):
        why = await asyncio.wait_for(socket.ended, 5)
        await until(lambda: bool(said))
        assert why == "the connection ended: code=1001, 24 hours"
        assert said == [(CLOSE, (1001).to_bytes(2, "big"))]
        assert not socket.is_open


async def test_a_venue_that_does_not_answer_our_close_is_left() -> None:
    async with _opened(_hold) as (socket, _):
        await asyncio.wait_for(socket.close(), 5)
        assert await asyncio.wait_for(socket.ended, 5)


async def test_a_venue_that_takes_nothing_is_left_before_memory_fills() -> None:
    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async with _opened(deaf) as (socket, _):
        for _ in range(400):
            socket.send("x" * 60_000)
        assert "takes nothing" in await asyncio.wait_for(socket.ended, 5)


async def test_frames_that_come_with_the_answer_wait_for_the_start() -> None:
    heard: list[bytes] = []
    async with RawVenue(_hold, behind=frame(b"hello")) as venue:
        socket = await open_web_socket(venue.url, on_message=lambda message, _: heard.append(message), most_bytes=99)
        await asyncio.sleep(0)
        assert heard == []
        socket.start()
        assert heard == [b"hello"]
        await socket.close()


async def test_a_fault_of_who_listens_is_not_swallowed() -> None:
    def refuse(message: bytes, at_ns: int) -> None:
        raise RuntimeError("a fault of ours")

    async with RawVenue(_says(frame(b"x"))) as venue:
        socket = await open_web_socket(venue.url, on_message=refuse, most_bytes=99)
        socket.start()
        with pytest.raises(RuntimeError, match="a fault of ours"):
            await asyncio.wait_for(socket.ended, 5)


ANSWERS = {
    "a redirect": b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n",
    "no HTTP": b"hello\r\n\r\n",
    "another's answer": b"HTTP/1.1 101 X\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: AAAA\r\n\r\n",
    "no end": b"HTTP/1.1 101 " + b"x" * 40_000,
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
async def test_an_answer_that_is_no_upgrade_is_refused(answer: bytes) -> None:
    async with RawVenue(_hold, answer=answer) as venue:
        with pytest.raises(NotOpened):
            await asyncio.wait_for(open_web_socket(venue.url, on_message=print, most_bytes=99), 5)


async def test_a_venue_that_asks_for_silence_says_for_how_long() -> None:
    async with RawVenue(_hold, answer=b"HTTP/1.1 429 Slow Down\r\nRetry-After: 7\r\n\r\n") as venue:
        with pytest.raises(RateLimited) as limited:
            await open_web_socket(venue.url, on_message=print, most_bytes=99)
        assert limited.value.wait_s == 7.0


@pytest.mark.parametrize("url", ["", "localhost", "ftp://x/", "ws://", "ws://x:port/", "ws://127.0.0.1/a b\r\nX: y"])
async def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(NotOpened):
        await open_web_socket(url, on_message=print, most_bytes=99)


async def test_an_unknown_certificate_is_refused_and_a_known_one_is_not() -> None:
    ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ours.load_cert_chain(TLS / "certificate.pem", TLS / "key.pem")
    knowing = ssl.create_default_context(cafile=str(TLS / "certificate.pem"))
    heard: list[bytes] = []
    async with RawVenue(_says(frame(b"x" * 100_000), frame(b"y")), tls=ours) as venue:
        with pytest.raises(NotOpened, match=r"certificate is not to be trusted"):
            await open_web_socket(venue.url, on_message=print, most_bytes=99)
        socket = await open_web_socket(
            venue.url, on_message=lambda message, _: heard.append(message), most_bytes=MOST_BYTES, tls=knowing
        )
        socket.start()
        await until(lambda: heard == [b"x" * 100_000, b"y"])
        await socket.close()


@given(
    messages=st.lists(st.tuples(st.binary(max_size=400), st.integers(1, 4)), max_size=8),
    cuts=st.lists(st.integers(1, 300), min_size=1, max_size=40),
)
def test_however_it_is_split_and_cut_the_messages_are_the_same(
    messages: list[tuple[bytes, int]], cuts: list[int]
) -> None:
    stream = b""
    for text, parts in messages:
        size = -(-len(text) // parts) or 1
        pieces = [text[at : at + size] for at in range(0, len(text), size)] or [b""]
        for index, piece in enumerate(pieces):
            stream += frame(piece, TEXT if index == 0 else CONTINUATION, is_last=index == len(pieces) - 1)

    async def read() -> list[bytes]:
        heard: list[bytes] = []
        socket = WebSocket(lambda message, at_ns: heard.append(message), MOST_BYTES)
        socket.start()
        rest, turn = stream, 0
        while rest:
            piece, rest = rest[: cuts[turn % len(cuts)]], rest[cuts[turn % len(cuts)] :]
            socket.get_buffer(0)[: len(piece)] = piece
            socket.buffer_updated(len(piece))
            turn += 1
        return heard

    assert asyncio.run(read()) == [text for text, _ in messages]
