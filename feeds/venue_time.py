"""What time does the venue say it is? As nanoseconds since 1970; 0 when it does not know."""

from datetime import datetime

NS_PER_US = 1_000


def ns_of(time: datetime | None) -> int:
    """To the microsecond. Venues write the year 1 when they mean nothing."""
    return max(0, round(time.timestamp() * 1e6) * NS_PER_US) if time is not None else 0
