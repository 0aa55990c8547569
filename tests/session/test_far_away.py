"""The whole screen at the end of a slow, a stuck and an interrupted line. A program of its own in a pseudo terminal."""

import base64
import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from station.terminal.glyphs import CODE_PAGE_437
from station.terminal.pace import FAR_BEHIND_S
from tests.deadline import PATIENCE
from tests.terminal_far_away import TerminalFarAway, moving_screen

HALT = "\x0b"
LEAST_BYTES_PER_S = 6_000.0
"""On a machine that is too busy for twenty frames a second no line is slow."""


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("far") / "log"
    file.touch()
    return file


@pytest.fixture(scope="module")
def running(log: Path) -> Iterator[TerminalFarAway]:
    screen = moving_screen(log, environment={"COLUMNS": "80", "LINES": "24"})  # as a shell may export them
    yield screen
    screen.close()


@pytest.fixture
def screen(running: TerminalFarAway, log: Path) -> TerminalFarAway:
    running.resize(120, 36)
    running.cells.clear()
    os.kill(running.pid, signal.SIGWINCH)
    running.read_until(lambda: is_whole(running))
    log.write_text("")
    return running


def is_whole(screen: TerminalFarAway) -> bool:
    return all((x, y) in screen.cells for x in range(screen.columns) for y in range(screen.rows))


def test_resizing_at_random_while_trading(screen: TerminalFarAway, log: Path) -> None:
    chance = random.Random(5)
    for _ in range(12):
        columns, rows = chance.choice([(80, 24), (120, 36), (160, 48), (250, 70), (81, 25), (40, 10), (199, 49)])
        screen.resize(columns, rows)
        screen.type(chance.choice("bsqwxznpmj1357"))
        screen.read_for(chance.uniform(0.01, 0.25))
    screen.resize(100, 30)
    screen.cells.clear()
    screen.type("b")
    screen.read_until(lambda: is_whole(screen))
    screen.read_until(lambda: "Ticket" in log.read_text())
    assert not screen.is_over()


def test_a_slow_terminal_gets_what_it_takes_and_sees_the_present(screen: TerminalFarAway) -> None:
    """How far behind is counted in bytes, not in seconds: a screen that waits for a processor writes none."""
    slow = max(screen.read_for(2.0) / 2.0 / 6, LEAST_BYTES_PER_S)
    screen.read_for(4.0, bytes_per_s=slow)
    behind = []
    for key, answer in (("3", " size 0.05"), ("5", " size 0.2"), ("3", " size 0.05")):
        if answer in screen.text():
            continue
        before = screen.read_bytes
        screen.type(key)
        screen.read_until(lambda answer=answer: answer in screen.text(), bytes_per_s=slow)
        behind.append(screen.read_bytes - before)
    # 20 frames a second would be ever further behind.
    assert min(behind) < 3 * FAR_BEHIND_S * slow


def test_a_stopped_screen_is_whole_when_it_goes_on(screen: TerminalFarAway) -> None:
    os.kill(screen.pid, signal.SIGSTOP)
    screen.cells.clear()
    os.kill(screen.pid, signal.SIGCONT)
    screen.read_until(lambda: is_whole(screen))


def test_a_terminal_that_another_looked_at_gets_the_whole_screen(screen: TerminalFarAway) -> None:
    screen.cells.clear()
    os.kill(screen.pid, signal.SIGWINCH)  # of the same size: so tmux and dtach say it
    screen.read_until(lambda: is_whole(screen))


def test_a_line_goes_to_the_clipboard_of_the_terminal(screen: TerminalFarAway) -> None:
    screen.type("\x1b[19~")  # F8: the orders
    screen.read_for(0.3)
    screen.type("jY")
    screen.read_until(lambda: screen.copied)
    assert "BTC-USD.alpha" in base64.b64decode(screen.copied[0].split(";")[-1]).decode()


def test_a_stuck_terminal_blocks_nothing_and_is_whole_again_afterwards(screen: TerminalFarAway, log: Path) -> None:
    screen.read_for(1.0)
    before_kb = screen.memory_kb()
    time.sleep(3.0)  # nobody reads: the time is what is tried
    screen.type(HALT)
    give_up = time.monotonic() + 5 * PATIENCE
    while "halt" not in log.read_text():
        assert time.monotonic() < give_up, "the kill key must not wait for the terminal"
        time.sleep(0.01)
    assert screen.memory_kb() - before_kb < 3_000
    screen.cells.clear()
    screen.read_until(lambda: "HALTED" in screen.text() and is_whole(screen))


def test_the_console_is_told_sixteen_colours_and_its_own_signs(tmp_path: Path) -> None:
    screen = moving_screen(tmp_path / "log", columns=80, rows=24, environment={"TERM": "linux", "COLORTERM": ""})
    try:
        screen.read_until(lambda: is_whole(screen))
        styles, signs = zip(*(cell.rpartition("|")[::2] for cell in screen.cells.values()), strict=True)
        told = {int(word) for style in styles for word in style.split(";") if word}
        assert told <= {
            *range(10),
            *range(22, 30),
            39,
            49,
            *range(30, 38),
            *range(40, 48),
            *range(90, 98),
            *range(100, 108),
        }
        assert all(sign.isascii() or sign in CODE_PAGE_437 for sign in signs)
    finally:
        screen.close()


def test_a_drop_leaves_the_desk_though_the_terminal_takes_nothing(running: TerminalFarAway, log: Path) -> None:
    log.write_text("")
    time.sleep(2.0)  # nobody reads, until the terminal takes no more
    began = time.monotonic()
    os.kill(running.pid, signal.SIGHUP)
    while not running.is_over():
        assert time.monotonic() - began < 20 * PATIENCE
        time.sleep(0.01)
    assert log.read_text().split() == ["closed"]
