"""How Kraken knows us over REST.

API-Sign: base64 of HMAC-SHA512, by the secret, of the path and of the SHA-256 of nonce and body.
Source: docs.kraken.com, guides/spot-rest-auth.
"""

import base64
import hashlib
import hmac

from feeds.credentials import Credentials


def signed(credentials: Credentials, path: str, nonce: int, body: str) -> dict[str, str]:
    """The headers. Raises ValueError when the secret is no base64."""
    digest = hashlib.sha256(f"{nonce}{body}".encode()).digest()
    secret = base64.b64decode(credentials.secret, validate=True)
    signature = hmac.new(secret, path.encode() + digest, hashlib.sha512).digest()
    return {
        "API-Key": credentials.key,
        "API-Sign": base64.b64encode(signature).decode(),
        "Content-Type": "application/x-www-form-urlencoded",
    }
