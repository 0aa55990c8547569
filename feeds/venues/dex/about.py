"""Quotes of a DEX aggregator with 0x's price API: what a swap of a fixed size costs, gas and slippage included."""

from feeds.venues.catalogue import Venue

VENUES = (
    Venue(
        dialect="0x",
        title="0x (DEX aggregator, Ethereum)",
        rest_url="https://api.0x.org",
        ws_url="",
        market="feeds.venues.dex.market:DexMarket",
        listing="feeds.venues.dex.instruments:pairs",
        listing_requests=(),
        market_wants_key=True,
        usual=("WETH/USDC", "WBTC/USDC", "WETH/USDT"),
        channels=("quotes",),
        loss_rule="none to lose: each quote stands alone, and is withdrawn when no new one comes",
        evidence="documents",
        missing="other chains than Ethereum, swaps themselves",
    ),
)
