"""What can go wrong outside, and what repairs it.

FeedError                  of one venue; the process goes on
├── SequenceGap            updates were lost: a new snapshot repairs the book
├── ChecksumWrong          the book is not the venue's: likewise
├── BadFrame               not JSON, truncated, wrong types, absurd numbers: counted, never applied
├── NotOpened              a socket that did not open: tried again, later and later
├── VenueError             a request whose outcome nobody knows: it is looked up
│   └── NotSent            the bytes surely never left: nothing to look up
├── AccountInUse           another desk trades on this account
└── CredentialsMissing     no key, or a file that others may read
"""

from typing import ClassVar

from core.errors import StationError


class FeedError(StationError):
    """A fault of a venue or of the way to it."""

    needs_resubscribe: ClassVar[bool] = False


class SequenceGap(FeedError):
    """The venue skipped updates; only a new snapshot can repair the book."""

    needs_resubscribe = True

    def __init__(self, *, venue: str, symbol: str, expected: int, received: int) -> None:
        super().__init__(f"update ids must follow on: {venue=}, {symbol=}, {expected=}, {received=}")
        self.symbol, self.expected, self.received = symbol, expected, received


class ChecksumWrong(FeedError):
    """Our book is not the venue's; only a new snapshot can repair it."""

    needs_resubscribe = True

    def __init__(self, *, venue: str, symbol: str, expected: int, computed: int) -> None:
        super().__init__(f"the book must have the venue's checksum: {venue=}, {symbol=}, {expected=}, {computed=}")
        self.symbol, self.expected, self.computed = symbol, expected, computed


class BadFrame(FeedError):
    """A message that cannot be what the venue meant."""

    needs_resubscribe = True

    def __init__(self, rule: str, **values: object) -> None:
        super().__init__(f"{rule}: " + ", ".join(f"{name}={value!r}" for name, value in values.items()))


class NotOpened(FeedError):
    """The venue is not there, or does not want to speak to us."""

    def __init__(self, rule: str, *, status: int = 0, **values: object) -> None:
        """`status`: of the HTTP answer, when there was one."""
        self.status = status
        super().__init__(", ".join((rule, *(f"{name}={value!r}" for name, value in values.items()))))


class VenueError(FeedError):
    """The venue did not answer, or not in its own words: the outcome is unknown."""


class NotSent(VenueError):
    """The request never left this process, or the venue did not look at it."""


class RateLimited(NotSent):
    def __init__(self, *, url: str, wait_s: float) -> None:
        super().__init__(f"the venue asks for silence, its rate limit is used up: {url=}, {wait_s=:.1f}")
        self.wait_s = wait_s


class VenueRefused(FeedError):
    """The venue's own refusal: code and words."""

    def __init__(self, *, code: int | str, text: str, status: int = 0) -> None:
        super().__init__(f"the venue refused: {code=}, {text=}, {status=}")
        self.code, self.text, self.status = code, text, status


class AccountInUse(FeedError):
    cure = "Stop the other desk, or give this one another account."
    exit_code = 75

    def __init__(self, *, venue: str, lock: str) -> None:
        super().__init__(f"another desk already trades on this account: {venue=}, {lock=}")


class CredentialsMissing(FeedError):
    cure = (
        "`station keys add VENUE --account NAME` keeps them encrypted; or `credentials_file` names a TOML file with "
        "key and secret that is yours alone (chmod 600)."
    )
    exit_code = 77

    def __init__(self, *, venue: str, file: str, reason: str) -> None:
        super().__init__(f"the venue wants credentials for this: {venue=}, {file=}, {reason=}")
