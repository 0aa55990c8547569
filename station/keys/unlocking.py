"""Which keys does a desk need, and where do they come from? Asked once, when it is started."""

import os

from feeds.credentials import Credentials, read_credentials
from feeds.errors import CredentialsMissing
from feeds.venues.catalogue import market_wants_key
from station.config import DeskSetup, ServedVenue
from station.desk.key_ring import Keys, through_memory
from station.keys.passphrase import ask_passphrase

DEFAULT_ACCOUNT = "main"


def unlock(setup: DeskSetup, passphrase_descriptor: int | None) -> Keys:
    """Of the venues that are traded, and of those whose market data wants a key. A plain file goes before the key
    file, which is only opened when something in it may be needed.

    Raises CredentialsMissing when a traded venue has no key, and what the key file can raise.
    """
    needed = [served for served in setup.venues if setup.trades(served) or _market_wants_key(served)]
    needed = [served for served in needed if not served.is_simulator and served.replay is None]
    keys = {
        served.name: read_credentials(served.venue.credentials_file, venue=served.name)
        for served in needed
        if served.venue.credentials_file
    }
    wanted = [served for served in needed if served.name not in keys]
    found = _from_key_file(wanted, passphrase_descriptor, is_vital=any(setup.trades(served) for served in wanted))
    for served in wanted:
        credentials = found.get(served.name)
        if credentials is not None:
            keys[served.name] = credentials
        elif setup.trades(served):
            raise CredentialsMissing(venue=served.name, file=_file_text(), reason=f"account {account_of(served)!r}")
    return keys


def unlock_one(served: ServedVenue, passphrase_descriptor: int | None) -> int:
    """A memory file of one key, for who cancels without a desk. Raises as `unlock`."""
    found = _from_key_file([served], passphrase_descriptor, is_vital=True)
    if served.name not in found:
        raise CredentialsMissing(venue=served.name, file=_file_text(), reason=f"account {account_of(served)!r}")
    return through_memory("kill", served.name, found[served.name])


def account_of(served: ServedVenue) -> str:
    return served.venue.account or DEFAULT_ACCOUNT


def _from_key_file(
    wanted: list[ServedVenue], passphrase_descriptor: int | None, *, is_vital: bool
) -> dict[str, Credentials]:
    from station.keys.key_file import key_file, read_keys

    if not wanted or not os.path.lexists(key_file()):
        return {}
    if passphrase_descriptor is None and not is_vital and not os.isatty(0):
        return {}  # market data that wants a key goes without one; its venue says so
    accounts = read_keys(key_file(), ask_passphrase(passphrase_descriptor))
    return {
        served.name: credentials
        for served in wanted
        if (credentials := accounts.get(served.name, {}).get(account_of(served))) is not None
    }


def _market_wants_key(served: ServedVenue) -> bool:
    return not served.is_simulator and market_wants_key(served.venue)


def _file_text() -> str:
    from station.keys.key_file import key_file

    return str(key_file())
