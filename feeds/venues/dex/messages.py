"""0x's price API on the wire: GET /swap/allowance-holder/price. Amounts are whole base units of their token, as text.

Source: docs.0x.org, Swap API v2, "price"; the fields but the first are absent when there is no liquidity.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

Amount = Annotated[str, Meta(pattern=r"^[0-9]{1,40}$")]


class Price(msgspec.Struct):
    liquidityAvailable: bool  # noqa: N815
    buyAmount: Amount = "0"  # noqa: N815
    minBuyAmount: Amount = "0"  # noqa: N815
    """What is surely received: less slippage, or the swap is undone"""
    sellAmount: Amount = "0"  # noqa: N815
    totalNetworkFee: Amount | None = None  # noqa: N815
    """Of the chain, in its own coin's base units (wei)"""
