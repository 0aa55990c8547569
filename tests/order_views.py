"""Fixed views of what a trader has at work and holds."""

from typing import Any

from core.vocabulary import EventFlag, OrderStatus, OrderType, Phase, Side, TimeInForce
from station.views.instrument import InstrumentView
from station.views.orders import OrderView, PositionView
from station.views.signals import StrategyView
from tests.market_views import MONEY, WALL_S


def orders(known: tuple[InstrumentView, ...]) -> tuple[OrderView, ...]:
    btc, eth = known[0], known[1]

    def order(
        number: int,
        instrument: InstrumentView,
        side: Side,
        away: int,
        lots: int,
        *,
        filled: int = 0,
        status: OrderStatus = OrderStatus.NEW,
        queue: int = -1,
    ) -> OrderView:
        return OrderView(
            client_id=(7 << 32) + number,
            instrument_id=instrument.instrument_id,
            side=side,
            order_type=OrderType.LIMIT,
            status=status,
            price_ticks=instrument.reference_ticks + away,
            quantity_lots=lots,
            filled_lots=filled,
            queue_ahead_lots=queue,
        )

    return (
        order(6, btc, Side.SELL, 4, 2_000, queue=1_310),
        order(5, btc, Side.BUY, -3, 1_000, status=OrderStatus.PENDING_NEW),
        order(4, btc, Side.BUY, -2, 5_000, filled=1_500, status=OrderStatus.PARTIALLY_FILLED, queue=420),
        order(3, btc, Side.BUY, -2, 500, queue=3_900),
        order(2, eth, Side.SELL, 12, 10_000, status=OrderStatus.PENDING_CANCEL),
        order(1, eth, Side.BUY, -40, 2_500, status=OrderStatus.UNKNOWN),
    )


def worked_orders(known: tuple[InstrumentView, ...]) -> tuple[OrderView, ...]:
    """A bracket in flight, a held stop, a trail, an iceberg with its slice, a paused VWAP, a peg, a native stop."""
    btc, eth = known[0], known[1]
    middle, exits = btc.reference_ticks, EventFlag.WAITS | EventFlag.ONE_CANCELS | EventFlag.REDUCE_ONLY
    base = 7 << 32

    def order(number: int, side: Side, lots: int, asked: OrderType, **more: Any) -> OrderView:
        fields = {"instrument_id": 0, "order_type": asked, "price_ticks": 0, **more}
        return OrderView(client_id=base + number, side=side, quantity_lots=lots, asked_type=asked, **fields)

    return (
        order(11, Side.BUY, 2_000, OrderType.STOP, instrument_id=1, trigger_ticks=eth.reference_ticks + 900),
        order(10, Side.BUY, 90_000, OrderType.VWAP, instrument_id=1, phase=Phase.PAUSED, filled_lots=36_000,
              sent_lots=36_000, slices=12, slices_in_all=24, offset=100_000, ends_wall_ns=(WALL_S + 900) * 10**9),
        order(9, Side.BUY, 4_000, OrderType.PEGGED, order_type=OrderType.LIMIT, phase=Phase.FOLLOWING, offset=2,
              price_ticks=middle - 3, queue_ahead_lots=1_310, is_queue_exact=True),
        order(8, Side.BUY, 500, OrderType.LIMIT, price_ticks=middle - 5, parent_id=base + 7, queue_ahead_lots=2_210),
        order(7, Side.BUY, 5_000, OrderType.ICEBERG, phase=Phase.WORKING, price_ticks=middle - 5, display_lots=500,
              sent_lots=2_000, filled_lots=1_500, slices=4, slices_in_all=10),
        order(6, Side.SELL, 3_000, OrderType.TRAILING_STOP, phase=Phase.WATCHING, trigger_ticks=middle - 9,
              offset=150, flags=EventFlag.IN_BPS | EventFlag.REDUCE_ONLY),
        order(5, Side.SELL, 1_000, OrderType.STOP_LIMIT, phase=Phase.WATCHING, trigger_ticks=middle - 7,
              price_ticks=middle - 8, time_in_force=TimeInForce.DAY),
        order(4, Side.BUY, 1_000, OrderType.LIMIT, price_ticks=middle - 2, group_id=77, queue_ahead_lots=420),
        order(3, Side.SELL, 500, OrderType.LIMIT, phase=Phase.WAITING, price_ticks=middle + 9, group_id=77,
              flags=exits),
        order(2, Side.SELL, 500, OrderType.LIMIT, phase=Phase.WAITING, price_ticks=middle + 6, group_id=77,
              flags=exits),
        order(1, Side.SELL, 1_000, OrderType.STOP, phase=Phase.WAITING, trigger_ticks=middle - 6, group_id=77,
              flags=exits),
    )  # fmt: skip


def positions(known: tuple[InstrumentView, ...]) -> tuple[PositionView, ...]:
    btc, eth = known[0], known[1]
    return (
        PositionView(
            instrument_id=btc.instrument_id,
            position_lots=3_000,
            average_ticks=btc.reference_ticks - 5.4,
            mark_ticks=btc.reference_ticks,
            realised_e8=int(812.5 * MONEY),
            unrealised_e8=int(81.25 * MONEY),
            fees_e8=int(14.31 * MONEY),
            fills=9,
        ),
        PositionView(
            instrument_id=eth.instrument_id,
            position_lots=-12_500,
            average_ticks=eth.reference_ticks - 31.0,
            mark_ticks=eth.reference_ticks,
            realised_e8=0,
            unrealised_e8=int(-387.5 * MONEY),
            fees_e8=int(8.02 * MONEY),
            fills=3,
        ),
        PositionView(
            instrument_id=5, position_lots=0, mark_ticks=23_412, realised_e8=int(46.0 * MONEY), fees_e8=MONEY, fills=4
        ),
    )


def strategies() -> tuple[StrategyView, ...]:
    return (
        StrategyView(slot=0, name="market_maker", instrument_id=0, is_enabled=True, version=1, calls=88_211,
                     intents=412, denied=3, position_lots=0, realised_e8=int(61.2 * MONEY)),
        StrategyView(slot=1, name="imbalance_taker", instrument_id=0, is_enabled=False, version=3, calls=88_211,
                     intents=0, denied=0, position_lots=0, realised_e8=0),
    )  # fmt: skip
