"""The HTTP request that opens a WebSocket, and whether its answer opens one (RFC 6455, section 4).

Redirects are not followed and nothing is offered: no extension, no subprotocol. A venue that wishes to be left alone
is taken at its word (`Retry-After`).
"""

import base64
import hashlib
import os
from typing import NamedTuple
from urllib.parse import urlsplit

from feeds.errors import NotOpened, RateLimited
from feeds.rest import retry_after_s

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
SWITCHING = 101
PORTS = {"ws": 80, "http": 80, "wss": 443, "https": 443}


class Target(NamedTuple):
    url: str
    host: str
    port: int
    is_secure: bool
    path: str


def target_of(url: str) -> Target:
    """Raises NotOpened."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or PORTS[parts.scheme]
    except (ValueError, KeyError):
        host, port = None, 0
    if not host:
        raise NotOpened("the address must be ws://host/path or wss://host/path", url=url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(url, host, port, parts.scheme in ("wss", "https"), path)


def new_key() -> str:
    return base64.b64encode(os.urandom(16)).decode()


def request_of(target: Target, key: str) -> bytes:
    host = f"[{target.host}]" if ":" in target.host else target.host
    usual = target.port == (443 if target.is_secure else 80)
    lines = (
        f"GET {target.path} HTTP/1.1",
        f"Host: {host}" if usual else f"Host: {host}:{target.port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
        "User-Agent: trading-station",
    )
    if not all(line.isascii() and line.isprintable() for line in lines):
        raise NotOpened("an address must be printable ASCII", url=target.url)
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def judge(head: bytes, target: Target, key: str) -> None:
    """Raises NotOpened and RateLimited when this answer does not open the socket."""
    first, *lines = head.decode("latin-1").split("\r\n")
    fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    words = first.split(" ", 2)
    status = int(words[1]) if len(words) > 1 and words[1].isdigit() and words[0].startswith("HTTP/1.") else 0
    wait_s = retry_after_s(status, fields.get("retry-after", ""))
    if wait_s > 0:
        raise RateLimited(url=target.url, wait_s=wait_s)
    if status != SWITCHING:
        raise NotOpened("the venue must answer 101", status=status, url=target.url, answer=first[:60])
    accepted = base64.b64encode(hashlib.sha1(key.encode() + GUID).digest()).decode()
    if fields.get("upgrade", "").lower() != "websocket" or fields.get("sec-websocket-accept") != accepted:
        raise NotOpened("the answer must be to our own request", url=target.url)
    if "sec-websocket-extensions" in fields or "sec-websocket-protocol" in fields:
        raise NotOpened("the venue must use nothing that was not offered", url=target.url)
