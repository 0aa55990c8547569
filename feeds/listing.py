"""The venue's own list of what it trades, as our instruments: asked before a desk starts. Needs no event loop.

python -m feeds.listing     VenueConfig on standard input → on standard output, by the venue's symbols, their states
"""

import sys
import urllib.request
from urllib.error import URLError

import msgspec

from feeds.config import VenueConfig
from feeds.errors import BadFrame, FeedError, VenueError
from feeds.instruments import Instrument
from feeds.venues.catalogue import Request, complete, listing_of, load, venue

HEADERS = {"User-Agent": "trading-station", "Content-Type": "application/json"}
"""Some hosts refuse Python's own."""
MOST_PAGES = 50


def fetch_instruments(config: VenueConfig) -> list[Instrument]:
    """Those that the configuration names, else the venue's usual ones. Raises VenueError, BadFrame, UnknownVenue."""
    about = venue(config.dialect or config.name)
    return choose(fetch_listing(config), config.instruments or about.usual, venue=config.name)


def fetch_listing(config: VenueConfig) -> list[Instrument]:
    """All that the venue lists. Raises VenueError, BadFrame, UnknownVenue; CredentialsMissing where it needs a key."""
    config = complete(config)
    about = venue(config.dialect)
    if about.fetch:
        found: list[Instrument] = load(about.fetch)(config)
        return found
    headers = HEADERS | (load(about.listing_headers)(config) if about.listing_headers else {})
    bodies = []
    for request in about.listing_requests:
        try:
            bodies += _pages(config, request, headers)
        except VenueError:
            if not request.is_optional:
                raise
    return read_listing(config.dialect, bodies, venue=config.name)


def _pages(config: VenueConfig, request: Request, headers: dict[str, str]) -> list[bytes]:
    """One body, or several where the venue gives its list in portions. Raises VenueError."""
    bodies: list[bytes] = []
    more = ""
    while len(bodies) < MOST_PAGES:
        url = f"{config.rest_url.rstrip('/')}{request.path}{more}"
        asked = urllib.request.Request(url, data=request.body.encode() or None, headers=headers)
        try:
            with urllib.request.urlopen(asked, timeout=config.request_timeout_ms / 1_000) as response:
                bodies.append(response.read())
        except (URLError, OSError, ValueError) as error:
            raise VenueError(f"the venue's list of instruments cannot be had: {url=}, {error}") from error
        more = load(request.next_page)(bodies[-1]) if request.next_page else ""
        if not more:
            break
    return bodies


def read_listing(dialect: str, bodies: list[bytes], *, venue: str) -> list[Instrument]:
    """Raises BadFrame when they are not the venue's list."""
    try:
        return listing_of(dialect)(bodies, venue)
    except (msgspec.DecodeError, UnicodeError, ArithmeticError, KeyError, IndexError) as error:
        raise BadFrame("the list of instruments must be the venue's", venue=venue, reason=str(error)) from error


def choose(listed: list[Instrument], wanted: tuple[str, ...], *, venue: str) -> list[Instrument]:
    """In the order wanted, by the venue's symbol or by ours with or without the venue; all when none is named."""
    names: dict[str, Instrument] = {}
    for instrument in listed:
        for name in (instrument.symbol.rsplit(".", 1)[0], instrument.symbol, instrument.venue_symbol):
            names[name.upper()] = instrument
    missing = [name for name in wanted if name.upper() not in names]
    if missing:
        raise BadFrame("the venue must list every instrument that is asked for", venue=venue, missing=missing)
    return list({names[name.upper()].symbol: names[name.upper()] for name in wanted}.values()) or listed


def main() -> int:
    """What trades and what does not, for who must not stop to read megabytes."""
    config = msgspec.json.decode(sys.stdin.buffer.read(), type=VenueConfig)
    try:
        states = {one.venue_symbol: one.state for one in fetch_listing(config)}
    except FeedError as error:
        print(error, file=sys.stderr)
        return 1
    sys.stdout.buffer.write(msgspec.json.encode(states))
    return 0


if __name__ == "__main__":
    sys.exit(main())
