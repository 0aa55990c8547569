"""Lines of the language, told to a core as a seat tells them: it does what the words say."""

import msgspec
import pytest

from core.vocabulary import Command, DenyReason, EventFlag, OrderStatus, OrderType, Phase, Report, Side
from station.language.lines import understand
from station.language.situation import Situation
from station.link.tickets import Ticket
from station.link.wishes import Group
from station.views.book import BookView
from station.views.instrument import InstrumentView
from tests.core_world import World

pytestmark = pytest.mark.usefixtures("core_kernels")
ONE = InstrumentView(
    instrument_id=0, symbol="BTC-USD.alpha", venue="alpha", settlement="USD", tick_mantissa=1, tick_exponent=0,
    lot_mantissa=1, lot_exponent=0,
)  # fmt: skip
BOOK = BookView(instrument_id=0, bids=((1_000, 5),), asks=((1_002, 5),))


class Trader(World):
    def __init__(self) -> None:
        super().__init__()
        self.book()
        self.armed()

    def type(self, line: str) -> None:
        situation = Situation(instruments=(ONE,), book=lambda _: BOOK, chosen_id=0, now_ns=self.now_ns)
        (wish,) = understand(line, situation)
        assert isinstance(wish, Ticket | Group)
        self.place(wish.legs if isinstance(wish, Group) else (wish,))

    def place(self, legs: tuple[Ticket, ...]) -> None:
        for leg in legs:
            fields = leg.fields()
            fields["flags"] |= int(EventFlag.MORE) if leg is not legs[-1] else 0
            self.command(Command.PLACE_ORDER, instrument_id=0, **fields)

    def open_orders(self) -> dict[int, tuple[OrderType, OrderStatus, Phase]]:
        blotter = self.state.blotter
        slots = blotter.open_slots[: int(blotter.counts[0]["open_orders"])]
        rows = [blotter.orders[slot] for slot in slots]
        return {
            int(row["client_id"]) & 0xFFFF: (
                OrderType(int(row["asked_type"])), OrderStatus(int(row["status"])), Phase(int(row["phase"]))
            )
            for row in rows
        }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "kind", "phase"),
    [
        ("buy 10 @ 1000", OrderType.LIMIT, Phase.NONE),
        ("buy 10 @ 1000 gtd 2h", OrderType.LIMIT, Phase.NONE),
        ("buy 10 @ 1000 day", OrderType.LIMIT, Phase.NONE),
        ("sell 10 stop 990", OrderType.STOP, Phase.WATCHING),
        ("sell 10 stop 990 limit 985", OrderType.STOP_LIMIT, Phase.WATCHING),
        ("buy 10 mit 990", OrderType.MARKET_IF_TOUCHED, Phase.WATCHING),
        ("buy 10 lit 990", OrderType.LIMIT_IF_TOUCHED, Phase.WATCHING),
        ("sell 10 trail 1.5%", OrderType.TRAILING_STOP, Phase.WATCHING),
        ("sell 10 trail 20t from 1100", OrderType.TRAILING_STOP, Phase.WATCHING),
        ("buy 10 @ 1000 iceberg 2", OrderType.ICEBERG, Phase.WORKING),
        ("buy 10 twap 10m", OrderType.TWAP, Phase.WORKING),
        ("buy 10 @ 1005 vwap 1h cap 10% show 2", OrderType.VWAP, Phase.WORKING),
        ("buy 10 twap 10m from 1h", OrderType.TWAP, Phase.WORKING),
        ("buy 10 peg best -1t", OrderType.PEGGED, Phase.FOLLOWING),
        ("buy 10 @ 1001 peg mid", OrderType.PEGGED, Phase.FOLLOWING),
        ("buy 10 mtl", OrderType.MARKET_TO_LIMIT, Phase.NONE),
    ],
)
def test_every_kind_of_order_is_taken_as_it_was_said(line: str, kind: OrderType, phase: Phase) -> None:
    trader = Trader()
    trader.type(line)
    assert trader.last_reason is DenyReason.NONE
    ((asked, _, now),) = trader.open_orders().values()
    assert (asked, now) == (kind, phase)


def test_a_typed_bracket_waits_for_its_entry_and_then_guards_it() -> None:
    trader = Trader()
    trader.type("buy 10 @ 1000 post tp 1050:50% 1100:50% sl 980")
    entry = trader.last_client_id
    assert [phase for _, _, phase in trader.open_orders().values()] == [Phase.WAITING] * 3 + [Phase.NONE]
    trader.report(Report.ACCEPTED, entry)
    trader.fill(entry, Side.BUY, 1_000, 10, 10)
    phases = [(kind, phase) for kind, _, phase in trader.open_orders().values()]
    assert sorted(phases) == [
        (OrderType.LIMIT, Phase.NONE), (OrderType.LIMIT, Phase.NONE), (OrderType.STOP, Phase.WATCHING)
    ]  # fmt: skip


def test_of_two_typed_orders_one_takes_the_other_away() -> None:
    trader = Trader()
    trader.type("sell 10 @ 1010 oco stop 990")
    assert [kind for kind, _, _ in trader.open_orders().values()] == [OrderType.LIMIT, OrderType.STOP]
    first = trader.last_client_id - 1
    trader.report(Report.ACCEPTED, first)
    trader.fill(first, Side.SELL, 1_010, 10, 10)
    assert trader.open_orders() == {}


@pytest.mark.parametrize(
    "line",
    [
        "buy 10 market tp 1050 sl 980",
        "buy 10 stop 1010 tp 1050 sl 980",
        "sell 10 stop 990 limit 989 tp 950 sl 1010 limit 1012",
        "buy 10 @ 1000 sl trail 1%",
        "buy 10 @ 1000 tp 1010:2 1020:3 1030:5",
        "sell 10 @ 1010 ioc tp -5% sl +2%",
        "buy 10 mit 990 oco stop 1020 limit 1025",
    ],
)
def test_every_kind_of_group_is_taken_whole(line: str) -> None:
    trader = Trader()
    trader.type(line)
    assert trader.last_reason is DenyReason.NONE
    assert len(trader.open_orders()) >= 2
    assert trader.state.core[0]["denied"] == 0


def test_a_routed_order_goes_to_every_venue_that_is_cheap() -> None:
    trader = Trader()
    trader.state.instruments[1]["pair_id"] = trader.state.instruments[0]["pair_id"]
    trader.book(1000, 1002, 50, 0)
    trader.book(1000, 1001, 50, 1)
    known = tuple(
        msgspec.structs.replace(ONE, instrument_id=number, symbol=f"BTC-USD.{venue}", venue=venue, pair_id=0)
        for number, venue in enumerate(("alpha", "beta"))
    )
    situation = Situation(instruments=known, book=lambda _: BOOK, chosen_id=0, now_ns=trader.now_ns)
    (wish,) = understand("buy 80 BTC-USD market route", situation)
    assert isinstance(wish, Ticket)
    trader.place((wish,))
    open_slots = trader.state.blotter.open_slots[: int(trader.state.blotter.counts[0]["open_orders"])]
    sent = [trader.state.blotter.orders[slot] for slot in open_slots]
    assert {(int(row["instrument_id"]), int(row["quantity_lots"])) for row in sent} == {(0, 30), (1, 50)}
