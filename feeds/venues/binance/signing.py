"""Signed requests: HMAC-SHA256 of exactly the bytes that are sent, hexadecimal.

    REST           over query string and body as they stand; `signature` comes last
    WebSocket API  over all parameters sorted by name, name=value joined by &

Source: binance-spot-api-docs, rest-api.md and web-socket-api.md. Keys of the HMAC kind only.
"""

import hmac
from collections.abc import Mapping

from feeds.credentials import Credentials
from feeds.order_entry.account import query_of


def sign(payload: str, secret: str) -> str:
    return hmac.digest(secret.encode(), payload.encode(), "sha256").hex()


def signed_query(parameters: Mapping[str, object], credentials: Credentials) -> str:
    """For REST."""
    query = query_of(parameters)
    return f"{query}&signature={sign(query, credentials.secret)}"


def signed_parameters(parameters: Mapping[str, object], credentials: Credentials) -> dict[str, object]:
    """For the WebSocket API; adds apiKey."""
    everything = {**parameters, "apiKey": credentials.key}
    payload = "&".join(f"{name}={everything[name]}" for name in sorted(everything))
    return {**everything, "signature": sign(payload, credentials.secret)}
