"""A venue's key as its processes get it. It never reaches a log, an argument, the environment or a message.

    a descriptor    what the desk hands on: a sealed memory file (station/desk/key_ring.py), `keys_descriptor`
    a TOML file     `key`, `secret` and where the venue has one `passphrase`, readable by its owner only

A process that holds a key makes no core dumps. Its /proc files stay as they are: `station kill` and a new desk reach
the desk's memory through /proc/<pid>/fd of whoever lives, which a process that is not dumpable would refuse them.
"""

import os
import resource
import stat
import tomllib
from pathlib import Path

import msgspec

from feeds.config import VenueConfig
from feeds.errors import CredentialsMissing

MOST_BYTES = 1 << 16


class Credentials(msgspec.Struct, frozen=True):
    key: str
    secret: str
    passphrase: str = ""
    """The third word that some venues give with a key (OKX, KuCoin, Coinbase Exchange)."""

    def __repr__(self) -> str:
        return "Credentials(…)"  # never into a log

    __str__ = __repr__


def has_credentials(config: VenueConfig) -> bool:
    """Somebody named a key for this venue; it may still be missing."""
    return config.keys_descriptor >= 0 or bool(config.credentials_file)


def credentials_of(config: VenueConfig) -> Credentials:
    """From the desk, else from the file that is named. Raises CredentialsMissing."""
    make_no_core_dumps()
    if config.keys_descriptor < 0:
        return read_credentials(config.credentials_file, venue=config.name)
    try:
        os.set_inheritable(config.keys_descriptor, False)
        return msgspec.json.decode(os.pread(config.keys_descriptor, MOST_BYTES, 0), type=Credentials)
    except (OSError, msgspec.DecodeError):
        reason = "what the desk handed on is no key"
        raise CredentialsMissing(venue=config.name, file="", reason=reason) from None


def read_credentials(path: str, *, venue: str) -> Credentials:
    """From a TOML file with `key` and `secret` that only its owner can read. Raises CredentialsMissing."""
    try:
        with Path(path).expanduser().open("rb") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise CredentialsMissing(venue=venue, file=path, reason="others may read it, chmod 600")
            values = tomllib.load(file)
        return msgspec.convert(values, Credentials)
    except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        reason = "no key is named" if not path else str(error)
        raise CredentialsMissing(venue=venue, file=path, reason=reason) from error


def make_no_core_dumps() -> None:
    """One byte, not none: a system that pipes its dumps to a program ignores a limit of 0 and heeds this one."""
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    least = 0 if hard == 0 else 1
    resource.setrlimit(resource.RLIMIT_CORE, (least, least))
