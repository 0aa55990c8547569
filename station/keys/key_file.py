"""`keys.age`: the keys of all accounts in one file, encrypted with a passphrase (age, scrypt), mode 0600.

It is read whole and written whole: a reader, or a crash, finds the old file or the new one. What is wrong with it is a
sentence: a wrong passphrase, a damaged file, one that others may read, a link in its place.
"""

import os
import stat
from pathlib import Path
from typing import ClassVar

import msgspec
import pyrage

from core.errors import StationError
from feeds.credentials import Credentials, make_no_core_dumps
from feeds.whole_file import write_whole
from station import paths
from station.exit_codes import ExitCode

MOST_BYTES = 1 << 20

Accounts = dict[str, dict[str, Credentials]]
"""Venue → account → its key."""


class KeyFileFault(StationError):
    cure: ClassVar[str] = "Restore the file from a copy, or remove it and add the keys again."
    exit_code: ClassVar[int] = ExitCode.KEYS

    def __init__(self, path: Path, rule: str) -> None:
        super().__init__(f"the key file {path} {rule}")


class WrongPassphrase(KeyFileFault):
    cure: ClassVar[str] = "Type it again; nobody can recover a forgotten one: remove the file and add the keys again."

    def __init__(self, path: Path) -> None:
        super().__init__(path, "does not open with this passphrase")


class UnsafeKeyFile(KeyFileFault):
    cure: ClassVar[str] = "It must be a plain file of yours that nobody else may read: chmod 600, no link."


def key_file() -> Path:
    return paths.config_folder() / "keys.age"


def read_keys(path: Path, passphrase: str) -> Accounts:
    """Nothing when there is no file. Raises KeyFileFault, WrongPassphrase, UnsafeKeyFile, OSError."""
    make_no_core_dumps()
    content = _content(path)
    if content is None:
        return {}
    try:
        plain = pyrage.passphrase.decrypt(content, passphrase)
    except pyrage.DecryptError as error:
        # age says of a header that it could not decrypt; anything else is damage.
        if "decryption failed" in str(error).lower():
            raise WrongPassphrase(path) from None
        raise KeyFileFault(path, f"is damaged: {error}") from None
    try:
        return msgspec.json.decode(plain, type=Accounts)
    except msgspec.DecodeError:
        raise KeyFileFault(path, "holds no keys") from None


def write_keys(path: Path, accounts: Accounts, passphrase: str) -> None:
    """Raises OSError, and UnsafeKeyFile when a link lies in its place: what it points to is not ours to replace."""
    _content(path)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(path, pyrage.passphrase.encrypt(msgspec.json.encode(accounts), passphrase))


def _content(path: Path) -> bytes | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        if path.is_symlink():
            raise UnsafeKeyFile(path, "is a link") from None
        raise KeyFileFault(path, f"cannot be read: {error.strerror}") from None
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise UnsafeKeyFile(path, "is no plain file")
        if found.st_uid != os.geteuid():
            raise UnsafeKeyFile(path, "belongs to somebody else")
        if stat.S_IMODE(found.st_mode) & 0o077:
            raise UnsafeKeyFile(path, f"may be read by others (mode {stat.S_IMODE(found.st_mode):04o})")
        return file.read(MOST_BYTES)
