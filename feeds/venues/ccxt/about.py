"""Any exchange that the ccxt library streams from, as `ccxt:<exchange>`: the optional extra `ccxt`.

An exchange with a connector of its own is better served by that one: there a lost update is seen by the venue's own
rule, nothing becomes a float on the way, and a frame costs microseconds.
"""

from feeds.venues.catalogue import OTHERS, Venue


def venue_of(dialect: str) -> Venue:
    """Of `ccxt:bitget`; whether the library knows it is seen when its list is asked for."""
    exchange = dialect.removeprefix(OTHERS)
    return Venue(
        dialect=dialect,
        title=f"{exchange}, by ccxt",
        rest_url="",
        ws_url="",
        market="feeds.venues.ccxt.market:CcxtMarket",
        listing="",
        listing_requests=(),
        fetch="feeds.venues.ccxt.instruments:fetch",
        usual=("BTC/USDT", "ETH/USDT"),
        channels=("book", "trades"),
        loss_rule="ccxt's own; every book that it tells is taken as a whole one",
        evidence="documents",
        missing="everything but books and trades; orders",
    )
