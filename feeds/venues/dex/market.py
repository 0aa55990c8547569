"""Polled quotes instead of a book: one level a side, which is what one would surely get for the quoted size.

    bid   sell the size: (least received - gas) / size              rounded down to a tick
    ask   buy about the size: (paid + gas) / least received         rounded up

"Least received" is after the slippage that the configuration allows: beyond it the swap is undone by the chain. Gas is
paid in the chain's coin and turned into the quote token at the venue's own price of that coin. No liquidity, or no
answer for a while, withdraws the quote: an empty snapshot, then silence, by which the core calls the book stale.
Instruments are QUOTE_ONLY: risk denies every order on them.
"""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

import aiohttp
import msgspec
import numpy as np
from msgspec import Raw

from core.clock import monotonic_ns
from core.memory.files import address_of
from core.vocabulary import FeedState
from feeds.connection import Pacer
from feeds.credentials import credentials_of, has_credentials
from feeds.decode import SNAPSHOT
from feeds.errors import FeedError
from feeds.market import Market
from feeds.market_books import Book
from feeds.market_socket import Socket
from feeds.rest import RestClient
from feeds.shapes import Role, row_shape
from feeds.venues.dex.instruments import CHAIN_ID, TOKENS, WETH, Token
from feeds.venues.dex.messages import Price

PATH = "/swap/allowance-holder/price"
LEVELS = row_shape(Role.PRICE, Role.QUANTITY)
_LEVELS = address_of(LEVELS)
NOTHING = Raw(b"[]")
GAS_PRICE_FOR_S = 30.0
"""The chain's coin is priced anew so often."""


class Pair(Book):
    """One pair of tokens and the size that is asked for."""

    def __init__(self, symbol: str, instrument_id: int, decoder: np.ndarray, size: Decimal | None) -> None:
        super().__init__(symbol, instrument_id, decoder)
        base, quote = symbol.split("/")
        self.base, self.quote = TOKENS[base], TOKENS[quote]
        self.size = size or self.base.size
        self.failures = 0


class DexMarket(Market[Pair]):
    """One aggregator. It has no sockets: `run` asks, one request after the other."""

    _decode = msgspec.json.Decoder(Price).decode

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._coin_prices: dict[str, tuple[Decimal, int]] = {}
        """quote token → price of the chain's coin, and when it was asked for"""

    def make_book(self, symbol: str, instrument_id: int, decoder: np.ndarray) -> Pair:
        size = self.config.quote_sizes.get(symbol.split("/")[0])
        return Pair(symbol, instrument_id, decoder, Decimal(size) if size else None)

    def on_frame(self, frame: bytes, received_ns: int, socket: Socket[Pair]) -> None:
        """Nothing is streamed."""

    async def run(self) -> None:
        """Until cancelled."""
        config = self.config
        pacer = Pacer(config.poll_ms / 1_000)
        async with aiohttp.ClientSession() as self.session:
            self.rest = RestClient(self.session, config.rest_url, timeout_ms=config.request_timeout_ms)
            self._say(FeedState.CONNECTING, "")
            try:
                while True:
                    for pair in self.books.values():
                        await self._poll(pair, pacer)
            finally:
                self._say(FeedState.DOWN, "stopped")

    async def resync(self, instrument_id: int) -> None:
        """The next quote is a snapshot anyway."""

    async def _poll(self, pair: Pair, pacer: Pacer) -> None:
        try:
            quoted = await self._quote(pair, pacer)
        except (FeedError, msgspec.DecodeError, UnicodeError, ArithmeticError) as error:
            pair.failures += 1
            self.status["message"] = f"no quote of {pair.symbol}: {error}".encode()[:104]
            self.status["bad_frames"] += 1
            if pair.failures == 2 and pair.is_live:  # one may be lost; two are no quote any more
                self._withdraw(pair)
            return
        pair.failures = 0
        bids, asks = quoted or (NOTHING, NOTHING)
        received_ns = monotonic_ns()
        self.frames += 1
        self._received_ns = received_ns
        self.publish(pair, _LEVELS, bids, asks, SNAPSHOT, received_ns, 0, self.frames)
        self.live(pair)

    def _withdraw(self, pair: Pair) -> None:
        pair.is_live = False
        self.publish(pair, _LEVELS, NOTHING, NOTHING, SNAPSHOT, monotonic_ns(), 0, 0)
        self.publisher.publish_state(FeedState.GAPPED, instrument_id=pair.instrument_id)
        self.status["state"] = FeedState.SYNCING

    async def _quote(self, pair: Pair, pacer: Pacer) -> tuple[Raw, Raw] | None:
        """Bids and asks as levels; None without liquidity on either side."""
        sold = await self._ask(pair.base, pair.quote, pair.size, pacer)
        if sold is None:
            return None
        coin_price = await self._coin_price(pair.quote, pacer)
        gross = pair.quote.amount(sold.minBuyAmount)
        bid = (gross - _gas(sold) * coin_price) / pair.size
        paid = pair.quote.amount(sold.buyAmount)
        bought = await self._ask(pair.quote, pair.base, paid, pacer)
        received = pair.base.amount(bought.minBuyAmount) if bought else Decimal(0)
        ask = (paid + _gas(bought) * coin_price) / received if bought and received > 0 else Decimal(0)
        tick = pair.quote.tick
        return (
            _level(bid.quantize(tick, ROUND_FLOOR), pair.size),
            _level(ask.quantize(tick, ROUND_CEILING), received),
        )

    async def _ask(self, sell: Token, buy: Token, amount: Decimal, pacer: Pacer) -> Price | None:
        """None: nobody takes the other side."""
        await pacer.wait()
        query = (
            f"chainId={CHAIN_ID}&sellToken={sell.address}&buyToken={buy.address}"
            f"&sellAmount={sell.units(amount)}&slippageBps={self.config.slippage_bps}"
        )
        body = await self.rest.call("GET", PATH, query, self._headers())
        self.bytes += len(body)
        price = self._decode(body)
        return price if price.liquidityAvailable and int(price.minBuyAmount) > 0 else None

    async def _coin_price(self, quote: Token, pacer: Pacer) -> Decimal:
        """What one coin of the chain is worth in the quote token."""
        if quote.name == WETH.name:
            return Decimal(1)
        known, at_ns = self._coin_prices.get(quote.name, (Decimal(0), 0))
        if known and monotonic_ns() - at_ns < GAS_PRICE_FOR_S * 1e9:
            return known
        price = await self._ask(WETH, quote, WETH.size, pacer)
        if price is None:
            raise FeedError(f"the chain's coin has no price in {quote.name}, so gas cannot be counted")
        found = quote.amount(price.buyAmount) / WETH.size
        self._coin_prices[quote.name] = (found, monotonic_ns())
        return found

    def _headers(self) -> dict[str, str]:
        """With the key, when a file of one is named. Raises CredentialsMissing."""
        headers = {"0x-version": "v2"}
        if has_credentials(self.config):
            headers["0x-api-key"] = credentials_of(self.config).key
        return headers


def _gas(price: Price | None) -> Decimal:
    """In the chain's coin."""
    return WETH.amount(price.totalNetworkFee) if price and price.totalNetworkFee else Decimal(0)


def _level(price: Decimal, size: Decimal) -> Raw:
    return Raw(f'[["{price:f}","{size:f}"]]'.encode()) if price > 0 and size > 0 else NOTHING
