"""Alpaca: US equities (best quotes and trades) and crypto (books and trades), each on its own address. Needs a key."""

from feeds.venues.catalogue import Request, Venue

VENUES = (
    Venue(
        dialect="alpaca",
        title="Alpaca",
        rest_url="https://paper-api.alpaca.markets",
        ws_url="wss://stream.data.alpaca.markets",
        ws_api_url="wss://paper-api.alpaca.markets/stream",
        orders="feeds.venues.alpaca.orders:AlpacaOrders",
        market="feeds.venues.alpaca.market:AlpacaMarket",
        listing="feeds.venues.alpaca.instruments:assets",
        listing_requests=(Request("/v2/assets?asset_class=us_equity"), Request("/v2/assets?asset_class=crypto")),
        listing_headers="feeds.venues.alpaca.signing:listing_headers",
        market_wants_key=True,
        usual=("AAPL", "MSFT", "NVDA", "SPY", "BTC/USD", "ETH/USD"),
        channels=("book", "best quote", "trades"),
        loss_rule="equities: every quote is whole; crypto: none",
        evidence="documents",
        missing="books of equities: the venue has none, its best quote is shown as one level a side, in sizes as it "
        "writes them; the side of their trades is inferred from the quote. Bars, halts, corrections; "
        "orders are from documents and one recorded cycle",
    ),
)
