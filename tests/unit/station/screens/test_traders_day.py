"""A trader's day as a script of keys on a desk at rest: after each, what the desk was asked for and what is said."""

from collections.abc import Callable
from typing import NamedTuple

from core.vocabulary import OrderType, Side, TimeInForce
from station.app import StationApp
from station.link.tickets import Ticket
from station.link.wishes import Arm, BreakEven, CancelAll, Flatten, Move, Reverse, Wish
from tests.builders import FixedSource
from tests.desk_views import status
from tests.order_views import worked_orders
from tests.walking import Walk

BASE = 7 << 32


class Step(NamedTuple):
    keys: tuple[str, ...]
    wished: tuple[Wish, ...] = ()
    said: str = ""
    """Stands in the hint line then"""
    is_so: Callable[[Walk], object] = lambda walk: True


def a_day(middle: int) -> tuple[Step, ...]:
    def order(side: Side, lots: int, **more: object) -> Ticket:
        return Ticket(instrument_id=0, side=side, quantity_lots=lots, **more)  # type: ignore[arg-type]

    half = order(Side.SELL, 1_500, order_type=OrderType.MARKET, time_in_force=TimeInForce.IOC, is_reduce_only=True)
    return (
        Step(("q",), said="disarmed: this would buy 0.1 BTC-USD.alpha"),
        Step(("ctrl+l", "q"), said="learning: this would buy 0.1 BTC-USD.alpha"),
        Step(("ctrl+l", "A"), (Arm(is_armed=True),), is_so=lambda walk: walk.desk.status.seat.is_armed),
        Step(("2",), said="size 0.02"),
        Step(("q",), (order(Side.BUY, 200, price_ticks=middle - 1, is_post_only=True),), "→ buy 0.02"),
        Step(("4", "Q"), (order(Side.BUY, 1_000, price_ticks=middle, is_post_only=True),)),
        Step(("end", "down", "shift+down"), (Move(client_id=BASE + 4, instrument_id=0, price_ticks=middle - 3),)),
        Step(("E",), (BreakEven(instrument_id=0),)),
        Step(("U",), is_so=lambda walk: len(walk.source.wishes) == 3),
        Step(("u",), (half,)),
        Step(("x",), (order(Side.BUY, 1_000, price_ticks=middle + 1, time_in_force=TimeInForce.IOC),)),
        Step(("n",), is_so=lambda walk: walk.desk.instrument.symbol == "ETH-USD.alpha"),
        Step(("r",), (Reverse(instrument_id=1),)),
        Step(("p", "f"), (Flatten(instrument_id=0),)),
        Step(("C",), (CancelAll(),), "→ cancel every open order"),
        Step(("colon", *"flat all", "enter"), (Flatten(),)),
        Step(("A",), (Arm(is_armed=False),), is_so=lambda walk: not walk.desk.status.seat.is_armed),
        Step(("b",), said="disarmed: this would buy"),
        Step(("ctrl+k",), is_so=lambda walk: walk.desk.status.is_halted and walk.source.halts == [("kill key", False)]),
    )


async def test_a_day_of_keys() -> None:
    source = FixedSource(status_view=status(is_armed=False))
    source.order_views = worked_orders(source.known)
    app = StationApp(source)
    async with app.run_test(size=(120, 36)) as pilot:
        walk = Walk(app, source, pilot)
        await walk.until(lambda: walk.app.screen is walk.desk and walk.desk.status is source.status_view)
        while walk.desk.ladder.group_ticks > 1:
            await walk.press("left_square_bracket")
        for step in a_day(source.known[0].reference_ticks):
            source.wishes.clear()
            await walk.press(*step.keys)
            await walk.until(lambda step=step: step.is_so(walk))
            if step.wished:
                assert tuple(source.wishes) == step.wished, step.keys
            assert step.said in walk.desk.hint.text, step.keys
