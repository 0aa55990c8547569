"""One account, one desk: a file lock named for venue and key, free when its process dies."""

import fcntl
import hashlib
import os
from pathlib import Path

from feeds.errors import AccountInUse


class AccountLock:
    """Held from construction to `release` or death. Raises AccountInUse and OSError."""

    def __init__(self, folder: Path, *, venue: str, account: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        # The name tells which account without telling the key.
        digest = hashlib.sha256(account.encode()).hexdigest()[:16]
        self.path = folder / f"{venue}-{digest}.lock"
        self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._descriptor)
            raise AccountInUse(venue=venue, lock=str(self.path)) from None

    def release(self) -> None:
        """Also twice: a number that was given back may be somebody else's by then."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)
