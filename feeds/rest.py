"""REST calls: a time limit, the venue's wish to be left alone, and what each kind of failure means for a request.

answered 2xx                     the bytes
answered 4xx with a code         VenueRefused: it was understood and not done
429, 418 (Retry-After)           RateLimited: not done, and nothing is sent until the time is over
could not connect                NotSent
time-out, connection lost, 5xx   VenueError: nobody knows whether it was done
"""

from collections.abc import Mapping

import aiohttp
import msgspec

from core.clock import monotonic_ns
from feeds.errors import NotSent, RateLimited, VenueError, VenueRefused

DEFAULT_RETRY_S = 5.0
TOO_MANY = (418, 429)


class _Refusal(msgspec.Struct):
    code: int = 0
    msg: str = ""


class RestClient:
    """One venue's REST host."""

    def __init__(self, session: aiohttp.ClientSession, base_url: str, *, timeout_ms: int) -> None:
        self._session, self._base_url = session, base_url.rstrip("/")
        self._timeout = aiohttp.ClientTimeout(total=timeout_ms / 1_000)
        self._silent_until_ns = 0
        self.used_weight = 0
        """Of this minute, as the venue counts it; 0 when it does not say."""

    async def call(
        self,
        method: str,
        path: str,
        query: str = "",
        headers: Mapping[str, str] | None = None,
        *,
        body: str = "",
        urgent: bool = False,
    ) -> bytes:
        """The body of the answer. `body`: JSON. `urgent`: try although the venue asked for silence (cancels)."""
        now_ns = monotonic_ns()
        if now_ns < self._silent_until_ns and not urgent:
            raise RateLimited(url=self._base_url, wait_s=(self._silent_until_ns - now_ns) / 1e9)
        url = f"{self._base_url}{path}?{query}" if query else f"{self._base_url}{path}"
        if body:
            headers = {"Content-Type": "application/json", **(headers or {})}
        try:
            async with self._session.request(
                method, url, headers=headers, data=body or None, timeout=self._timeout
            ) as response:
                answer = await response.read()
        except aiohttp.ClientConnectorError as error:
            raise NotSent(f"the venue cannot be reached: {method} {path}: {error}") from error
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise VenueError(f"the venue did not answer: {method} {path}: {error!r}") from error
        return self._judge(method, path, response, answer)

    def _judge(self, method: str, path: str, response: aiohttp.ClientResponse, body: bytes) -> bytes:
        weight = response.headers.get("X-MBX-USED-WEIGHT-1M", "")
        if weight.isdigit():
            self.used_weight = int(weight)
        if response.status in TOO_MANY:
            wait_s = _seconds(response.headers.get("Retry-After", ""))
            self._silent_until_ns = monotonic_ns() + int(wait_s * 1e9)
            raise RateLimited(url=self._base_url, wait_s=wait_s)
        if 200 <= response.status < 300:
            return body
        try:
            refusal = msgspec.json.decode(body, type=_Refusal)
        except (msgspec.DecodeError, UnicodeError):
            refusal = _Refusal(0, body[:80].decode(errors="replace"))
        if 400 <= response.status < 500:
            raise VenueRefused(code=refusal.code, text=refusal.msg, status=response.status)
        raise VenueError(f"the venue failed: {method} {path}: status={response.status}, {refusal.msg}")


def _seconds(text: str) -> float:
    return float(text) if text.isdigit() else DEFAULT_RETRY_S
