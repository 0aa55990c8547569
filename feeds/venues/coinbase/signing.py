"""A short-lived token (JWT) for every call, signed with the key's private half.

    header     alg, kid (the key's name), nonce, typ
    claims     sub (the key's name), iss cdp, nbf, exp, and for REST uri: "GET api.coinbase.com/path", without query
    signature  ES256 when the secret is a PEM, EdDSA when it is the 64 bytes of an Ed25519 key in base64

Source: docs.cdp.coinbase.com, "Authentication / JWT", 2026; RFC 7515, RFC 7518 section 3.4 (r and s, 32 bytes each).
"""

import base64
import os
from functools import lru_cache

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from feeds.credentials import Credentials
from feeds.errors import NotSent

VALID_S = 120
PrivateKey = EllipticCurvePrivateKey | Ed25519PrivateKey


def token(credentials: Credentials, now_s: int, uri: str = "") -> str:
    """`uri`: empty for a socket. Raises NotSent when the secret is no private key."""
    key = private_key(credentials.secret)
    algorithm = "ES256" if isinstance(key, EllipticCurvePrivateKey) else "EdDSA"
    header = {"alg": algorithm, "kid": credentials.key, "nonce": os.urandom(16).hex(), "typ": "JWT"}
    claims: dict[str, object] = {"sub": credentials.key, "iss": "cdp", "nbf": now_s, "exp": now_s + VALID_S}
    if uri:
        claims["uri"] = uri
    payload = f"{_encoded(msgspec.json.encode(header))}.{_encoded(msgspec.json.encode(claims))}"
    return f"{payload}.{_encoded(_signature(key, payload.encode()))}"


@lru_cache(maxsize=4)
def private_key(secret: str) -> PrivateKey:
    try:
        if "PRIVATE KEY" not in secret:
            return Ed25519PrivateKey.from_private_bytes(base64.b64decode(secret)[:32])
        # Where a file keeps it in one line, its line ends are written out.
        key = load_pem_private_key(secret.strip().replace("\\n", "\n").encode(), password=None)
    except (ValueError, TypeError):
        raise NotSent("the secret of the venue's key must be a private key") from None
    if not isinstance(key, EllipticCurvePrivateKey | Ed25519PrivateKey):
        raise NotSent("the venue's keys are of ECDSA P-256 or Ed25519")
    return key


def _signature(key: PrivateKey, payload: bytes) -> bytes:
    if isinstance(key, Ed25519PrivateKey):
        return key.sign(payload)
    r, s = decode_dss_signature(key.sign(payload, ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
