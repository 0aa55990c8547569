"""Which pairs of tokens are quoted, and in which size. A wrapped coin is named as the coin that it stands for."""

from decimal import Decimal

import msgspec

from core.vocabulary import AssetClass
from feeds.instruments import Instrument


class Token(msgspec.Struct, frozen=True):
    """An ERC-20 contract on Ethereum."""

    name: str
    address: str
    decimals: int
    size: Decimal
    """How much of it a quote is asked for, when it is the base"""
    tick: Decimal = Decimal("0.01")
    """Step of prices that are in this token"""

    def units(self, amount: Decimal) -> int:
        return int(amount.scaleb(self.decimals))

    def amount(self, units: str | int) -> Decimal:
        return Decimal(units).scaleb(-self.decimals)


WETH = Token("WETH", "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2", 18, Decimal(1), Decimal("0.000001"))
TOKENS = {
    token.name: token
    for token in (
        WETH,
        Token("WBTC", "0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599", 8, Decimal("0.05"), Decimal("0.000001")),
        Token("USDC", "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", 6, Decimal(1_000)),
        Token("USDT", "0xdAC17F958D2ee523a2206206994597C13D831ec7", 6, Decimal(1_000)),
        Token("DAI", "0x6B175474E89094C44Da98b954EedeAC495271d0F", 18, Decimal(1_000)),
        Token("LINK", "0x514910771AF9Ca656af840dff83E8264EcF986CA", 18, Decimal(100)),
        Token("UNI", "0x1f9840a85d5aF5bf1D1762F925BDADdC4201F984", 18, Decimal(100)),
    )
}
"""Addresses: the tokens' own pages and etherscan.io; decimals are the contracts'."""
COINS = {"WETH": "ETH", "WBTC": "BTC"}
QUOTES = ("USDC", "USDT", "DAI", "WETH")
CHAIN_ID = 1


def pairs(bodies: list[bytes], venue: str) -> list[Instrument]:
    """Every token against every quote token. There is nothing to ask for: the list is ours."""
    return [
        _instrument(base, TOKENS[quote], venue)
        for base in TOKENS.values()
        for quote in QUOTES
        if base.name != quote and not (base.name in QUOTES and QUOTES.index(base.name) < QUOTES.index("WETH"))
    ]


def _instrument(base: Token, quote: Token, venue: str) -> Instrument:
    base_name, quote_name = COINS.get(base.name, base.name), COINS.get(quote.name, quote.name)
    return Instrument(
        symbol=f"{base_name}-{quote_name}.{venue}",
        venue_symbol=f"{base.name}/{quote.name}",
        venue=venue,
        base=base_name,
        quote=quote_name,
        settlement=quote_name,
        asset_class=AssetClass.QUOTE_ONLY,
        tick=quote.tick,
        lot=Decimal("0.00001"),
    )
