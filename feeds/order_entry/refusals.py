"""What does an error of a venue mean for the request? One table a venue.

not looked at      NotSent        surely not done: too many requests, a time stamp outside the window, a bad signature
outcome unknown    VenueError     it may have been done: looked up
everything else    VenueRefused   understood and not done, for one of our reasons (vocabulary.Reject)
"""

import msgspec

from core.vocabulary import Reject
from feeds.errors import NotSent, RateLimited, VenueError, VenueRefused

Code = int | str
NOT_LOOKED_AT = (401, 418, 429)
"""HTTP"""


class ErrorTable(msgspec.Struct, frozen=True, kw_only=True):
    not_looked_at: tuple[Code, ...] = ()
    throttled: tuple[Code, ...] = ()
    """Not looked at either, and the venue is left alone for a while"""
    silence_s: float = 2.0
    outcome_unknown: tuple[Code, ...] = ()
    no_such_order: tuple[Code, ...] = ()
    codes: dict[Code, Reject] = {}
    words: tuple[tuple[str, Reject], ...] = ()
    """Where a code says little: the first that is found in the sentence, in lower case"""

    def judged(self, code: Code, text: str, status: int = 200) -> VenueError | VenueRefused:
        if code in self.throttled:
            return RateLimited(url=text, wait_s=self.silence_s)
        if code in self.not_looked_at or status in NOT_LOOKED_AT:
            return NotSent(f"the venue did not look at it: {code=}, {text=}")
        if code in self.outcome_unknown or status >= 500:
            return VenueError(f"the venue does not know the outcome: {code=}, {text=}")
        return VenueRefused(code=code, text=text, status=status)

    def reason(self, code: Code, text: str) -> Reject:
        if code in self.codes:
            return self.codes[code]
        lowered = text.lower()
        return next((reject for words, reject in self.words if words in lowered), Reject.OTHER)
