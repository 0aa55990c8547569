"""`station keys` as it is typed: a process of its own, the passphrase through a descriptor or a terminal."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from station.exit_codes import ExitCode
from tests.station_cli import Station

SECRET = "the-secret-nobody-may-see"


def keys(station: Station, *arguments: str, passphrase: str = "p", said: str = "") -> subprocess.CompletedProcess[str]:
    reading, writing = os.pipe()
    os.write(writing, passphrase.encode() + b"\n")
    os.close(writing)
    try:
        return subprocess.run(
            [sys.executable, "-P", "-m", "station", "keys", *arguments, "--passphrase-fd", str(reading)],
            env=station.environment, cwd=station.home, capture_output=True, text=True, input=said, timeout=60,
            pass_fds=(reading,), check=False,
        )  # fmt: skip
    finally:
        os.close(reading)


@pytest.fixture
def station(tmp_path: Path) -> Station:
    return Station(tmp_path)


def test_a_key_is_kept_listed_and_never_shown(station: Station) -> None:
    added = keys(station, "add", "binance", "--account", "mine", said=f"the-key\n{SECRET}\n")
    listed = keys(station, "list", "--json")
    removed = keys(station, "remove", "okx")

    assert added.returncode == 0, added
    assert listed.stdout == '[{"venue": "binance", "account": "mine"}]\n'
    assert removed.returncode == ExitCode.UNKNOWN_NAME
    assert not any(SECRET in said.stdout + said.stderr for said in (added, listed, removed))
    left = [path for path in station.home.rglob("*") if path.is_file()]
    assert not any(SECRET.encode() in path.read_bytes() for path in left)


@pytest.mark.parametrize(
    ("arguments", "said", "words"),
    [
        (("add", "no,such"), "k\ns\n", "a venue's name"),
        (("add", "binance", "--account", "a b"), "k\ns\n", "an account's name"),
        (("add", "binance"), "k\n\n", "must not be empty"),
    ],
)
def test_a_mistake_is_a_sentence_and_writes_nothing(
    station: Station, arguments: tuple[str, ...], said: str, words: str
) -> None:
    refused = keys(station, *arguments, said=said)

    assert refused.returncode == ExitCode.USAGE
    assert words in refused.stderr
    assert not (station.home / "config" / "keys.age").exists()


def test_without_a_terminal_and_without_a_descriptor_it_says_so(station: Station) -> None:
    said = station.run("keys", "add", "binance")

    assert said.code == ExitCode.USAGE
    assert "--passphrase-fd" in said.error


def test_at_a_terminal_everything_is_asked_for_and_nothing_is_shown(station: Station) -> None:
    process, master = pty.fork()
    if process == 0:
        os.execve(sys.executable, [sys.executable, "-P", "-m", "station", "keys", "add", "okx"], station.environment)
    shown = b""
    for question, answer in (
        (b"Passphrase of the key file", b"pw"),
        (b"The same again", b"pw"),
        (b"Key:", b"the-key"),
        (b"Secret:", SECRET.encode()),
        (b"Passphrase of the venue", b"third"),
        (b"is kept in", b""),
    ):
        while question not in shown:
            shown += os.read(master, 4096)
        os.write(master, answer + b"\n" if answer else b"")
    _, status = os.waitpid(process, 0)
    os.close(master)

    assert status == 0
    assert SECRET.encode() not in shown
    assert b"pw" not in shown


def test_without_a_verb_it_prints_the_keys_of_the_keyboard(station: Station) -> None:
    assert "Halt at once" in station.run("keys").out
