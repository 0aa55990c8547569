"""An exchange of ccxt, at the venue's own addresses or at those of the configuration.

The library knows many addresses of an exchange. `rest_url` and `ws_url` replace scheme and host of all of them and
leave the paths, so that a local double needs one address for each.
"""

import re
from importlib import import_module
from typing import Any

from feeds.config import VenueConfig
from feeds.errors import VenueError
from feeds.venues.catalogue import OTHERS

_HOST = re.compile(r"^(http|ws)s?://[^/]+")


def open_exchange(config: VenueConfig, *, streams: bool) -> Any:
    """With `streams` its asynchronous client, to be closed. Raises VenueError."""
    name = (config.dialect or config.name).removeprefix(OTHERS)
    try:
        library = import_module("ccxt.pro" if streams else "ccxt")
    except ImportError as error:
        raise VenueError(f"ccxt:{name} needs the library: pip install 'trading-station[ccxt]'") from error
    if name not in library.exchanges or name not in import_module("ccxt.pro").exchanges:
        raise VenueError(f"ccxt must stream from the exchange: {name=}")
    exchange = getattr(library, name)({"timeout": config.request_timeout_ms, "newUpdates": True})
    exchange.has["fetchCurrencies"] = False  # what nobody here reads need not be asked for
    exchange.urls = _elsewhere(exchange.urls, config.rest_url.rstrip("/"), config.ws_url.rstrip("/"))
    return exchange


def _elsewhere(urls: Any, rest_url: str, ws_url: str) -> Any:
    if isinstance(urls, dict):
        return {name: _elsewhere(url, rest_url, ws_url) for name, url in urls.items()}
    found = _HOST.match(urls) if isinstance(urls, str) else None
    place = found and (ws_url if found[1] == "ws" else rest_url)
    return _HOST.sub(place, urls) if place else urls
