"""What is missed while a snapshot is on its way is in none that was asked for before."""

import asyncio

from tests.deadline import until
from tests.faults.world import fault_world


async def test_a_frame_lost_while_a_snapshot_is_fetched_has_another_one_fetched() -> None:
    """Of a venue that numbers nothing, so that no gap would ever show."""
    async with fault_world("bitstamp") as (_, world):
        await world.heals()
        market = world.market
        (socket,) = market._sockets
        book = next(iter(market.books.values()))
        asked: list[asyncio.Event] = []
        answers = market.fetch_snapshot

        async def slowly(wanted: object) -> bool:
            asked.append(asyncio.Event())
            await asked[-1].wait()
            return await answers(book)

        market.fetch_snapshot = slowly  # type: ignore[method-assign]
        lost = f'{{"event":"data","channel":"diff_order_book_{book.symbol}","data":{{"rubbish"'.encode()
        market.receive(lost, 1, socket)
        await until(lambda: len(asked) == 1)
        market.receive(lost, 2, socket)
        await until(lambda: len(asked) == 2)
        asked[0].set()  # the answer of before: nobody waits for it
        await asyncio.sleep(0)
        assert not book.is_live
        asked[1].set()
        await world.heals()
