"""Alpaca wants key and secret as they are: in headers, or in the first message of a socket.

Source: docs.alpaca.markets, "Authentication", "WebSocket Stream".
"""

import msgspec

from feeds.config import VenueConfig
from feeds.credentials import Credentials, credentials_of


def listing_headers(config: VenueConfig) -> dict[str, str]:
    """Raises CredentialsMissing."""
    return headers_of(credentials_of(config))


def headers_of(credentials: Credentials) -> dict[str, str]:
    return {"APCA-API-KEY-ID": credentials.key, "APCA-API-SECRET-KEY": credentials.secret}


def login(credentials: Credentials) -> str:
    return msgspec.json.encode({"action": "auth", "key": credentials.key, "secret": credentials.secret}).decode()
