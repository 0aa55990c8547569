"""Signed requests: HMAC-SHA256 in hexadecimal.

    REST      time stamp, key, receive window, then the query or the body, exactly as sent
    socket    GET/realtime and when the login expires, in milliseconds

Source: bybit-exchange.github.io/docs/v5/guide#authentication, /v5/ws/connect#authentication, 2026.
"""

import hmac

from feeds.credentials import Credentials

LOGIN_MS = 10_000


def sign(payload: str, secret: str) -> str:
    return hmac.digest(secret.encode(), payload.encode(), "sha256").hex()


def signed_headers(credentials: Credentials, now_ms: int, window_ms: int, payload: str) -> dict[str, str]:
    return {
        "X-BAPI-API-KEY": credentials.key,
        "X-BAPI-TIMESTAMP": str(now_ms),
        "X-BAPI-RECV-WINDOW": str(window_ms),
        "X-BAPI-SIGN": sign(f"{now_ms}{credentials.key}{window_ms}{payload}", credentials.secret),
    }


def login(credentials: Credentials, now_ms: int) -> dict[str, object]:
    expires = now_ms + LOGIN_MS
    return {"op": "auth", "args": [credentials.key, expires, sign(f"GET/realtime{expires}", credentials.secret)]}
