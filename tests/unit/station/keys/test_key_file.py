"""The encrypted key file: what it refuses, what it never loses, and that nothing of it is readable."""

import os
import stat
from pathlib import Path

import pytest

from feeds.credentials import Credentials
from station.exit_codes import ExitCode
from station.keys.key_file import KeyFileFault, UnsafeKeyFile, WrongPassphrase, read_keys, write_keys

ACCOUNTS = {"binance": {"main": Credentials("a-key", "a-secret")}, "okx": {"two": Credentials("k", "s", "p")}}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Once: making one takes as long as guessing one should."""
    path = tmp_path_factory.mktemp("keys") / "keys.age"
    write_keys(path, ACCOUNTS, "correct horse")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["keys.age"]
    return path.read_bytes()


@pytest.fixture
def path(tmp_path: Path, written: bytes) -> Path:
    path = tmp_path / "keys.age"
    path.write_bytes(written)
    path.chmod(0o600)
    return path


def test_what_was_written_is_read_and_nothing_of_it_can_be_seen(path: Path) -> None:
    assert read_keys(path, "correct horse") == ACCOUNTS
    assert b"a-secret" not in path.read_bytes()
    assert b"binance" not in path.read_bytes()


def test_no_file_is_no_keys(tmp_path: Path) -> None:
    assert read_keys(tmp_path / "keys.age", "any") == {}


def test_a_wrong_passphrase_is_a_sentence_of_its_own(path: Path) -> None:
    with pytest.raises(WrongPassphrase, match="does not open with this passphrase") as refused:
        read_keys(path, "wrong")
    assert refused.value.exit_code == ExitCode.KEYS


@pytest.mark.parametrize("damage", ["cut", "head", "nothing", "noise"])
def test_damage_is_a_sentence(path: Path, damage: str) -> None:
    whole = path.read_bytes()
    path.write_bytes({"cut": whole[:-4], "head": whole[:20], "nothing": b"", "noise": b"\x00" * 200}[damage])
    with pytest.raises(KeyFileFault, match="is damaged") as refused:
        read_keys(path, "correct horse")
    assert refused.value.exit_code == ExitCode.KEYS


def test_a_file_that_others_may_read_is_refused(path: Path) -> None:
    path.chmod(0o640)
    with pytest.raises(UnsafeKeyFile, match=r"may be read by others \(mode 0640\)"):
        read_keys(path, "correct horse")


def test_a_link_is_refused_and_what_it_points_to_stays(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.age"
    link.symlink_to(path)
    before = path.read_bytes()
    for act in (lambda: read_keys(link, "correct horse"), lambda: write_keys(link, ACCOUNTS, "x")):
        with pytest.raises(UnsafeKeyFile, match="is a link"):
            act()
    assert path.read_bytes() == before
    assert link.is_symlink()


def test_a_pipe_in_its_place_is_refused_and_nobody_waits_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "keys.age", 0o600)
    with pytest.raises(UnsafeKeyFile, match="no plain file"):
        read_keys(tmp_path / "keys.age", "any")


def test_a_write_that_fails_leaves_the_old_file(path: Path, written: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_space(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(OSError, match="No space"):
        write_keys(path, {}, "p")
    assert path.read_bytes() == written
