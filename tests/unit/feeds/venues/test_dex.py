"""Quotes that are polled: what a swap would really cost, against a pool whose price is known by hand."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path

import msgspec
import numpy as np
import pytest
from aiohttp import web

from core.records.instrument import INSTRUMENT
from core.vocabulary import AssetClass, EventFlag, EventKind, FeedState, Side
from feeds.config import VenueConfig
from feeds.instruments import as_row
from feeds.venues.dex.instruments import TOKENS, pairs
from tests.deadline import until
from tests.unit.feeds.market_bench import MarketBench

GAS_WEI = 2_000_000_000_000_000
"""0.002 ETH a swap"""
SLIPPAGE = Decimal("0.997")


class Pool:
    """An aggregator that swaps at a constant product, as documented: least received is less the slippage."""

    def __init__(self) -> None:
        self.reserves = {TOKENS["WETH"].address: Decimal(1_000), TOKENS["USDC"].address: Decimal(3_000_000)}
        self.tokens = {token.address: token for token in TOKENS.values()}
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        """Said instead, one a request: status, headers, body"""
        self.has_liquidity = True
        self.headers: list[str] = []
        self.slippages: set[str] = set()

    def received(self, sell: str, buy: str, amount: Decimal) -> Decimal:
        return self.reserves[buy] - self.reserves[sell] * self.reserves[buy] / (self.reserves[sell] + amount)

    async def price(self, request: web.Request) -> web.Response:
        self.headers.append(request.headers.get("0x-api-key", ""))
        self.slippages.add(request.query["slippageBps"])
        if self.answers:
            status, headers, body = self.answers.pop(0)
            return web.Response(status=status, headers=headers, body=body)
        if not self.has_liquidity:
            return web.json_response({"liquidityAvailable": False})
        sell, buy = request.query["sellToken"], request.query["buyToken"]
        amount = self.tokens[sell].amount(request.query["sellAmount"])
        got = self.received(sell, buy, amount)
        return web.json_response(
            {
                "liquidityAvailable": True,
                "sellAmount": request.query["sellAmount"],
                "buyAmount": str(self.tokens[buy].units(got)),
                "minBuyAmount": str(self.tokens[buy].units(got * SLIPPAGE)),
                "totalNetworkFee": str(GAS_WEI),
            }
        )


@asynccontextmanager
async def quoting(credentials: str = "") -> AsyncIterator[tuple[Pool, MarketBench]]:
    pool = Pool()
    application = web.Application()
    application.router.add_get("/swap/allowance-holder/price", pool.price)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    config = VenueConfig(
        name="0x",
        rest_url=f"http://127.0.0.1:{runner.addresses[0][1]}",
        instruments=("ETH-USDC",),
        poll_ms=1,
        credentials_file=credentials,
    )
    bench = MarketBench("", config)
    running = asyncio.create_task(bench.market.run())
    try:
        yield pool, bench
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await runner.cleanup()


def quote_of(records: np.ndarray) -> dict[int, tuple[int, int]]:
    """side → (ticks, lots) of the newest whole quote."""
    ends = np.flatnonzero(records["flags"] & EventFlag.SNAPSHOT_END)
    begins = np.flatnonzero(records["flags"] & EventFlag.SNAPSHOT_BEGIN)
    begin = begins[begins <= ends[-1]][-1]
    rows = records[begin : ends[-1] + 1]
    return {int(row["side"]): (int(row["price_ticks"]), int(row["quantity_lots"])) for row in rows if row["side"]}


async def test_a_quote_counts_slippage_and_gas_on_both_sides() -> None:
    async with quoting() as (pool, bench):
        await until(lambda: bench.market.status["state"] == FeedState.LIVE)
        quote = quote_of(bench.take())
    weth, usdc = TOKENS["WETH"].address, TOKENS["USDC"].address
    gas = Decimal(GAS_WEI).scaleb(-18) * pool.received(weth, usdc, Decimal(1))
    proceeds = pool.received(weth, usdc, Decimal(1))
    bid = proceeds * SLIPPAGE - gas
    bought = pool.received(usdc, weth, proceeds) * SLIPPAGE
    ask = (proceeds + gas) / bought
    assert abs(quote[Side.BUY][0] - bid * 100) <= 1
    assert abs(quote[Side.SELL][0] - ask * 100) <= 2
    assert quote[Side.BUY][1] == 100_000, "one ether, in lots of 0.00001"
    assert bid < proceeds < ask
    assert pool.slippages == {"30"}


async def test_without_liquidity_the_quote_is_empty() -> None:
    async with quoting() as (pool, bench):
        await until(lambda: bench.market.status["state"] == FeedState.LIVE)
        pool.has_liquidity = False
        seen = bench.market.frames
        await until(lambda: bench.market.frames >= seen + 2)
        assert quote_of(bench.take()) == {}


@pytest.mark.parametrize(
    "answer",
    [
        (500, {}, b"oops"),
        (200, {}, b"<html>"),
        (200, {}, b'{"liquidityAvailable":"yes"}'),
        (200, {}, b'{"liquidityAvailable":true,"minBuyAmount":"-5"}'),
        (200, {}, b'{"liquidityAvailable":true,"buyAmount":"1e9","minBuyAmount":"1"}'),
        (400, {}, msgspec.json.encode({"name": "TOKEN_NOT_SUPPORTED", "message": "no"})),
    ],
)
async def test_two_bad_answers_in_a_row_withdraw_the_quote_and_a_good_one_brings_it_back(
    answer: tuple[int, dict[str, str], bytes],
) -> None:
    async with quoting() as (pool, bench):
        await until(lambda: bench.market.status["state"] == FeedState.LIVE)
        pool.answers = [answer, answer]
        await until(lambda: bench.market.status["bad_frames"] == 2)
        await until(lambda: bench.market.status["state"] == FeedState.LIVE)
        records = bench.take()
        states = records[records["kind"] == EventKind.FEED_STATE]["detail"].tolist()
        assert FeedState.GAPPED in states
        assert states[-1] == FeedState.LIVE


async def test_the_venues_wish_for_silence_is_kept() -> None:
    async with quoting() as (pool, bench):
        await until(lambda: bench.market.status["state"] == FeedState.LIVE)
        pool.answers = [(429, {"Retry-After": "30"}, b"")]
        await until(lambda: bench.market.status["bad_frames"] >= 3)
        asked = len(pool.headers)
        await until(lambda: bench.market.status["bad_frames"] >= 6)
        assert len(pool.headers) == asked
        assert b"asks for silence" in bytes(bench.market.status["message"])


async def test_the_key_comes_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "key.toml"
    file.write_text('key = "abc"\nsecret = ""\n')
    file.chmod(0o600)
    async with quoting(str(file)) as (pool, bench):
        await until(lambda: bench.market.status["state"] == FeedState.LIVE)
        assert set(pool.headers) == {"abc"}


def test_risk_has_no_sums_for_a_quote() -> None:
    listed = pairs([], "0x")
    assert {instrument.asset_class for instrument in listed} == {AssetClass.QUOTE_ONLY}
    assert len({instrument.symbol for instrument in listed}) == len(listed)
    row = as_row(listed[0], source_id=0, book_slot=0, bar_slot=0)
    assert row.dtype == INSTRUMENT
    assert row["value_numerator"][0] == 0
