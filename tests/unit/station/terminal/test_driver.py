"""What is typed at a real terminal comes to the app in its order, without a thread, whatever bytes it is."""

import asyncio
import os
import pty
import signal
import tty
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from textual import constants, events
from textual._xterm_parser import XTermParser
from textual.message import Message

from station.terminal.driver import TerminalDriver
from tests.deadline import until


class Typed:
    """The other end of a terminal, and the app that hears of it."""

    debug = False

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.master, slave = pty.openpty()
        tty.setraw(slave)
        self.driver = TerminalDriver(self)  # type: ignore[arg-type]
        self.driver.fileno = slave
        self.driver._takes_keys = True
        self.driver._begin_reading()

    def post_message(self, message: Message) -> bool:
        self.messages.append(message)
        return True

    def __getattr__(self, name: str) -> Any:
        return None

    def type(self, text: bytes) -> None:
        os.write(self.master, text)

    @property
    def keys(self) -> list[str]:
        return [message.key for message in self.messages if isinstance(message, events.Key)]


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """Textual's driver takes two."""
    before = {one: signal.getsignal(one) for one in (signal.SIGTSTP, signal.SIGCONT)}
    yield
    for one, handler in before.items():
        signal.signal(one, handler)


@pytest.fixture
async def typed() -> AsyncIterator[Typed]:
    one = Typed()
    yield one
    one.driver._end_reading()
    for descriptor in {one.master, one.driver.fileno} - {-1}:
        os.close(descriptor)


async def test_keys_come_in_their_order_and_are_counted(typed: Typed) -> None:
    typed.type(b"ab\x1b[A\xc3\xa9")
    await until(lambda: typed.keys == ["a", "b", "up", "é"] or len(typed.keys) == 4)
    assert typed.keys[:3] == ["a", "b", "up"]
    assert typed.driver.keys_read == 4
    assert typed.messages[-1].character == "é"  # type: ignore[attr-defined]


async def test_a_frame_that_is_being_drawn_sees_that_something_was_typed(typed: Typed) -> None:
    assert not typed.driver.is_something_typed
    typed.type(b"a")
    assert typed.driver.is_something_typed, "without a turn of the loop"
    await until(lambda: typed.keys == ["a"])
    assert not typed.driver.is_something_typed


async def test_a_lone_escape_is_a_key_when_its_time_is_over(typed: Typed) -> None:
    typed.type(b"\x1b")
    begun = asyncio.get_running_loop().time()
    await until(lambda: bool(typed.keys))
    assert typed.keys == ["escape"]
    assert asyncio.get_running_loop().time() - begun >= constants.ESCAPE_DELAY * 0.9
    typed.type(b"x")
    await until(lambda: typed.keys == ["escape", "x"])


async def test_a_letter_cut_in_two_is_one_and_a_wrong_byte_ends_nothing(typed: Typed) -> None:
    typed.type(b"\xc3")
    await until(lambda: not typed.driver.is_something_typed)
    typed.type(b"\xa9\xffb")
    await until(lambda: typed.keys[-1:] == ["b"])
    assert "é" in [message.character for message in typed.messages]  # type: ignore[attr-defined]


async def test_a_sequence_that_the_parser_cannot_bear_costs_no_later_key(
    typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ValueError

    with monkeypatch.context() as patched:
        patched.setattr(XTermParser, "parse_mouse_code", fails)
        typed.type(b"a\x1b[<0;5;5M")
        await until(lambda: typed.keys == ["a"] and not typed.driver.is_something_typed)
    typed.type(b"\x0b")
    await until(lambda: typed.keys == ["a", "ctrl+k"])


async def test_a_line_that_was_hung_up_is_read_no_more(typed: Typed) -> None:
    os.close(typed.master)
    await until(lambda: not typed.driver._is_reading)
    assert not typed.driver.is_something_typed
    typed.master = -1


async def test_at_the_end_an_answer_on_its_way_is_not_left_to_the_shell(typed: Typed) -> None:
    driver = typed.driver
    driver.echo.ask(0.0)
    driver.echo.answered(2, 0.1)
    column = driver.echo.ask(0.2)
    asyncio.get_running_loop().run_in_executor(None, typed.type, f"\x1b[2;{column}R".encode())
    driver.disable_input()
    assert not driver.echo.is_waited_for
    assert not driver._is_reading
