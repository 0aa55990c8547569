"""Signed requests: HMAC-SHA256 of time stamp, verb, path with query, and body, in base64.

    REST      ISO time in milliseconds         2020-12-08T09:08:57.715ZGET/api/v5/account/balance
    socket    seconds                          1607418537GET/users/self/verify

The passphrase of the key goes along as it is. Demo trading wants a header of its own.
Source: okx.com/docs-v5, "REST Authentication", "WebSocket / Login", 2026.
"""

import base64
import hmac
from datetime import UTC, datetime

from feeds.credentials import Credentials


def sign(payload: str, secret: str) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), payload.encode(), "sha256")).decode()


def iso_time(now_ms: int) -> str:
    moment = datetime.fromtimestamp(now_ms / 1_000, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now_ms % 1_000:03d}Z"


def signed_headers(
    credentials: Credentials, now_ms: int, verb: str, path_and_query: str, body: str, *, is_demo: bool
) -> dict[str, str]:
    time = iso_time(now_ms)
    headers = {
        "OK-ACCESS-KEY": credentials.key,
        "OK-ACCESS-SIGN": sign(f"{time}{verb}{path_and_query}{body}", credentials.secret),
        "OK-ACCESS-TIMESTAMP": time,
        "OK-ACCESS-PASSPHRASE": credentials.passphrase,
    }
    return headers | {"x-simulated-trading": "1"} if is_demo else headers


def login(credentials: Credentials, now_ms: int) -> dict[str, object]:
    seconds = str(now_ms // 1_000)
    argument = {
        "apiKey": credentials.key,
        "passphrase": credentials.passphrase,
        "timestamp": seconds,
        "sign": sign(f"{seconds}GET/users/self/verify", credentials.secret),
    }
    return {"op": "login", "args": [argument]}
