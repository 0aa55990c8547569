"""The matching engine once more, slow and obvious: lists of orders, searched from the front.

Says what it does as tuples: ("trade", side, price, lots), ("level", side, price, lots),
("report", account, client_id, report, status, reason, price, lots, filled, is_maker).
"""

from dataclasses import dataclass, field

from core.vocabulary import InstrumentState, OrderStatus, OrderType, Reject, Report, Side, TimeInForce

CROWD = 0


@dataclass
class Order:
    account: int
    client_id: int
    side: Side
    order_type: OrderType
    time_in_force: TimeInForce
    price: int
    lots: int
    post_only: bool = False
    filled: int = 0

    @property
    def left(self) -> int:
        return self.lots - self.filled


@dataclass
class ReferenceBook:
    first_price: int
    last_price: int
    min_lots: int
    max_lots: int
    state: InstrumentState = InstrumentState.OPEN
    resting: list[Order] = field(default_factory=list)
    """In order of arrival."""
    said: list[tuple[object, ...]] = field(default_factory=list)
    positions: dict[int, int] = field(default_factory=dict)

    def side_of(self, side: Side) -> list[Order]:
        """Best first, oldest first at a price: sorting is stable."""
        return sorted((order for order in self.resting if order.side is side), key=lambda order: -side * order.price)

    def level(self, side: Side, price: int) -> int:
        return sum(order.left for order in self.resting if order.side is side and order.price == price)

    def enter(self, order: Order) -> Reject:
        if order.order_type is OrderType.MARKET:
            order.price = self.last_price if order.side is Side.BUY else self.first_price
            if order.time_in_force is not TimeInForce.FOK:
                order.time_in_force = TimeInForce.IOC
        reason = self.refusal(order)
        if reason is not Reject.NONE:
            self.report(order, Report.REJECTED, OrderStatus.REJECTED, reason)
            return reason
        self.report(order, Report.ACCEPTED, OrderStatus.NEW)
        self.work(order)
        return Reject.NONE

    def work(self, order: Order) -> None:
        met_itself = self.match(order)
        if order.left == 0:
            return
        if met_itself:
            self.report(order, Report.EXPIRED, OrderStatus.EXPIRED, Reject.SELF_TRADE)
        elif order.time_in_force in (TimeInForce.GTC, TimeInForce.DAY):
            self.resting.append(order)
            self.said.append(("level", order.side, order.price, self.level(order.side, order.price)))
        else:
            self.report(order, Report.EXPIRED, OrderStatus.EXPIRED)

    def match(self, order: Order) -> bool:
        """True when an order of the same account is next."""
        traded_price = None
        met_itself = False
        for other in self.takeable(order):
            if order.left == 0:
                break
            if traded_price is not None and other.price != traded_price:
                self.say_level(other.side, traded_price)
                traded_price = None
            if order.account != CROWD and other.account == order.account:
                met_itself = True
                break
            traded_price = other.price
            self.trade(order, other)
        if traded_price is not None:
            self.say_level(Side(-order.side), traded_price)
        return met_itself

    def trade(self, taker: Order, maker: Order) -> None:
        lots = min(taker.left, maker.left)
        taker.filled += lots
        maker.filled += lots
        self.said.append(("trade", taker.side, maker.price, lots))
        for order, is_maker in ((maker, True), (taker, False)):
            if order.account != CROWD:
                self.positions[order.account] = self.positions.get(order.account, 0) + order.side * lots
                status = OrderStatus.FILLED if order.left == 0 else OrderStatus.PARTIALLY_FILLED
                self.report(order, Report.FILLED, status, price=maker.price, lots=lots, is_maker=is_maker)
        if maker.left == 0:
            self.resting.remove(maker)

    def takeable(self, order: Order) -> list[Order]:
        others = self.side_of(Side(-order.side))
        return [other for other in others if order.side * (order.price - other.price) >= 0]

    def refusal(self, order: Order) -> Reject:
        if self.state not in (InstrumentState.OPEN, InstrumentState.POST_ONLY):
            return Reject.MARKET_CLOSED
        if not self.min_lots <= order.lots <= self.max_lots:
            return Reject.BAD_QUANTITY
        if not self.first_price <= order.price <= self.last_price:
            return Reject.BAD_PRICE
        if self.takeable(order) and (order.post_only or self.state is InstrumentState.POST_ONLY):
            return Reject.WOULD_TAKE
        if order.time_in_force is TimeInForce.FOK and not self.is_fillable(order):
            return Reject.NOT_FILLABLE
        return Reject.NONE

    def is_fillable(self, order: Order) -> bool:
        left = order.left
        for other in self.takeable(order):
            if order.account != CROWD and other.account == order.account:
                return False
            left -= other.left
            if left <= 0:
                return True
        return False

    def cancel(self, order: Order) -> None:
        self.resting.remove(order)
        self.say_level(order.side, order.price)
        self.report(order, Report.CANCELED, OrderStatus.CANCELED)

    def replace(self, order: Order, price: int, lots: int) -> Reject:
        status = OrderStatus.NEW if order.filled == 0 else OrderStatus.PARTIALLY_FILLED
        wanted = Order(
            order.account, order.client_id, order.side, order.order_type, order.time_in_force, price, lots,
            order.post_only, order.filled,
        )  # fmt: skip
        reason = self.refusal(wanted)
        if reason is Reject.NONE and lots <= order.filled:
            reason = Reject.BAD_QUANTITY
        if reason is not Reject.NONE:
            self.report(order, Report.REPLACE_REJECTED, status, reason)
            return reason
        if price == order.price and lots <= order.lots:
            order.lots = lots
            self.say_level(order.side, price)
            self.report(order, Report.REPLACED, status)
            return Reject.NONE
        self.resting.remove(order)
        self.say_level(order.side, order.price)
        order.price, order.lots = price, lots
        self.report(order, Report.REPLACED, status)
        self.work(order)
        return Reject.NONE

    def say_level(self, side: Side, price: int) -> None:
        self.said.append(("level", side, price, self.level(side, price)))

    def report(
        self,
        order: Order,
        report: Report,
        status: OrderStatus,
        reason: Reject = Reject.NONE,
        *,
        price: int | None = None,
        lots: int | None = None,
        is_maker: bool = False,
    ) -> None:
        if order.account == CROWD:
            return
        shown = order.price if order.order_type is OrderType.LIMIT else 0
        self.said.append((
            "report", order.account, order.client_id, report, status, reason, shown if price is None else price,
            order.lots if lots is None else lots, order.filled, is_maker,
        ))  # fmt: skip
