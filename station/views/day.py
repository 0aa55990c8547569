"""What happened today: fills, orders that are over, and the log, made of the recorder's rows in their order. Pure.

A core that was killed before it had journalled a report takes it again: a fill is known by its order and execution, and
counted once.
"""

from collections import OrderedDict
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from core.vocabulary import EventFlag, EventKind, OrderStatus, OrderType, Origin, Report, Request, Side, TimeInForce
from station.views.happenings import Happening, Names, happening
from station.views.told import Told

FINAL = frozenset(
    {
        OrderStatus.FILLED,
        OrderStatus.CANCELED,
        OrderStatus.REJECTED,
        OrderStatus.EXPIRED,
        OrderStatus.DENIED,
        OrderStatus.NOT_SENT,
    }
)
MOST_FILLS, MOST_ORDERS, MOST_HAPPENINGS = 2_000, 2_000, 1_000


class FillView(NamedTuple):
    """One execution of ours."""

    wall_ns: int
    symbol: str
    side: Side
    price_ticks: int
    lots: int
    fee_e8: int | None
    """Of the settlement currency; negative: a rebate. None: not stored yet"""
    is_maker: bool
    client_id: int
    execution_id: int
    strategy_id: int
    origin: int


class Way(NamedTuple):
    """When an order was where, by the desk's clock in nanoseconds; 0: not known."""

    key_ns: int = 0
    """The key, or what a strategy decided on, came in"""
    core_ns: int = 0
    """The core took it, reviewed it and asked for it"""
    sent_ns: int = 0
    """Its request left for the venue"""
    answer_ns: int = 0
    """The venue's answer came off the socket"""
    answer_core_ns: int = 0
    """The core took the answer"""
    fill_ns: int = 0
    """Its first fill came off the socket"""
    fill_core_ns: int = 0


class DoneOrder(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An order as far as the recorder knows it."""

    client_id: int
    symbol: str
    side: Side
    order_type: int = OrderType.NONE
    time_in_force: int = TimeInForce.NONE
    price_ticks: int = 0
    quantity_lots: int = 0
    filled_lots: int = 0
    traded_ticks: int = 0
    """Sum of ticks * lots of its fills"""
    traded_lots: int = 0
    fee_e8: int = 0
    status: int = OrderStatus.PENDING_NEW
    reason: int = 0
    """vocabulary.Reject"""
    origin: int = Origin.NONE
    strategy_id: int = -1
    placed_wall_ns: int = 0
    over_wall_ns: int = 0
    """0: it is open"""
    way: Way = Way()

    @property
    def average_ticks(self) -> float | None:
        return self.traded_ticks / self.traded_lots if self.traded_lots else None


class DayView(msgspec.Struct, frozen=True, kw_only=True):
    fills: tuple[FillView, ...] = ()
    """Newest first, …"""
    done: tuple[DoneOrder, ...] = ()
    """… the last that was over first, …"""
    happenings: tuple[Happening, ...] = ()
    """… newest first."""
    is_asked: bool = False
    """The recorder has answered at least once"""
    trouble: str = ""
    """Why it does not answer now"""


class Day:
    """Takes rows as they are stored, oldest first."""

    def __init__(self) -> None:
        self._fills: OrderedDict[tuple[int, ...], FillView] = OrderedDict()
        self._orders: OrderedDict[int, DoneOrder] = OrderedDict()
        self._happenings: list[Happening] = []

    def take(self, rows: Iterable[Told], names: Names) -> None:
        for told in rows:
            match told.kind:
                case EventKind.ORDER_REQUEST if told.detail == Request.NEW:
                    self._placed(told)
                case EventKind.ORDER_REQUEST if told.detail == Request.HOLD and told.client_id not in self._orders:
                    self._placed(told)
                case EventKind.EXECUTION_REPORT:
                    self._answered(told)
                case EventKind.ORDER_UPDATE:
                    self._updated(told)
                case EventKind.FILL:
                    self._filled(told)
            said = happening(told, names)
            if said is not None:
                self._happenings.append(said)
        del self._happenings[:-MOST_HAPPENINGS]
        while len(self._fills) > MOST_FILLS:
            self._fills.popitem(last=False)
        while len(self._orders) > MOST_ORDERS:
            self._orders.popitem(last=False)

    def view(self, *, trouble: str = "") -> DayView:
        over = [order for order in self._orders.values() if order.over_wall_ns]
        return DayView(
            fills=tuple(reversed(self._fills.values())),
            done=tuple(sorted(over, key=lambda order: -order.over_wall_ns)),
            happenings=tuple(reversed(self._happenings)),
            is_asked=True,
            trouble=trouble,
        )

    def _placed(self, told: Told) -> None:
        """One that was held goes out later: its way begins then, its life began before."""
        before = self._orders.get(told.client_id)
        self._orders[told.client_id] = DoneOrder(
            client_id=told.client_id,
            symbol=told.symbol or "",
            side=Side(told.side),
            order_type=told.order_type,
            time_in_force=told.time_in_force,
            price_ticks=told.price_ticks,
            quantity_lots=told.quantity_lots,
            origin=told.origin,
            strategy_id=told.strategy_id,
            placed_wall_ns=told.wall_ns if before is None else before.placed_wall_ns,
            way=Way(key_ns=told.received_ns, core_ns=told.now_ns),
        )

    def _answered(self, told: Told) -> None:
        """The first answer, and the first fill."""
        order = self._orders.get(told.client_id)
        if order is None:
            return
        way = order.way
        if told.detail in (Report.ACCEPTED, Report.REJECTED, Report.FILLED) and not way.answer_ns:
            way = way._replace(sent_ns=told.valid_until_ns, answer_ns=told.received_ns, answer_core_ns=told.now_ns)
        if told.detail == Report.FILLED and not way.fill_ns:
            way = way._replace(fill_ns=told.received_ns, fill_core_ns=told.now_ns)
        if way is not order.way:
            self._orders[told.client_id] = msgspec.structs.replace(order, way=way)

    def _updated(self, told: Told) -> None:
        order = self._orders.get(told.client_id)
        if order is None and told.client_id and told.side:
            order = DoneOrder(client_id=told.client_id, symbol=told.symbol or "", side=Side(told.side))
        if order is None:
            return
        self._orders[told.client_id] = msgspec.structs.replace(
            order,
            price_ticks=told.price_ticks or order.price_ticks,
            quantity_lots=told.quantity_lots or order.quantity_lots,
            filled_lots=told.filled_lots,
            status=told.status,
            reason=told.reason,
            over_wall_ns=told.wall_ns if told.status in FINAL else 0,
        )

    def _filled(self, told: Told) -> None:
        # Without a number of its own an execution is known by its place on the tape.
        place = told.execution_id or -told.tape_sequence
        key = (told.client_id, place, told.side)
        if key in self._fills:
            return
        self._fills[key] = FillView(
            wall_ns=told.wall_ns,
            symbol=told.symbol or "",
            side=Side(told.side),
            price_ticks=told.price_ticks,
            lots=told.quantity_lots,
            fee_e8=told.amount,
            is_maker=bool(told.flags & EventFlag.MAKER),
            client_id=told.client_id,
            execution_id=told.execution_id,
            strategy_id=told.strategy_id,
            origin=told.origin,
        )
        order = self._orders.get(told.client_id)
        if order is not None:
            self._orders[told.client_id] = msgspec.structs.replace(
                order,
                traded_ticks=order.traded_ticks + told.price_ticks * told.quantity_lots,
                traded_lots=order.traded_lots + told.quantity_lots,
                fee_e8=order.fee_e8 + told.amount,
            )
