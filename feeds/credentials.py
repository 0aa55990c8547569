"""A venue's key, from a file that only its owner can read. It never reaches a log, an argument or a message."""

import os
import stat
import tomllib
from pathlib import Path

import msgspec

from feeds.errors import CredentialsMissing


class Credentials(msgspec.Struct, frozen=True):
    key: str
    secret: str
    passphrase: str = ""
    """The third word that some venues give with a key (OKX, KuCoin, Coinbase Exchange)."""

    def __repr__(self) -> str:
        return "Credentials(…)"  # never into a log

    __str__ = __repr__


def read_credentials(path: str, *, venue: str) -> Credentials:
    """From a TOML file with `key` and `secret` that only its owner can read. Raises CredentialsMissing."""
    try:
        with Path(path).expanduser().open("rb") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise CredentialsMissing(venue=venue, file=path, reason="others may read it, chmod 600")
            values = tomllib.load(file)
        return msgspec.convert(values, Credentials)
    except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        reason = "no file is named" if not path else str(error)
        raise CredentialsMissing(venue=venue, file=path, reason=reason) from error
