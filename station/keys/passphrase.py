"""The passphrase of the key file: typed without being shown, or read from a descriptor. Never an argument, never the
environment: both can be read by others.
"""

import getpass
import os
import sys

from station.errors import BadArgument

MOST_BYTES = 4096


def ask_passphrase(descriptor: int | None, *, is_new: bool = False) -> str:
    """One line of `descriptor`, else of the terminal; twice when it is a new one. Raises BadArgument."""
    if descriptor is not None:
        return _line_of(descriptor)
    if not sys.stdin.isatty():
        raise BadArgument("there is no terminal to ask for the passphrase; hand it on with --passphrase-fd N")
    passphrase = getpass.getpass("Passphrase of the key file: ")
    if is_new and getpass.getpass("The same again: ") != passphrase:
        raise BadArgument("the two passphrases differ; nothing was written")
    return _not_empty(passphrase)


def _line_of(descriptor: int) -> str:
    try:
        with os.fdopen(os.dup(descriptor), "rb") as file:
            line = file.readline(MOST_BYTES)
    except OSError as error:
        raise BadArgument(f"descriptor {descriptor} cannot be read: {error.strerror}") from None
    try:
        return _not_empty(line.decode().rstrip("\r\n"))
    except UnicodeDecodeError:
        raise BadArgument("the passphrase must be UTF-8") from None


def _not_empty(passphrase: str) -> str:
    if not passphrase:
        raise BadArgument("the passphrase must not be empty")
    return passphrase
