"""Keys of a running desk: a pipe in, a sealed file a venue, found again through whoever lives, never dumped."""

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from core.vocabulary import Mode
from feeds.config import VenueConfig
from feeds.credentials import Credentials, credentials_of, read_credentials
from feeds.errors import CredentialsMissing
from station.config import DeskSetup, ServedVenue
from station.desk.key_ring import find_keys, from_pipe, key_descriptors, through_pipe, with_found_keys, with_key_files
from station.desk.liveness import start_ticks
from station.desk.registry import RegisteredProcess, Registry

ROOT = Path(__file__).resolve().parents[4]
KEYS = {"binance": Credentials("a-key", "a-secret"), "okx": Credentials("k", "s", "p")}


def setup() -> DeskSetup:
    venues = tuple(ServedVenue(venue=VenueConfig(name=name)) for name in ("binance", "okx", "kraken"))
    return DeskSetup(name="main", mode=Mode.PAPER, venues=venues)


def registry_of(pid: int, known: DeskSetup) -> Registry:
    process = RegisteredProcess("order.binance", pid, start_ticks(pid) or 0)
    return Registry("main", "1", 0, 0, 0, {}, msgspec.to_builtins(known), [process])


def test_they_go_through_a_pipe_once() -> None:
    assert from_pipe(through_pipe(KEYS)) == KEYS
    assert from_pipe(-1) == {}


def test_each_venue_has_a_sealed_file_of_its_own_key() -> None:
    known = with_key_files(setup(), KEYS)

    assert credentials_of(known.venues[0].venue) == KEYS["binance"]
    assert credentials_of(known.venues[1].venue) == KEYS["okx"]
    assert known.venues[2].venue.keys_descriptor == -1
    assert len(key_descriptors(known.venues)) == 2
    with pytest.raises(PermissionError):
        os.pwrite(known.venues[0].venue.keys_descriptor, b"x", 0)
    for number in key_descriptors(known.venues):
        os.close(number)


def test_a_number_that_is_no_key_is_a_sentence() -> None:
    reading, writing = os.pipe()
    with pytest.raises(CredentialsMissing, match="is no key"):
        credentials_of(VenueConfig(name="binance", keys_descriptor=reading))
    os.close(reading)
    os.close(writing)


@pytest.mark.parametrize("is_lowest", [False, True])
def test_a_new_desk_finds_them_through_a_process_that_lives_even_stopped(is_lowest: bool) -> None:
    known = with_key_files(setup(), {"binance": KEYS["binance"]})
    number = known.venues[0].venue.keys_descriptor
    # The number may be the very one that opening gives: what is found is then where it belongs.
    taken = [] if not is_lowest else _all_below(number)
    holder = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=(number,))
    try:
        os.close(number)  # the desk dies
        holder.send_signal(signal.SIGSTOP)
        registry = registry_of(holder.pid, known)

        found = with_found_keys(known, registry)

        assert found.venues[0].venue.keys_descriptor == number
        assert credentials_of(found.venues[0].venue) == KEYS["binance"]
        assert find_keys(registry, ServedVenue(venue=VenueConfig(name="okx", keys_descriptor=number))) is None
        os.close(number)
    finally:
        for other in taken:
            os.close(other)
        holder.kill()
        holder.wait()
        assert holder.stdin is not None
        holder.stdin.close()
    gone = with_found_keys(known, registry)
    assert gone.venues[0].venue.keys_descriptor == -1


def test_who_holds_a_key_makes_no_core_dump(tmp_path: Path) -> None:
    """A process that may dump, is given a key, and dies of a signal that dumps."""
    resource_limit = resource.getrlimit(resource.RLIMIT_CORE)
    file = tmp_path / "key.toml"
    file.write_text('key = "a"\nsecret = "b"\n')
    file.chmod(0o600)
    code = (
        "import os, resource\n"
        "from feeds.config import VenueConfig\n"
        "from feeds.credentials import credentials_of\n"
        f"credentials_of(VenueConfig(name='binance', credentials_file={str(file)!r}))\n"
        "assert max(resource.getrlimit(resource.RLIMIT_CORE)) <= 1\n"
        "os.abort()\n"
    )
    died = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False
    )
    assert died.returncode == -signal.SIGABRT
    assert [path.name for path in tmp_path.iterdir()] == ["key.toml"]
    assert resource.getrlimit(resource.RLIMIT_CORE) == resource_limit


def test_a_plain_file_may_hold_the_third_word_that_some_venues_give(tmp_path: Path) -> None:
    file = tmp_path / "key.toml"
    file.write_text('key = "a"\nsecret = "b"\npassphrase = "c"\n')
    file.chmod(0o600)
    assert read_credentials(str(file), venue="okx") == Credentials("a", "b", "c")


def _all_below(number: int) -> list[int]:
    """Descriptors that take every free number below this one."""
    taken = []
    while (one := os.open("/dev/null", os.O_RDONLY)) < number:
        taken.append(one)
    os.close(one)
    return taken
