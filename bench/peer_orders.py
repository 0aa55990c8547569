"""What nautilus_trader does with an order and its reports: its own risk engine, execution engine, cache and portfolio.

peer = peer_of_orders(orders)                None: it is not installed
peer.send()     nanoseconds an order: made by its factory, through risk and execution engine to a venue's client
peer.accept()   nanoseconds a report: the orders of before are accepted
peer.fill()     nanoseconds a report: filled whole; order, position, account

The client is one that sends nothing, and the reports are made before the clock starts. Its checks are those it has by
itself: precision, sizes, notional, free margin, trading state, rate. Nothing is written to a disk, in neither.
"""

import contextlib
import time
from typing import Any


def peer_of_orders(orders: int) -> "Peer | None":
    with contextlib.suppress(ImportError):
        return Peer(orders)
    return None


class Peer:
    def __init__(self, orders: int) -> None:
        """Raises ImportError."""
        import nautilus_trader
        from nautilus_trader.cache.cache import Cache
        from nautilus_trader.common.component import MessageBus, TestClock
        from nautilus_trader.common.factories import OrderFactory
        from nautilus_trader.config import RiskEngineConfig
        from nautilus_trader.core.uuid import UUID4
        from nautilus_trader.execution.client import ExecutionClient
        from nautilus_trader.execution.engine import ExecutionEngine
        from nautilus_trader.execution.messages import SubmitOrder
        from nautilus_trader.model.currencies import USDT
        from nautilus_trader.model.data import QuoteTick
        from nautilus_trader.model.enums import AccountType, LiquiditySide, OmsType, OrderSide, OrderType
        from nautilus_trader.model.events import AccountState, OrderAccepted, OrderFilled, OrderSubmitted
        from nautilus_trader.model.identifiers import (
            AccountId,
            ClientId,
            PositionId,
            StrategyId,
            TradeId,
            TraderId,
            Venue,
            VenueOrderId,
        )
        from nautilus_trader.model.objects import AccountBalance, Money, Price, Quantity
        from nautilus_trader.portfolio.portfolio import Portfolio
        from nautilus_trader.risk.engine import RiskEngine
        from nautilus_trader.test_kit.providers import TestInstrumentProvider

        class Silent(ExecutionClient):
            def submit_order(self, command: Any) -> None:
                pass

        self.name = f"nautilus_trader {nautilus_trader.__version__}"
        trader, strategy, account = TraderId("BENCH-001"), StrategyId("S-001"), AccountId("BINANCE-001")
        clock, cache, instrument = TestClock(), Cache(), TestInstrumentProvider.btcusdt_perp_binance()
        bus = MessageBus(trader_id=trader, clock=clock)
        portfolio = Portfolio(msgbus=bus, cache=cache, clock=clock)
        self._engine = ExecutionEngine(msgbus=bus, cache=cache, clock=clock)
        limits = RiskEngineConfig(max_order_submit_rate=f"{1_000 * orders}/00:00:01")
        self._risk = RiskEngine(portfolio=portfolio, msgbus=bus, cache=cache, clock=clock, config=limits)
        self._engine.register_client(
            Silent(
                client_id=ClientId("BINANCE"), venue=Venue("BINANCE"), oms_type=OmsType.NETTING,
                account_type=AccountType.MARGIN, base_currency=None, msgbus=bus, cache=cache, clock=clock,
            )
        )  # fmt: skip
        cache.add_instrument(instrument)
        money = Money(1_000_000_000, USDT)
        portfolio.update_account(
            AccountState(
                account_id=account, account_type=AccountType.MARGIN, base_currency=None, reported=True,
                balances=[AccountBalance(money, Money(0, USDT), money)], margins=[], info={}, event_id=UUID4(),
                ts_event=0, ts_init=0,
            )
        )  # fmt: skip
        bid, ask = Price.from_str("60000.0"), Price.from_str("60000.1")
        size = Quantity.from_str("1.000")
        cache.add_quote_tick(QuoteTick(instrument.id, bid, ask, size, size, 0, 0))
        self._engine.start()
        self._risk.start()
        factory = OrderFactory(trader_id=trader, strategy_id=strategy, clock=clock)
        sides = (OrderSide.BUY, OrderSide.SELL)
        prices = (Price.from_str("59990.0"), Price.from_str("60010.0"))
        lots = [Quantity.from_str(f"0.00{1 + number}") for number in range(8)]
        ours = {"trader_id": trader, "strategy_id": strategy, "instrument_id": instrument.id, "account_id": account}
        stamps = {"ts_event": 0, "ts_init": 0}
        count = 0

        def submit(number: int) -> Any:
            side = number & 1
            order = factory.limit(instrument.id, sides[side], lots[number & 7], prices[side])
            self._risk.execute(SubmitOrder(trader, strategy, order, UUID4(), 0))
            return order

        def submitted(order: Any) -> Any:
            return OrderSubmitted(client_order_id=order.client_order_id, event_id=UUID4(), **ours, **stamps)

        def accepted(order: Any) -> Any:
            venue_id = VenueOrderId(order.client_order_id.value)
            return OrderAccepted(
                client_order_id=order.client_order_id, venue_order_id=venue_id, event_id=UUID4(), **ours, **stamps
            )

        def filled(order: Any) -> Any:
            nonlocal count
            count += 1
            return OrderFilled(
                client_order_id=order.client_order_id, venue_order_id=VenueOrderId(order.client_order_id.value),
                trade_id=TradeId(str(count)), position_id=PositionId("P-1"), order_side=order.side,
                order_type=OrderType.LIMIT, last_qty=order.quantity, last_px=order.price, currency=USDT,
                commission=Money(0.01, USDT), liquidity_side=LiquiditySide.MAKER, event_id=UUID4(), **ours, **stamps,
            )  # fmt: skip

        self._orders, self._submit = orders, submit
        self._submitted, self._accepted, self._filled = submitted, accepted, filled
        self._made: list[Any] = []

    def send(self) -> float:
        submit = self._submit
        began_ns = time.perf_counter_ns()
        self._made = [submit(number) for number in range(self._orders)]
        took_ns = time.perf_counter_ns() - began_ns
        self._apply(self._submitted)
        return took_ns / self._orders

    def accept(self) -> float:
        return self._apply(self._accepted)

    def fill(self) -> float:
        return self._apply(self._filled)

    def _apply(self, make: Any) -> float:
        events, process = [make(order) for order in self._made], self._engine.process
        began_ns = time.perf_counter_ns()
        for event in events:
            process(event)
        return (time.perf_counter_ns() - began_ns) / len(events)
