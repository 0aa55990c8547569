"""Alpaca: US equities (best quotes and trades), and crypto (books and trades). Both need a key."""

from feeds.venues.catalogue import Request, Venue

_SIGN = "feeds.venues.alpaca.signing:listing_headers"

VENUES = (
    Venue(
        dialect="alpaca",
        title="Alpaca US equities",
        rest_url="https://paper-api.alpaca.markets",
        ws_url="wss://stream.data.alpaca.markets/v2/iex",
        market="feeds.venues.alpaca.market:EquityMarket",
        listing="feeds.venues.alpaca.instruments:equities",
        listing_requests=(Request("/v2/assets?asset_class=us_equity"),),
        listing_headers=_SIGN,
        usual=("AAPL", "MSFT", "NVDA", "SPY", "QQQ", "TSLA"),
        channels=("best quote", "trades"),
        loss_rule="none: every quote is whole",
        evidence="documents",
        missing="a book: the venue has none, its best quote is shown as one level a side, in sizes as it writes them; "
        "the side of a trade is inferred from the quote; bars, halts, corrections",
    ),
    Venue(
        dialect="alpaca-crypto",
        title="Alpaca crypto",
        rest_url="https://paper-api.alpaca.markets",
        ws_url="wss://stream.data.alpaca.markets/v1beta3/crypto/us",
        market="feeds.venues.alpaca.market:CryptoMarket",
        listing="feeds.venues.alpaca.instruments:crypto",
        listing_requests=(Request("/v2/assets?asset_class=crypto"),),
        listing_headers=_SIGN,
        usual=("BTC/USD", "ETH/USD", "SOL/USD", "DOGE/USD"),
        channels=("book", "trades"),
        loss_rule="none",
        evidence="documents",
        missing="bars",
    ),
)
