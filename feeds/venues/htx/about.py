"""HTX (once Huobi): spot, and perpetual swaps margined in USDT or in the coin."""

from feeds.candles import CandleSource
from feeds.venues.catalogue import Request, Venue

_MARKET = "feeds.venues.htx.market"
_LISTING = "feeds.venues.htx.instruments"
_SWAP_MISSING = "mark, index, funding, open interest, liquidations; dated futures; the changes are known from documents"

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
        channels=("book", "trades"),
        candles=CandleSource(
            path="/market/history/kline?symbol={symbol}&period=1min&size={limit}",
            rows=("data",),
            columns=("id", "open", "high", "low", "close", "amount"),
            unit="s",
        ),
        loss_rule="prevSeqNum = previous seqNum on a snapshot by the same socket; or whole books",
        evidence="recordings",
        missing="best bid and offer, ticker; the recordings hold whole books, the changes are from documents",
    ),
    Venue(
        dialect="htx-swap",
        title="HTX coin-margined swaps",
        rest_url="https://api.hbdm.com",
        ws_url="wss://api.hbdm.com",
        market=f"{_MARKET}:HtxCoinSwapMarket",
        listing=f"{_LISTING}:coin_swaps",
        listing_requests=(Request("/swap-api/v1/swap_contract_info"),),
        usual=("BTC-USD", "ETH-USD", "SOL-USD", "XRP-USD"),
        channels=("book", "trades"),
        candles=CandleSource(
            path="/swap-ex/market/history/kline?contract_code={symbol}&period=1min&size={limit}",
            rows=("data",),
            columns=("id", "open", "high", "low", "close", "vol"),
            unit="s",
        ),
        loss_rule="version = previous version + 1 on a snapshot by the stream; or whole books",
        evidence="recordings",
        missing=_SWAP_MISSING,
    ),
    Venue(
        dialect="htx-linear-swap",
        title="HTX USDT-margined swaps",
        rest_url="https://api.hbdm.com",
        ws_url="wss://api.hbdm.com",
        market=f"{_MARKET}:HtxLinearSwapMarket",
        listing=f"{_LISTING}:linear_swaps",
        listing_requests=(Request("/linear-swap-api/v1/swap_contract_info"),),
        usual=("BTC-USDT", "ETH-USDT", "SOL-USDT", "XRP-USDT", "DOGE-USDT"),
        channels=("book", "trades"),
        candles=CandleSource(
            path="/linear-swap-ex/market/history/kline?contract_code={symbol}&period=1min&size={limit}",
            rows=("data",),
            columns=("id", "open", "high", "low", "close", "vol"),
            unit="s",
        ),
        loss_rule="version = previous version + 1 on a snapshot by the stream; or whole books",
        evidence="recordings",
        missing=_SWAP_MISSING,
    ),
)
