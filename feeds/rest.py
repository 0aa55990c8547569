"""REST calls: a time limit, the venue's wish to be left alone, and what each kind of failure means for a request.

answered 2xx                     the bytes
answered 4xx with a code         VenueRefused: it was understood and not done
429, 418 (Retry-After)           RateLimited: not done, and nothing is sent until the time is over; so 403 of some
could not connect                NotSent
time-out, connection lost, 5xx   VenueError: nobody knows whether it was done; a Retry-After is kept likewise
"""

import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime

import aiohttp
import msgspec

from core.clock import monotonic_ns
from feeds.errors import NotSent, RateLimited, VenueError, VenueRefused

DEFAULT_RETRY_S = 5.0
MOST_RETRY_S = 3 * 86_400.0
"""The longest ban of which a venue writes"""
MOST_BODY_BYTES = 1 << 26
TOO_MANY, FORBIDDEN = (418, 429), 403


class _Refusal(msgspec.Struct):
    code: int | str = 0
    msg: str = ""


def read_refusal(body: bytes) -> tuple[int | str, str]:
    """Code and words of an error body of most venues. Raises what msgspec raises when it is none."""
    refusal = msgspec.json.decode(body, type=_Refusal)
    return refusal.code, refusal.msg


class RestClient:
    """One venue's REST host."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        *,
        timeout_ms: int,
        retry_s: float = DEFAULT_RETRY_S,
        forbidden_s: float = 0.0,
        refusal: Callable[[bytes], tuple[int | str, str]] = read_refusal,
    ) -> None:
        """`retry_s`: how long to be silent after a 429 that names no time; `forbidden_s`: after a 403, of venues that
        mean too many requests by it. `refusal`: reads an error body."""
        self._session, self._base_url = session, base_url.rstrip("/")
        self._retry_s, self._forbidden_s, self._refusal = retry_s, forbidden_s, refusal
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
                answer = await _read(response)
        except aiohttp.ClientConnectorError as error:
            raise NotSent(f"the venue cannot be reached: {method} {path}: {error}") from error
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise VenueError(f"the venue did not answer: {method} {path}: {error!r}") from error
        return self._judge(method, path, response, answer)

    def be_silent(self, seconds: float) -> None:
        """The venue said so, in words of its own."""
        self._silent_until_ns = max(self._silent_until_ns, monotonic_ns() + int(seconds * 1e9))

    def _judge(self, method: str, path: str, response: aiohttp.ClientResponse, body: bytes) -> bytes:
        weight = response.headers.get("X-MBX-USED-WEIGHT-1M", "")
        if weight.isdigit():
            self.used_weight = int(weight)
        wait_s = retry_after_s(response.status, response.headers.get("Retry-After", ""), unnamed_s=self._retry_s)
        is_banned = response.status == FORBIDDEN and self._forbidden_s > 0
        if is_banned:
            wait_s = max(wait_s, self._forbidden_s)
        if wait_s > 0:
            self.be_silent(wait_s)
        if response.status in TOO_MANY or is_banned:
            raise RateLimited(url=self._base_url, wait_s=wait_s)
        if 200 <= response.status < 300:
            return body
        code: int | str
        try:
            code, text = self._refusal(body)
        except (msgspec.DecodeError, UnicodeError):
            code, text = 0, body[:80].decode(errors="replace")
        if 400 <= response.status < 500:
            raise VenueRefused(code=code, text=text, status=response.status)
        raise VenueError(f"the venue failed: {method} {path}: status={response.status}, {text}")


def retry_after_s(status: int, text: str, *, unnamed_s: float = DEFAULT_RETRY_S) -> float:
    """How long the venue wishes to be left alone, by its Retry-After; 0: it does not."""
    if status < 400 or (not text and status not in TOO_MANY):
        return 0.0
    if not text:
        return unnamed_s
    if text.isdigit():
        return min(float(text), MOST_RETRY_S)
    try:
        ahead_s = parsedate_to_datetime(text).timestamp() - time.time()
    except (ValueError, TypeError):
        return DEFAULT_RETRY_S
    return min(max(ahead_s, 1.0), MOST_RETRY_S)


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """The body, up to a size that a venue can mean."""
    parts: list[bytes] = []
    size = 0
    async for part in response.content.iter_any():
        parts.append(part)
        size += len(part)
        if size > MOST_BODY_BYTES:
            raise aiohttp.ClientPayloadError(f"more than {MOST_BODY_BYTES >> 20} MB")
    return b"".join(parts)
