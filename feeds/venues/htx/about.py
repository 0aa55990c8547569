"""HTX (once Huobi): spot, and perpetual swaps margined in USDT or in the coin."""

from feeds.candles import CandleSource
from feeds.venues.catalogue import CONTRACT_CHANNELS, Request, Venue

_MARKET = "feeds.venues.htx.market"
_LISTING = "feeds.venues.htx.instruments"


def _swaps(name: str, title: str, usual: tuple[str, ...], *, api: str, market: str, listing: str) -> Venue:
    """Swaps of both margins speak alike, at addresses that begin otherwise."""
    return Venue(
        dialect=name,
        title=title,
        rest_url="https://api.hbdm.com",
        ws_url="wss://api.hbdm.com",
        market=f"{_MARKET}:{market}",
        listing=f"{_LISTING}:{listing}",
        listing_requests=(Request(f"/{api}-api/v1/swap_contract_info"),),
        usual=usual,
        channels=CONTRACT_CHANNELS,
        candles=CandleSource(
            path=f"/{api}-ex/market/history/kline?contract_code={{symbol}}&period=1min&size={{limit}}",
            rows=("data",),
            columns=("id", "open", "high", "low", "close", "vol"),
            unit="s",
        ),
        loss_rule="version = previous version + 1 on a snapshot by the stream; or whole books",
        evidence="recordings",
        missing="dated futures; the changes are known from documents",
    )


VENUES = (
    Venue(
        dialect="htx",
        title="HTX spot",
        rest_url="https://api.huobi.pro",
        ws_url="wss://api.huobi.pro",
        market=f"{_MARKET}:HtxSpotMarket",
        listing=f"{_LISTING}:spot",
        listing_requests=(Request("/v1/common/symbols"),),
        usual=("btcusdt", "ethusdt", "solusdt", "xrpusdt", "dogeusdt", "htxusdt"),
        channels=("book", "trades", "best quote", "ticker"),
        candles=CandleSource(
            path="/market/history/kline?symbol={symbol}&period=1min&size={limit}",
            rows=("data",),
            columns=("id", "open", "high", "low", "close", "amount"),
            unit="s",
        ),
        loss_rule="prevSeqNum = previous seqNum on a snapshot by the same socket; or whole books",
        evidence="recordings",
        missing="the recordings hold whole books, the changes are from documents",
    ),
    _swaps(
        "htx-swap",
        "HTX coin-margined swaps",
        ("BTC-USD", "ETH-USD", "SOL-USD", "XRP-USD"),
        api="swap",
        market="HtxCoinSwapMarket",
        listing="coin_swaps",
    ),
    _swaps(
        "htx-linear-swap",
        "HTX USDT-margined swaps",
        ("BTC-USDT", "ETH-USDT", "SOL-USDT", "XRP-USDT", "DOGE-USDT"),
        api="linear-swap",
        market="HtxLinearSwapMarket",
        listing="linear_swaps",
    ),
)
