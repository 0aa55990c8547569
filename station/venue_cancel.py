"""The cancel loop of a venue in our own process, with the desk's own keys: for an order process that does not answer.

The built-in simulated exchange is itself the process that does not answer: there is nobody to send to, and it cancels
everything before anything else when it comes back.
"""

from collections.abc import Iterator

import msgspec

from core.errors import StationError
from core.vocabulary import Mode
from station.children import SIM
from station.config import DeskSetup
from station.registry import Registry


def cancel_at_venue(registry: Registry, *, flatten: bool) -> Iterator[str]:
    """What was done, sentence by sentence."""
    try:
        setup = msgspec.convert(registry.setup, DeskSetup)
    except msgspec.ValidationError:
        yield "the desk was set up by another version; its venue cannot be asked from here"
        return
    if setup.venue == SIM:
        yield "the simulated exchange itself is down; it cancels everything before anything else when it is back"
        return
    if setup.mode is not Mode.LIVE:
        yield "paper mode: no order is at a venue"
        return
    try:
        yield from _cancel_live(setup, flatten)
    except (StationError, OSError) as error:
        yield f"{setup.venue}: it could not be asked: {error}"


def _cancel_live(setup: DeskSetup, flatten: bool) -> Iterator[str]:
    yield f"{setup.venue}: cancelling from here"
