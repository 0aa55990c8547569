"""Who asks, and did they sign it? Keys of the served exchange, checked as Binance spot checks HMAC keys.

REST            HMAC-SHA256 over query string and body, without the signature, as they were sent
WebSocket API   over all parameters but the signature, sorted by name, name=value joined by &
"""

import hashlib
import hmac
import tomllib
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl

from feeds.simulator.dialect import ApiError
from feeds.simulator.order_desk import Parameters

LONGEST_WINDOW_MS = 60_000
USUAL_WINDOW_MS = 5_000
AHEAD_MS = 1_000
BAD_SIGNATURE = ApiError(-1022, "Signature for this request is not valid.")


class Keys:
    """key → account and secret."""

    def __init__(self, accounts: Mapping[int, tuple[str, str]]) -> None:
        """`accounts`: number → (key, secret)."""
        self.accounts = tuple(accounts)
        self._secrets = {key: (account, secret) for account, (key, secret) in accounts.items()}

    @classmethod
    def read(cls, path: Path) -> "Keys":
        """Raises OSError, TOMLDecodeError."""
        tables = tomllib.loads(path.read_text())["account"]
        return cls({int(number): (table["key"], table["secret"]) for number, table in tables.items()})

    def account_of(self, key: str) -> int:
        if key not in self._secrets:
            raise ApiError(-2015, "Invalid API-key, IP, or permissions for action.", http_status=401)
        return self._secrets[key][0]

    def listen_key(self, account: int) -> str:
        """The name of the account's user data stream."""
        secret = next(secret for number, secret in self._secrets.values() if number == account)
        return hashlib.blake2b(secret.encode(), digest_size=30).hexdigest()

    def account_of_stream(self, listen_key: str) -> int | None:
        return next((account for account in self.accounts if self.listen_key(account) == listen_key), None)

    def check_query(self, key: str, query: str, body: str, *, now_ms: int) -> tuple[Parameters, int]:
        """Parameters and account of a signed REST request."""
        account = self.account_of(key)
        given = [part for text in (query, body) for part in text.split("&") if part]
        signatures = [part for part in given if part.startswith("signature=")]
        if len(signatures) != 1:
            raise ApiError(-1102, "Mandatory parameter 'signature' was not sent, was empty/null, or malformed.")
        signed = "".join("&".join(part for part in text.split("&") if part not in signatures) for text in (query, body))
        self._check(key, signed, signatures[0].partition("=")[2])
        parameters = dict(parse_qsl("&".join(part for part in given if part not in signatures)))
        _check_time(parameters, now_ms)
        return parameters, account

    def check_parameters(self, given: Mapping[str, object], *, now_ms: int) -> tuple[Parameters, int]:
        """Of a signed request of the WebSocket API."""
        parameters = {name: str(value) for name, value in given.items()}
        account = self.account_of(parameters.get("apiKey", ""))
        signature = parameters.pop("signature", "")
        payload = "&".join(f"{name}={parameters[name]}" for name in sorted(parameters))
        self._check(parameters["apiKey"], payload, signature)
        _check_time(parameters, now_ms)
        return parameters, account

    def _check(self, key: str, payload: str, signature: str) -> None:
        expected = hmac.new(self._secrets[key][1].encode(), payload.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected, signature.lower()):
            raise BAD_SIGNATURE


def _check_time(parameters: Parameters, now_ms: int) -> None:
    try:
        stamp_ms = int(parameters.get("timestamp", ""))
        window_ms = int(parameters.get("recvWindow", USUAL_WINDOW_MS))
    except ValueError:
        raise ApiError(-1102, "Mandatory parameter 'timestamp' was not sent, was empty/null, or malformed.") from None
    if window_ms > LONGEST_WINDOW_MS:
        raise ApiError(-1131, "recvWindow must be less than 60000")
    if not now_ms - window_ms <= stamp_ms < now_ms + AHEAD_MS:
        raise ApiError(-1021, "Timestamp for this request is outside of the recvWindow.")
